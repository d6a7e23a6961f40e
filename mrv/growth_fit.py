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
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

from mrv.errors import EstimationError
from mrv.growth_curves import GrowthCurve
from mrv.growth_forms import (
    PARAMETER_NAMES,
    RULES,
    Form,
    FormRule,
    curve_of,
    from_free,
    stated_curve,
    to_free,
)
from mrv.growth_result import GrowthFit, Method, Prediction
from mrv.moments import Floats, check_sample
from mrv.sampling import t_value

__all__ = [
    "MAX_RELATIVE_SE", "MISFIT_SHARE", "PARAMETER_NAMES", "Form", "GrowthFit", "Method", "Prediction",
    "fit_growth", "stated_curve",
]  # fmt: skip

MAX_RELATIVE_SE: Final = 1.0
"""Largest standard error of a parameter of the shape, relative to the parameter [1]."""
MISFIT_SHARE: Final = 0.10
"""Share of the mean growth of its plots that a curve may miss [1]; a choice of ours."""
_MISFIT_LEVEL: Final = 0.99
_STEP: Final = 1e-5
_CLOSE_TO_BOUND: Final = 1e-6


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
    rule = RULES[form]
    _check_pairs(pairs, ids[order], rule, form, method)
    free = _searched(pairs, rule, method)
    _check_bounds(free, rule, form)
    covariance_free = _sandwich(pairs, rule, method, free, form)
    _check_known(covariance_free, rule, form, free, max_relative_se)
    _check_growth(pairs, rule, form, method, free)
    return _fitted(pairs, form, method, free, covariance_free)


def _check_pairs(pairs: _Pairs, ids: ArrayLike, rule: FormRule, form: str, method: str) -> None:
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


def _shape_curve(rule: FormRule, shape: Floats) -> GrowthCurve:
    """Return the curve whose upper limit is 1: its free level is ln 1 = 0 on either scale."""
    return curve_of(rule, np.concatenate([[0.0], shape]))


def _shape_residuals(pairs: _Pairs, rule: FormRule, method: str, shape: Floats) -> Floats:
    """Return residuals given the shape; ``level`` puts in the level that fits best (it enters linearly)."""
    unit = _shape_curve(rule, shape)
    if method == "difference":
        return np.asarray(pairs.second - unit.projected(pairs.first, pairs.first_year, pairs.second_year))
    one, two = unit.value(pairs.first_year), unit.value(pairs.second_year)
    A = _best_level(pairs, one, two)
    return np.concatenate([pairs.first - A * one, pairs.second - A * two])


def _best_level(pairs: _Pairs, one: Floats, two: Floats) -> float:
    return float((one @ pairs.first + two @ pairs.second) / (one @ one + two @ two))


def _searched(pairs: _Pairs, rule: FormRule, method: str) -> Floats:
    """Return the free parameters with the least sum of squares, over a few starts."""
    scales = rule.scales[1:]
    bounds = tuple(to_free(np.array(side[1:]), scales) for side in (rule.lower, rule.upper))
    tries = [
        least_squares(
            lambda shape: _shape_residuals(pairs, rule, method, shape),
            to_free(np.array(start), scales),
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


def _check_bounds(free: Floats, rule: FormRule, form: str) -> None:
    low, high = (to_free(np.array(side), rule.scales) for side in (rule.lower, rule.upper))
    for i in range(1, free.size):
        width = high[i] - low[i]
        if free[i] - low[i] < _CLOSE_TO_BOUND * width or high[i] - free[i] < _CLOSE_TO_BOUND * width:
            value = float(from_free(free, rule.scales)[i])
            raise EstimationError("growth-at-bound", form=form, name=rule.names[i], value=value)


def _scores(pairs: _Pairs, rule: FormRule, method: str, free: Floats) -> Floats:
    """Return the estimating functions of each plot, shape (n, p); their sums are 0 at the fit."""
    curve = curve_of(rule, free)
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
        d1 = _slope(lambda x: curve_of(rule, x).value(pairs.first_year), free, i + 1)
        d2 = _slope(lambda x: curve_of(rule, x).value(pairs.second_year), free, i + 1)
        columns.append(d1 * r1 + d2 * r2)
    return np.column_stack([level, *columns])


def _count(rule: FormRule) -> range:
    return range(len(rule.names) - 1)


def _slope(function: Callable[[Floats], Floats], at: Floats, i: int) -> Floats:
    step = np.zeros(at.size)
    step[i] = _STEP
    return np.asarray((function(at + step) - function(at - step)) / (2 * _STEP), dtype=np.float64)


def _sandwich(pairs: _Pairs, rule: FormRule, method: str, free: Floats, form: str) -> Floats:
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


def _check_known(covariance: Floats, rule: FormRule, form: str, free: Floats, limit: float) -> None:
    for i in range(1, free.size):
        se = math.sqrt(max(float(covariance[i, i]), 0.0))
        if not se <= limit:
            raise EstimationError("growth-not-identified", form=form, name=rule.names[i], relative_se=se)


def _check_growth(pairs: _Pairs, rule: FormRule, form: str, method: str, free: Floats) -> None:
    """Refuse a form that does not give its own plots the growth they had."""
    if method == "difference":
        missed = _shape_residuals(pairs, rule, method, free[1:])
    else:
        missed = (
            pairs.second - pairs.first - curve_of(rule, free).increment(pairs.first_year, pairs.second_year)
        )
    n, observed = missed.size, float(np.mean(pairs.second - pairs.first))
    mean = float(np.mean(missed))
    chance = t_value(n - free.size, _MISFIT_LEVEL) * float(np.std(missed, ddof=1)) / math.sqrt(n)
    if abs(mean) > chance and abs(mean) > MISFIT_SHARE * abs(observed):
        raise EstimationError("growth-misfit", form=form, observed=observed, fitted=observed - mean)


def _fitted(pairs: _Pairs, form: Form, method: Method, free: Floats, covariance: Floats) -> GrowthFit:
    rule = RULES[form]
    curve, df = curve_of(rule, free), pairs.first.size - free.size
    jacobian = np.diag(
        [
            v if s == "log" else v * (1 - v) if s == "logit" else 1.0
            for v, s in zip(from_free(free, rule.scales).tolist(), rule.scales, strict=True)
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
