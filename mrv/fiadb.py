"""Post-stratified estimates from the tables of a FIADB evaluation, in SI units.

Rules (Bechtold and Patterson 2005; FIADB user guide): plots with PLOT_STATUS_CD 3 and conditions
with COND_STATUS_CD 5 are not sampled; in each stratum h the sampled proportions are adjusted by
n_h / sum of proportions, for conditions, subplots and microplots apart; a tree with TPA_UNADJ over
50 was tallied on the microplot; an acre is a US survey acre. A null VOLCFNET counts as 0 and a tree
without TPA_UNADJ is left out; both are counted in the notes. Plots without forest are zeros.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.errors import EstimationError, InventoryError
from mrv.fia_population import FiaPopulation, collapse_strata
from mrv.moments import Floats, Labels
from mrv.sampling import Totals, totals_post_stratified
from mrv.statement_items import DomainEstimate, Note
from mrv.units import HA_PER_US_SURVEY_ACRE, KG_PER_LB, KG_PER_T, M3_PER_FT3

Mask = NDArray[np.bool_]
Table = Mapping[str, NDArray[Any]]
MICROPLOT_TPA: Final = 50.0
"""Trees per acre over which a tree was tallied on the microplot [1/acre]."""


@dataclass(frozen=True, slots=True)
class FiaTables:
    """Plain columns of a FIADB evaluation, with lower-case names."""

    plots: Table
    """cn, plot_status_cd."""
    conditions: Table
    """plt_cn, condid, cond_status_cd, condprop_unadj, subpprop_unadj, micrprop_unadj."""
    trees: Table
    """plt_cn, condid, statuscd, tpa_unadj, volcfnet, carbon_ag."""


@dataclass(frozen=True, slots=True)
class TreeAttribute:
    """A value of each tree that is expanded to the population."""

    column: str
    """Column of the tree table; empty counts the trees."""
    si_per_unit: float
    """Factor to SI, per tree."""
    null_is_zero: bool
    """Whether a null is 0 (and counted); else a null of a tree in the domain is refused."""


ATTRIBUTES: Final[Mapping[str, TreeAttribute]] = MappingProxyType(
    {
        "growing_stock": TreeAttribute("volcfnet", M3_PER_FT3, null_is_zero=True),
        "carbon_stock_ag": TreeAttribute("carbon_ag", KG_PER_LB / KG_PER_T, null_is_zero=False),
        "trees": TreeAttribute("", 1.0, null_is_zero=False),
    }
)
"""m3 (net cubic-foot volume), t C (the inventory's own carbon), number of live trees."""


@dataclass(frozen=True, slots=True)
class FiaResult:
    """Estimates of one population."""

    estimates: tuple[DomainEstimate, ...]
    """forest_area ha, growing_stock m3, carbon_stock_ag t C, and per hectare of forest."""
    notes: tuple[Note, ...]
    """Nulls counted, trees left out, strata collapsed."""


def estimate_fiadb(
    tables: FiaTables, population: FiaPopulation, *, year: int, stage: str = "account"
) -> FiaResult:
    """Return forest area, growing stock and above-ground carbon of live trees on forest land.

    Parameters
    ----------
    tables
        Plots, conditions and trees.
    population
        Its plots with unit and stratum, and the units with area [ha] and stratum weights. Strata with
        fewer than two plots are collapsed by the rule of `collapse_strata`, and a note says so.
    year
        Year of the inventory.
    stage
        Label of the estimates.

    Returns
    -------
    FiaResult
        forest_area [ha], growing_stock [m3], carbon_stock_ag [t C], and the ratios to forest area
        growing_stock_per_ha [m3/ha] and carbon_stock_ag_per_ha [t C/ha].
    """
    usable, notes = collapse_strata(sampled_population(tables, population))
    names = ("growing_stock", "carbon_stock_ag")
    domain = forest_land(tables)
    totals = fia_totals(tables, usable, domain, names)
    area = totals.estimate(0, "ha")
    found = [DomainEstimate(stage, usable.domain, "forest_area", area, year=year)]
    for column, (name, unit) in enumerate(zip(names, ("m3", "t C"), strict=True), start=1):
        found.append(DomainEstimate(stage, usable.domain, name, totals.estimate(column, unit), year=year))
        if area.value > 0:
            ratio = totals.ratio(column, 0, f"{unit}/ha")
            found.append(DomainEstimate(stage, usable.domain, f"{name}_per_ha", ratio, year=year))
    return FiaResult(tuple(found), (*notes, *_null_notes(tables, usable)))


def forest_land(tables: FiaTables) -> Mask:
    """Return which conditions are forest land (COND_STATUS_CD 1)."""
    forest: Mask = np.asarray(tables.conditions["cond_status_cd"], dtype=np.float64) == 1
    return forest


def sampled_population(tables: FiaTables, population: FiaPopulation) -> FiaPopulation:
    """Return the population without the plots that were not sampled (PLOT_STATUS_CD 3)."""
    status = np.asarray(tables.plots["plot_status_cd"], dtype=np.float64)
    sampled = np.asarray(tables.plots["cn"], dtype=np.str_)[status != 3]
    known = set(np.asarray(tables.plots["cn"], dtype=np.str_).tolist())
    for name in population.plot_id:
        if str(name) not in known:
            raise InventoryError("fia-plot-unknown", plot=str(name))
    return population.take(np.isin(population.plot_id, sampled))


def fia_totals(
    tables: FiaTables, population: FiaPopulation, in_domain: Mask, attributes: tuple[str, ...]
) -> Totals:
    """Return totals of the area of a domain and of tree attributes in it, with their covariance.

    Parameters
    ----------
    tables
        Plots, conditions and trees.
    population
        Sampled plots, each stratum with two or more of them.
    in_domain
        Which conditions (rows of the table) belong to the domain.
    attributes
        Keys of `ATTRIBUTES`.

    Returns
    -------
    Totals
        Column 0 is the area [ha]; then the attributes [m3, t C, number].
    """
    values = plot_values(tables, population, in_domain, attributes)
    return totals_post_stratified(
        population.plot_id, values, population.unit, population.stratum, population.units
    )


def plot_values(
    tables: FiaTables, population: FiaPopulation, in_domain: Mask, attributes: tuple[str, ...]
) -> Floats:
    """Return the adjusted value of each plot: share of area in the domain, attributes per hectare.

    Returns
    -------
    Array of shape (plots, 1 + attributes)
        [1], then [m3/ha], [t C/ha] or [1/ha].
    """
    cond_plot = np.asarray(tables.conditions["plt_cn"], dtype=np.str_)
    sampled = np.asarray(tables.conditions["cond_status_cd"], dtype=np.float64) != 5
    at = _positions(population.plot_id, cond_plot)
    rows = np.flatnonzero(sampled & (at >= 0))
    rows = rows[np.lexsort((np.asarray(tables.conditions["condid"])[rows], at[rows]))]
    adjust = {
        name: _adjustment(population, at[rows], _real(tables.conditions[name], rows))
        for name in ("condprop_unadj", "subpprop_unadj", "micrprop_unadj")
    }
    chosen = rows[in_domain[rows]]
    share = _real(tables.conditions["condprop_unadj"], chosen)
    area = np.bincount(at[chosen], weights=share, minlength=population.plot_id.size)
    columns = [area * adjust["condprop_unadj"]]
    trees, tree_at = _live_trees(tables, population, chosen)
    tpa = _real(tables.trees["tpa_unadj"], trees)
    factor = np.where(
        tpa > MICROPLOT_TPA, adjust["micrprop_unadj"][tree_at], adjust["subpprop_unadj"][tree_at]
    )
    for name in attributes:
        per_acre = _tree_values(tables, trees, ATTRIBUTES[name]) * tpa * factor
        total = np.bincount(tree_at, weights=per_acre, minlength=population.plot_id.size)
        columns.append(total / HA_PER_US_SURVEY_ACRE)
    return np.column_stack(columns)


def _positions(plot_id: Labels, wanted: Labels) -> NDArray[np.intp]:
    """Return the position of each wanted plot in the population, -1 where it is not in it."""
    index = {str(name): position for position, name in enumerate(plot_id)}
    return np.array([index.get(str(name), -1) for name in wanted], dtype=np.intp)


def _real(values: ArrayLike, rows: NDArray[np.intp]) -> Floats:
    return np.asarray(values, dtype=np.float64)[rows]


def _adjustment(population: FiaPopulation, at: NDArray[np.intp], share: Floats) -> Floats:
    """Return the adjustment of each plot's stratum: plots over the sum of sampled proportions [1]."""
    sampled = np.bincount(at, weights=np.nan_to_num(share), minlength=population.plot_id.size)
    keys = np.char.add(np.char.add(population.unit, "\x1f"), population.stratum)
    _, stratum = np.unique(keys, return_inverse=True)
    plots, proportion = np.bincount(stratum), np.bincount(stratum, weights=sampled)
    if not (proportion > 0).all():
        raise EstimationError("stratum-not-sampled", domain=population.domain)
    factor: Floats = (plots / proportion)[stratum]
    return factor


def _live_trees(
    tables: FiaTables, population: FiaPopulation, chosen: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return live trees of the chosen conditions in a fixed order, and the position of their plots."""
    conditions = tables.conditions
    pairs = set(
        zip(
            _names(conditions["plt_cn"])[chosen].tolist(),
            _codes(conditions["condid"])[chosen].tolist(),
            strict=True,
        )
    )
    trees = tables.trees
    plots, condid = _names(trees["plt_cn"]), _codes(trees["condid"])
    live = (_codes(trees["statuscd"]) == 1) & np.isfinite(np.asarray(trees["tpa_unadj"], dtype=np.float64))
    inside = np.array(
        [pair in pairs for pair in zip(plots.tolist(), condid.tolist(), strict=True)], dtype=bool
    )
    rows = np.flatnonzero(live & inside)
    # the order of the file must not change a bit: by plot, then by the values themselves
    at = _positions(population.plot_id, plots[rows])
    keys = [np.nan_to_num(_real(trees[name], rows)) for name in ("carbon_ag", "volcfnet", "tpa_unadj")]
    order = np.lexsort((*keys, at))
    return rows[order], at[order]


def _names(values: ArrayLike) -> Labels:
    return np.asarray(values, dtype=np.str_)


def _codes(values: ArrayLike) -> NDArray[np.int64]:
    return np.nan_to_num(np.asarray(values, dtype=np.float64), nan=-1).astype(np.int64)


def _tree_values(tables: FiaTables, rows: NDArray[np.intp], attribute: TreeAttribute) -> Floats:
    if not attribute.column:
        return np.ones(rows.size)
    values = _real(tables.trees[attribute.column], rows)
    missing = np.isnan(values)
    if missing.any() and not attribute.null_is_zero:
        plot = str(_names(tables.trees["plt_cn"])[rows[missing][0]])
        raise InventoryError("fia-value-missing", field=attribute.column, plot=plot, count=int(missing.sum()))
    return np.nan_to_num(values) * attribute.si_per_unit


def _null_notes(tables: FiaTables, population: FiaPopulation) -> tuple[Note, ...]:
    trees = tables.trees
    here = np.isin(_names(trees["plt_cn"]), population.plot_id)
    live = here & (_codes(trees["statuscd"]) == 1)
    no_volume = int((live & np.isnan(np.asarray(trees["volcfnet"], dtype=np.float64))).sum())
    no_tpa = int((here & np.isnan(np.asarray(trees["tpa_unadj"], dtype=np.float64))).sum())
    counts = {"fia-volume-null-zero": no_volume, "fia-tree-without-expansion": no_tpa}
    return tuple(
        Note(rule, {"count": count, "domain": population.domain}) for rule, count in counts.items() if count
    )
