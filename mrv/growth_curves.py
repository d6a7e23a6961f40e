"""Growth curves of a stand's density over its age: Richards, Schumacher and Chapman's parameters of Richards.

The value may be any density that grows with age (t C/ha, t/ha, m3/ha); the curve gives it back in the same
unit. Each curve splits into a level, which differs from site to site, and a shape, which says how fast a
stand that holds y1 at age t1 reaches y2 at age t2: y2 = y1 ratio(t1, t2) (algebraic difference approach;
Bailey and Clutter 1974). A curve is a model: what it gives is ex-ante and is never issued (`mrv.forecast`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from mrv.errors import EstimationError
from mrv.moments import Floats


class GrowthCurve(Protocol):
    """What every growth curve can say."""

    @property
    def parameters(self) -> tuple[float, ...]:
        """Parameters, the level first."""

    def value(self, age_year: ArrayLike) -> Floats:
        """Return the density at an age [unit of the level]; 0 at age 0."""

    def slope(self, age_year: ArrayLike) -> Floats:
        """Return the current annual increment [unit of the level per year]."""

    def ratio(self, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return value(second age) / value(first age) [1], which the level does not change."""

    def increment(self, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return what is added between two ages [unit of the level]."""

    def projected(self, value: ArrayLike, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return what a stand of a known density at one age holds at another [unit of the value]."""


def _ages(age_year: ArrayLike, *, positive: bool = False) -> Floats:
    """Return ages as floats [a]; a negative one, or a zero where a ratio is taken, is refused."""
    t = np.asarray(age_year, dtype=np.float64)
    bad = ~np.isfinite(t) | (t <= 0 if positive else t < 0)
    if bad.any():
        raise EstimationError("growth-age-invalid", age_year=float(t[bad].flat[0]))
    return t


def _positive(form: str, **values: float) -> None:
    for name, value in values.items():
        if not (math.isfinite(value) and value > 0):
            raise EstimationError("growth-parameter-invalid", form=form, name=name, value=value)


@dataclass(frozen=True, slots=True)
class Richards:
    """Richards' curve through the origin, y = A (1 - exp(-k t))^c (Richards 1959; Chapman 1961).

    Examples
    --------
    >>> Richards(220.0, 0.09, 2.1).value([5.0, 10.0, 20.0, 21.0]).round(6).tolist()
    [26.100392, 73.535855, 150.535096, 155.973813]
    """

    A: float
    """Upper limit [unit of the value]."""
    k: float
    """Rate [1/a]."""
    c: float
    """Shape [1]; above 1 the curve has an inflection."""

    def __post_init__(self) -> None:
        _positive("richards", A=self.A, k=self.k, c=self.c)

    @property
    def parameters(self) -> tuple[float, ...]:
        """A [unit of the value], k [1/a], c [1]."""
        return (self.A, self.k, self.c)

    @property
    def inflection_year(self) -> float:
        """Age of the largest current increment, ln(c)/k [a]; 0 where c is not above 1."""
        return max(math.log(self.c) / self.k, 0.0)

    def value(self, age_year: ArrayLike) -> Floats:
        """Return y = A (1 - exp(-k t))^c [unit of A]."""
        return np.asarray(self.A * (-np.expm1(-self.k * _ages(age_year))) ** self.c, dtype=np.float64)

    def slope(self, age_year: ArrayLike) -> Floats:
        """Return dy/dt = A c k exp(-k t) (1 - exp(-k t))^(c - 1) [unit of A per year]; ages above 0."""
        t = _ages(age_year, positive=True)
        part = -np.expm1(-self.k * t)
        return np.asarray(
            self.A * self.c * self.k * np.exp(-self.k * t) * part ** (self.c - 1), dtype=np.float64
        )

    def ratio(self, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return ((1 - exp(-k t2)) / (1 - exp(-k t1)))^c [1]."""
        one, two = (np.expm1(-self.k * _ages(t, positive=True)) for t in (first_year, second_year))
        return np.asarray((two / one) ** self.c, dtype=np.float64)

    def increment(self, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return y(t2) - y(t1) [unit of A].

        Examples
        --------
        >>> round(float(Richards(220.0, 0.09, 2.1).increment(20.0, 21.0)), 6)
        5.438717
        """
        return np.asarray(self.value(second_year) - self.value(first_year), dtype=np.float64)

    def projected(self, value: ArrayLike, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return y1 ratio(t1, t2) [unit of the value]: the level is the stand's own."""
        return np.asarray(
            np.asarray(value, dtype=np.float64) * self.ratio(first_year, second_year), dtype=np.float64
        )


@dataclass(frozen=True, slots=True)
class Schumacher:
    """Schumacher's curve, ln y = a - b/t (Schumacher 1939).

    Examples
    --------
    >>> round(float(Schumacher(5.6, 12.0).value(20.0)), 6)
    148.413159
    """

    a: float
    """Logarithm of the upper limit [ln of the unit of the value]."""
    b: float
    """Twice the age of the largest current increment [a]."""

    def __post_init__(self) -> None:
        _positive("schumacher", b=self.b)
        if not math.isfinite(self.a):
            raise EstimationError("growth-parameter-invalid", form="schumacher", name="a", value=self.a)

    @property
    def parameters(self) -> tuple[float, ...]:
        """Its a [ln of the unit of the value] and b [a]."""
        return (self.a, self.b)

    @property
    def inflection_year(self) -> float:
        """Age of the largest current increment, b/2 [a]."""
        return self.b / 2

    def value(self, age_year: ArrayLike) -> Floats:
        """Return y = exp(a - b/t) [unit of the value], and 0 at age 0."""
        t = _ages(age_year)
        safe = np.where(t > 0, t, 1.0)
        return np.asarray(np.where(t > 0, np.exp(self.a - self.b / safe), 0.0), dtype=np.float64)

    def slope(self, age_year: ArrayLike) -> Floats:
        """Return dy/dt = y b/t^2 [unit of the value per year]; ages above 0."""
        t = _ages(age_year, positive=True)
        return np.asarray(self.value(t) * self.b / t**2, dtype=np.float64)

    def ratio(self, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return exp(b (1/t1 - 1/t2)) [1]."""
        one, two = (_ages(t, positive=True) for t in (first_year, second_year))
        return np.asarray(np.exp(self.b * (1 / one - 1 / two)), dtype=np.float64)

    def increment(self, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return y(t2) - y(t1) [unit of the value]."""
        return np.asarray(self.value(second_year) - self.value(first_year), dtype=np.float64)

    def projected(self, value: ArrayLike, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return y1 ratio(t1, t2) [unit of the value]: the level is the stand's own."""
        return np.asarray(
            np.asarray(value, dtype=np.float64) * self.ratio(first_year, second_year), dtype=np.float64
        )


@dataclass(frozen=True, slots=True)
class Chapman:
    """Chapman's parameters of the same family: dy/dt = eta y^m - gamma y (Chapman 1961).

    Solved from the origin: y = A (1 - exp(-k t))^(1/(1 - m)) with A = (eta/gamma)^(1/(1 - m)) and
    k = gamma (1 - m): build-up in proportion to a power m of the size, break-down in proportion to the size.

    Examples
    --------
    >>> Chapman(220.0, 0.09, 0.5).value(20.0) == Richards(220.0, 0.09, 2.0).value(20.0)
    np.True_
    """

    A: float
    """Upper limit [unit of the value]."""
    k: float
    """Rate [1/a]."""
    m: float
    """Power of the build-up, above 0 and below 1 [1]."""

    def __post_init__(self) -> None:
        _positive("chapman", A=self.A, k=self.k, m=self.m)
        if not self.m < 1:
            raise EstimationError("growth-parameter-invalid", form="chapman", name="m", value=self.m)

    @property
    def parameters(self) -> tuple[float, ...]:
        """A [unit of the value], k [1/a], m [1]."""
        return (self.A, self.k, self.m)

    @property
    def richards(self) -> Richards:
        """The same curve by Richards' parameters, c = 1/(1 - m)."""
        return Richards(self.A, self.k, 1 / (1 - self.m))

    @property
    def gamma(self) -> float:
        """Break-down k/(1 - m) [1/a]."""
        return self.k / (1 - self.m)

    @property
    def eta(self) -> float:
        """Build-up gamma A^(1 - m) [unit of the value^(1 - m) per year]."""
        return float(self.gamma * self.A ** (1 - self.m))

    @property
    def inflection_year(self) -> float:
        """Age of the largest current increment [a]."""
        return self.richards.inflection_year

    def value(self, age_year: ArrayLike) -> Floats:
        """Return y = A (1 - exp(-k t))^(1/(1 - m)) [unit of A]."""
        return self.richards.value(age_year)

    def slope(self, age_year: ArrayLike) -> Floats:
        """Return dy/dt = eta y^m - gamma y [unit of A per year]; ages above 0."""
        y = self.value(_ages(age_year, positive=True))
        return np.asarray(self.eta * y**self.m - self.gamma * y, dtype=np.float64)

    def ratio(self, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return ((1 - exp(-k t2)) / (1 - exp(-k t1)))^(1/(1 - m)) [1]."""
        return self.richards.ratio(first_year, second_year)

    def increment(self, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return y(t2) - y(t1) [unit of A]."""
        return self.richards.increment(first_year, second_year)

    def projected(self, value: ArrayLike, first_year: ArrayLike, second_year: ArrayLike) -> Floats:
        """Return y1 ratio(t1, t2) [unit of the value]: the level is the stand's own."""
        return self.richards.projected(value, first_year, second_year)
