"""Shrubs by their crown cover (AR-TOOL14 v04.2 eq. 26 and 27)."""

from __future__ import annotations

from mrv.pools.checks import not_negative, share
from mrv.pools.rules import PoolRules, default_rules
from mrv.units import CO2_PER_C


def shrub_biomass_t_per_ha(
    crown_cover_frac: float, forest_biomass_t_per_ha: float, ratio: float, least_cover_frac: float
) -> float:
    """Return above-ground shrub biomass [t/ha], b_S = BDR b_FOREST CC, and 0 below the least cover (eq. 27).

    Parameters
    ----------
    crown_cover_frac
        Crown cover of the shrubs [1].
    forest_biomass_t_per_ha
        Above-ground biomass of forest of the region, b_FOREST [t/ha].
    ratio
        Biomass of full shrub cover over that of forest, BDR [1].
    least_cover_frac
        Cover below which shrubs count as nothing [1].
    """
    share(crown_cover_frac=crown_cover_frac, least_cover_frac=least_cover_frac)
    not_negative(forest_biomass_t_per_ha=forest_biomass_t_per_ha, ratio=ratio)
    if crown_cover_frac < least_cover_frac:
        return 0.0
    return ratio * forest_biomass_t_per_ha * crown_cover_frac


def shrub_stock_tco2e(
    area_ha: float, crown_cover_frac: float, forest_biomass_t_per_ha: float, rules: PoolRules | None = None
) -> float:
    """Return the carbon of shrubs, roots included [t CO2e], 44/12 CF_S (1 + R_S) A b_S (eq. 26).

    Parameters
    ----------
    area_ha
        Area [ha].
    crown_cover_frac
        Crown cover of the shrubs [1].
    forest_biomass_t_per_ha
        Above-ground biomass of forest of the region, b_FOREST [t/ha].
    rules
        BDR, CF_S, R_S and the least cover (`mrv.pools.rules`).

    Examples
    --------
    >>> round(shrub_stock_tco2e(10.0, 0.3, 60.0), 6)
    43.428
    >>> shrub_stock_tco2e(10.0, 0.04, 60.0)
    0.0
    """
    not_negative(area_ha=area_ha)
    used = rules or default_rules()
    b = shrub_biomass_t_per_ha(
        crown_cover_frac,
        forest_biomass_t_per_ha,
        used.number("shrub_biomass_ratio"),
        used.number("shrub_crown_cover_min"),
    )
    carbon = used.number("shrub_carbon_fraction") * (1 + used.number("shrub_root_shoot")) * area_ha * b
    return CO2_PER_C * carbon


SHRUB_FACTORS = (
    "shrub_biomass_ratio",
    "shrub_crown_cover_min",
    "shrub_carbon_fraction",
    "shrub_root_shoot",
)
"""Factors of `mrv.pools.rules` that `shrub_stock_tco2e` rests on."""
