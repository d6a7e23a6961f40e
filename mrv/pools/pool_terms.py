"""The change of each pool beside living trees over a monitoring period, as terms of the account."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mrv.errors import EstimationError
from mrv.pools.bamboo import bamboo_stock_tco2e
from mrv.pools.dead_wood import dead_wood_tco2e
from mrv.pools.factors import Factor, dead_organic_factors, half_life, soil_reference, unverified_refs
from mrv.pools.harvested_wood import products_change_tco2e
from mrv.pools.litter import litter_tco2e
from mrv.pools.project_inputs import ProjectInputs
from mrv.pools.rules import PoolRules
from mrv.pools.shrubs import SHRUB_FACTORS, shrub_stock_tco2e
from mrv.pools.soil import SOIL_FACTORS, SoilStratum, soil_change_tco2e
from mrv.pools.term import Scope, Term

OTHER_POOLS = "other_pools_change"
_DEAD_ORGANIC = {"dead_wood": "dead_wood_factor", "litter": "litter_factor"}


def is_stated(pool: str, inputs: ProjectInputs, *, mandatory: bool, rules: PoolRules) -> bool:
    """Tell whether a pool can be reckoned; a mandatory one also by a factor that the profile names itself."""
    if pool in _DEAD_ORGANIC:
        named = rules.names(_DEAD_ORGANIC[pool]) or rules.names(f"{pool}_ratio_a")
        return inputs.dead_organic is not None or (mandatory and named)
    items: dict[str, Sequence[object]] = {
        "soil": inputs.soils,
        "shrub": inputs.shrubs,
        "bamboo": inputs.bamboos,
        "harvested_wood": inputs.harvests,
    }
    return bool(items[pool])


def dead_wood(scope: Scope) -> tuple[Term, ...]:
    """Return the change of dead wood [t CO2e] (AR-TOOL12, default-factor method)."""
    factor = _dead_organic_factor(scope, "dead_wood", 0)
    value = dead_wood_tco2e(scope.tree_change_tco2e, factor.value)
    return (_by_factor(scope, "dead_wood", ("枯死木", "dead wood"), value, factor),)


def litter(scope: Scope) -> tuple[Term, ...]:
    """Return the change of litter [t CO2e] (AR-TOOL12, default-factor method)."""
    factor = _dead_organic_factor(scope, "litter", 1)
    value = litter_tco2e(scope.tree_change_tco2e, factor.value)
    return (_by_factor(scope, "litter", ("枯落物", "litter"), value, factor),)


def _dead_organic_factor(scope: Scope, pool: str, place: int) -> Factor:
    """Return the methodology's own share [1]; only where it is silent, that of the stated class."""
    name = _DEAD_ORGANIC[pool]
    if scope.rules.names(name):
        return scope.rules.factor(name)
    if scope.rules.names(f"{pool}_ratio_a"):
        # a ratio that falls with biomass: reckoned only once its two numbers have been confirmed
        raise EstimationError(
            "pool-ratio-not-built", pool=pool, key=scope.rules.factor(f"{pool}_ratio_a").ref
        )
    stated = scope.inputs.dead_organic
    if stated is None:
        raise EstimationError("pool-class-missing", pool=pool)
    return dead_organic_factors(stated.climate, stated.elevation_m, stated.rain_mm)[place]


def _by_factor(scope: Scope, pool: str, names: tuple[str, str], value: float, factor: Factor) -> Term:
    stated = scope.inputs.dead_organic
    return Term(
        pool,
        OTHER_POOLS,
        value,
        names,
        {"share_frac": factor.value, "tree_change_tco2e": scope.tree_change_tco2e},
        (stated.source,) if stated else (factor.source,),
        unverified_refs([factor]),
    )


def soil(scope: Scope) -> tuple[Term, ...]:
    """Return the change of soil organic carbon [t CO2e] (AR-TOOL16)."""
    lands = scope.inputs.soils
    references = [soil_reference(land.climate, land.soil) for land in lands]
    changes = [
        soil_change_tco2e(
            SoilStratum(
                land.area_ha,
                reference.value,
                land.land_use_factor,
                land.management_factor,
                land.input_factor,
                land.disturbed_frac,
                land.preparation_year,
            ),
            scope.first_year,
            scope.last_year,
            scope.rules,
        )
        for land, reference in zip(lands, references, strict=True)
    ]
    return (
        Term(
            "soil",
            OTHER_POOLS,
            math.fsum(changes),
            ("土壤有机碳", "soil organic carbon"),
            {"area_ha": math.fsum(land.area_ha for land in lands), "years": float(scope.years)},
            _sources(lands),
            tuple(sorted({*unverified_refs(references), *scope.unverified(*SOIL_FACTORS)})),
        ),
    )


def shrub(scope: Scope) -> tuple[Term, ...]:
    """Return the change of shrubs by their crown cover [t CO2e] (AR-TOOL14 eq. 26 and 27)."""
    lands = scope.inputs.shrubs
    changes = [
        shrub_stock_tco2e(land.area_ha, cover, land.forest_biomass_t_per_ha, scope.rules) * sign
        for land in lands
        for cover, sign in ((land.last_cover_frac, 1.0), (land.first_cover_frac, -1.0))
    ]
    return (
        Term(
            "shrub",
            OTHER_POOLS,
            math.fsum(changes),
            ("灌木", "shrubs"),
            {"area_ha": math.fsum(land.area_ha for land in lands)},
            _sources(lands),
            scope.unverified(*SHRUB_FACTORS),
        ),
    )


def bamboo(scope: Scope) -> tuple[Term, ...]:
    """Return the change of bamboo that no tree plot tallies, culms only [t CO2e]."""
    lands = scope.inputs.bamboos
    changes = [
        bamboo_stock_tco2e(land.area_ha, culms, land.dbh_cm, land.du) * sign
        for land in lands
        for culms, sign in ((land.last_culms_per_ha, 1.0), (land.first_culms_per_ha, -1.0))
    ]
    return (
        Term(
            "bamboo",
            OTHER_POOLS,
            math.fsum(changes),
            ("竹（样地之外）", "bamboo outside the plots"),
            {"area_ha": math.fsum(land.area_ha for land in lands)},
            _sources(lands),
            ("bamboo_culm.csv:660", "biomass_factors.csv:660"),
        ),
    )


def harvested_wood(scope: Scope) -> tuple[Term, ...]:
    """Return the change of harvested wood in use [t CO2e] (IPCC 2006, volume 4, eq. 12.1)."""
    harvests = scope.inputs.harvests
    products = sorted({item.product for item in harvests})
    lives = {product: half_life(product) for product in products}
    changes = []
    for product in products:
        inflow: dict[int, float] = {}
        for item in harvests:
            if item.product == product:
                inflow[item.year] = inflow.get(item.year, 0.0) + item.carbon_tc
        changes.append(products_change_tco2e(inflow, lives[product].value, scope.first_year, scope.last_year))
    return (
        Term(
            "harvested_wood",
            OTHER_POOLS,
            math.fsum(changes),
            ("木产品", "harvested wood products"),
            {"carbon_tc": math.fsum(item.carbon_tc for item in harvests)},
            _sources(harvests),
            unverified_refs(lives.values()),
        ),
    )


def _sources(items: Sequence[object]) -> tuple[str, ...]:
    return tuple(sorted({str(getattr(item, "source", "")) for item in items}))
