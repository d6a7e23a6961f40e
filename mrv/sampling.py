"""Design-based estimation from plots: simple, stratified, post-stratified, ratio, paired change.

Every function returns an `Estimate` (or `Totals`, from which estimates and ratios are taken); a
value never travels without its variance, degrees of freedom and unit. Formulas: AR-TOOL14 v04.2
eq. 3-8 and 12-17; Bechtold and Patterson (2005), FIA GTR SRS-80, chapter 4.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from mrv.errors import EstimationError
from mrv.estimate import LEVEL, Estimate, t_value
from mrv.moments import Floats, check_sample
from mrv.population import Population
from mrv.strata import EstimationUnit

__all__ = [
    "LEVEL",
    "Estimate",
    "EstimationUnit",
    "Totals",
    "estimate_independent_change",
    "estimate_paired_change",
    "estimate_post_stratified",
    "estimate_ratio",
    "estimate_ratio_to_size",
    "estimate_simple",
    "estimate_stratified",
    "t_value",
    "totals_post_stratified",
    "totals_stratified",
]


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of k variables over a population, with their full covariance."""

    total: Floats
    """Totals, shape (k,): the variable's unit per ha, times ha."""
    covariance: Floats
    """Covariance of the totals, shape (k, k)."""
    df: float
    """Degrees of freedom: plots less strata [1]."""
    n_plots: int
    """Plots, zeros included [1]."""
    method: str
    """Estimator."""
    warnings: tuple[str, ...] = ()
    """Catalogue keys of what the reader must know."""
    digest: str = ""
    """SHA-256 of plots, values and design."""

    def estimate(self, index: int, unit: str) -> Estimate:
        """Return the total of one variable."""
        return self.combination({index: 1.0}, unit)

    def combination(self, coefficients: Mapping[int, float], unit: str) -> Estimate:
        """Return a linear combination of the totals, e.g. a difference, with its covariances."""
        chosen = sorted(coefficients)
        value = math.fsum(coefficients[i] * self.total[i] for i in chosen)
        variance = math.fsum(
            coefficients[i] * coefficients[j] * self.covariance[i, j] for i in chosen for j in chosen
        )
        return self._made(float(value), variance, self.method, unit)

    def ratio(self, numerator: int, denominator: int, unit: str) -> Estimate:
        """Return the ratio of two totals (Bechtold and Patterson 2005, eq. 4.16-4.17).

        V(R) = [V(Y) + R^2 V(X) - 2 R Cov(Y, X)] / X^2, clipped at 0.
        """
        y, x = float(self.total[numerator]), float(self.total[denominator])
        if x == 0:
            raise EstimationError("ratio-denominator-zero", method=self.method)
        r = y / x
        v = self.covariance
        variance = (
            v[numerator, numerator] + r * r * v[denominator, denominator] - 2 * r * v[numerator, denominator]
        ) / (x * x)
        return self._made(r, float(variance), f"ratio/{self.method}", unit)

    def _made(self, value: float, variance: float, method: str, unit: str) -> Estimate:
        labels = (method, self.warnings, self.digest)
        return Estimate(value, max(variance, 0.0), self.df, unit, self.n_plots, *labels)


def totals_stratified(
    plot_id: ArrayLike, values: ArrayLike, stratum: ArrayLike, stratum_area_ha: Mapping[str, float]
) -> Totals:
    """Return totals of k per-hectare variables from a stratified random sample.

    Y = sum_h A_h ybar_h, V = sum_h A_h^2 s2_h / n_h, df = n - strata (AR-TOOL14 eq. 12-17).

    Parameters
    ----------
    plot_id
        Identifier of each plot.
    values
        Variables per hectare, shape (n,) or (n, k); a plot without trees is a zero and stays in n.
    stratum
        Stratum of each plot.
    stratum_area_ha
        Area of each stratum [ha].
    """
    return _totals(Population.stratified(plot_id, stratum, stratum_area_ha), values)


def _totals(population: Population, values: ArrayLike) -> Totals:
    """Return the totals of a population, with plots less strata for degrees of freedom."""
    found = population.totals(values, df="plots")
    return Totals(
        found.total[0], found.covariance, found.df_plots, found.n_plots, found.method, (), found.digest
    )


def totals_post_stratified(
    plot_id: ArrayLike,
    values: ArrayLike,
    unit_of_plot: ArrayLike,
    stratum: ArrayLike,
    units: Sequence[EstimationUnit],
) -> Totals:
    """Return totals of k per-hectare variables by post-stratification, over several units.

    In each unit V = A^2 sum_h [W_h / n + (1 - W_h) / n^2] s2_h, with n the plots of the unit; the
    units add up (Bechtold and Patterson 2005, eq. 4.14; Scott and others 2005).

    Parameters
    ----------
    plot_id
        Identifier of each plot.
    values
        Variables per hectare, shape (n,) or (n, k).
    unit_of_plot, stratum
        Estimation unit and stratum of each plot.
    units
        The units with their areas [ha] and stratum weights.
    """
    return _totals(Population.post_stratified(plot_id, unit_of_plot, stratum, units), values)


def estimate_simple(plot_id: ArrayLike, values: ArrayLike, *, unit: str, expansion: float = 1.0) -> Estimate:
    """Return the mean of a simple random sample, times an expansion (an area gives the total).

    V = s2 / n, df = n - 1.

    Examples
    --------
    >>> estimate_simple(["a", "b", "c"], [1.0, 2.0, 3.0], unit="t/ha").value
    2.0
    """
    mean = _totals(Population.simple(plot_id), values).estimate(0, unit)
    return mean.scaled(expansion, unit)


def estimate_stratified(
    plot_id: ArrayLike,
    values: ArrayLike,
    stratum: ArrayLike,
    stratum_area_ha: Mapping[str, float],
    *,
    unit: str,
) -> Estimate:
    """Return the total of one per-hectare variable from a stratified random sample, in `unit`."""
    return totals_stratified(plot_id, values, stratum, stratum_area_ha).estimate(0, unit)


def estimate_post_stratified(
    plot_id: ArrayLike,
    values: ArrayLike,
    unit_of_plot: ArrayLike,
    stratum: ArrayLike,
    units: Sequence[EstimationUnit],
    *,
    unit: str,
) -> Estimate:
    """Return the total of one per-hectare variable by post-stratification, in `unit`."""
    return totals_post_stratified(plot_id, values, unit_of_plot, stratum, units).estimate(0, unit)


def estimate_ratio(
    plot_id: ArrayLike,
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    unit_of_plot: ArrayLike,
    stratum: ArrayLike,
    units: Sequence[EstimationUnit],
    unit: str,
) -> Estimate:
    """Return the ratio of two post-stratified totals with its covariance, in `unit`."""
    values = np.column_stack([np.asarray(numerator, float), np.asarray(denominator, float)])
    return totals_post_stratified(plot_id, values, unit_of_plot, stratum, units).ratio(0, 1, unit)


def estimate_ratio_to_size(plot_id: ArrayLike, amount: ArrayLike, size: ArrayLike, *, unit: str) -> Estimate:
    """Return the ratio of amounts to sizes of unequal plots, in `unit`.

    R = sum b / sum a, V = n / (n - 1) sum (b - R a)^2 / (sum a)^2.
    """
    values = np.column_stack([np.asarray(amount, float), np.asarray(size, float)])
    ids, table = check_sample(plot_id, values)
    n = int(ids.size)
    if n < 2:
        raise EstimationError("stratum-single-plot", stratum="-", n_plots=n)
    whole = math.fsum(table[:, 1])
    if not whole > 0:
        raise EstimationError("ratio-denominator-zero", method="ratio_to_size")
    r = math.fsum(table[:, 0]) / whole
    residual = table[:, 0] - r * table[:, 1]
    variance = n / (n - 1) * math.fsum(residual**2) / whole**2
    return Estimate(r, variance, n - 1, unit, n, "ratio_to_size")


def estimate_paired_change(
    plot_id: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    stratum: ArrayLike,
    stratum_area_ha: Mapping[str, float],
    *,
    unit: str,
) -> Estimate:
    """Return the change of a total from plots measured twice (AR-TOOL14 eq. 3-8), in `unit`.

    The variance is that of the plots' differences, so the covariance of the two campaigns counts.

    Parameters
    ----------
    plot_id
        Plots measured in both campaigns.
    first, second
        The variable per hectare at each campaign.
    stratum, stratum_area_ha
        Stratum of each plot; area of each stratum [ha].
    """
    difference = np.asarray(second, float) - np.asarray(first, float)
    change = estimate_stratified(plot_id, difference, stratum, stratum_area_ha, unit=unit)
    return replace(change, method="paired_change")


def estimate_independent_change(first: Estimate, second: Estimate) -> Estimate:
    """Return the change between two occasions with plots of their own (AR-TOOL14 eq. 1-2).

    The variances add up; the degrees of freedom are Satterthwaite's (Welch 1947, Biometrika 34:28-35).

    Examples
    --------
    >>> first = Estimate(100.0, 9.0, 10.0, "t C", 11, "simple")
    >>> second = Estimate(120.0, 16.0, 20.0, "t C", 21, "simple")
    >>> change = estimate_independent_change(first, second)
    >>> change.value, change.standard_error, round(change.df, 3)
    (20.0, 5.0, 29.904)
    """
    if first.unit != second.unit:
        raise EstimationError("change-units-differ", first=first.unit, second=second.unit)
    variance = first.variance + second.variance
    below = first.variance**2 / first.df + second.variance**2 / second.df
    return Estimate(
        second.value - first.value,
        variance,
        variance**2 / below if below > 0 else first.df + second.df,
        first.unit,
        first.n_plots + second.n_plots,
        "independent_change",
        tuple(dict.fromkeys((*first.warnings, *second.warnings))),
    )
