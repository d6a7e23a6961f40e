"""Small areas: townships with too few plots for an estimate of their own borrow strength by a model.

Unit level: y_ij = x_ij' b + v_i + e_ij (Battese, Harter and Fuller 1988, JASA 83:28-36). Area level:
direct_i = x_i' b + v_i + e_i with known sampling variances (Fay and Herriot 1979, JASA 74:269-277).
Both are fitted by restricted maximum likelihood; the mean squared error is g1 + g2 + 2 g3 (Prasad and Rao
1990, JASA 85:163-171; Datta and Lahiri 2000, Statistica Sinica 10:613-627; Rao and Molina 2015, chapters
5 to 7). **They are as good as their model**: every estimate is marked ``model-based``, its variance is a
mean squared error over the model, and the areas do not add up to the design-based total.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize_scalar

from mrv.errors import EstimationError
from mrv.estimate import Estimate
from mrv.moments import Floats, Ints, as_table, check_finite, sorted_by_id


@dataclass(frozen=True, slots=True)
class SmallAreaFit:
    """Estimates of all areas and the model they rest on."""

    estimates: Mapping[str, Estimate]
    """Mean of each area; the variance is the mean squared error."""
    coefficients: Floats
    """b, shape (p,); at unit level the intercept comes first."""
    coefficient_se: Floats
    """Standard errors of b, shape (p,)."""
    area_variance: float
    """Variance of the area effects v [unit2]."""
    residual_variance: float
    """Variance of the plots' residuals e [unit2]; 0 at area level, where it is known for each area."""
    effects: Mapping[str, float]
    """Predicted effect of each area with plots, in the unit."""


def estimate_unit_level(
    plot_id: ArrayLike,
    area: ArrayLike,
    values: ArrayLike,
    auxiliary: ArrayLike,
    area_means: Mapping[str, ArrayLike],
    *,
    unit: str,
) -> SmallAreaFit:
    """Return the EBLUP of each area's mean from plots with auxiliary variables, in `unit`.

    Parameters
    ----------
    plot_id, area
        Plots and the area of each.
    values
        Variable per hectare, shape (n,).
    auxiliary
        q auxiliary variables of each plot, shape (n,) or (n, q).
    area_means
        True means of the auxiliary variables over each area, shape (q,). An area without plots gets
        the model's prediction alone and says so.
    unit
        Unit of the means.
    """
    ids = np.asarray(plot_id, dtype=np.str_)
    order = sorted_by_id(ids)
    table = np.column_stack([as_table(values)[:, :1], as_table(auxiliary)])[order]
    check_finite(ids[order], table)
    names = np.asarray(area, dtype=np.str_)[order]
    known, codes = np.unique(names, return_inverse=True)
    y, X = table[:, 0], np.column_stack([np.ones(ids.size), table[:, 1:]])
    for name in known.tolist():
        if name not in area_means:
            raise EstimationError("area-without-means", area=name)
    model = _UnitModel.fit(y, X, codes)
    position = {str(name): i for i, name in enumerate(known)}
    estimates = {
        str(name): _unit_estimate(
            model, position.get(str(name)), np.r_[1.0, np.asarray(mean, dtype=np.float64).ravel()], unit
        )
        for name, mean in sorted(area_means.items())
    }
    effects = {name: float(model.effect[i]) for name, i in position.items()}
    return SmallAreaFit(
        MappingProxyType(estimates),
        model.beta,
        np.sqrt(np.diag(model.beta_covariance)),
        model.area_variance,
        model.residual_variance,
        MappingProxyType(effects),
    )


@dataclass(frozen=True, slots=True)
class _UnitModel:
    beta: Floats
    beta_covariance: Floats
    area_variance: float
    residual_variance: float
    shrink: Floats
    effect: Floats
    x_mean: Floats
    n: Floats
    plots: int

    @classmethod
    def fit(cls, y: Floats, X: Floats, codes: Ints) -> _UnitModel:
        """Fit by restricted maximum likelihood over the ratio of the two variances."""
        n = np.bincount(codes).astype(np.float64)
        p = X.shape[1]
        if y.size <= p + 1 or n.size < 2 or y.size == n.size:
            raise EstimationError("small-area-too-few", n_plots=y.size, areas=n.size, coefficients=p)
        means = np.column_stack([np.bincount(codes, column) for column in (*X.T, y)]) / n[:, None]
        table = np.column_stack([X, y])

        def solve(ratio: float) -> tuple[float, Floats, Floats, float]:
            shrink = ratio * n / (1 + ratio * n)
            moved = table - (1 - np.sqrt(1 - shrink))[codes, None] * means[codes]
            Z, z = moved[:, :p], moved[:, p]
            cross = Z.T @ Z
            if np.linalg.matrix_rank(cross) < p:
                raise EstimationError("regression-singular", n_plots=y.size, coefficients=p)
            beta = np.asarray(np.linalg.solve(cross, Z.T @ z), dtype=np.float64)
            rest = float(np.sum((z - Z @ beta) ** 2))
            logdet = float(np.linalg.slogdet(cross)[1])
            minus2 = (y.size - p) * math.log(max(rest, 1e-300)) + float(np.log1p(ratio * n).sum()) + logdet
            return minus2, beta, cross, rest

        def minus2(log_ratio: float) -> float:
            return solve(math.exp(log_ratio))[0]

        best = minimize_scalar(minus2, bounds=(-18.0, 12.0), method="bounded", options={"xatol": 1e-10})
        ratio = math.exp(best.x) if best.fun < solve(0.0)[0] else 0.0
        _, beta, cross, rest = solve(ratio)
        residual = rest / (y.size - p)
        shrink = ratio * n / (1 + ratio * n)
        effect = shrink * (means[:, p] - means[:, :p] @ beta)
        covariance = residual * np.linalg.inv(cross)
        return cls(beta, covariance, ratio * residual, residual, shrink, effect, means[:, :p], n, y.size)

    def fitting_error(self) -> float:
        """Return h of Prasad and Rao: what not knowing the two variances costs [unit6]."""
        v, e, n = self.area_variance, self.residual_variance, self.n
        whole = e + n * v
        i_vv = 0.5 * float(np.sum((n / whole) ** 2))
        i_ve = 0.5 * float(np.sum(n / whole**2))
        i_ee = 0.5 * float(np.sum((n - 1) / e**2 + 1 / whole**2))
        determinant = i_vv * i_ee - i_ve**2
        var_v, var_e, covariance = i_ee / determinant, i_vv / determinant, -i_ve / determinant
        return e**2 * var_v + v**2 * var_e - 2 * e * v * covariance


def _unit_estimate(model: _UnitModel, index: int | None, target: Floats, unit: str) -> Estimate:
    warnings = ["model-based"] + (["area-effect-none"] if model.area_variance == 0 else [])
    if target.size != model.beta.size:
        raise EstimationError("regression-means-differ", columns=model.beta.size - 1, means=target.size - 1)
    if index is None:
        value = float(target @ model.beta)
        error = model.area_variance + float(target @ model.beta_covariance @ target)
        warnings.append("area-synthetic")
        return Estimate(value, error, math.inf, unit, 0, "eblup_unit", tuple(warnings))
    n, gamma = float(model.n[index]), float(model.shrink[index])
    value = float(target @ model.beta) + float(model.effect[index])
    off = target - gamma * model.x_mean[index]
    g1 = gamma * model.residual_variance / n if gamma else 0.0
    g2 = float(off @ model.beta_covariance @ off)
    g3 = model.fitting_error() / (n**2 * (model.area_variance + model.residual_variance / n) ** 3)
    return Estimate(value, g1 + g2 + 2 * g3, math.inf, unit, int(n), "eblup_unit", tuple(warnings))


def with_pooled_variance(direct: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """Return direct estimates of simple random samples with the plots' variance pooled over the areas.

    The variance of a few skewed plots goes up and down with their mean. Taken as known it gives areas
    that came out low too much weight, and every prediction is too low; pooling stops that.

    Parameters
    ----------
    direct
        Direct estimate of each area; its variance is that of n plots, s2 / n.
    """
    pooled = math.fsum(e.variance * e.n_plots * e.df for e in direct.values()) / math.fsum(
        e.df for e in direct.values()
    )
    return {name: replace(e, variance=pooled / e.n_plots) for name, e in direct.items()}


def estimate_area_level(
    direct: Mapping[str, Estimate], auxiliary: Mapping[str, ArrayLike], *, unit: str
) -> SmallAreaFit:
    """Return the EBLUP of each area from its direct estimate and auxiliary variables, in `unit`.

    Parameters
    ----------
    direct
        Direct estimate of each area; its variance is taken as known and must be positive.
    auxiliary
        Row of the model of each area, shape (p,), with the 1 of an intercept where there is one. An
        area without a direct estimate gets the model's prediction alone and says so.
    unit
        Unit of the means; that of the direct estimates.
    """
    names = sorted(direct)
    for name in names:
        if not direct[name].variance > 0:
            raise EstimationError("area-variance-zero", area=name)
        if name not in auxiliary:
            raise EstimationError("area-without-means", area=name)
        if direct[name].unit != unit:
            raise EstimationError("area-unit", area=name, unit=direct[name].unit, expected=unit)
    y = np.array([direct[name].value for name in names])
    psi = np.array([direct[name].variance for name in names])
    X = np.array([np.asarray(auxiliary[name], dtype=np.float64).ravel() for name in names])
    if len(names) <= X.shape[1] + 1:
        raise EstimationError(
            "small-area-too-few", n_plots=len(names), areas=len(names), coefficients=X.shape[1]
        )
    v = _area_variance(y, X, psi)
    cross = (X / (psi + v)[:, None]).T @ X
    covariance = np.linalg.inv(cross)
    beta = covariance @ (X / (psi + v)[:, None]).T @ y
    gamma = v / (psi + v)
    effect = gamma * (y - X @ beta)
    var_v = 2 / float(np.sum((psi + v) ** -2.0))
    g2 = (1 - gamma) ** 2 * np.einsum("ij,jk,ik->i", X, covariance, X)
    mse = gamma * psi + g2 + 2 * psi**2 / (psi + v) ** 3 * var_v
    told = ("model-based",) + (("area-effect-none",) if v == 0 else ())
    estimates = {
        name: Estimate(
            float(X[i] @ beta + effect[i]),
            float(mse[i]),
            math.inf,
            unit,
            direct[name].n_plots,
            "eblup_area",
            told,
            direct[name].digest,
        )
        for i, name in enumerate(names)
    }
    for name in sorted(set(auxiliary) - set(names)):
        row = np.asarray(auxiliary[name], dtype=np.float64).ravel()
        error = v + float(row @ covariance @ row)
        estimates[name] = Estimate(
            float(row @ beta), error, math.inf, unit, 0, "eblup_area", (*told, "area-synthetic")
        )
    effects = {name: float(effect[i]) for i, name in enumerate(names)}
    return SmallAreaFit(
        MappingProxyType(estimates), beta, np.sqrt(np.diag(covariance)), v, 0.0, MappingProxyType(effects)
    )


def _area_variance(y: Floats, X: Floats, psi: Floats) -> float:
    """Return the restricted maximum likelihood estimate of the area variance, 0 at the least [unit2]."""
    if np.linalg.matrix_rank(X) < X.shape[1]:
        raise EstimationError("regression-singular", n_plots=y.size, coefficients=X.shape[1])

    def score(v: float) -> float:
        W = 1 / (psi + v)
        cross = np.linalg.inv((X * W[:, None]).T @ X)
        P = np.diag(W) - (X * W[:, None]) @ cross @ (X * W[:, None]).T
        Py = P @ y
        return float(Py @ Py - np.trace(P))

    if score(0.0) <= 0:
        return 0.0
    upper = float(np.var(y)) + float(psi.max())
    while score(upper) > 0:
        upper *= 2
    return float(brentq(score, 0.0, upper, xtol=1e-14 * upper, rtol=1e-12))
