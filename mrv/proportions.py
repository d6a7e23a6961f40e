"""Intervals of shares, and of sums and ratios of independent shares, that hold with few or no errors.

The textbook's variance of a share is 0 when no point was wrong, however few points there were. Jeffreys'
interval has no such hole (Brown, Cai and DasGupta 2001, Statistical Science 16:101-133, with their limits at
0 and n); the method of variance estimates recovery carries it to linear combinations (Zou, Huang and Zhang
2009, Computational Statistics and Data Analysis 53:1080-1085) and to ratios (Donner and Zou 2012,
Statistical Methods in Medical Research 21:347-359). With a handful of points it covers more than it says,
not less (docs/validation.md).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import betainc, betaincinv

from mrv.errors import EstimationError
from mrv.estimate import LEVEL
from mrv.moments import Floats

Interval = tuple[float, float]


def jeffreys(successes: float, n: float, level: float = LEVEL) -> Interval:
    """Return Jeffreys' interval of a share [1].

    Examples
    --------
    >>> low, high = jeffreys(0, 20, 0.90)
    >>> round(low, 4), round(high, 4)
    (0.0, 0.0905)
    """
    low, high = _limits(np.array([successes]), np.array([n]), level)
    return float(low[0]), float(high[0])


def mid_p(successes: int, n: int, level: float = LEVEL) -> Interval:
    """Return the mid-P interval of a single share [1] (Lancaster 1961, JASA 56:223-234).

    Cover of a single share goes up and down with n and the share for any interval; of Wilson's,
    Jeffreys' and this one it is least often below its level here.

    Examples
    --------
    >>> low, high = mid_p(18, 20, 0.90)
    >>> round(low, 4), round(high, 4)
    (0.7423, 0.9752)
    """
    if not 0 < level < 1:
        raise EstimationError("level-invalid", level=level)
    tail = (1 - level) / 2

    def at_least(count: int, p: float) -> float:
        return 1.0 if count <= 0 else 0.0 if count > n else float(betainc(count, n - count + 1, p))

    def middle(p: float) -> float:
        return (at_least(successes, p) + at_least(successes + 1, p)) / 2

    low = 0.0 if successes == 0 else float(brentq(lambda p: middle(p) - tail, 0.0, 1.0, xtol=1e-12))
    high = 1.0 if successes == n else float(brentq(lambda p: middle(p) - 1 + tail, 0.0, 1.0, xtol=1e-12))
    return low, high


def _limits(successes: Floats, n: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the limits of shares; 0 to 1 where there is no point."""
    if not 0 < level < 1:
        raise EstimationError("level-invalid", level=level)
    q, tail = successes / np.maximum(n, 1.0), (1 - level) / 2
    a, b = successes + 0.5, n - successes + 0.5
    low = np.where(successes == 0, 0.0, np.minimum(betaincinv(a, b, tail), q))
    high = np.where(successes == n, 1.0, np.maximum(betaincinv(a, b, 1 - tail), q))
    return low, high


def weighted_sum(weights: ArrayLike, successes: ArrayLike, n: ArrayLike, level: float = LEVEL) -> Interval:
    """Return the interval of a weighted sum of independent shares, in the unit of the weights.

    Parameters
    ----------
    weights
        Weight of each share, not negative; one without points must weigh nothing.
    successes, n
        Points that count, and points, of each share [1].
    level
        Confidence level [1].

    Examples
    --------
    >>> weighted_sum([1.0], [5], [20]) == jeffreys(5, 20)
    True
    """
    c, x, k = (np.asarray(column, dtype=np.float64) for column in (weights, successes, n))
    q = x / np.maximum(k, 1.0)
    low, high = _limits(x, k, level)
    value = math.fsum((c * q).tolist())
    below = math.sqrt(math.fsum(((c * (q - low)) ** 2).tolist()))
    above = math.sqrt(math.fsum(((c * (high - q)) ** 2).tolist()))
    return value - below, value + above


def part_of_sum(
    weights: ArrayLike, successes: ArrayLike, n: ArrayLike, part: int, level: float = LEVEL
) -> Interval:
    """Return the interval of one term's share of a weighted sum of independent shares [1].

    X / (X + Y) = 1 / (1 + Y / X), with the limits of the ratio Y / X.

    Parameters
    ----------
    weights, successes, n
        As for `weighted_sum`.
    part
        Which term is X.
    level
        Confidence level [1].
    """
    c, x, k = (np.asarray(column, dtype=np.float64) for column in (weights, successes, n))
    others = np.arange(c.size) != part
    one = float(c[part] * x[part] / max(k[part], 1.0))
    one_low, one_high = weighted_sum(c[[part]], x[[part]], k[[part]], level)
    rest = math.fsum((c * x / np.maximum(k, 1.0))[others].tolist())
    rest_low, rest_high = weighted_sum(c[others], x[others], k[others], level)
    if one > 0:
        low, high = _ratio(rest, one, (rest_low, rest_high), (one_low, one_high))
        return (0.0 if math.isinf(high) else 1 / (1 + high)), 1 / (1 + low)
    if rest > 0:
        low, high = _ratio(one, rest, (one_low, one_high), (rest_low, rest_high))
        return low / (1 + low), (1.0 if math.isinf(high) else high / (1 + high))
    return 0.0, 1.0


def _ratio(x: float, y: float, x_limits: Interval, y_limits: Interval) -> Interval:
    """Return the limits of x / y (Donner and Zou 2012), x not negative and y positive."""
    return _limit(x, y, x_limits[0], y_limits[1], -1.0), _limit(x, y, x_limits[1], y_limits[0], 1.0)


def _limit(x: float, y: float, x_side: float, y_side: float, sign: float) -> float:
    below = y_side * (2 * y - y_side)
    if below <= 0:
        return math.inf if sign > 0 else 0.0
    root = math.sqrt(max((x * y) ** 2 - below * x_side * (2 * x - x_side), 0.0))
    return max((x * y + sign * root) / below, 0.0)
