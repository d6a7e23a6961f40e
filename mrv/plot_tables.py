"""Estimates from tables of plots and trees of anybody's own, under a design that they describe.

A plot's value per hectare is the sum over its trees of value times trees per hectare, where the latter
stands with each tree or is 10,000 m2/ha over the plot's area. Plots without trees are zeros. The share of a
plot that lies in the domain is 1, or the plot table's own `land_frac`; plots that a condition leaves out are
zeros too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mrv.answer import AnswerRow, Layout, answer_rows, covariance_of_groups, notes_of_rows
from mrv.assisted import Assisted, assisted_row
from mrv.errors import EstimationError, ExpressionError, InventoryError
from mrv.fia.tables import Positions, Table, binned_sums, names_of, positions_of, reals_of
from mrv.groups import Group, group_rows
from mrv.moments import Floats
from mrv.population import Population
from mrv.statement_items import Note
from mrv.units import KG_PER_T, M2_PER_HA
from mrv.where import Mask, Node, column_names, conjuncts, matches

_CM_PER_M: Final = 100.0


@dataclass(frozen=True, slots=True)
class TableQuantity:
    """A value of each tree of one's own table."""

    columns: tuple[str, ...]
    """Columns that are added up; none counts the trees."""
    factor: float
    """From the columns' unit to that of the quantity."""
    unit: str
    """SI unit of the total."""
    squared: bool = False
    """Whether the column is a diameter."""


TABLE_QUANTITIES: Final[Mapping[str, TableQuantity]] = MappingProxyType(
    {
        "area": TableQuantity((), 1.0, "ha"),
        "volume": TableQuantity(("volume_m3",), 1.0, "m3"),
        "biomass": TableQuantity(("biomass_ag_kg",), 1 / KG_PER_T, "t"),
        "carbon_ag": TableQuantity(("carbon_ag_kg",), 1 / KG_PER_T, "t C"),
        "carbon_total": TableQuantity(("carbon_ag_kg", "carbon_bg_kg"), 1 / KG_PER_T, "t C"),
        "tpa": TableQuantity((), 1.0, "1"),
        "baa": TableQuantity(("dbh_cm",), math.pi / 4 / _CM_PER_M**2, "m2", squared=True),
    }
)
"""The same quantities as of a FIADB, from columns of one's own with their units."""


@dataclass(frozen=True, slots=True)
class PlotTables:
    """Plots and trees; further columns may be named in conditions and groups."""

    plots: Table
    """plot_id; area_m2 where trees have no expansion of their own; land_frac [1] where plots are partial."""
    trees: Table
    """plot_id, the columns of the quantity, and trees_per_ha where they have one; empty for an area."""


@dataclass(frozen=True, slots=True)
class TableRequest:
    """What is to be estimated."""

    quantity: str
    """Key of `TABLE_QUANTITIES`."""
    per_area: bool = False
    """Whether per hectare of the land, as a ratio of means."""
    where: Node | None = None
    """Condition over columns of plots and trees."""
    by: tuple[str, ...] = ()
    """Columns to group by."""
    assisted: Assisted | None = None
    """Columns of plots for a regression; it gives the total of the whole alone."""


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """What the tables say to a request."""

    rows: tuple[AnswerRow, ...]
    """The whole first, then the groups."""
    group_covariance: Floats
    """Covariance of the groups' totals."""
    notes: tuple[Note, ...]
    """What the reader must know."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """Rows in their places."""

    tables: PlotTables
    plot_id: NDArray[np.str_]
    tree_plot: Positions

    def of_trees(self, name: str) -> bool:
        """Return whether a name is a column of trees; refuse one that no table has."""
        if name in self.tables.plots:
            return False
        if name in self.tables.trees:
            return True
        known = ", ".join(dict.fromkeys([*self.tables.plots, *self.tables.trees]))
        raise ExpressionError("column-unknown", column=name, tables="plots, trees", similar=known)

    def on_plots(self, name: str) -> NDArray[Any]:
        """Return a column of plots."""
        return self.tables.plots[name]

    def on_trees(self, name: str) -> NDArray[Any]:
        """Return a column on each tree."""
        return self.tables.trees[name] if self.of_trees(name) else self.tables.plots[name][self.tree_plot]


def estimate_plot_tables(tables: PlotTables, population: Population, request: TableRequest) -> TableAnswer:
    """Return the totals or ratios that were asked for, with their errors.

    Parameters
    ----------
    tables
        Plots and trees.
    population
        The same plots, in the order of the table, under their design.
    request
        What is to be estimated.

    Returns
    -------
    TableAnswer
        In [ha], [m3], [t], [t C], [m2] or numbers, or those per hectare.
    """
    if request.quantity not in TABLE_QUANTITIES:
        raise EstimationError(
            "estimate-quantity-unknown", quantity=request.quantity, known=", ".join(TABLE_QUANTITIES)
        )
    if request.per_area and request.quantity == "area":
        raise EstimationError("estimate-area-per-area", quantity=request.quantity)
    if request.assisted is not None and (request.per_area or request.by):
        raise EstimationError("estimate-regression-whole", quantity=request.quantity)
    placed = _place(tables)
    on_plots, on_trees = _domain(placed, request)
    groups, own = _groups(placed, request, on_plots, on_trees)
    table, nulls = _values(placed, request, (on_plots, on_trees), groups, own)
    if request.assisted is not None:
        columns = [_auxiliary(placed, name) for name in request.assisted.means]
        unit = TABLE_QUANTITIES[request.quantity].unit
        row, note = assisted_row(population, table[:, 0], np.column_stack(columns), request.assisted, unit)
        return TableAnswer((row,), np.zeros((0, 0)), (note, *notes_of_rows((row,))))
    totals = population.totals(table)
    unit = TABLE_QUANTITIES[request.quantity].unit
    layout = Layout(groups[0] if groups else (), request.per_area, own)
    rows = answer_rows(totals, table, layout, unit=unit, ratio_unit=f"{unit}/ha")
    notes = [Note("table-null-expansion", {"count": nulls})] if nulls else []
    return TableAnswer(rows, covariance_of_groups(totals, layout), (*notes, *notes_of_rows(rows)))


def _auxiliary(placed: _Placed, name: str) -> Floats:
    """Return an auxiliary column of the plots; a plot without a value is refused."""
    if placed.of_trees(name):
        raise EstimationError("estimate-auxiliary-of-trees", column=name)
    try:
        values = reals_of(placed.on_plots(name))
    except ValueError:
        values = np.full(placed.plot_id.size, np.nan)
    bad = ~np.isfinite(values)
    if bad.any():
        raise EstimationError(
            "estimate-auxiliary-missing", column=name, plot=str(placed.plot_id[bad][0]), count=int(bad.sum())
        )
    return values


def _place(tables: PlotTables) -> _Placed:
    plots = names_of(tables.plots["plot_id"])
    if not tables.trees:
        return _Placed(tables, plots, np.empty(0, dtype=np.intp))
    order = np.argsort(plots, kind="stable")
    wanted = names_of(tables.trees["plot_id"])
    at = positions_of(plots[order], wanted)
    if (at < 0).any():
        count = int((at < 0).sum())
        raise InventoryError("table-tree-without-plot", plot=str(wanted[at < 0][0]), count=count)
    return _Placed(tables, plots, order[at].astype(np.intp))


def _domain(placed: _Placed, request: TableRequest) -> tuple[Mask, Mask]:
    on_plots = np.ones(placed.plot_id.size, dtype=bool)
    on_trees = np.ones(placed.tree_plot.size, dtype=bool)
    for part in conjuncts(request.where) if request.where else ():
        of_trees = [name for name in column_names(part) if placed.of_trees(name)]
        if not of_trees:
            on_plots &= matches(part, placed.on_plots, on_plots.size)
        elif request.quantity == "area":
            raise ExpressionError("where-tree-column-of-area", column=of_trees[0])
        else:
            on_trees &= matches(part, placed.on_trees, on_trees.size)
    return on_plots, on_trees & on_plots[placed.tree_plot]


def _groups(
    placed: _Placed, request: TableRequest, on_plots: Mask, on_trees: Mask
) -> tuple[tuple[tuple[Group, ...], Positions] | None, bool]:
    """Return group names with the group of each row, and whether the rows are plots."""
    if not request.by:
        return None, False
    of_trees = [name for name in request.by if placed.of_trees(name)]
    if of_trees and request.quantity == "area":
        raise EstimationError("estimate-area-by-trees", column=of_trees[0])
    mask, get = (on_trees, placed.on_trees) if of_trees else (on_plots, placed.on_plots)
    group = np.full(mask.size, -1, dtype=np.intp)
    names, group[mask] = group_rows([get(name)[mask] for name in request.by], list(request.by))
    return (names, group), not of_trees


def _values(
    placed: _Placed,
    request: TableRequest,
    domain: tuple[Mask, Mask],
    groups: tuple[tuple[Group, ...], Positions] | None,
    own: bool,
) -> tuple[Floats, int]:
    on_plots, on_trees = domain
    share = placed.tables.plots.get("land_frac")
    land = on_plots * (np.ones(on_plots.size) if share is None else np.nan_to_num(reals_of(share)))
    every = np.arange(on_plots.size, dtype=np.intp)
    areas = _by_plot(every, land, on_plots.size, groups if own else None, every)
    if request.quantity == "area":
        return areas, 0
    trees = np.flatnonzero(on_trees)
    per_ha = _expansion(placed, trees)
    expanded = np.isfinite(per_ha)
    trees, per_ha = trees[expanded], per_ha[expanded]
    amount = _tree_values(placed, request.quantity, trees) * per_ha
    plot = placed.tree_plot[trees]
    amounts = _by_plot(plot, amount, on_plots.size, groups, plot if own else trees)
    nulls = int((~expanded).sum())
    return (np.column_stack([amounts, areas]) if request.per_area else amounts), nulls


def _by_plot(
    plot: Positions,
    values: Floats,
    n: int,
    groups: tuple[tuple[Group, ...], Positions] | None,
    at: Positions,
) -> Floats:
    """Return the sums of each plot: the whole, then each group; `at` gives the row of a value's group."""
    whole = binned_sums(plot, values, n)
    if groups is None:
        return whole.reshape(-1, 1)
    names, group = groups[0], groups[1][at]
    inside = group >= 0
    sums = binned_sums(plot[inside] * len(names) + group[inside], values[inside], n * len(names))
    return np.column_stack([whole, sums.reshape(n, len(names))])


def _expansion(placed: _Placed, trees: Positions) -> Floats:
    """Return trees per hectare that each tree stands for; NaN where it is not known."""
    if "trees_per_ha" in placed.tables.trees:
        return reals_of(placed.tables.trees["trees_per_ha"])[trees]
    if "area_m2" not in placed.tables.plots:
        raise InventoryError("table-without-expansion")
    area = reals_of(placed.tables.plots["area_m2"])
    bad = ~(area > 0)
    if bad.any():
        raise InventoryError(
            "table-area-not-positive", plot=str(placed.plot_id[bad][0]), count=int(bad.sum())
        )
    return np.asarray(M2_PER_HA / area[placed.tree_plot[trees]], dtype=np.float64)


def _tree_values(placed: _Placed, quantity_id: str, trees: Positions) -> Floats:
    quantity = TABLE_QUANTITIES[quantity_id]
    if not quantity.columns:
        return np.ones(trees.size)
    total = np.zeros(trees.size)
    for name in quantity.columns:
        if name not in placed.tables.trees:
            raise InventoryError("table-column-missing", field=name, quantity=quantity_id)
        values = reals_of(placed.tables.trees[name])[trees]
        if np.isnan(values).any():
            first = placed.plot_id[placed.tree_plot[trees[np.isnan(values)][0]]]
            count = int(np.isnan(values).sum())
            raise InventoryError("table-value-missing", field=name, plot=str(first), count=count)
        total += values ** (2 if quantity.squared else 1)
    return total * quantity.factor
