"""Expected removals of stands in the years ahead, from growth curves: ex-ante, never issued.

For each plot the curve says what its stand adds from its age at the last campaign on. With a curve of the
stratum's own plots the stand keeps its level, y(t) = y2 ratio(t2, t) (``ratio``); with a borrowed or a stated
curve it adds the increment of the mean curve (``increment``). The means of the plots, times the areas of the
strata, are added up. No felling, fire or other loss is expected, and nothing is deducted.

The variance of a sum has four parts: the plots (s2 / n, stratified), the parameters (delta method; strata
that share a curve share its errors), the site of a stratum that borrows a curve (one draw from the spread of
the donor's plots), and growth that departs from the stratum's own curve (residuals of the fit, one draw for
each plot and period).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mrv.errors import EstimationError
from mrv.ex_ante import ExAnte
from mrv.growth_curves import GrowthCurve
from mrv.growth_fit import PARAMETER_NAMES, GrowthFit
from mrv.moments import Floats
from mrv.sampling import LEVEL, t_value
from mrv.units import CO2_PER_C

Mode = Literal["ratio", "increment"]


@dataclass(frozen=True, slots=True)
class GrowthModel:
    """A curve and how it is used."""

    key: str
    """Identifier; strata with the same key share the errors of the curve."""
    curve: GrowthCurve
    """Density [t C/ha] over age [a]."""
    mode: Mode
    """ratio for the stratum's own plots, increment for a borrowed or stated curve."""
    fit: GrowthFit | None = None
    """Its fit; None for a curve stated with its parameters, which are then taken as exact."""
    source: str = ""
    """Where it comes from."""

    def added(self, value: Floats, age_year: Floats, begin: float, end: float) -> Floats:
        """Return what stands add between two horizons [t C/ha], shape (n,)."""
        curve = self.curve
        mean = curve.increment(age_year + begin, age_year + end)
        grows = (age_year > 0) & (value > 0)
        if self.mode == "increment" or not grows.any():
            return mean
        safe = np.where(grows, age_year, 1.0)
        own = value * (curve.ratio(safe, safe + end) - curve.ratio(safe, safe + begin))
        return np.asarray(np.where(grows, own, mean), dtype=np.float64)

    def with_parameters(self, parameters: Floats) -> GrowthModel:
        """Return the model with other parameters of its curve."""
        if self.fit is None:
            raise EstimationError("forecast-without-fit", key=self.key)
        return GrowthModel(self.key, self.fit.rebuilt(parameters), self.mode, self.fit, self.source)


@dataclass(frozen=True, slots=True)
class Stands:
    """Plots of one stratum at the last campaign."""

    stratum: str
    """Name."""
    area_ha: float
    """Area [ha]."""
    age_year: Floats
    """Age of each plot's stand [a]."""
    carbon_tc_per_ha: Floats
    """Living trees of each plot, roots included [t C/ha]."""
    model: GrowthModel
    """How it grows."""

    def __post_init__(self) -> None:
        """Refuse stands that cannot be projected."""
        n = self.age_year.size
        if n < 2 or self.carbon_tc_per_ha.size != n:
            raise EstimationError("forecast-plots-few", stratum=self.stratum, n=n)
        if not (np.isfinite(self.age_year).all() and (self.age_year >= 0).all()):
            raise EstimationError("forecast-age-unknown", stratum=self.stratum)


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One year of one domain."""

    domain: str
    """``project``, or ``stratum:<name>``."""
    year: int
    """Calendar year, at whose end the cumulated amount holds."""
    removals: ExAnte
    """Expected in this year [t CO2e]."""
    cumulated: ExAnte
    """Expected since the last campaign [t CO2e]."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a project is expected to remove."""

    rows: tuple[ForecastRow, ...]
    """Years of the project, then of each stratum."""
    stands: tuple[Stands, ...]
    """What it rests on."""
    campaign: int
    """Last campaign, at whose end the forecast begins."""
    level: float
    """Level of the intervals [1]."""

    def of(self, domain: str) -> tuple[ForecastRow, ...]:
        """Return the years of one domain."""
        return tuple(row for row in self.rows if row.domain == domain)


def forecast(
    stands: Sequence[Stands], campaign: int, years: int, *, level: float = LEVEL, domain: str = "project"
) -> Forecast:
    """Return expected removals by year [t CO2e], of all stands and of each stratum.

    Parameters
    ----------
    stands
        The strata.
    campaign
        Year of the last campaign; the forecast begins with the next one.
    years
        Number of years.
    level
        Of the intervals [1].
    domain
        Name of the whole.
    """
    if not stands or years < 1:
        raise EstimationError("forecast-empty", strata=len(stands), years=years)
    ordered = sorted(stands, key=lambda item: item.stratum)
    domains: dict[str, Sequence[Stands]] = {domain: ordered}
    domains |= {f"stratum:{item.stratum}": [item] for item in ordered}
    rows = [
        ForecastRow(
            name,
            campaign + j,
            expected(members, j - 1, j, level),
            expected(members, 0, j, level),
        )
        for name, members in domains.items()
        for j in range(1, years + 1)
    ]
    return Forecast(tuple(rows), tuple(ordered), campaign, level)


def expected(stands: Sequence[Stands], begin: float, end: float, level: float = LEVEL) -> ExAnte:
    """Return what stands are expected to remove between two horizons after the campaign [t CO2e].

    Parameters
    ----------
    stands
        The strata.
    begin, end
        Years after the last campaign.
    level
        Of the interval [1].
    """
    parts = [_part(item, begin, end) for item in stands]
    value = math.fsum(part.value for part in parts)
    variance = math.fsum(part.variance for part in parts) + _shared_variance(parts)
    t = t_value(min(part.df for part in parts), level)
    se = math.sqrt(variance) * CO2_PER_C
    value *= CO2_PER_C
    return ExAnte(value, se, value - t * se, value + t * se)


@dataclass(frozen=True, slots=True)
class _Part:
    """One stratum's share of an expectation, in t C."""

    value: float
    variance: float
    df: float
    model: GrowthModel
    gradient: Floats
    site: float


def _part(stands: Stands, begin: float, end: float) -> _Part:
    A, n, model = stands.area_ha, stands.age_year.size, stands.model
    added = model.added(stands.carbon_tc_per_ha, stands.age_year, begin, end)
    mean = float(np.mean(added))
    variance = float(np.var(added, ddof=1)) / n
    df, gradient, site = float(n - 1), np.zeros(0), 0.0
    fit = model.fit
    if fit is not None:
        df = min(df, fit.df)
        gradient = A * _gradient(stands, fit, begin, end)
        if model.mode == "ratio":
            variance += (fit.residual_sd * (end - begin) / fit.period_year) ** 2 / n
        else:
            site = A * mean * _site_cv(fit)
    return _Part(A * mean, A**2 * variance, df, model, gradient, site)


def _gradient(stands: Stands, fit: GrowthFit, begin: float, end: float) -> Floats:
    """Return the derivative of the mean added by each parameter of the curve, shape (p,)."""
    theta = np.array(fit.curve.parameters)
    rows = []
    for i, size in enumerate(np.abs(theta)):
        step = np.zeros(theta.size)
        step[i] = 1e-5 * max(float(size), 1e-5)
        high, low = (
            stands.model.with_parameters(theta + s).added(
                stands.carbon_tc_per_ha, stands.age_year, begin, end
            )
            for s in (step, -step)
        )
        rows.append(float(np.mean(high - low)) / (2 * step[i]))
    return np.array(rows)


def _site_cv(fit: GrowthFit) -> float:
    """Return the spread of the donor's plots about its curve, relative to it in the middle ages [1]."""
    middle = float(fit.curve.value(sum(fit.age_range_year) / 2))
    return fit.level_sd / middle


def _shared_variance(parts: Sequence[_Part]) -> float:
    """Return the variance of what strata with the same curve have in common."""
    groups: dict[str, list[_Part]] = {}
    for part in parts:
        if part.model.fit is not None:
            groups.setdefault(part.model.key, []).append(part)
    total = 0.0
    for members in groups.values():
        fit = members[0].model.fit
        if fit is not None:
            g = np.sum([part.gradient for part in members], axis=0)
            total += max(float(g @ fit.covariance @ g), 0.0)
            total += math.fsum(part.site for part in members) ** 2
    return total


def growth_parameters(model: GrowthModel) -> Mapping[str, float]:
    """Return the parameters of a model's curve by name, each in its unit."""
    names = PARAMETER_NAMES[type(model.curve).__name__.lower()]
    return dict(zip(names, model.curve.parameters, strict=True))
