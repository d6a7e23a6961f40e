"""From counted trees to hectares: what each tree of an inventory stands for, and what part of a plot counted.

``per hectare of a visit = adjustment x sum over trees (share x value) / base area``

In plots of fixed area the base area is that of the plot, and the share of a tree is 1; in nested plots and
angle counts it is 1 ha, and the share is the number of trees per hectare that the tree stands for. Times its
``tally_count`` (2 for a tree counted twice by the walkthrough method).

**Plots cut by a border.** Where part of a plot lies outside the population, or could not be reached, the
plot says what part was measured (``sampled_frac``). Its sum still belongs to the whole plot, and every visit
of its stratum and campaign is divided by the mean fraction of that stratum: adj_h = n_h / sum of fractions
(Bechtold and Patterson 2005, SRS-80, chapter 4). Dividing each plot by its own fraction would let a sliver
count like a whole plot. This is right on average where plot centres may lie beyond the border too; with
centres inside only, the ground along the border weighs less, and where it is unlike the rest the walkthrough
method is the exact way. A plot that is split by condition (stands, land classes) gives one value for each
condition, zeros included (`condition_values`): the conditions sum to the plot, and domains stay unbiased.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.errors import InventoryError
from mrv.inventory import Inventory, Plots, Trees
from mrv.moments import Floats, Labels
from mrv.plot_design import expansion_per_ha
from mrv.units import M2_PER_HA

Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Expansion:
    """What the trees and visits of an inventory stand for."""

    base_area_m2: Floats
    """Base area of each plot visit, shape (visits,) [m2]."""
    adjustment: Floats
    """1 over the mean measured fraction of the visit's stratum and campaign, shape (visits,) [1]."""
    share: Floats
    """Trees on the base area that each tree stands for, shape (trees,) [1]; NaN without a visit."""
    visit: Positions
    """Position of the visit of each tree, shape (trees,); -1 without one."""


def expand(inventory: Inventory) -> Expansion:
    """Return the expansion of an inventory by its plot design.

    Parameters
    ----------
    inventory
        Plots with a usable area, unless they count by angle; trees with their DBH [cm].
    """
    plots, trees, design = inventory.plots, inventory.trees, inventory.design
    visit = visits_of(plots, trees)
    fixed = design.kind == "fixed"
    base = plots.area_m2.copy() if fixed else np.full(plots.plot_id.size, M2_PER_HA)
    if fixed and not design.slope_corrected:
        base = base * np.cos(np.radians(plots.slope_deg))
    share = np.where(visit >= 0, 1.0, np.nan)
    if not fixed:
        known = np.flatnonzero(visit >= 0)
        at = visit[known]
        slope = None if design.slope_corrected else plots.slope_deg[at]
        share[known] = expansion_per_ha(trees.dbh_cm[known], plots.area_m2[at], design, slope)
    return Expansion(base, adjustment(plots), share * trees.tally_count, visit)


def adjustment(plots: Plots) -> Floats:
    """Return n / sum of measured fractions of each visit's stratum and campaign, shape (visits,) [1]."""
    years = np.char.add(plots.campaign_year.astype(np.str_), "\x1f")
    _, group = np.unique(np.char.add(years, plots.stratum), return_inverse=True)
    counts = np.bincount(group)
    measured = np.bincount(group, weights=plots.sampled_frac)
    return np.asarray((counts / np.where(measured > 0, measured, np.nan))[group], dtype=np.float64)


def visits_of(plots: Plots, trees: Trees) -> Positions:
    """Return the position of each tree's plot visit, shape (trees,): the first of several, -1 for none."""
    names, code = np.unique(np.concatenate([plots.plot_id, trees.plot_id]), return_inverse=True)
    years = np.concatenate([plots.campaign_year, trees.campaign_year])
    _, year = np.unique(years, return_inverse=True)
    key = year * np.int64(names.size or 1) + code
    of_plots, of_trees = key[: plots.plot_id.size], key[plots.plot_id.size :]
    if of_plots.size == 0:
        return np.full(of_trees.size, -1, dtype=np.intp)
    order = np.argsort(of_plots, kind="stable")
    at = np.minimum(np.searchsorted(of_plots[order], of_trees), of_plots.size - 1)
    return np.where(of_plots[order][at] == of_trees, order[at], -1).astype(np.intp)


@dataclass(frozen=True, slots=True)
class ConditionValues:
    """Values of plots split by condition, every plot with every condition."""

    plot_id: Labels
    """Plots, sorted, shape (n,)."""
    condition: Labels
    """Conditions, sorted, shape (c,)."""
    per_ha: Floats
    """Value per hectare of whole plot, zero where a plot has no such condition, shape (n, c)."""
    fraction: Floats
    """Part of each plot that is of each condition, shape (n, c) [1]."""


def condition_values(
    plot_id: ArrayLike,
    condition: ArrayLike,
    fraction: ArrayLike,
    tree_plot_id: ArrayLike,
    tree_condition: ArrayLike,
    tree_per_ha: ArrayLike,
) -> ConditionValues:
    """Return value and area of each condition in each plot, as FIA keeps them (CONDPROP).

    The mean over plots of a column of ``per_ha`` times the area of the frame is the total of a condition, the
    mean of ``fraction`` times that area its area, their ratio the value per hectare of the condition.

    Parameters
    ----------
    plot_id, condition, fraction
        One record for each part of a plot, shape (m,); the fractions of a plot sum to at most 1 [1].
    tree_plot_id, tree_condition
        Where each tree stands, shape (t,).
    tree_per_ha
        Value of each tree times the number per hectare it stands for, shape (t,).

    Raises
    ------
    InventoryError
        A fraction is not in 0..1, those of a plot exceed 1, or a tree stands in a part that is not recorded.

    Examples
    --------
    >>> plots, parts = ["A", "A", "B"], ["forest", "meadow", "forest"]
    >>> found = condition_values(plots, parts, [0.6, 0.4, 1], ["A", "B"], ["forest", "forest"], [3, 5])
    >>> found.per_ha.tolist(), found.fraction.tolist()
    ([[3.0, 0.0], [5.0, 0.0]], [[0.6, 0.4], [1.0, 0.0]])
    """
    plots, row = np.unique(np.asarray(plot_id, dtype=np.str_), return_inverse=True)
    kinds, column = np.unique(np.asarray(condition, dtype=np.str_), return_inverse=True)
    parts = np.zeros((plots.size, kinds.size))
    np.add.at(parts, (row, column), np.asarray(fraction, dtype=np.float64))
    whole = parts.sum(axis=1)
    bad = np.flatnonzero((parts < 0).any(axis=1) | ~(whole <= 1 + 1e-6))
    if bad.size:
        raise InventoryError("condition-fractions", plot=str(plots[bad[0]]), value=float(whole[bad[0]]))
    i = _find(plots, tree_plot_id)
    j = _find(kinds, tree_condition)
    lost = np.flatnonzero((i < 0) | (j < 0) | (parts[i, j] <= 0))
    if lost.size:
        at = int(lost[0])
        names = np.asarray(tree_plot_id, dtype=np.str_), np.asarray(tree_condition, dtype=np.str_)
        raise InventoryError("condition-unrecorded", plot=str(names[0][at]), value=str(names[1][at]))
    values = np.zeros_like(parts)
    np.add.at(values, (i, j), np.asarray(tree_per_ha, dtype=np.float64))
    return ConditionValues(plots, kinds, values, parts)


def _find(known: Labels, wanted: ArrayLike) -> Positions:
    names = np.asarray(wanted, dtype=np.str_)
    at = np.minimum(np.searchsorted(known, names), known.size - 1)
    return np.where(known[at] == names, at, -1).astype(np.intp)
