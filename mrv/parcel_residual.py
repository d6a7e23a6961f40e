"""How far parcels lie from the calibrated stand model, told by the plots that stand in them.

Nested error model of unit-level small area estimation (Battese, Harter and Fuller 1988; Rao and Molina
2015, sections 4.3 and 7.1) with the variance function of the ratio predictor: a plot in parcel i of
stratum h has the density d = k_h m_i + u_i + e with Var(u) = tau^2 k_h^2 m_i mbar_h and
Var(e) = omega^2 k_h^2 m_i mbar_h. So z = (d - k_h m_i) / (k_h sqrt(m_i mbar_h)) has the variance
tau^2 + omega^2, and plots of one parcel differ by omega^2 alone:

omega_h^2 = within-parcel mean square of z, tau^2 = mean over strata of sum z^2 / (n_h - 1) - omega_h^2,

with the plots beyond the first of a parcel as weights: plots scatter more in some strata than in others,
tau^2 is taken as common. Few parcels have two plots, therefore tau^2 is known badly. Where it is below its
own standard error, that standard error stands in its place, so that no parcel is told to be exact (the
purpose of the adjusted estimators of Li and Lahiri 2010); without a parcel of two plots nothing can be taken
off, and tau^2 is an upper bound.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.errors import EstimationError
from mrv.moments import Floats, Labels
from mrv.sampling import Estimate

LEAST_PLOTS: Final = 3
"""Plots beyond the number of strata without which no residual variance is told."""


@dataclass(frozen=True, slots=True)
class ResidualVariance:
    """Relative variance of parcels about the calibrated model, and about the mean of their stratum."""

    tau2_frac2: float
    """Relative variance of parcels about the model, as used [1]."""
    between_frac2: float
    """Relative variance of parcels about the mean of their stratum, as used [1]."""
    within_frac2: float
    """Relative variance of plots in one parcel, which was taken off [1]."""
    standard_error_frac2: float
    """Standard error of the relative variance [1]."""
    df: float
    """Degrees of freedom with which it is used [1]."""
    n_plots: int
    """Plots it rests on [1]."""
    n_pairs: int
    """Degrees of freedom of the within-parcel variance: plots beyond the first of a parcel [1]."""
    floored: bool
    """Whether its standard error stands in its place."""

    @property
    def cv_frac(self) -> float:
        """Coefficient of variation of a parcel of mean density [1]."""
        return math.sqrt(self.tau2_frac2)


@dataclass(frozen=True, slots=True)
class _Part:
    """Standardised deviations of one stratum's plots."""

    about_model: Floats
    about_mean: Floats
    parcel: NDArray[np.intp]


def estimate_residual(
    density_tc_per_ha: ArrayLike,
    parcel: ArrayLike,
    stratum: ArrayLike,
    model_tc: ArrayLike,
    area_ha: ArrayLike,
    parcel_stratum: ArrayLike,
    totals: Mapping[str, Estimate],
) -> ResidualVariance | None:
    """Return the residual variance of parcels, or None where too few plots tell it.

    Parameters
    ----------
    density_tc_per_ha
        Carbon density of each plot [t C/ha].
    parcel
        Position of each plot's parcel in the parcel columns; -1 where it lies in none of them.
    stratum
        Stratum of each plot.
    model_tc, area_ha, parcel_stratum
        Columns of the parcels: model value [t C], area [ha], stratum.
    totals
        Stratum -> plot estimate [t C].
    """
    density, at = np.asarray(density_tc_per_ha, dtype=np.float64), np.asarray(parcel, dtype=np.intp)
    names: Labels = np.asarray(stratum, dtype=np.str_)
    if not density.shape == at.shape == names.shape:
        raise EstimationError("sample-lengths-differ", plots=density.size, values=at.size)
    columns = (np.asarray(model_tc, dtype=np.float64), np.asarray(area_ha, dtype=np.float64))
    owner: Labels = np.asarray(parcel_stratum, dtype=np.str_)
    parts: list[_Part] = []
    for name in sorted(str(item) for item in np.unique(names)):
        rows = np.flatnonzero((names == name) & (at >= 0))
        rows = rows[owner[at[rows]] == name]
        if name not in totals or rows.size == 0 or not totals[name].value > 0:
            continue
        part = _standardised(density[rows], at[rows], columns, owner == name, totals[name])
        parts += [part] if part.about_model.size else []
    return _variance(parts)


def _standardised(
    density: Floats,
    at: NDArray[np.intp],
    columns: tuple[Floats, Floats],
    members: NDArray[np.bool_],
    total: Estimate,
) -> _Part:
    """Return z about the model and about the mean of one stratum's plots that have a model value."""
    model, area = columns
    inside = members & np.isfinite(model)
    held, known_ha, whole_ha = (
        math.fsum(model[inside]),
        math.fsum(area[inside]),
        math.fsum(area[members]),
    )
    mean = total.value / whole_ha
    k = mean * known_ha / held if held > 0 else math.nan
    expected = k * model[at] / area[at]
    keep = np.isfinite(expected) & (expected > 0)
    scale = np.sqrt(expected[keep] * mean)
    return _Part((density[keep] - expected[keep]) / scale, (density[keep] - mean) / mean, at[keep])


def _variance(parts: list[_Part]) -> ResidualVariance | None:
    n = sum(part.about_model.size for part in parts)
    if n - len(parts) < LEAST_PLOTS:
        return None
    spreads = [_mean_square(part.about_model) for part in parts]
    withins = [_within(part) for part in parts]
    pairs = sum(count for _, count in withins)
    weights = [
        count / pairs if pairs else part.about_model.size / n
        for part, (_, count) in zip(parts, withins, strict=True)
    ]
    within = math.fsum(w * value for w, (value, _) in zip(weights, withins, strict=True))
    spread = math.fsum(w * value for w, value in zip(weights, spreads, strict=True))
    between = math.fsum(w * _mean_square(part.about_mean) for w, part in zip(weights, parts, strict=True))
    error = math.sqrt(
        math.fsum(
            w**2 * (2 * s**2 / max(part.about_model.size - 1, 1) + (2 * v**2 / count if count else 0.0))
            for w, s, part, (v, count) in zip(weights, spreads, parts, withins, strict=True)
        )
    )
    return ResidualVariance(
        tau2_frac2=max(spread - within, error),
        between_frac2=max(between - within, error),
        within_frac2=within,
        standard_error_frac2=error,
        df=float(n - len(parts)),
        n_plots=n,
        n_pairs=pairs,
        floored=spread - within < error,
    )


def _mean_square(z: Floats) -> float:
    return math.fsum(z**2) / max(z.size - 1, 1)


def _within(part: _Part) -> tuple[float, int]:
    """Return the pooled variance of plots of one parcel, and its degrees of freedom."""
    _, group = np.unique(part.parcel, return_inverse=True)
    count = np.bincount(group)
    mean = np.bincount(group, weights=part.about_model) / count
    pairs = int((count - 1).sum())
    return (math.fsum((part.about_model - mean[group]) ** 2) / pairs if pairs else 0.0), pairs
