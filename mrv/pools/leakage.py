"""Leakage: what the displacement of farming or grazing costs elsewhere (AR-TOOL15).

All of it counts in the period in which the activity is displaced. A methodology that allows no displacement
has no leakage by its conditions; a displaced area stated all the same is counted.
"""

from __future__ import annotations

from mrv.pools.checks import not_negative
from mrv.pools.rules import PoolRules, default_rules
from mrv.units import CO2_PER_C


def leakage_tco2e(
    area_ha: float,
    tree_biomass_t_per_ha: float,
    shrub_biomass_t_per_ha: float = 0.0,
    soil_loss_tco2e: float = 0.0,
    rules: PoolRules | None = None,
) -> float:
    """Return the leakage of displaced activities [t CO2e].

    LK = 44/12 CF [1.1 b_TREE (1 + R) + b_SHRUB (1 + R_S)] A + loss of soil carbon.

    Parameters
    ----------
    area_ha
        Land that the displaced activity moves to [ha].
    tree_biomass_t_per_ha, shrub_biomass_t_per_ha
        Above-ground biomass that stands there [t/ha].
    soil_loss_tco2e
        Soil carbon lost there [t CO2e]; a gain is not counted.
    rules
        CF, 1.1, R and R_S (`mrv.pools.rules`).

    Examples
    --------
    >>> round(leakage_tco2e(2.0, 40.0, 5.0), 6)
    213.693333
    """
    not_negative(
        area_ha=area_ha,
        tree_biomass_t_per_ha=tree_biomass_t_per_ha,
        shrub_biomass_t_per_ha=shrub_biomass_t_per_ha,
        soil_loss_tco2e=soil_loss_tco2e,
    )
    used = rules or default_rules()
    trees = used.number("leakage_factor") * tree_biomass_t_per_ha * (1 + used.number("baseline_root_shoot"))
    shrubs = shrub_biomass_t_per_ha * (1 + used.number("shrub_root_shoot"))
    carbon = used.number("tree_carbon_fraction") * (trees + shrubs) * area_ha
    return CO2_PER_C * carbon + soil_loss_tco2e


LEAKAGE_FACTORS = (
    "tree_carbon_fraction",
    "leakage_factor",
    "baseline_root_shoot",
    "shrub_root_shoot",
)
"""Factors of `mrv.pools.rules` that `leakage_tco2e` rests on."""
