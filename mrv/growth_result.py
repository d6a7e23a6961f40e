"""What a fit of growth gives: the curve, its parameters' covariance, and predictions with their intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from mrv.growth_curves import GrowthCurve
from mrv.growth_forms import RULES, Form
from mrv.moments import Floats
from mrv.sampling import LEVEL, t_value

Method = Literal["difference", "level"]
"""How a curve was fitted (`mrv.growth_fit`)."""
_STEP: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a fitted curve says of one age."""

    age_year: float
    """Age [a]."""
    value: float
    """Mean density of stands of that age, in the unit of the fit."""
    standard_error: float
    """Standard error of the mean curve, same unit."""
    interval: tuple[float, float]
    """Interval of the mean curve, same unit."""
    plot_interval: tuple[float, float]
    """Interval for a single new plot, with the spread of plots about the curve, same unit."""


@dataclass(frozen=True, slots=True)
class GrowthFit:
    """A growth curve with what the data say of its parameters."""

    form: Form
    """richards, schumacher or chapman."""
    method: Method
    """difference or level."""
    curve: GrowthCurve
    """The curve; its level is that of the mean of the plots."""
    names: tuple[str, ...]
    """Names of the parameters, the level first."""
    covariance: Floats
    """Covariance of the parameters, shape (p, p), in the product of their units."""
    residual_sd: float
    """Standard deviation of a plot about its projection (difference) or about the curve (level)."""
    level_sd: float
    """Standard deviation of plots about the mean curve at the second campaign, same unit."""
    df: float
    """Plots less parameters [1]."""
    n_plots: int
    """Plots fitted [1]."""
    period_year: float
    """Mean number of years between the campaigns [a]."""
    age_range_year: tuple[float, float]
    """Smallest and largest age seen [a]."""

    @property
    def standard_errors(self) -> Mapping[str, float]:
        """Standard error of each parameter, in its unit."""
        roots = np.sqrt(np.diag(self.covariance))
        return MappingProxyType({name: float(se) for name, se in zip(self.names, roots, strict=True)})

    def rebuilt(self, parameters: Floats) -> GrowthCurve:
        """Return the curve with other parameters, e.g. one drawn from their distribution."""
        return RULES[self.form].curve(*(float(value) for value in parameters))

    def gradient(self, kind: Literal["value", "ratio"], *ages_year: ArrayLike) -> Floats:
        """Return the derivative of `value(t)` or `ratio(t1, t2)` by each parameter, shape (p, ...)."""
        theta = np.array(self.curve.parameters)
        rows = []
        for i, size in enumerate(np.abs(theta)):
            step = np.zeros(theta.size)
            step[i] = _STEP * max(size, _STEP)
            high, low = (getattr(self.rebuilt(theta + s), kind)(*ages_year) for s in (step, -step))
            rows.append((high - low) / (2 * step[i]))
        return np.array(rows, dtype=np.float64)

    def predict(self, age_year: float, level: float = LEVEL) -> Prediction:
        """Return the mean curve at an age with its interval, and that of a single new plot.

        Parameters
        ----------
        age_year
            Age [a].
        level
            Of the two-sided intervals [1].
        """
        value = float(self.curve.value(age_year))
        slope = self.gradient("value", age_year)
        variance = float(slope @ self.covariance @ slope)
        t = t_value(self.df, level)
        half, wide = t * math.sqrt(variance), t * math.sqrt(variance + self.level_sd**2)
        return Prediction(
            age_year, value, math.sqrt(variance), (value - half, value + half), (value - wide, value + wide)
        )
