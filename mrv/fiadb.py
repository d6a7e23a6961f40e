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
from typing import Final

import numpy as np

from mrv.fia.adjustment import adjustment_of, condition_factors, tree_factors
from mrv.fia.frame import make_frame, sampled_population
from mrv.fia.quantities import QUANTITIES, FiaQuantity, tree_values
from mrv.fia.tables import FiaTables, Positions, binned_sums, codes_of, names_of, reals_of
from mrv.fia_population import FiaPopulation, collapse_strata
from mrv.moments import Floats
from mrv.sampling import Totals, totals_post_stratified
from mrv.statement_items import DomainEstimate, Note
from mrv.units import HA_PER_US_SURVEY_ACRE
from mrv.where import Mask

__all__ = [
    "ATTRIBUTES",
    "FiaResult",
    "FiaTables",
    "estimate_fiadb",
    "fia_totals",
    "forest_land",
    "plot_values",
    "sampled_population",
]
ATTRIBUTES: Final[Mapping[str, FiaQuantity]] = MappingProxyType(
    {
        "growing_stock": QUANTITIES["volume"],
        "carbon_stock_ag": QUANTITIES["carbon_ag"],
        "trees": QUANTITIES["tpa"],
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
    frame = make_frame(tables, population)
    size = frame.population.plot_id.size
    adjustment = adjustment_of(frame, frame.population)
    rows = np.flatnonzero(in_domain[frame.cond_row])
    share = np.nan_to_num(reals_of(tables.conditions["condprop_unadj"])[frame.cond_row[rows]])
    area = binned_sums(frame.cond_plot[rows], share * condition_factors(frame, adjustment)[rows], size)
    trees = np.flatnonzero(in_domain[frame.cond_row][frame.tree_cond] & _live(frame.tree_row, tables))
    chosen = frame.tree_row[trees]
    factor = reals_of(tables.trees["tpa_unadj"])[chosen] * tree_factors(frame, adjustment, trees)
    columns = [area]
    for name in attributes:
        values, _ = tree_values(tables.trees, chosen, ATTRIBUTES[name])
        total = binned_sums(frame.tree_plot[trees], values * factor, size)
        columns.append(total / HA_PER_US_SURVEY_ACRE)
    return np.column_stack(columns)


def _live(rows: Positions, tables: FiaTables) -> Mask:
    live: Mask = codes_of(tables.trees["statuscd"])[rows] == 1
    return live & np.isfinite(reals_of(tables.trees["tpa_unadj"])[rows])


def _null_notes(tables: FiaTables, population: FiaPopulation) -> tuple[Note, ...]:
    trees = tables.trees
    here = np.isin(names_of(trees["plt_cn"]), population.plot_id)
    live = here & (codes_of(trees["statuscd"]) == 1)
    no_volume = int((live & np.isnan(np.asarray(trees["volcfnet"], dtype=np.float64))).sum())
    no_tpa = int((here & np.isnan(np.asarray(trees["tpa_unadj"], dtype=np.float64))).sum())
    counts = {"fia-volume-null-zero": no_volume, "fia-tree-without-expansion": no_tpa}
    return tuple(
        Note(rule, {"count": count, "domain": population.domain}) for rule, count in counts.items() if count
    )
