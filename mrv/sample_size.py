"""How many plots or points a survey needs, and where they go: Neyman allocation with iterated t.

Sources: A/R methodological tool AR-AM-TOOL-03 and AR-TOOL14 v04.2 (number of plots); Wright (2012, The
American Statistician 66:217-224: allocation to whole plots that no other one beats); Olofsson and others
(2014, Remote Sensing of Environment 148:42-57, eq. 13: points of a map's reference sample).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mrv.errors import EstimationError
from mrv.sampling import LEVEL, t_value

MINIMUM_PLOTS: Final = 2
"""Least number of plots in a stratum: with one there is no variance."""
RESERVE_FRAC: Final = 0.10
"""Share of further plots for those that cannot be reached (a usual allowance)."""
_ROUNDS: Final = 25


@dataclass(frozen=True, slots=True)
class Iteration:
    """One pass of the rule."""

    t: float
    """Quantile it was made with: the normal one first, then Student's of the pass before [1]."""
    exact: float
    """Plots by the formula [1]."""
    plots: int
    """The next whole number, at least two for each stratum [1]."""


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """The plots a survey needs."""

    n: int
    """Plots in all, the sum of `allocation` [1]."""
    allocation: Mapping[str, int]
    """Plots of each stratum [1]."""
    reserve: Mapping[str, int]
    """Further plots of each stratum, to stand in for those that cannot be reached [1]."""
    iterations: tuple[Iteration, ...]
    """The passes, in order; `n` is the last one's unless two alternate, then the greater."""
    relative_half_width: float
    """Half-width of the interval over the mean [1] that `allocation` is expected to give."""
    level: float
    """Confidence level [1]."""


@dataclass(frozen=True, slots=True)
class PointPlan:
    """The points a reference sample of a map needs."""

    n: int
    """Points in all, the sum of `allocation` [1]."""
    allocation: Mapping[str, int]
    """Points of each map class [1]."""
    exact: float
    """Points by the formula [1]."""


def plots_by_formula(
    weights: Mapping[str, float],
    sd: Mapping[str, float],
    *,
    half_width: float,
    t: float,
    plots_in_area: float,
) -> float:
    """Return the number of plots [1], not rounded, under Neyman allocation.

    n = N t^2 (sum w s)^2 / (N E^2 + t^2 sum w s^2); for a large area (t / E)^2 (sum w s)^2.

    Parameters
    ----------
    weights
        Share of each stratum in the area [1], or areas: they are divided by their sum.
    sd
        Standard deviation of plots in each stratum, in the variable's unit.
    half_width
        E, the half-width wanted, in the variable's unit.
    t
        Quantile [1].
    plots_in_area
        N, plots that would tile the area [1]; infinite for the form of a large area.

    Examples
    --------
    >>> w, s = {"1": 0.3, "2": 0.5, "3": 0.2}, {"1": 25.0, "2": 18.0, "3": 30.0}
    >>> round(plots_by_formula(w, s, half_width=6.0, t=1.645, plots_in_area=1000 / 0.0667), 4)
    37.9527
    """
    shares = _shares(weights, sd)
    if not half_width > 0 or not t > 0 or not plots_in_area > 0:
        raise EstimationError("plan-target-invalid", half_width=half_width, t=t, plots_in_area=plots_in_area)
    first = math.fsum(shares[h] * sd[h] for h in shares)
    second = math.fsum(shares[h] * sd[h] ** 2 for h in shares)
    return (t * first) ** 2 / (half_width**2 + t**2 * second / plots_in_area)


def required_plots(
    weights: Mapping[str, float],
    sd: Mapping[str, float],
    mean: float,
    precision: float = 0.10,
    area_ha: float = math.inf,
    plot_ha: float = 0.0667,
    level: float = LEVEL,
    *,
    minimum: int = MINIMUM_PLOTS,
    reserve_frac: float = RESERVE_FRAC,
) -> SamplePlan:
    """Return the plots that reach a relative precision, with Student's t of the number itself.

    The first pass takes the normal quantile, each further one t with n - strata degrees of freedom,
    until the number stays; where two alternate the greater is taken.

    Parameters
    ----------
    weights
        Share of each stratum in the area [1], or areas.
    sd
        Standard deviation of plots in each stratum, in the variable's unit.
    mean
        Expected mean of the whole, in the variable's unit.
    precision
        Half-width wanted, as a fraction of the mean [1].
    area_ha, plot_ha
        Area and size of a plot [ha]; an infinite area gives the form without finite correction.
    level
        Confidence level [1].
    minimum
        Least number of plots in a stratum [1].
    reserve_frac
        Share of further plots [1].

    Examples
    --------
    >>> w, s = {"1": 0.3, "2": 0.5, "3": 0.2}, {"1": 25.0, "2": 18.0, "3": 30.0}
    >>> plan = required_plots(w, s, 60.0, 0.10, 1000.0)
    >>> plan.n, dict(plan.allocation)
    (40, {'1': 13, '2': 16, '3': 11})
    """
    shares = _shares(weights, sd)
    if not mean > 0 or not 0 < precision < 1 or not plot_ha > 0 or minimum < MINIMUM_PLOTS:
        raise EstimationError("plan-input-invalid", mean=mean, precision=precision, plot_ha=plot_ha)
    plots_in_area = area_ha / plot_ha
    passes: list[Iteration] = []
    for _ in range(_ROUNDS):
        df = passes[-1].plots - len(shares) if passes else math.inf
        t = t_value(df, level)
        exact = plots_by_formula(shares, sd, half_width=precision * mean, t=t, plots_in_area=plots_in_area)
        n = max(math.ceil(exact), minimum * len(shares))
        passes.append(Iteration(t, exact, n))
        if n in [done.plots for done in passes[:-1]]:
            break
    n = passes[-1].plots if passes[-1].plots == passes[-2].plots else max(p.plots for p in passes[-2:])
    allocation = neyman_allocation(shares, sd, n, minimum)
    return SamplePlan(
        n,
        allocation,
        {name: math.ceil(count * reserve_frac - 1e-9) for name, count in allocation.items()},
        tuple(passes),
        _half_width(shares, sd, allocation, plots_in_area, level) / mean,
        level,
    )


def _half_width(
    shares: Mapping[str, float],
    sd: Mapping[str, float],
    allocation: Mapping[str, int],
    plots_in_area: float,
    level: float,
) -> float:
    spread = math.fsum(
        (shares[h] * sd[h]) ** 2 / allocation[h] - shares[h] * sd[h] ** 2 / plots_in_area for h in shares
    )
    df = sum(allocation.values()) - len(allocation)
    return t_value(df, level) * math.sqrt(max(spread, 0.0))


def neyman_allocation(
    weights: Mapping[str, float], sd: Mapping[str, float], n: int, minimum: int = MINIMUM_PLOTS
) -> dict[str, int]:
    """Return n whole plots over the strata, so that no other allocation has a smaller variance.

    After the minimum each next plot goes where w s / sqrt(k (k + 1)) is greatest, k being the plots the
    stratum has already (Wright 2012); equal priorities go by name.

    Parameters
    ----------
    weights, sd
        As for `required_plots`.
    n
        Plots in all [1].
    minimum
        Plots that each stratum gets in any case [1].

    Examples
    --------
    >>> neyman_allocation({"a": 0.75, "b": 0.25}, {"a": 10.0, "b": 10.0}, 8)
    {'a': 6, 'b': 2}
    """
    shares = _shares(weights, sd)
    given = dict.fromkeys(sorted(shares), minimum)
    if n < sum(given.values()):
        raise EstimationError("plan-too-few-plots", n=n, strata=len(given), minimum=minimum)
    queue = [(-shares[h] * sd[h] / math.sqrt(k * (k + 1)), h) for h, k in given.items()]
    heapq.heapify(queue)
    for _ in range(n - sum(given.values())):
        _, name = heapq.heappop(queue)
        given[name] += 1
        k = given[name]
        heapq.heappush(queue, (-shares[name] * sd[name] / math.sqrt(k * (k + 1)), name))
    return given


def required_points(
    mapped_share: Mapping[str, float],
    users_accuracy: Mapping[str, float],
    standard_error: float,
    *,
    minimum: int = 50,
) -> PointPlan:
    """Return the reference points of a map for a standard error of its overall accuracy.

    n = (sum W_i S_i / S(O))^2, S_i = sqrt(U_i (1 - U_i)) (Olofsson and others 2014, eq. 13). Each class
    that the map has gets `minimum` points, the rest goes by area, as the paper advises.

    Parameters
    ----------
    mapped_share
        Share of each class on the map [1], or areas.
    users_accuracy
        User's accuracy expected of each class [1].
    standard_error
        S(O), the standard error wanted of the overall accuracy [1].
    minimum
        Least number of points in a class [1].

    Examples
    --------
    >>> W = {"loss": 0.02, "gain": 0.015, "forest": 0.32, "other": 0.645}
    >>> U = {"loss": 0.7, "gain": 0.6, "forest": 0.9, "other": 0.95}
    >>> plan = required_points(W, U, 0.01)
    >>> plan.n, dict(plan.allocation)
    (641, {'forest': 179, 'gain': 50, 'loss': 50, 'other': 362})
    """
    shares = _shares(mapped_share, users_accuracy)
    for name, accuracy in users_accuracy.items():
        if not 0 <= accuracy <= 1:
            raise EstimationError("plan-accuracy-invalid", map_class=name, value=accuracy)
    if not 0 < standard_error < 1:
        raise EstimationError("plan-target-invalid", half_width=standard_error, t=1.0, plots_in_area=math.inf)
    spread = math.fsum(shares[h] * math.sqrt(users_accuracy[h] * (1 - users_accuracy[h])) for h in shares)
    exact = (spread / standard_error) ** 2
    present = [name for name in sorted(shares) if shares[name] > 0]
    n = max(math.ceil(exact), minimum * len(present))
    return PointPlan(n, _points(shares, present, n, minimum), exact)


def _points(shares: Mapping[str, float], present: list[str], n: int, minimum: int) -> dict[str, int]:
    """Return the minimum for small classes and the rest by area, whole points by largest remainder."""
    given = dict.fromkeys(present, minimum)
    large = list(present)
    while True:
        left = n - minimum * (len(present) - len(large))
        whole = math.fsum(shares[name] for name in large)
        small = [name for name in large if left * shares[name] / whole < minimum]
        if not small:
            break
        large = [name for name in large if name not in small]
        if not large:
            return given
    exact = {name: left * shares[name] / whole for name in large}
    given.update({name: math.floor(value) for name, value in exact.items()})
    by_remainder = sorted(large, key=lambda name: (math.floor(exact[name]) - exact[name], name))
    for name in by_remainder[: n - sum(given.values())]:
        given[name] += 1
    return given


def _shares(weights: Mapping[str, float], sd: Mapping[str, float]) -> dict[str, float]:
    """Return the weights over their sum, or refuse what cannot be planned with."""
    for name in sorted({*weights, *sd}):
        weight, spread = weights.get(name, math.nan), sd.get(name, math.nan)
        if not (math.isfinite(weight) and weight >= 0 and math.isfinite(spread) and spread >= 0):
            raise EstimationError("plan-stratum-invalid", stratum=name, weight=weight, sd=spread)
    whole = math.fsum(weights.values())
    if not whole > 0:
        raise EstimationError("plan-stratum-invalid", stratum="-", weight=whole, sd=0.0)
    return {name: weights[name] / whole for name in sorted(weights)}
