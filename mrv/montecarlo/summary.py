"""What a set of draws says: mean, spread, percentiles, each with its Monte Carlo error, convergence.

Ten draws give an interval too, and a wrong one: an answer that rests on too few draws says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from mrv.errors import EstimationError
from mrv.moments import Floats

PERCENTILES: Final = (0.025, 0.05, 0.5, 0.95, 0.975)
"""Probabilities reported."""
BATCHES: Final = 20
"""Parts into which the draws are cut to judge convergence."""
ENOUGH_FRAC: Final = 0.02
"""Largest Monte Carlo error of the 90 % half-width, as a fraction of it, that counts as settled."""
_FAR: Final = 4.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure taken from draws."""

    value: float
    """The figure."""
    mc_error: float
    """Its Monte Carlo standard error, in the same unit; NaN where it cannot be told."""


@dataclass(frozen=True, slots=True)
class DrawSummary:
    """Draws of one quantity in figures."""

    n_draws: int
    """Draws [1]."""
    mean: Figure
    """Mean."""
    sd: Figure
    """Standard deviation."""
    percentiles: tuple[Figure, ...]
    """At `PERCENTILES`, in order."""
    half_width_90: Figure
    """Half the distance from the 5th to the 95th percentile."""
    batch_ratio: float
    """Standard error of the mean by batch means over that of independent draws [1]; near 1."""
    warnings: tuple[str, ...]
    """``draws-insufficient`` or ``draws-not-settled``, catalogue keys."""

    @property
    def converged(self) -> bool:
        """Whether the figures have settled."""
        return not self.warnings

    def percentile(self, probability: float) -> Figure:
        """Return one percentile of `PERCENTILES`."""
        return self.percentiles[PERCENTILES.index(probability)]


def summarise(draws: ArrayLike) -> DrawSummary:
    """Return the figures of a set of draws, in the unit of the draws.

    Standard error of the mean sd / sqrt(n); of the standard deviation sd sqrt((k - 1) / 4n) with the
    kurtosis k; of a percentile half the distance of the order statistics one binomial standard
    deviation to either side. Convergence by the means of `BATCHES` batches.

    Parameters
    ----------
    draws
        Shape (n,), in the order they were drawn.
    """
    x = np.asarray(draws, dtype=np.float64)
    n = int(x.size)
    if x.ndim != 1 or n < 2 or not np.isfinite(x).all():
        raise EstimationError("draws-unusable", count=n)
    mean, sd = float(x.mean()), float(x.std(ddof=1))
    if x.min() == x.max():
        # the mean of equal numbers may differ from them in the last bit, and would make a spread
        mean, sd = float(x[0]), 0.0
    ordered = np.sort(x)
    percentiles = tuple(_percentile(ordered, p) for p in PERCENTILES)
    low, high = percentiles[PERCENTILES.index(0.05)], percentiles[PERCENTILES.index(0.95)]
    half = Figure((high.value - low.value) / 2, math.hypot(low.mc_error, high.mc_error) / 2)
    ratio = _batch_ratio(x, sd)
    spread = Figure(sd, _error_of_sd(x, mean, sd))
    return DrawSummary(
        n, Figure(mean, sd / math.sqrt(n)), spread, percentiles, half, ratio, _warnings(x, half, sd, ratio)
    )


def _percentile(ordered: Floats, probability: float) -> Figure:
    n = ordered.size
    value = float(np.quantile(ordered, probability))
    reach = math.sqrt(n * probability * (1 - probability))
    at = n * probability
    low, high = math.floor(at - reach), math.ceil(at + reach)
    if low < 0 or high > n - 1:
        return Figure(value, math.nan)
    return Figure(value, float(ordered[high] - ordered[low]) / 2)


def _error_of_sd(x: Floats, mean: float, sd: float) -> float:
    if sd == 0:
        return 0.0
    kurtosis = float((((x - mean) / sd) ** 4).mean())
    return sd * math.sqrt(max(kurtosis - 1, 0.0) / (4 * x.size))


def _batch_ratio(x: Floats, sd: float) -> float:
    if sd == 0:
        return 1.0
    if x.size < 2 * BATCHES:
        return math.nan
    size = x.size // BATCHES
    means = x[: size * BATCHES].reshape(BATCHES, size).mean(axis=1)
    return float(means.std(ddof=1)) / (sd / math.sqrt(size))


def _warnings(x: Floats, half: Figure, sd: float, ratio: float) -> tuple[str, ...]:
    if sd == 0:
        return ()
    if not half.mc_error <= ENOUGH_FRAC * half.value:
        return ("draws-insufficient",)
    part = x.size // 2
    drift = abs(float(x[:part].mean() - x[part:].mean())) / (sd * math.sqrt(4 / x.size))
    # the ratio of batches varies by 1/sqrt(2 x 19); far beyond that the draws are no independent ones
    if abs(ratio - 1) > _FAR / math.sqrt(2 * (BATCHES - 1)) or drift > _FAR:
        return ("draws-not-settled",)
    return ()
