"""Growth curves fitted to plots of known age that were measured in two campaigns.

``difference`` (the default) fits the shape to what each plot became, y2 = y1 ratio(t1, t2) + e (algebraic
difference approach; Bailey and Clutter 1974), so that good and poor sites do not pass for young and old
ones; the level is then that of the mean curve. ``level`` fits one curve to all measurements, y = f(t) + e,
and also takes plots that held nothing at first. The covariance is that of the estimating equations with the
plot as the unit (a sandwich with n / (n - p); Liang and Zeger 1986), hence the two campaigns of a plot may
be correlated. Data that do not tell the parameters are refused: too few plots or ages, a parameter at its
bound, or one whose standard error passes `MAX_RELATIVE_SE`. So is a form that misses the growth of its own
plots: by more than `MISFIT_SHARE` in the mean, and by more than chance (99 %).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

from mrv.errors import EstimationError
from mrv.growth_curves import Chapman, GrowthCurve, Richards, Schumacher
from mrv.moments import Floats, check_sample
from mrv.sampling import LEVEL, t_value

Form = Literal["richards", "schumacher", "chapman"]
Method = Literal["difference", "level"]
MAX_RELATIVE_SE: Final = 1.0
"""Largest standard error of a parameter of the shape, relative to the parameter [1]."""
MISFIT_SHARE: Final = 0.10
"""Share of the mean growth of its plots that a curve may miss [1]; a choice of ours."""
_MISFIT_LEVEL: Final = 0.99
_STEP: Final = 1e-5
_CLOSE_TO_BOUND: Final = 1e-6


@dataclass(frozen=True, slots=True)
class _FormRule:
    """How the parameters of one form are searched."""

    curve: type[Richards] | type[Schumacher] | type[Chapman]
    names: tuple[str, ...]
    scales: tuple[str, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    starts: tuple[tuple[float, ...], ...]


_RULES: Final[Mapping[str, _FormRule]] = MappingProxyType(
    {
        "richards": _FormRule(
            Richards,
            ("A", "k", "c"),
            ("log", "log", "log"),
            (1e-6, 1e-3, 0.2),
            (1e9, 2.0, 20.0),
            ((0.05, 1.5), (0.15, 3.0), (0.02, 1.0)),
        ),
        "schumacher": _FormRule(
            Schumacher, ("a", "b"), ("identity", "log"), (-20.0, 1e-2), (30.0, 500.0), ((10.0,), (40.0,))
        ),
        "chapman": _FormRule(
            Chapman,
            ("A", "k", "m"),
            ("log", "log", "logit"),
            (1e-6, 1e-3, 1e-3),
            (1e9, 2.0, 0.95),
            ((0.05, 0.4), (0.15, 0.7), (0.02, 0.1)),
        ),
    }
)


PARAMETER_NAMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {form: rule.names for form, rule in _RULES.items()}
)
"""Names of the parameters of each form, the level first."""


def stated_curve(form: Form, parameters: Sequence[float]) -> GrowthCurve:
    """Return a curve by its form and parameters, the level first.

    Examples
    --------
    >>> stated_curve("schumacher", [5.6, 12.0])
    Schumacher(a=5.6, b=12.0)
    """
    rule = _RULES[form]
    if len(parameters) != len(rule.names):
        raise EstimationError(
            "growth-parameter-count", form=form, names=", ".join(rule.names), n=len(parameters)
        )
    return rule.curve(*(float(value) for value in parameters))


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
        return _RULES[self.form].curve(*(float(value) for value in parameters))

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


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Plots measured twice."""

    first_year: Floats
    first: Floats
    second_year: Floats
    second: Floats


def fit_growth(
    plot_id: ArrayLike,
    first_age_year: ArrayLike,
    first_value: ArrayLike,
    second_age_year: ArrayLike,
    second_value: ArrayLike,
    *,
    form: Form = "richards",
    method: Method = "difference",
    max_relative_se: float = MAX_RELATIVE_SE,
) -> GrowthFit:
    """Return a growth curve fitted to plots of two campaigns.

    Parameters
    ----------
    plot_id
        Plots measured in both campaigns.
    first_age_year, second_age_year
        Age of the stand at each campaign, above 0 [a].
    first_value, second_value
        Density at each campaign, one unit throughout; ``difference`` needs it above 0 at first.
    form
        Of the curve.
    method
        How to fit, see above.
    max_relative_se
        Largest relative standard error of a parameter that still counts as known [1].

    Raises
    ------
    EstimationError
        Ages or values are unusable, or the plots do not tell the parameters (``growth-...``).
    """
    ids, table = check_sample(
        plot_id,
        np.column_stack(
            [
                np.asarray(x, dtype=np.float64)
                for x in (first_age_year, first_value, second_age_year, second_value)
            ]
        ),
    )
    order = np.argsort(ids)
    pairs = _Pairs(*(np.ascontiguousarray(column) for column in table[order].T))
    rule = _RULES[form]
    _check_pairs(pairs, ids[order], rule, form, method)
    free = _searched(pairs, rule, method)
    _check_bounds(free, rule, form)
    covariance_free = _sandwich(pairs, rule, method, free, form)
    _check_known(covariance_free, rule, form, free, max_relative_se)
    _check_growth(pairs, rule, form, method, free)
    return _fitted(pairs, form, method, free, covariance_free)


def _check_pairs(pairs: _Pairs, ids: ArrayLike, rule: _FormRule, form: str, method: str) -> None:
    ids = np.asarray(ids)
    bad = np.flatnonzero(~(pairs.first_year > 0) | ~(pairs.second_year > pairs.first_year))
    if bad.size:
        i = int(bad[0])
        raise EstimationError(
            "growth-ages-unusable",
            plot=str(ids[i]),
            first_year=float(pairs.first_year[i]),
            second_year=float(pairs.second_year[i]),
        )
    low = np.flatnonzero(
        (pairs.first < 0) | (pairs.second < 0) | ((method == "difference") & (pairs.first == 0))
    )
    if low.size:
        i = int(low[0])
        raise EstimationError(
            "growth-value-unusable",
            plot=str(ids[i]),
            first=float(pairs.first[i]),
            second=float(pairs.second[i]),
        )
    wanted, n_ages = len(rule.names) + 2, np.unique(pairs.second_year).size
    if ids.size < wanted or n_ages < len(rule.names):
        raise EstimationError(
            "growth-too-few",
            form=form,
            n=int(ids.size),
            wanted=wanted,
            ages=n_ages,
            parameters=len(rule.names),
        )


def _to_free(values: Floats, scales: tuple[str, ...]) -> Floats:
    made = [
        math.log(v) if s == "log" else math.log(v / (1 - v)) if s == "logit" else v
        for v, s in zip(values.tolist(), scales, strict=True)
    ]
    return np.array(made)


def _from_free(free: Floats, scales: tuple[str, ...]) -> Floats:
    made = [
        math.exp(u) if s == "log" else 1 / (1 + math.exp(-u)) if s == "logit" else u
        for u, s in zip(free.tolist(), scales, strict=True)
    ]
    return np.array(made)


def _curve(rule: _FormRule, free: Floats) -> GrowthCurve:
    return rule.curve(*(float(v) for v in _from_free(free, rule.scales)))


def _shape_curve(rule: _FormRule, shape: Floats) -> GrowthCurve:
    """Return the curve whose upper limit is 1: its free level is ln 1 = 0 on either scale."""
    return _curve(rule, np.concatenate([[0.0], shape]))


def _shape_residuals(pairs: _Pairs, rule: _FormRule, method: str, shape: Floats) -> Floats:
    """Return residuals given the shape; ``level`` puts in the level that fits best (it enters linearly)."""
    unit = _shape_curve(rule, shape)
    if method == "difference":
        return np.asarray(pairs.second - unit.projected(pairs.first, pairs.first_year, pairs.second_year))
    one, two = unit.value(pairs.first_year), unit.value(pairs.second_year)
    A = _best_level(pairs, one, two)
    return np.concatenate([pairs.first - A * one, pairs.second - A * two])


def _best_level(pairs: _Pairs, one: Floats, two: Floats) -> float:
    return float((one @ pairs.first + two @ pairs.second) / (one @ one + two @ two))


def _searched(pairs: _Pairs, rule: _FormRule, method: str) -> Floats:
    """Return the free parameters with the least sum of squares, over a few starts."""
    scales = rule.scales[1:]
    bounds = tuple(_to_free(np.array(side[1:]), scales) for side in (rule.lower, rule.upper))
    tries = [
        least_squares(
            lambda shape: _shape_residuals(pairs, rule, method, shape),
            _to_free(np.array(start), scales),
            bounds=bounds,
            x_scale="jac",
        )
        for start in rule.starts
    ]
    best = min(tries, key=lambda found: float(found.cost))
    unit = _shape_curve(rule, best.x)
    A = _best_level(pairs, unit.value(pairs.first_year), unit.value(pairs.second_year))
    if not A > 0:
        raise EstimationError("growth-value-unusable", plot="-", first=0.0, second=0.0)
    # on both scales of a level (log A, or a = ln A) the free level is the logarithm of the upper limit
    return np.concatenate([[math.log(A)], best.x])


def _check_bounds(free: Floats, rule: _FormRule, form: str) -> None:
    low, high = (_to_free(np.array(side), rule.scales) for side in (rule.lower, rule.upper))
    for i in range(1, free.size):
        width = high[i] - low[i]
        if free[i] - low[i] < _CLOSE_TO_BOUND * width or high[i] - free[i] < _CLOSE_TO_BOUND * width:
            value = float(_from_free(free, rule.scales)[i])
            raise EstimationError("growth-at-bound", form=form, name=rule.names[i], value=value)


def _scores(pairs: _Pairs, rule: _FormRule, method: str, free: Floats) -> Floats:
    """Return the estimating functions of each plot, shape (n, p); their sums are 0 at the fit."""
    curve = _curve(rule, free)
    one, two = curve.value(pairs.first_year), curve.value(pairs.second_year)
    r1, r2 = pairs.first - one, pairs.second - two
    level = one * r1 + two * r2
    if method == "difference":
        residual = _shape_residuals(pairs, rule, method, free[1:])
        slopes = [
            _slope(lambda x: -_shape_residuals(pairs, rule, method, x), free[1:], i) for i in _count(rule)
        ]
        return np.column_stack([level, *(slope * residual for slope in slopes)])
    columns = []
    for i in _count(rule):
        d1 = _slope(lambda x: _curve(rule, x).value(pairs.first_year), free, i + 1)
        d2 = _slope(lambda x: _curve(rule, x).value(pairs.second_year), free, i + 1)
        columns.append(d1 * r1 + d2 * r2)
    return np.column_stack([level, *columns])


def _count(rule: _FormRule) -> range:
    return range(len(rule.names) - 1)


def _slope(function: Callable[[Floats], Floats], at: Floats, i: int) -> Floats:
    step = np.zeros(at.size)
    step[i] = _STEP
    return np.asarray((function(at + step) - function(at - step)) / (2 * _STEP), dtype=np.float64)


def _sandwich(pairs: _Pairs, rule: _FormRule, method: str, free: Floats, form: str) -> Floats:
    n, p = pairs.first.size, free.size
    scores = _scores(pairs, rule, method, free)
    bread = np.column_stack(
        [_slope(lambda x: _scores(pairs, rule, method, x).sum(axis=0), free, i) for i in range(p)]
    )
    scale = np.sqrt(np.outer(np.abs(np.diag(bread)), np.abs(np.diag(bread))))
    if not np.isfinite(bread).all() or (scale == 0).any() or np.linalg.cond(bread / scale) > 1e10:
        raise EstimationError(
            "growth-not-identified", form=form, name=", ".join(rule.names[1:]), relative_se=math.inf
        )
    inverse = np.linalg.inv(bread)
    return np.asarray(inverse @ (scores.T @ scores) @ inverse.T * (n / (n - p)), dtype=np.float64)


def _check_known(covariance: Floats, rule: _FormRule, form: str, free: Floats, limit: float) -> None:
    for i in range(1, free.size):
        se = math.sqrt(max(float(covariance[i, i]), 0.0))
        if not se <= limit:
            raise EstimationError("growth-not-identified", form=form, name=rule.names[i], relative_se=se)


def _check_growth(pairs: _Pairs, rule: _FormRule, form: str, method: str, free: Floats) -> None:
    """Refuse a form that does not give its own plots the growth they had."""
    if method == "difference":
        missed = _shape_residuals(pairs, rule, method, free[1:])
    else:
        missed = (
            pairs.second - pairs.first - _curve(rule, free).increment(pairs.first_year, pairs.second_year)
        )
    n, observed = missed.size, float(np.mean(pairs.second - pairs.first))
    mean = float(np.mean(missed))
    chance = t_value(n - free.size, _MISFIT_LEVEL) * float(np.std(missed, ddof=1)) / math.sqrt(n)
    if abs(mean) > chance and abs(mean) > MISFIT_SHARE * abs(observed):
        raise EstimationError("growth-misfit", form=form, observed=observed, fitted=observed - mean)


def _fitted(pairs: _Pairs, form: Form, method: Method, free: Floats, covariance: Floats) -> GrowthFit:
    rule = _RULES[form]
    curve, df = _curve(rule, free), pairs.first.size - free.size
    jacobian = np.diag(
        [
            v if s == "log" else v * (1 - v) if s == "logit" else 1.0
            for v, s in zip(_from_free(free, rule.scales).tolist(), rule.scales, strict=True)
        ]
    )
    residual = _shape_residuals(pairs, rule, method, free[1:])
    about = pairs.second - curve.value(pairs.second_year)
    n = pairs.first.size
    return GrowthFit(
        form=form,
        method=method,
        curve=curve,
        names=rule.names,
        covariance=jacobian @ covariance @ jacobian.T,
        residual_sd=math.sqrt(float(residual @ residual) / (residual.size - free.size + 1)),
        level_sd=math.sqrt(float(about @ about) / df),
        df=float(df),
        n_plots=int(n),
        period_year=float(np.mean(pairs.second_year - pairs.first_year)),
        age_range_year=(float(pairs.first_year.min()), float(pairs.second_year.max())),
    )
