"""Soil organic carbon, 0 to 30 cm, on its way from the old land use to forest (AR-TOOL16).

SOC_INIT = SOC_REF f_LU f_MG f_IN; where the preparation of the site disturbs more than a tenth of the area,
a tenth of SOC_INIT is lost; from the year after on, dSOC = (SOC_REF - (SOC_INIT - SOC_LOSS)) / 20 for
20 years, at most 0.8 t C/ha a year. The loss itself is taken off in the year of preparation, so that nothing
is gained back that was not lost before; the tool was not opened, and this is the careful reading of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mrv.errors import EstimationError
from mrv.pools.checks import not_negative, share
from mrv.pools.rules import PoolRules, default_rules
from mrv.units import CO2_PER_C


@dataclass(frozen=True, slots=True)
class SoilStratum:
    """Land of one soil, one former use and one year of preparation."""

    area_ha: float
    """Area [ha]."""
    reference_tc_per_ha: float
    """SOC_REF: stock under native vegetation [t C/ha]."""
    land_use: float
    """f_LU of the former use [1]."""
    management: float = 1.0
    """f_MG of the former use [1]."""
    inputs: float = 1.0
    """f_IN of the former use [1]."""
    disturbed_frac: float = 0.0
    """Share of the area that site preparation disturbs [1]."""
    preparation_year: int = 0
    """Year of site preparation."""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        not_negative(
            area_ha=self.area_ha,
            reference_tc_per_ha=self.reference_tc_per_ha,
            land_use=self.land_use,
            management=self.management,
            inputs=self.inputs,
        )
        share(disturbed_frac=self.disturbed_frac)

    @property
    def initial_tc_per_ha(self) -> float:
        """SOC_INIT [t C/ha]."""
        return self.reference_tc_per_ha * self.land_use * self.management * self.inputs

    def loss_tc_per_ha(self, rules: PoolRules) -> float:
        """Return SOC_LOSS at site preparation [t C/ha]: nothing while little is disturbed."""
        disturbed = self.disturbed_frac > rules.number("soil_disturbed_limit")
        return self.initial_tc_per_ha * rules.number("soil_loss_share") if disturbed else 0.0

    def rate_tc_per_ha_year(self, rules: PoolRules | None = None) -> float:
        """Return dSOC after site preparation [t C/ha/a]; negative where the old use held more than SOC_REF.

        Examples
        --------
        >>> SoilStratum(100.0, 63.0, 0.69, disturbed_frac=0.05).rate_tc_per_ha_year()
        0.8
        >>> round(SoilStratum(100.0, 63.0, 0.95).rate_tc_per_ha_year(), 6)
        0.1575
        """
        used = rules or default_rules()
        missing = self.reference_tc_per_ha - (self.initial_tc_per_ha - self.loss_tc_per_ha(used))
        rate = missing / used.number("soil_transition_years")
        return min(rate, used.number("soil_rate_cap_tc_per_ha_year"))


def soil_change_tco2e(
    stratum: SoilStratum, first_year: int, last_year: int, rules: PoolRules | None = None
) -> float:
    """Return the change of soil carbon over whole calendar years, both included [t CO2e] (AR-TOOL16).

    Parameters
    ----------
    stratum
        Land of one kind.
    first_year, last_year
        The years of the period.
    rules
        Cap, years, loss (`mrv.pools.rules`).

    Examples
    --------
    >>> round(soil_change_tco2e(SoilStratum(100.0, 63.0, 0.95, preparation_year=2020), 2021, 2021), 6)
    57.75
    """
    if first_year > last_year:
        raise EstimationError("campaigns-reversed", first=first_year, second=last_year)
    used = rules or default_rules()
    prepared, lasting = stratum.preparation_year, int(used.number("soil_transition_years"))
    years = max(min(last_year, prepared + lasting) - max(first_year, prepared + 1) + 1, 0)
    lost = stratum.loss_tc_per_ha(used) if first_year <= prepared <= last_year else 0.0
    return CO2_PER_C * stratum.area_ha * (stratum.rate_tc_per_ha_year(used) * years - lost)


SOIL_FACTORS = (
    "soil_transition_years",
    "soil_rate_cap_tc_per_ha_year",
    "soil_loss_share",
    "soil_disturbed_limit",
)
"""Factors of `mrv.pools.rules` that this module rests on."""
