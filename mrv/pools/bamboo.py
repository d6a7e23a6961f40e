"""Bamboo outside the tree tally: culms per hectare by mean size and age class.

Culms that were tallied in the plots are already in the stock of living trees and must not come here again.
Roots and rhizomes count only if a ratio is stated: no table has one for moso bamboo.
"""

from __future__ import annotations

from mrv.allometry import BAMBOO
from mrv.biomass import bamboo_culm_kg
from mrv.coefficients import biomass_factors, known
from mrv.errors import EstimationError
from mrv.pools.checks import not_negative
from mrv.units import CO2_PER_C, KG_PER_T


def bamboo_stock_tco2e(
    area_ha: float, culms_per_ha: float, dbh_cm: float, du: float, root_shoot: float = 0.0
) -> float:
    """Return the carbon of moso bamboo [t CO2e], 44/12 CF (1 + R) A N M(D, du).

    M by Zhou (2006) (`mrv.biomass.bamboo_culm_kg`), CF of species 660. M is not linear in D: give one row for
    each size and age class rather than one mean over all.

    Parameters
    ----------
    area_ha
        Area [ha].
    culms_per_ha
        Living culms of this class [1/ha].
    dbh_cm
        Their diameter at 1.3 m [cm].
    du
        Their age class [du].
    root_shoot
        Roots and rhizomes over the culm [1]; 0 leaves them out.

    Examples
    --------
    >>> round(bamboo_stock_tco2e(1.0, 1000.0, 10.0, 2.0) / (44 / 12), 6)
    6.967592
    """
    not_negative(area_ha=area_ha, culms_per_ha=culms_per_ha, root_shoot=root_shoot)
    if not (dbh_cm > 0 and du > 0):
        raise EstimationError("pool-value-negative", name="dbh_cm, du", value=min(dbh_cm, du))
    fraction = known(biomass_factors(BAMBOO).cf, BAMBOO, "cf")
    culm_t = float(bamboo_culm_kg([dbh_cm], [du])[0]) / KG_PER_T
    return CO2_PER_C * fraction * (1 + root_shoot) * area_ha * culms_per_ha * culm_t
