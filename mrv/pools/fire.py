"""Fire: methane and nitrous oxide of what burned (AR-TOOL08).

The carbon dioxide of a fire is the loss that the plots show; here stand the other gases only. A prescribed or
wild fire counts alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from mrv.pools.checks import not_negative, share
from mrv.pools.factors import Factor, fire_factor
from mrv.pools.rules import PoolRules, default_rules


@dataclass(frozen=True, slots=True)
class FireGases:
    """Emission factors and warming potentials of one climate and one assessment report."""

    ch4_g_per_kg: Factor
    """Methane per dry matter burned [g/kg]."""
    n2o_g_per_kg: Factor
    """Nitrous oxide per dry matter burned [g/kg]."""
    ch4_gwp: Factor
    """Warming potential of methane, 100 years [t CO2e/t]."""
    n2o_gwp: Factor
    """Warming potential of nitrous oxide, 100 years [t CO2e/t]."""

    @property
    def factors(self) -> tuple[Factor, ...]:
        """All four, for the record."""
        return (self.ch4_g_per_kg, self.n2o_g_per_kg, self.ch4_gwp, self.n2o_gwp)

    @property
    def kgco2e_per_t(self) -> float:
        """Both gases per dry matter burned [kg CO2e/t]: g/kg is kg/t."""
        methane = self.ch4_g_per_kg.value * self.ch4_gwp.value
        return methane + self.n2o_g_per_kg.value * self.n2o_gwp.value


def fire_gases(climate: str, report: str) -> FireGases:
    """Return the factors of a climate and an assessment report.

    Parameters
    ----------
    climate
        extratropical or tropical.
    report
        ar4 or ar5.

    Examples
    --------
    >>> round(fire_gases("extratropical", "ar5").kgco2e_per_t, 1)
    200.5
    """
    return FireGases(
        fire_factor("emission", f"{climate}-ch4"),
        fire_factor("emission", f"{climate}-n2o"),
        fire_factor("gwp", f"{report}-ch4"),
        fire_factor("gwp", f"{report}-n2o"),
    )


def biomass_fire_tco2e(
    area_ha: float, biomass_t_per_ha: float, combusted_frac: float, gases: FireGases
) -> float:
    """Return the non-CO2 gases of burned biomass [t CO2e], 0.001 A b COMF (EF_CH4 GWP_CH4 + EF_N2O GWP_N2O).

    Parameters
    ----------
    area_ha
        Burned area [ha].
    biomass_t_per_ha
        Above-ground biomass before the fire [t/ha].
    combusted_frac
        Share of it that burns [1].
    gases
        `fire_gases`.

    Examples
    --------
    >>> round(biomass_fire_tco2e(10.0, 60.0, 0.45, fire_gases("extratropical", "ar5")), 6)
    54.135
    """
    not_negative(area_ha=area_ha, biomass_t_per_ha=biomass_t_per_ha)
    share(combusted_frac=combusted_frac)
    return 0.001 * area_ha * biomass_t_per_ha * combusted_frac * gases.kgco2e_per_t


def dead_organic_fire_tco2e(
    area_ha: float,
    dead_wood_tco2e_per_ha: float,
    litter_tco2e_per_ha: float,
    rules: PoolRules | None = None,
) -> float:
    """Return the non-CO2 gases of burned dead wood and litter [t CO2e], 0.07 A (C_DW + C_LI).

    Parameters
    ----------
    area_ha
        Burned area [ha].
    dead_wood_tco2e_per_ha, litter_tco2e_per_ha
        Their carbon before the fire [t CO2e/ha].
    rules
        The factor 0.07 (`mrv.pools.rules`).

    Examples
    --------
    >>> round(dead_organic_fire_tco2e(10.0, 8.0, 5.0), 6)
    9.1
    """
    not_negative(
        area_ha=area_ha,
        dead_wood_tco2e_per_ha=dead_wood_tco2e_per_ha,
        litter_tco2e_per_ha=litter_tco2e_per_ha,
    )
    burned = area_ha * (dead_wood_tco2e_per_ha + litter_tco2e_per_ha)
    return (rules or default_rules()).number("fire_dom_factor") * burned
