"""What is taken off a project's account beside its pools: fire, baseline, leakage, trees it removed."""

from __future__ import annotations

import math

from mrv.pools.baseline import BASELINE_FACTORS, baseline_change_tco2e, pre_project_trees_tco2e
from mrv.pools.factors import combustion_by_age, fire_factor, unverified_refs
from mrv.pools.fire import biomass_fire_tco2e, dead_organic_fire_tco2e, fire_gases
from mrv.pools.leakage import LEAKAGE_FACTORS, leakage_tco2e
from mrv.pools.term import Scope, Term


def fires(scope: Scope) -> tuple[Term, ...]:
    """Return the non-CO2 gases of the fires of the period [t CO2e] (AR-TOOL08)."""
    found = [item for item in scope.inputs.fires if scope.covers(item.year)]
    if not found:
        return ()
    gases = fire_gases(scope.inputs.fire_climate, scope.inputs.warming_report)
    shares = [
        fire_factor("combustion", "temperate") if item.age_year is None else combustion_by_age(item.age_year)
        for item in found
    ]
    amounts = [
        biomass_fire_tco2e(item.area_ha, item.biomass_t_per_ha, share.value, gases)
        + dead_organic_fire_tco2e(
            item.area_ha, item.dead_wood_tco2e_per_ha, item.litter_tco2e_per_ha, scope.rules
        )
        for item, share in zip(found, shares, strict=True)
    ]
    refs = {*unverified_refs([*gases.factors, *shares]), *scope.unverified("fire_dom_factor")}
    return (
        Term(
            "fire",
            "project_emissions",
            math.fsum(amounts),
            ("火灾非二氧化碳排放", "non-CO2 gases of fires"),
            {"area_ha": math.fsum(item.area_ha for item in found), "count": float(len(found))},
            tuple(sorted({item.source for item in found})),
            tuple(sorted(refs)),
        ),
    )


def baseline(scope: Scope) -> tuple[Term, ...]:
    """Return the change of the trees that stood before the project [t CO2e] (AR-TOOL14)."""
    lands = scope.inputs.pre_project
    if lands is None:
        return ()
    amounts = [
        baseline_change_tco2e(
            land.area_ha,
            land.tree_cover_frac,
            land.increment_t_per_ha_year,
            float(scope.years),
            kept=land.kept,
            rules=scope.rules,
        )
        for land in lands
    ]
    return (
        Term(
            "baseline",
            "baseline_change",
            math.fsum(amounts),
            ("基准线（项目前散生木）", "baseline (trees before the project)"),
            {"area_ha": math.fsum(land.area_ha for land in lands), "years": float(scope.years)},
            tuple(sorted({land.source for land in lands})),
            scope.unverified(*BASELINE_FACTORS),
        ),
    )


def pre_project_removed(scope: Scope) -> tuple[Term, ...]:
    """Return the carbon of the trees that the project removed in the period [t CO2e], a deduction."""
    lands = [
        land
        for land in scope.inputs.pre_project or ()
        if land.removed_year is not None and scope.covers(land.removed_year)
    ]
    if not lands:
        return ()
    lost = [
        pre_project_trees_tco2e(land.area_ha, land.tree_cover_frac, land.forest_biomass_t_per_ha, scope.rules)
        for land in lands
    ]
    return (
        Term(
            "pre_project_removed",
            "project_emissions",
            math.fsum(lost),
            ("项目清除的散生木", "trees that the project removed"),
            {"area_ha": math.fsum(land.area_ha for land in lands)},
            tuple(sorted({land.source for land in lands})),
            scope.unverified(*BASELINE_FACTORS),
        ),
    )


def leakage(scope: Scope) -> tuple[Term, ...]:
    """Return the leakage of the activities displaced in the period [t CO2e] (AR-TOOL15)."""
    stated = scope.inputs.displacements
    if stated is None:
        return ()
    moved = [item for item in stated if scope.covers(item.year)]
    amounts = [
        leakage_tco2e(
            item.area_ha,
            item.tree_biomass_t_per_ha,
            item.shrub_biomass_t_per_ha,
            item.soil_loss_tco2e,
            scope.rules,
        )
        for item in moved
    ]
    return (
        Term(
            "leakage",
            "leakage",
            math.fsum(amounts),
            ("泄漏", "leakage"),
            {"area_ha": math.fsum(item.area_ha for item in moved)},
            tuple(sorted({item.source for item in moved})),
            scope.unverified(*LEAKAGE_FACTORS),
        ),
    )
