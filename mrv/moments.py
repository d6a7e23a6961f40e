"""The one kernel of all estimators: counts, means and covariances of plots by stratum.

Totals, means, ratios and changes are built on these moments alone, so that a grouped result and
an ungrouped one cannot drift apart. Sums are exactly rounded (`math.fsum`), therefore the order
of the plots changes no bit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.errors import EstimationError

Floats = NDArray[np.float64]
Labels = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class StratumMoments:
    """Moments of k variables over the plots of one stratum."""

    n: int
    """Number of plots, those with zero included [1]."""
    mean: Floats
    """Mean of each variable, shape (k,), in the variable's unit."""
    covariance: Floats
    """Sample covariance of plots (divisor n - 1), shape (k, k), in the product of the units."""


def check_sample(plot_id: ArrayLike, values: ArrayLike) -> tuple[Labels, Floats]:
    """Return identifiers and values of a sample as arrays of shape (n,) and (n, k).

    Raises
    ------
    EstimationError
        An empty sample, a repeated plot, a value that is not a finite number.
    """
    ids = np.asarray(plot_id, dtype=np.str_)
    table = np.asarray(values, dtype=np.float64)
    table = table.reshape(-1, 1) if table.ndim == 1 else table
    if ids.size == 0:
        raise EstimationError("sample-empty")
    if table.shape[0] != ids.size:
        raise EstimationError("sample-lengths-differ", plots=ids.size, values=table.shape[0])
    bad = np.flatnonzero(~np.isfinite(table).all(axis=1))
    if bad.size:
        raise EstimationError("value-not-a-number", plot=str(ids[bad[0]]), count=int(bad.size))
    unique, counts = np.unique(ids, return_counts=True)
    if unique.size != ids.size:
        raise EstimationError("plot-repeated", plot=str(unique[counts > 1][0]))
    return ids, table


def moments_of(table: Floats) -> StratumMoments:
    """Return the moments of one group of plots.

    Parameters
    ----------
    table
        Plots in rows, variables in columns, shape (n, k), n >= 2.

    Examples
    --------
    >>> moments_of(np.array([[1.0], [2.0], [3.0]])).covariance.item()
    1.0
    """
    n, k = table.shape
    mean = np.array([math.fsum(table[:, j]) / n for j in range(k)])
    deviation = table - mean
    covariance = np.empty((k, k))
    for i in range(k):
        for j in range(i, k):
            covariance[i, j] = covariance[j, i] = math.fsum(deviation[:, i] * deviation[:, j]) / (n - 1)
    return StratumMoments(n, mean, covariance)


def moments_by_stratum(
    plot_id: ArrayLike, values: ArrayLike, stratum: ArrayLike
) -> dict[str, StratumMoments]:
    """Return the moments of each stratum, sorted by its name.

    Parameters
    ----------
    plot_id
        Identifier of each plot, unique.
    values
        One value, or k values, for each plot.
    stratum
        Stratum of each plot.

    Raises
    ------
    EstimationError
        Rule ``stratum-single-plot``: a stratum with one plot has no variance. It is never taken
        as zero; collapse the strata by a rule that the result records, or add plots.
    """
    ids, table = check_sample(plot_id, values)
    names = np.asarray(stratum, dtype=np.str_)
    if names.size != ids.size:
        raise EstimationError("sample-lengths-differ", plots=ids.size, values=names.size)
    found: dict[str, StratumMoments] = {}
    for name in sorted(str(item) for item in np.unique(names)):
        rows = np.flatnonzero(names == name)
        if rows.size < 2:
            raise EstimationError("stratum-single-plot", stratum=name, n_plots=int(rows.size))
        found[name] = moments_of(table[rows])
    return found


def weighted_moments(
    moments: Mapping[str, StratumMoments], weights: Mapping[str, float]
) -> list[tuple[float, StratumMoments]]:
    """Pair each stratum's weight with its moments, in the order of their names.

    A stratum of the population with no plot cannot be estimated; a stratum of the sample that the
    population does not have is a mistake. Both are refused.
    """
    for name, weight in sorted(weights.items()):
        if not math.isfinite(weight) or weight < 0:
            raise EstimationError("stratum-weight-invalid", stratum=name, weight=weight)
        if weight > 0 and name not in moments:
            raise EstimationError("stratum-without-plots", stratum=name, weight=weight)
    for name in moments:
        if name not in weights:
            raise EstimationError("stratum-without-weight", stratum=name, n_plots=moments[name].n)
    return [(float(weights[name]), moments[name]) for name in sorted(moments)]
