"""From trees to plots: stock of each plot visit per hectare, and its change between two campaigns.

Only standing trees (live or ingrowth) from the profile's smallest DBH on are tallied. A plot with no
tallied tree is a zero. Change is taken tree by tree, so that in every plot
stock difference = survivor growth + ingrowth - mortality - felling.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mrv.errors import EstimationError
from mrv.expansion import Expansion, expand
from mrv.inventory import Inventory, Plots, Trees
from mrv.moments import Floats, Labels
from mrv.tree_stocks import TreeStocks, tree_stocks
from mrv.units import KG_PER_T, M2_PER_HA

__all__ = [
    "COMPONENTS",
    "VARIABLES",
    "ChangeComponents",
    "Mask",
    "PlotStocks",
    "TreeStocks",
    "change_components",
    "plot_stocks",
    "tree_stocks",
]

Mask = NDArray[np.bool_]
VARIABLES = ("growing_stock", "biomass_ag", "carbon_stock_ag", "carbon_stock_bg", "carbon_stock")
"""Columns of `PlotStocks.per_ha`: m3/ha, t/ha, t C/ha, t C/ha, t C/ha."""
COMPONENTS = ("net_change", "survivor_growth", "ingrowth", "mortality", "felling")
"""Columns of `ChangeComponents.per_ha`: t C/ha over the period; losses are positive."""


@dataclass(frozen=True, slots=True)
class PlotStocks:
    """Stock of each plot visit of one campaign."""

    year: int
    """Campaign."""
    plot_id: Labels
    """Plots, sorted."""
    stratum: Labels
    """Their strata."""
    per_ha: Floats
    """`VARIABLES` in columns, shape (n, 5)."""


@dataclass(frozen=True, slots=True)
class ChangeComponents:
    """Change of each plot that was measured in both campaigns."""

    period: tuple[int, int]
    """The two campaigns."""
    plot_id: Labels
    """Plots, sorted."""
    stratum: Labels
    """Their strata, as of the second campaign."""
    per_ha: Floats
    """`COMPONENTS` in columns, shape (n, 5) [t C/ha over the period]."""
    unpaired: int
    """Plots measured once only, which cannot tell a change [1]."""
    unrecorded: int
    """Trees that stood and have no record later; counted as mortality [1]."""


def plot_stocks(inventory: Inventory, stocks: TreeStocks, year: int) -> PlotStocks:
    """Return the stock of each plot of a campaign, per hectare of horizontal plot area (`mrv.expansion`).

    Parameters
    ----------
    inventory
        Plots and trees, as `build_tree_inventory` sorts them.
    stocks
        Of its trees (`tree_stocks`).
    year
        The campaign.
    """
    visits, index = _visits(inventory, year)
    mass = stocks.mass
    columns = (
        mass.volume_m3,
        mass.biomass_ag_kg / KG_PER_T,
        mass.carbon_ag_kg / KG_PER_T,
        mass.carbon_bg_kg / KG_PER_T,
        mass.carbon_kg / KG_PER_T,
    )
    rows = np.flatnonzero(stocks.tallied & (inventory.trees.campaign_year == year))
    at = _positions(inventory.trees, rows, index)
    expansion = expand(inventory)
    share = expansion.share[rows]
    sums = [np.bincount(at, weights=column[rows] * share, minlength=len(index)) for column in columns]
    plots = inventory.plots
    per_ha = np.column_stack(sums) * (M2_PER_HA / expansion.base_area_m2[visits])[:, None]
    per_ha *= expansion.adjustment[visits][:, None]
    return PlotStocks(year, plots.plot_id[visits], plots.stratum[visits], per_ha)


def _visits(inventory: Inventory, year: int) -> tuple[NDArray[np.intp], dict[str, int]]:
    plots: Plots = inventory.plots
    visits = np.flatnonzero(plots.campaign_year == year)
    if visits.size == 0:
        raise EstimationError("campaign-missing", year=year, source=plots.source)
    sized = inventory.design.kind == "fixed"
    for i in visits[~(plots.area_m2[visits] > 0) & sized]:
        raise EstimationError("plot-area-unusable", source=plots.source, row=int(plots.row[i]))
    return visits, {str(plots.plot_id[i]): position for position, i in enumerate(visits)}


def _positions(trees: Trees, rows: NDArray[np.intp], index: dict[str, int]) -> NDArray[np.intp]:
    for i in rows:
        if str(trees.plot_id[i]) not in index:
            raise EstimationError("tree-plot-unusable", source=trees.source, row=int(trees.row[i]))
    return np.array([index[str(trees.plot_id[i])] for i in rows], dtype=np.intp)


def change_components(
    inventory: Inventory, stocks: TreeStocks, first_year: int, second_year: int
) -> ChangeComponents:
    """Return the change of carbon of each plot measured twice, and what it is made of [t C/ha].

    Survivors stand and are tallied in both campaigns; ingrowth is tallied in the second only;
    a tree tallied in the first only was cut if its later record says so, else it died.
    """
    if first_year >= second_year:
        raise EstimationError("campaigns-reversed", first=first_year, second=second_year)
    before = plot_stocks(inventory, stocks, first_year)
    after = plot_stocks(inventory, stocks, second_year)
    both = np.intersect1d(before.plot_id, after.plot_id)
    index = {str(name): position for position, name in enumerate(both)}
    years, expansion = (first_year, second_year), expand(inventory)
    areas = [_areas_ha(inventory.plots, year, expansion) for year in years]
    carbon = stocks.mass.carbon_kg / KG_PER_T * expansion.share
    sums = np.zeros((both.size, 4))
    unrecorded = 0
    for plot, kind, tonnes, missing in _tree_changes(inventory.trees, stocks, carbon, years, areas):
        if plot in index:
            sums[index[plot], kind] += tonnes
            unrecorded += missing
    net = sums[:, 0] + sums[:, 1] - sums[:, 2] - sums[:, 3]
    where = np.searchsorted(after.plot_id, both)
    unpaired = before.plot_id.size + after.plot_id.size - 2 * both.size
    per_ha = np.column_stack([net, sums])
    period = (first_year, second_year)
    return ChangeComponents(period, both, after.stratum[where], per_ha, int(unpaired), unrecorded)


def _areas_ha(plots: Plots, year: int, expansion: Expansion) -> dict[str, float]:
    """Return the ground that a campaign's visits stand on: base area over adjustment [ha]."""
    rows = np.flatnonzero(plots.campaign_year == year)
    ground = expansion.base_area_m2 / M2_PER_HA / expansion.adjustment
    return {str(plots.plot_id[i]): float(ground[i]) for i in rows}


def _tree_changes(
    trees: Trees,
    stocks: TreeStocks,
    carbon: Floats,
    years: tuple[int, int],
    areas: list[dict[str, float]],
) -> list[tuple[str, int, float, int]]:
    """Return (plot, column of the component, t C/ha, 1 if unrecorded) for each tree, in order."""
    first, second = (_by_tree(trees, year) for year in years)
    changes = []
    for key in sorted({*first, *second}):
        plot = key[0]
        i, j = first.get(key), second.get(key)
        c1 = 0.0 if i is None or plot not in areas[0] else float(carbon[i]) / areas[0][plot]
        c2 = 0.0 if j is None or plot not in areas[1] else float(carbon[j]) / areas[1][plot]
        was, is_now = i is not None and bool(stocks.tallied[i]), j is not None and bool(stocks.tallied[j])
        if was and is_now:
            changes.append((plot, 0, c2 - c1, 0))
        elif is_now:
            changes.append((plot, 1, c2, 0))
        elif was:
            cut = j is not None and str(trees.status[j]) == "cut"
            changes.append((plot, 3 if cut else 2, c1, int(j is None)))
    return changes


def _by_tree(trees: Trees, year: int) -> dict[tuple[str, str], int]:
    rows = np.flatnonzero(trees.campaign_year == year)
    return {(str(trees.plot_id[i]), str(trees.tree_id[i])): int(i) for i in rows}
