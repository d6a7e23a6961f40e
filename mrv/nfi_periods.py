"""A sample of the Chinese national forest inventory in several periods: stock of plots, trees by number.

Such a data set gives the stock of each plot (m3 per plot) and, of its trees, number, species and inspection
type, but no diameters. Where the plot size is not stated, every figure per hectare is refused until somebody
states it: the usual 0.0667 ha is usual, not known. Change is taken from plots that both periods have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from mrv.checks import check_tree_identity
from mrv.errors import EstimationError
from mrv.findings import Finding
from mrv.inventory import Columns, ColumnTable, Inventory, build_plots, build_trees
from mrv.moments import Floats, Labels
from mrv.remeasurement import (
    check_new_trees,
    check_remeasurement,
    check_vanished_trees,
    check_visits,
)
from mrv.sampling import t_value
from mrv.units import M2_PER_HA

STOCKS: Final = ("growing_stock_m3", "dead_stock_m3", "cut_stock_m3")
"""Columns of a plot table that hold a stock [m3 per plot]."""


@dataclass(frozen=True, slots=True)
class PeriodStock:
    """The plots of one period."""

    year: int
    """Year of the period."""
    plot_id: Labels
    """Plots, sorted, shape (n,)."""
    growing_stock_m3: Floats
    """Stock of each plot, shape (n,) [m3 per plot]."""

    @property
    def mean_m3(self) -> float:
        """Mean stock of all plots, those without trees included [m3 per plot]."""
        return math.fsum(self.growing_stock_m3.tolist()) / self.growing_stock_m3.size


@dataclass(frozen=True, slots=True)
class PairedStockChange:
    """Change of the plots that two periods share."""

    period: tuple[int, int]
    """The two periods."""
    plots: int
    """Plots measured in both [1]."""
    mean_m3: float
    """Mean change [m3 per plot]."""
    half_width_m3: float
    """Half-width of its 90 % interval [m3 per plot]; NaN from one plot."""


def period_stocks(plots: Sequence[ColumnTable]) -> tuple[PeriodStock, ...]:
    """Return the stock of each plot by period.

    Parameters
    ----------
    plots
        A table for each period: plot_id, campaign_year and growing_stock_m3 [m3 per plot].

    Raises
    ------
    EstimationError
        A plot stands twice in a period, or a stock is missing or negative.
    """
    found = []
    for table in plots:
        names = np.array([str(name) for name in table.columns["plot_id"]], dtype=np.str_)
        stock = np.asarray(table.columns["growing_stock_m3"], dtype=np.float64)
        years = np.unique(np.asarray(table.columns["campaign_year"]))
        bad = np.flatnonzero(~(stock >= 0))
        if bad.size:
            raise EstimationError("nfi-stock-missing", source=table.source, row=int(table.rows[bad[0]]))
        if np.unique(names).size != names.size or years.size != 1:
            raise EstimationError("nfi-period-mixed", source=table.source)
        order = np.argsort(names, kind="stable")
        found.append(PeriodStock(int(years[0]), names[order], stock[order]))
    return tuple(sorted(found, key=lambda item: item.year))


def stock_changes(stocks: Sequence[PeriodStock]) -> tuple[PairedStockChange, ...]:
    """Return the change between consecutive periods, from the plots that both have."""
    found = []
    for before, after in pairwise(stocks):
        _, i, j = np.intersect1d(before.plot_id, after.plot_id, return_indices=True)
        if i.size == 0:
            continue
        change = after.growing_stock_m3[j] - before.growing_stock_m3[i]
        n = int(change.size)
        width = t_value(n - 1) * float(np.std(change, ddof=1)) / math.sqrt(n) if n > 1 else math.nan
        mean = math.fsum(change.tolist()) / n
        found.append(PairedStockChange((before.year, after.year), n, mean, width))
    return tuple(found)


def per_hectare(value_m3: float, plot_area_m2: float | None) -> float:
    """Return a stock per plot as stock per hectare [m3/ha].

    Parameters
    ----------
    value_m3
        Stock [m3 per plot].
    plot_area_m2
        Horizontal area of a plot, as somebody stated it [m2].

    Raises
    ------
    EstimationError
        Nobody stated it.

    Examples
    --------
    >>> round(per_hectare(2.64, 600.0), 6)
    44.0
    """
    if plot_area_m2 is None or not plot_area_m2 > 0:
        raise EstimationError("nfi-plot-area-not-stated", value=plot_area_m2)
    return value_m3 * M2_PER_HA / plot_area_m2


def check_periods(plots: Sequence[ColumnTable], trees: Sequence[ColumnTable]) -> list[Finding]:
    """Find repeated trees, trees of missing plots, plots not revisited, and what a tree cannot have done.

    Diameters are not there, so nothing is said of them; tree numbers run through all periods, so gaps are no
    finding; an inspection type whose meaning is not known is told by the reading of the file.

    Parameters
    ----------
    plots
        A table for each period: plot_id, campaign_year.
    trees
        A table for each period: plot_id, campaign_year, tree_id, species_code, status.
    """
    found: list[Finding] = []
    for k, tree_table in enumerate(trees):
        one = Inventory(build_plots(_filled(plots[k])), build_trees(_filled(tree_table)))
        found += check_tree_identity(one)
    for k in range(len(plots) - 1):
        # two periods at a time, so that each finding names the file it stands in
        for check, place in (
            (check_visits, k),
            (check_vanished_trees, k),
            (check_new_trees, k + 1),
            (check_remeasurement, k + 1),
        ):
            both = Inventory(
                build_plots(_joined(plots[k : k + 2], plots[place].source)),
                build_trees(_joined(trees[k : k + 2], trees[place].source)),
            )
            found += check(both)
    return found


_MISSING: Final = ("x_m", "y_m", "area_m2", "dbh_cm", "height_m")
_EMPTY: Final = ("parcel_id", "stratum")


def _filled(table: ColumnTable) -> Columns:
    """Return a table with the columns of an inventory that it does not have, as unknown."""
    size = len(table.rows)
    columns: dict[str, Any] = {name: np.full(size, np.nan) for name in _MISSING}
    columns |= {name: np.full(size, "", dtype=object) for name in _EMPTY}
    return Columns(table.source, columns | dict(table.columns), table.rows)


def _joined(tables: Sequence[ColumnTable], source: str) -> Columns:
    filled = [_filled(table) for table in tables]
    names = sorted(set.intersection(*(set(table.columns) for table in filled)))
    columns = {
        name: np.concatenate([np.asarray(table.columns[name], dtype=object) for table in filled])
        for name in names
    }
    return Columns(source, columns, np.concatenate([table.rows for table in filled]))
