"""Emissions of deforestation and degradation: activity data x emission factors, and what they are reduced by.

E = sum(area x EF) / years in a reference and a monitoring period (IPCC 2006, volume 4, eq. 2.2; the
structure of a national forest reference level). The same factors serve both periods: their errors do not
cancel if each period draws its own. Areas in ha over the whole period, factors in t CO2 per ha, emissions in
t CO2e a year.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mrv.errors import EstimationError
from mrv.pools.checks import not_negative, share
from mrv.units import CO2_PER_C

TREES_Z: Final = 0.524417
"""Factor of the ART-TREES 2.0 deduction: the one-sided 70 % quantile of the normal distribution [1]."""
Z_90: Final = 1.645006
"""Two-sided 90 % quantile of the normal distribution as that standard prints it [1]."""
FCPF_BANDS: Final = ((0.15, 0.0), (0.30, 0.04), (0.60, 0.08), (1.00, 0.12), (math.inf, 0.15))
"""Relative half-width up to which -> share set aside [1] (FCPF Methodological Framework, criterion 22)."""


@dataclass(frozen=True, slots=True)
class ForestCarbon:
    """Carbon of one forest type."""

    biomass_ag_t_per_ha: float
    """Above-ground biomass, dry matter [t/ha]."""
    root_shoot: float
    """Root:shoot ratio [1]."""
    carbon_frac: float
    """Carbon fraction [t C/t]."""

    @property
    def tco2_per_ha(self) -> float:
        """Living trees, roots included [t CO2/ha], 44/12 CF b (1 + R).

        Examples
        --------
        >>> round(ForestCarbon(274.959, 0.333, 0.47).tco2_per_ha, 3)
        631.637
        """
        not_negative(b=self.biomass_ag_t_per_ha, root_shoot=self.root_shoot)
        share(carbon_frac=self.carbon_frac)
        return CO2_PER_C * self.carbon_frac * self.biomass_ag_t_per_ha * (1 + self.root_shoot)


def deforestation_factor(forest: ForestCarbon, after_tco2_per_ha: float = 0.0) -> float:
    """Return the emission factor of deforestation [t CO2/ha]: what stood less what stands afterwards.

    Examples
    --------
    >>> round(deforestation_factor(ForestCarbon(195.58, 0.407, 0.47)), 3)
    474.229
    """
    not_negative(after_tco2_per_ha=after_tco2_per_ha)
    return forest.tco2_per_ha - after_tco2_per_ha


def degraded_deforestation_factor(forest: ForestCarbon, degraded_ratio: float) -> float:
    """Return the factor of deforestation of forest that was degraded before [t CO2/ha].

    Parameters
    ----------
    forest
        Of the intact forest.
    degraded_ratio
        Carbon of degraded forest over that of intact forest [1].

    Examples
    --------
    >>> round(degraded_deforestation_factor(ForestCarbon(274.959, 0.333, 0.47), 0.72), 3)
    454.778
    """
    share(degraded_ratio=degraded_ratio)
    return forest.tco2_per_ha * degraded_ratio


def degradation_factor(forest: ForestCarbon, degraded_ratio: float) -> float:
    """Return the factor of degradation [t CO2/ha]: the part of the intact forest that is lost.

    Examples
    --------
    >>> round(degradation_factor(ForestCarbon(274.959, 0.333, 0.47), 0.72), 3)
    176.858
    """
    share(degraded_ratio=degraded_ratio)
    return forest.tco2_per_ha * (1 - degraded_ratio)


@dataclass(frozen=True, slots=True)
class Period:
    """Activity data of one period."""

    area_ha: Mapping[str, float]
    """Transition -> area over the whole period [ha]."""
    years: float
    """Length [a]."""


@dataclass(frozen=True, slots=True)
class EmissionReduction:
    """The chain from activity data to a reduction."""

    reference_tco2e_per_year: float
    """Emissions of the reference period [t CO2e/a]."""
    monitoring_tco2e_per_year: float
    """Emissions of the monitoring period [t CO2e/a]."""

    @property
    def reduction_tco2e_per_year(self) -> float:
        """Reference less monitoring [t CO2e/a]; negative where emissions rose."""
        return self.reference_tco2e_per_year - self.monitoring_tco2e_per_year


def yearly_emissions_tco2e(period: Period, factor_tco2_per_ha: Mapping[str, float]) -> float:
    """Return the emissions of a period [t CO2e/a], sum(area EF) / years.

    Raises
    ------
    EstimationError
        A transition has no factor, an area is negative or the period has no length.
    """
    if not period.years > 0:
        raise EstimationError("emission-period-empty", years=period.years)
    not_negative(**{f"area_ha[{name}]": area for name, area in period.area_ha.items()})
    for name in sorted(period.area_ha):
        if name not in factor_tco2_per_ha:
            raise EstimationError("emission-factor-missing", transition=name)
    return (
        math.fsum(area * factor_tco2_per_ha[name] for name, area in sorted(period.area_ha.items()))
        / period.years
    )


def emission_reduction(
    reference: Period, monitoring: Period, factor_tco2_per_ha: Mapping[str, float]
) -> EmissionReduction:
    """Return both periods' emissions by the same factors, and the reduction [t CO2e/a]."""
    return EmissionReduction(
        yearly_emissions_tco2e(reference, factor_tco2_per_ha),
        yearly_emissions_tco2e(monitoring, factor_tco2_per_ha),
    )


def trees_deduction_frac(half_width_90_frac: float) -> float:
    """Return the share deducted by ART-TREES 2.0 [1], 0.524417 HW_90 / 1.645006.

    Parameters
    ----------
    half_width_90_frac
        Half-width of the two-sided 90 % interval over the reduction [1].

    Examples
    --------
    >>> round(trees_deduction_frac(0.20), 7)
    0.0637587
    """
    not_negative(half_width_90_frac=half_width_90_frac)
    return min(TREES_Z * half_width_90_frac / Z_90, 1.0)


def banded_deduction_frac(
    half_width_90_frac: float, bands: Sequence[tuple[float, float]] = FCPF_BANDS
) -> float:
    """Return the share set aside by bands of the relative half-width [1] (FCPF's where none are given).

    Examples
    --------
    >>> banded_deduction_frac(0.57), banded_deduction_frac(1.2)
    (0.08, 0.15)
    """
    not_negative(half_width_90_frac=half_width_90_frac)
    return next(value for upper, value in bands if half_width_90_frac <= upper)


def deducted_tco2e(reduction_tco2e: float, deduction_frac: float) -> float:
    """Return what a deduction leaves of a reduction [t CO2e]; of a negative one nothing is deducted."""
    share(deduction_frac=deduction_frac)
    return reduction_tco2e - max(reduction_tco2e, 0.0) * deduction_frac
