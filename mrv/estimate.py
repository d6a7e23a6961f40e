"""An estimate: a value that never travels without its variance, degrees of freedom and unit."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Final

from scipy.special import ndtri, stdtrit

from mrv.errors import EstimationError

LEVEL: Final = 0.90
"""Confidence level where none is given (AR-TOOL14 asks for 90 %)."""

WARNINGS: Final = (
    "stratum-collapsed",
    "stratum-certainty",
    "stratum-few-plots",
    "domain-empty",
    "domain-all-zero",
    "domain-few-plots",
    "regression-extrapolates",
    "regression-few-plots",
    "model-based",
    "area-effect-none",
    "area-synthetic",
    "class-few-points",
)
"""Every key an estimate may warn with; the sentences are in the message catalogue."""


def t_value(df: float, level: float = LEVEL) -> float:
    """Return the two-sided quantile of Student's t [1]; the normal one for infinite `df`.

    Examples
    --------
    >>> round(t_value(9, 0.90), 6)
    1.833113
    >>> round(t_value(math.inf, 0.95), 6)
    1.959964
    """
    if not 0 < level < 1:
        raise EstimationError("level-invalid", level=level)
    probability = 0.5 + level / 2
    return float(ndtri(probability) if math.isinf(df) else stdtrit(df, probability))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its sampling variance."""

    value: float
    """Estimated value, in `unit`."""
    variance: float
    """Variance of the estimate, in the square of `unit`."""
    df: float
    """Degrees of freedom of the variance [1]; infinite for a normal interval."""
    unit: str
    """Unit of the value."""
    n_plots: int
    """Plots it rests on, zeros included [1]."""
    method: str
    """Estimator: simple, stratified, post_stratified, ratio, paired_change ..."""
    warnings: tuple[str, ...] = ()
    """Catalogue keys of what the reader must know (`WARNINGS`)."""
    digest: str = field(default="", compare=False)
    """SHA-256 of the plots, values and design it was computed from; empty where it was not taken."""

    def __post_init__(self) -> None:
        """Refuse what is not a number and a negative variance."""
        if not (math.isfinite(self.value) and math.isfinite(self.variance)):
            raise EstimationError("estimate-not-finite", method=self.method, value=self.value)
        if self.variance < 0:
            raise EstimationError("variance-negative", method=self.method, variance=self.variance)

    @property
    def standard_error(self) -> float:
        """Standard error, in `unit`."""
        return math.sqrt(self.variance)

    def half_width(self, level: float = LEVEL) -> float:
        """Return half the width of the two-sided interval, in `unit`."""
        return t_value(self.df, level) * self.standard_error if self.variance else 0.0

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the two-sided confidence interval, in `unit`.

        Examples
        --------
        >>> low, high = Estimate(100.0, 25.0, math.inf, "t C", 30, "simple").interval(0.95)
        >>> round(low, 2), round(high, 2)
        (90.2, 109.8)
        """
        half = self.half_width(level)
        return self.value - half, self.value + half

    def relative_half_width(self, level: float = LEVEL) -> float:
        """Return the half-width as a fraction of the absolute value [1] (AR-TOOL14's U).

        Infinite where the value is zero and its variance is not.
        """
        half = self.half_width(level)
        if self.value == 0:
            return math.inf if half else 0.0
        return half / abs(self.value)

    def scaled(self, factor: float, unit: str) -> Estimate:
        """Return the estimate times a constant, in another unit."""
        return replace(self, value=self.value * factor, variance=self.variance * factor**2, unit=unit)
