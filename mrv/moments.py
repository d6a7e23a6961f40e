"""The one kernel of all estimators: counts, means and covariances of plots by group and domain.

Totals, means, ratios, changes and regressions are built on these moments alone, so that a grouped
result and an ungrouped one cannot drift apart.

Plots that share a stratum and lie in the same domains form a *cell*. Sums are taken within cells once;
what is wanted for any stratum, variable and domain follows exactly from the cells' counts, means and
sums of products (the decomposition within and between groups), so domains cost next to nothing.
Plots are sorted by identifier before anything is added up: their order in the file changes no bit, nor
does the company a variable is estimated in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.errors import EstimationError

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Labels = NDArray[np.str_]
Mask = NDArray[np.bool_]

_BITS = 62
_BLOCK = 20
_ROWS = 500
_ONE_THREAD = 200_000


@dataclass(frozen=True, slots=True)
class StratumMoments:
    """Moments of k variables over the plots of one stratum."""

    n: int
    """Number of plots, those with zero included [1]."""
    mean: Floats
    """Mean of each variable, shape (k,), in the variable's unit."""
    covariance: Floats
    """Sample covariance of plots (divisor n - 1), shape (k, k), in the product of the units."""


@dataclass(frozen=True, slots=True)
class GroupMoments:
    """Moments of k variables in d domains over the plots of G groups, held by C cells."""

    n: Floats
    """Plots of each group, zeros included, shape (G,) [1]."""
    mean: Floats
    """Mean of each variable in each domain (0 outside it), shape (G, d, k)."""
    group: Ints
    """Group of each cell, rising, shape (C,)."""
    count: Floats
    """Plots of each cell, shape (C,) [1]."""
    cell_mean: Floats
    """Mean of each variable in each cell, shape (C, k)."""
    scatter: Floats
    """Sum of products of deviations from the cell's mean, shape (C, k, k)."""
    inside: Floats
    """1 where a cell lies in a domain, else 0, shape (C, d)."""
    nonzero: Floats
    """Plots of each cell whose variable is not zero, shape (C, k) [1]."""

    def covariance(self, weight: Floats) -> Floats:
        """Return the weighted sum of the groups' covariances, shape (d k, d k), domain by domain.

        Parameters
        ----------
        weight
            Factor of each group's sample covariance (divisor n - 1), shape (G,).
        """
        w = self._per_cell(weight)
        d, k = self.inside.shape[1], self.cell_mean.shape[1]
        if d == 1 and bool(self.inside.all()):
            within = np.add.reduceat(w[:, None, None] * self.scatter, [0], axis=0)[0]
        else:
            within = self._within_cells(w)
        if self.count.size == self.n.size and d == 1:
            return np.asarray(within, dtype=np.float64)
        off = self._deviation().reshape(-1, d * k)
        off *= np.sqrt(w * self.count)[:, None]
        within += _squares(off)
        return np.asarray(within, dtype=np.float64)

    def _within_cells(self, w: Floats) -> Floats:
        """Return the weighted sum of products within cells for each pair of domains, shape (d k, d k)."""
        d, k = self.inside.shape[1], self.cell_mean.shape[1]
        several = self.count > 1
        inside, scatter = self.inside[several], self.scatter[several].reshape(-1, k * k)
        first, second = np.triu_indices(d)
        shared = inside[:, first] * inside[:, second]
        # most pairs of domains have no plot in common
        meet = shared.any(axis=0)
        first, second = first[meet], second[meet]
        blocks = _product(shared[:, meet] * w[several, None], scatter).reshape(-1, k, k)
        full = np.zeros((d, k, d, k))
        full[first, :, second, :] = blocks
        full[second, :, first, :] = blocks
        return full.reshape(d * k, d * k)

    def plots_not_zero(self, group: Mask) -> Floats:
        """Return the plots of some groups that are not zero, by domain and variable, shape (d, k) [1]."""
        keep = group[self.group]
        return np.asarray(self.inside[keep].T @ self.nonzero[keep], dtype=np.float64)

    def _deviation(self) -> Floats:
        """Return each cell's mean less its group's, as each domain sees it, shape (C, d, k)."""
        seen = self.inside[:, :, None] * self.cell_mean[:, None, :]
        return np.asarray(seen - self.mean[self.group], dtype=np.float64)

    def _per_cell(self, weight: Floats) -> Floats:
        factor = np.where(self.n > 1, weight / np.maximum(self.n - 1, 1.0), 0.0)
        return np.asarray(factor[self.group], dtype=np.float64)


def check_sample(plot_id: ArrayLike, values: ArrayLike) -> tuple[Labels, Floats]:
    """Return identifiers and values of a sample as arrays of shape (n,) and (n, k).

    Raises
    ------
    EstimationError
        An empty sample, a repeated plot, a value that is not a finite number.
    """
    ids = np.asarray(plot_id, dtype=np.str_)
    table = as_table(values)
    if ids.size == 0:
        raise EstimationError("sample-empty")
    if table.shape[0] != ids.size:
        raise EstimationError("sample-lengths-differ", plots=ids.size, values=table.shape[0])
    check_finite(ids, table)
    sorted_by_id(ids)
    return ids, table


def as_table(values: ArrayLike) -> Floats:
    """Return values as a table, shape (n, k)."""
    table = np.asarray(values, dtype=np.float64)
    return table.reshape(-1, 1) if table.ndim == 1 else table


def check_finite(ids: Labels, table: Floats) -> None:
    """Refuse a value that is not a finite number, by its plot."""
    good = np.isfinite(table).all(axis=1)
    if not good.all():
        bad = np.flatnonzero(~good)
        raise EstimationError("value-not-a-number", plot=str(ids[bad[0]]), count=int(bad.size))


def sorted_by_id(ids: Labels) -> Ints:
    """Return the order that sorts identifiers; refuse one that is repeated."""
    order = np.argsort(ids, kind="stable")
    ranked = ids[order]
    again = np.flatnonzero(ranked[1:] == ranked[:-1])
    if again.size:
        raise EstimationError("plot-repeated", plot=str(ranked[again[0]]))
    return order


def group_moments(table: Floats, group: Ints, n_groups: int, inside: Mask | None = None) -> GroupMoments:
    """Return the moments of groups of plots, each of at least one plot.

    Parameters
    ----------
    table
        Plots in rows, sorted by identifier, variables in columns, shape (n, k).
    group
        Group of each plot, 0 to n_groups - 1, each present, shape (n,).
    n_groups
        Number of groups [1].
    inside
        Whether each plot lies in each domain, shape (n, d); without it one domain holds all.
    """
    if inside is None:
        inside = np.ones((group.size, 1), dtype=np.bool_)
    pattern = _patterns(inside)
    order = np.lexsort((pattern, group))
    group, pattern, x = group[order], pattern[order], np.ascontiguousarray(table[order].T)
    starts = np.flatnonzero(np.r_[True, (group[1:] != group[:-1]) | (pattern[1:] != pattern[:-1])])
    count = np.diff(np.r_[starts, group.size])
    mean, scatter = _sums(x, starts, count)
    cell_group, seen = group[starts], inside[order][starts].astype(np.float64)
    plots = np.bincount(group, minlength=n_groups).astype(np.float64)
    first = _starts(cell_group)
    parts = count[:, None, None] * seen[:, :, None] * mean[:, None, :]
    means = np.add.reduceat(parts, first, axis=0) / plots[:, None, None]
    alone = np.diff(np.r_[first, cell_group.size]) == 1
    # one cell is its group: take its mean as it is, without multiplying and dividing by the count
    means[alone] = seen[first[alone], :, None] * mean[first[alone], None, :]
    nonzero = np.add.reduceat((x != 0).astype(np.float64), starts, axis=1).T
    return GroupMoments(plots, means, cell_group, count.astype(np.float64), mean, scatter, seen, nonzero)


def _product(left: Floats, right: Floats) -> Floats:
    """Return left' right, in pieces as `_squares` does."""
    total = np.zeros((left.shape[1], right.shape[1]))
    rows = max(1, _ONE_THREAD // max(total.size, 1))
    for start in range(0, left.shape[0], rows):
        total += left[start : start + rows].T @ right[start : start + rows]
    return total


def _squares(rows: Floats) -> Floats:
    """Return the sum of the rows' outer products, shape (m, m).

    In pieces so small that the linear algebra library does each in one thread: waking a second one for
    a product of a tenth of a millisecond takes tens of milliseconds where other programs run.
    """
    c, m = rows.shape
    blocks = -(-m // _BLOCK)
    padded = np.zeros((c, blocks * _BLOCK))
    padded[:, :m] = rows
    total = np.zeros((blocks, blocks, _BLOCK, _BLOCK))
    for start in range(0, c, _ROWS):
        part = padded[start : start + _ROWS].reshape(-1, blocks, _BLOCK).transpose(1, 0, 2)
        total += np.matmul(part.transpose(0, 2, 1)[:, None], part[None])
    full = total.transpose(0, 2, 1, 3).reshape(blocks * _BLOCK, -1)[:m, :m]
    return np.asarray((full + full.T) / 2, dtype=np.float64)


def _patterns(inside: Mask) -> Ints:
    """Return a number for each plot that says which domains it lies in."""
    d = inside.shape[1]
    if d <= _BITS:
        return np.asarray(inside.astype(np.int64) @ (np.int64(1) << np.arange(d, dtype=np.int64)))
    packed = np.packbits(inside, axis=1)
    return np.asarray(np.unique(packed, axis=0, return_inverse=True)[1], dtype=np.intp).reshape(-1)


def _starts(codes: Ints) -> Ints:
    """Return where each run of equal codes begins."""
    return np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])


def _sums(x: Floats, starts: Ints, count: Ints) -> tuple[Floats, Floats]:
    """Return mean and sum of products of deviations of each cell, shapes (C, k) and (C, k, k)."""
    k = x.shape[0]
    rows = np.repeat(np.arange(starts.size), count)
    mean = np.add.reduceat(x, starts, axis=1) / count
    # the mean of what is left over mends the rounding of the first pass
    mean += np.add.reduceat(x - mean[:, rows], starts, axis=1) / count
    off = x - mean[:, rows]
    scatter = np.empty((starts.size, k, k))
    for i in range(k):
        part = np.add.reduceat(off[i] * off[i:], starts, axis=1).T
        scatter[:, i, i:] = part
        scatter[:, i:, i] = part
    return np.ascontiguousarray(mean.T), scatter


def moments_of(table: Floats) -> StratumMoments:
    """Return the moments of one group of plots.

    Parameters
    ----------
    table
        Plots in rows, sorted by identifier, variables in columns, shape (n, k), n >= 2.

    Examples
    --------
    >>> moments_of(np.array([[1.0], [2.0], [3.0]])).covariance.item()
    1.0
    """
    n = table.shape[0]
    found = group_moments(table, np.zeros(n, dtype=np.intp), 1)
    return StratumMoments(n, found.mean[0, 0], found.scatter[0] / (n - 1))


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
    order = sorted_by_id(ids)
    known, codes = np.unique(names[order], return_inverse=True)
    found = group_moments(table[order], codes, known.size)
    moments: dict[str, StratumMoments] = {}
    for i, name in enumerate(known.tolist()):
        n = int(found.n[i])
        if n < 2:
            raise EstimationError("stratum-single-plot", stratum=str(name), n_plots=n)
        moments[str(name)] = StratumMoments(n, found.mean[i, 0], found.scatter[i] / (n - 1))
    return moments


def weighted_moments(
    moments: Mapping[str, StratumMoments], weights: Mapping[str, float]
) -> list[tuple[float, StratumMoments]]:
    """Pair each stratum's weight with its moments, in the order of their names.

    A stratum of the population with no plot cannot be estimated; a stratum of the sample that the
    population does not have is a mistake. Both are refused.
    """
    check_strata({name: m.n for name, m in moments.items()}, weights)
    return [(float(weights[name]), moments[name]) for name in sorted(moments)]


def check_strata(plots: Mapping[str, int], weights: Mapping[str, float]) -> None:
    """Refuse strata with weight and no plots, with plots and no weight, or a weight that is none."""
    for name, weight in sorted(weights.items()):
        if not math.isfinite(weight) or weight < 0:
            raise EstimationError("stratum-weight-invalid", stratum=name, weight=weight)
        if weight > 0 and name not in plots:
            raise EstimationError("stratum-without-plots", stratum=name, weight=weight)
    for name, count in plots.items():
        if name not in weights:
            raise EstimationError("stratum-without-weight", stratum=name, n_plots=count)
