"""Baseline: the scattered trees that stood before the project, by their crown cover (AR-TOOL14 v04.2 eq. 21).

The method holds only where their cover is less than a fifth of that from which land is forest. Their change
is 0 where they are not removed, not killed by competition and not counted with the project's trees, while
their survival is watched.
"""

from __future__ import annotations

from mrv.errors import EstimationError
from mrv.pools.checks import not_negative, share
from mrv.pools.rules import PoolRules, default_rules
from mrv.units import CO2_PER_C


def pre_project_trees_tco2e(
    area_ha: float, crown_cover_frac: float, forest_biomass_t_per_ha: float, rules: PoolRules | None = None
) -> float:
    """Return the carbon of scattered trees before the project [t CO2e], 44/12 CF b (1 + R) CC A (eq. 21).

    Parameters
    ----------
    area_ha
        Area [ha].
    crown_cover_frac
        Crown cover of the trees [1].
    forest_biomass_t_per_ha
        Above-ground biomass of forest of the region, b_FOREST [t/ha].
    rules
        Factors (`mrv.pools.rules`).

    Examples
    --------
    >>> round(pre_project_trees_tco2e(100.0, 0.03, 60.0), 6)
    387.75
    """
    not_negative(area_ha=area_ha, forest_biomass_t_per_ha=forest_biomass_t_per_ha)
    used = rules or default_rules()
    _sparse(crown_cover_frac, used)
    return _carbon(forest_biomass_t_per_ha * crown_cover_frac * area_ha, used)


def baseline_change_tco2e(
    area_ha: float,
    crown_cover_frac: float,
    increment_t_per_ha_year: float,
    years: float,
    *,
    kept: bool,
    rules: PoolRules | None = None,
) -> float:
    """Return the change of the baseline over a period [t CO2e], 44/12 CF db_FOREST (1 + R) CC A years.

    Parameters
    ----------
    area_ha
        Area [ha].
    crown_cover_frac
        Crown cover of the trees before the project [1].
    increment_t_per_ha_year
        Yearly increment of above-ground biomass of forest of the region, db_FOREST [t/ha/a].
    years
        Length of the period [a].
    kept
        Whether the trees meet the zero condition (not removed, not killed, not counted, watched).
    rules
        Factors (`mrv.pools.rules`).

    Examples
    --------
    >>> round(baseline_change_tco2e(100.0, 0.03, 4.0, 5.0, kept=False), 6)
    129.25
    >>> baseline_change_tco2e(100.0, 0.03, 4.0, 5.0, kept=True)
    0.0
    """
    not_negative(area_ha=area_ha, increment_t_per_ha_year=increment_t_per_ha_year, years=years)
    used = rules or default_rules()
    _sparse(crown_cover_frac, used)
    return 0.0 if kept else _carbon(increment_t_per_ha_year * crown_cover_frac * area_ha * years, used)


def _carbon(biomass_t: float, rules: PoolRules) -> float:
    roots = rules.number("baseline_root_shoot")
    return CO2_PER_C * rules.number("tree_carbon_fraction") * biomass_t * (1 + roots)


def _sparse(crown_cover_frac: float, rules: PoolRules) -> None:
    """Refuse a cover for which the method was not made."""
    share(crown_cover_frac=crown_cover_frac)
    limit = round(rules.number("baseline_crown_cover_limit") * rules.number("forest_crown_cover"), 12)
    if crown_cover_frac >= limit:
        raise EstimationError("baseline-cover-high", cover_frac=crown_cover_frac, limit_frac=limit)


BASELINE_FACTORS = (
    "tree_carbon_fraction",
    "baseline_root_shoot",
    "baseline_crown_cover_limit",
    "forest_crown_cover",
)
"""Factors of `mrv.pools.rules` that this module rests on."""
