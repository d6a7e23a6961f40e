"""Regression estimators: a survey with a wall-to-wall map (GREG), or with a larger first phase.

The map's mean is known (GREG) or is itself estimated from a first phase (two-phase); plots say how far the
regression on it is off. The estimate is design-unbiased to first order whatever the true relation is.
Three variances are computed: with plain residuals, with g-weights, and with residuals corrected for the
degrees of freedom of the regression; **the larger of the last two is reported**.
Sources: Särndal, Swensson and Wretman (1992), section 6.6; AR-TOOL14 v04.2 eq. 18-19; Mandallaz (2013,
Canadian Journal of Forest Research 43:441-449) for the g-weight variance of forest inventories.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from mrv.errors import EstimationError
from mrv.estimate import Estimate
from mrv.moments import Floats, as_table, check_finite
from mrv.population import Population

PLOTS_PER_COEFFICIENT: Final = 10
"""Plots for each coefficient below which the reader is warned [1]."""
_SINGULAR: Final = 1e12


@dataclass(frozen=True, slots=True)
class RegressionEstimate:
    """An estimate assisted by a regression, and what it was made from."""

    estimate: Estimate
    """The total (or mean, for an area of 1 ha) with the larger of the two honest variances."""
    coefficients: Floats
    """Intercept and slopes, shape (p,), the variable's unit per unit of each auxiliary variable."""
    g_weights: Floats
    """Factor of each plot's own weight, in the order of sorted plots, shape (n,) [1]."""
    external_variance: float
    """Variance from plain residuals, as if the coefficients were known [unit2]."""
    g_variance: float
    """Variance from g-weighted residuals [unit2]."""
    df_variance: float
    """Variance from residuals corrected for the p coefficients [unit2]."""
    direct: Estimate
    """The estimate from the plots alone, for comparison."""

    @property
    def relative_efficiency(self) -> float:
        """Variance of the plots alone over the residuals' [1]: how many times the plots count."""
        if self.external_variance == 0:
            return np.inf if self.direct.variance else 1.0
        return self.direct.variance / self.external_variance


@dataclass(frozen=True, slots=True)
class _Fit:
    beta: Floats
    g: Floats
    residual: Floats


def estimate_greg(
    population: Population, values: ArrayLike, auxiliary: ArrayLike, auxiliary_mean: ArrayLike, *, unit: str
) -> RegressionEstimate:
    """Return the generalised regression estimate of a total, in `unit`.

    Y = A xbar_U' beta + sum d e, beta by least squares with the plots' areas d as weights; V is the
    design's variance of g e.

    Parameters
    ----------
    population
        The plots and their design.
    values
        Variable per hectare, shape (n,), in the caller's order of plots.
    auxiliary
        q auxiliary variables of each plot, shape (n,) or (n, q), e.g. the map's value at the plot.
    auxiliary_mean
        Their true means over the whole population, shape (q,).
    unit
        Unit of the total.

    Examples
    --------
    >>> x = [50.0, 62, 70, 81, 93, 58, 75, 88]
    >>> y = [48.0, 66, 69, 85, 90, 52, 80, 86]
    >>> found = estimate_greg(Population.simple(list("abcdefgh")), y, x, [68.0], unit="t/ha")
    >>> round(found.estimate.value, 6), round(found.estimate.variance, 6)
    (67.753879, 2.28168)
    """
    y, X = _columns(population, values, auxiliary)
    target = np.r_[1.0, np.asarray(auxiliary_mean, dtype=np.float64).ravel()]
    if target.size != X.shape[1]:
        raise EstimationError("regression-means-differ", columns=X.shape[1] - 1, means=target.size - 1)
    fit = _fit(population.weight_ha, X, y, target)
    value = population.area_ha * float(target @ fit.beta) + float(population.weight_ha @ fit.residual)
    parts = _variances(population, fit, X.shape[1])
    warnings = (*population.warnings, *_guards(X, target))
    return _made(population, y, fit, value, parts, 0.0, ("greg", unit, warnings))


def estimate_two_phase(
    population: Population,
    values: ArrayLike,
    auxiliary: ArrayLike,
    first_phase_mean: ArrayLike,
    first_phase_points: int,
    *,
    unit: str,
) -> RegressionEstimate:
    """Return the regression estimate of a total from two phases, in `unit`.

    b = ybar + beta (xbar' - xbar); V = V(residuals) + beta' S_x beta / n', which for one auxiliary
    variable is AR-TOOL14 eq. 18-19, s2 (1 - (1 - n / n') rho2) / n.

    Parameters
    ----------
    population
        The second phase: plots measured in the field, as a simple random sample.
    values, auxiliary
        Variable per hectare and auxiliary variables of each plot, as for `estimate_greg`.
    first_phase_mean
        Means of the auxiliary variables over the first phase, shape (q,).
    first_phase_points
        Points of the first phase, those of the second among them [1].
    unit
        Unit of the total.
    """
    if len(population.names) != 1:
        raise EstimationError("two-phase-strata", strata=len(population.names))
    y, X = _columns(population, values, auxiliary)
    target = np.r_[1.0, np.asarray(first_phase_mean, dtype=np.float64).ravel()]
    if target.size != X.shape[1]:
        raise EstimationError("regression-means-differ", columns=X.shape[1] - 1, means=target.size - 1)
    if first_phase_points < y.size:
        raise EstimationError("two-phase-points", points=first_phase_points, n_plots=y.size)
    fit = _fit(population.weight_ha, X, y, target)
    value = population.area_ha * float(target @ fit.beta)
    spread = np.atleast_2d(np.cov(X[:, 1:], rowvar=False))
    slope = fit.beta[1:]
    first = population.area_ha**2 * float(slope @ spread @ slope) / first_phase_points
    parts = _variances(population, fit, X.shape[1])
    warnings = (*population.warnings, *_guards(X, target))
    return _made(population, y, fit, value, parts, first, ("two_phase", unit, warnings))


def _columns(population: Population, values: ArrayLike, auxiliary: ArrayLike) -> tuple[Floats, Floats]:
    """Return the variable and the design matrix (intercept first) in the order of sorted plots."""
    y, x = as_table(values), as_table(auxiliary)
    for table in (y, x):
        if table.shape[0] != population.plot_id.size:
            raise EstimationError(
                "sample-lengths-differ", plots=population.plot_id.size, values=int(table.shape[0])
            )
    both = np.column_stack([y[:, :1], x])[population.order]
    check_finite(population.plot_id, both)
    return both[:, 0], np.column_stack([np.ones(both.shape[0]), both[:, 1:]])


def _fit(weight: Floats, X: Floats, y: Floats, target: Floats) -> _Fit:
    """Return coefficients, g-weights and residuals; refuse auxiliary variables that say the same."""
    p = X.shape[1]
    if y.size <= p:
        raise EstimationError("regression-too-few-plots", n_plots=y.size, coefficients=p)
    centre, scale = X.mean(axis=0), X.std(axis=0)
    scale[0], centre[0] = 1.0, 0.0
    if not (scale > 0).all():
        raise EstimationError("regression-singular", n_plots=y.size, coefficients=p)
    # standardised columns: what is nearly the same is told from what is only measured in small units
    Z, goal = (X - centre) / scale, (target - centre) / scale
    cross = (Z * weight[:, None]).T @ Z
    if np.linalg.cond(cross) > _SINGULAR:
        raise EstimationError("regression-singular", n_plots=y.size, coefficients=p)
    gamma = np.linalg.solve(cross, (Z * weight[:, None]).T @ y)
    g = weight.sum() * (Z @ np.linalg.solve(cross, goal))
    beta = gamma / scale
    beta[0] = gamma[0] - float(centre[1:] @ beta[1:])
    return _Fit(beta, g, y - Z @ gamma)


def _variances(population: Population, fit: _Fit, p: int) -> tuple[float, float, float]:
    """Return the design's variance of e and g e, the g-weighted one as sums over n, and df-corrected."""
    table = np.column_stack([fit.residual, fit.g * fit.residual])
    spread = population.totals(_as_given(population, table)).covariance
    n, df = float(population.plot_id.size), population.df
    if df <= p - 1:
        raise EstimationError("regression-too-few-plots", n_plots=int(n), coefficients=p)
    external = float(spread[0, 0])
    return external, float(spread[1, 1]) * df / n, external * df / (df - (p - 1))


def _as_given(population: Population, table: Floats) -> Floats:
    """Return rows of sorted plots in the caller's order."""
    given = np.empty_like(table)
    given[population.order] = table
    return given


def _guards(X: Floats, target: Floats) -> tuple[str, ...]:
    """Return what must be said: too few plots, or a population unlike the sample."""
    found = []
    x, goal = X[:, 1:], target[1:]
    beyond = (goal < x.min(axis=0)) | (goal > x.max(axis=0))
    far = np.abs(goal - x.mean(axis=0)) > x.std(axis=0, ddof=1)
    if bool((beyond | far).any()):
        found.append("regression-extrapolates")
    if X.shape[0] < PLOTS_PER_COEFFICIENT * X.shape[1]:
        found.append("regression-few-plots")
    return tuple(found)


def _made(
    population: Population,
    y: Floats,
    fit: _Fit,
    value: float,
    parts: tuple[float, float, float],
    first_phase: float,
    labels: tuple[str, str, tuple[str, ...]],
) -> RegressionEstimate:
    external, g_variance, corrected = (part + first_phase for part in parts)
    method, unit, warnings = labels
    totals = population.totals(_as_given(population, y))
    weighted = population.totals(_as_given(population, fit.g * fit.residual)).estimate(0, "all", unit)
    df = max(1.0, min(population.df, weighted.df) - (fit.beta.size - 1))
    estimate = Estimate(value, max(g_variance, corrected), df, unit, y.size, method, warnings, totals.digest)
    return RegressionEstimate(
        estimate, fit.beta, fit.g, external, g_variance, corrected, totals.estimate(0, "all", unit)
    )
