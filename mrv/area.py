"""Area of map classes from a map and a stratified reference sample (Olofsson and others 2014).

The pixel count of a class is never its area: the map's errors, seen in the sample, move it and give
it a variance. Strata are the map classes.

The variances are the paper's. With few wrong points the normal interval made of them is too narrow, and
has no width where no point was wrong; `AreaAccuracy.area_interval` and its kin are the intervals to tell
people (`mrv.proportions`; docs/validation.md shows both).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from mrv.errors import EstimationError
from mrv.estimate import LEVEL, Estimate
from mrv.moments import Floats
from mrv.proportions import Interval, mid_p, part_of_sum, weighted_sum

FEW_POINTS: Final = 20
"""Points of a map class below which the cover of an interval is not proven (docs/validation.md) [1]."""


@dataclass(frozen=True, slots=True)
class AreaAccuracy:
    """Error-adjusted areas and accuracies of a map."""

    classes: tuple[str, ...]
    """Classes, in the order of all that follows."""
    matrix: Floats
    """Points by map class (rows) and reference class (columns) [1]."""
    mapped_ha: Floats
    """Area on the map [ha]."""
    area: tuple[Estimate, ...]
    """Error-adjusted area of each reference class [ha]."""
    users_accuracy: tuple[Estimate, ...]
    """Share of the mapped class that is right [1]."""
    producers_accuracy: tuple[Estimate, ...]
    """Share of the true class that is mapped [1]; a class that never occurs has none and is 0."""
    overall_accuracy: Estimate
    """Share of the map that is right [1]."""

    def area_interval(self, index: int, level: float = LEVEL) -> Interval:
        """Return the interval of the area of a reference class [ha]."""
        return weighted_sum(self.mapped_ha, self.matrix[:, index], self.matrix.sum(axis=1), level)

    def users_interval(self, index: int, level: float = LEVEL) -> Interval:
        """Return the interval of a user's accuracy [1]."""
        return mid_p(int(self.matrix[index, index]), int(self.matrix[index].sum()), level)

    def producers_interval(self, index: int, level: float = LEVEL) -> Interval:
        """Return the interval of a producer's accuracy [1]."""
        column, points = self.matrix[:, index], self.matrix.sum(axis=1)
        return part_of_sum(self.mapped_ha, column, points, index, level)

    def overall_interval(self, level: float = LEVEL) -> Interval:
        """Return the interval of the overall accuracy [1]."""
        share = self.mapped_ha / math.fsum(self.mapped_ha)
        return weighted_sum(share, np.diag(self.matrix), self.matrix.sum(axis=1), level)


def estimate_area(
    map_class: ArrayLike, reference_class: ArrayLike, classes: Sequence[str], mapped_ha: ArrayLike
) -> AreaAccuracy:
    """Return areas and accuracies from the points of a reference sample.

    Parameters
    ----------
    map_class, reference_class
        Classes of each point on the map and in the reference.
    classes
        All classes.
    mapped_ha
        Area of each class on the map [ha].
    """
    known = {str(name): index for index, name in enumerate(classes)}
    matrix = np.zeros((len(known), len(known)))
    mapped, true = np.asarray(map_class, dtype=np.str_), np.asarray(reference_class, dtype=np.str_)
    for row, (i, j) in enumerate(zip(mapped.tolist(), true.tolist(), strict=True)):
        if i not in known or j not in known:
            raise EstimationError("reference-class-unknown", point=row, map_class=i, reference_class=j)
        matrix[known[i], known[j]] += 1
    return estimate_area_from_matrix(matrix, classes, mapped_ha)


def estimate_area_from_matrix(
    matrix: ArrayLike, classes: Sequence[str], mapped_ha: ArrayLike
) -> AreaAccuracy:
    """Return areas and accuracies from an error matrix (Olofsson and others 2014, eq. 1-11).

    p_ij = W_i n_ij / n_i; area_j = A sum_i p_ij;
    S(p_j)^2 = sum_i (W_i p_ij - p_ij^2) / (n_i - 1); the intervals are normal.

    Parameters
    ----------
    matrix
        Points by map class (rows) and reference class (columns).
    classes
        Names of the classes.
    mapped_ha
        Area of each class on the map [ha]; a class that is not on the map may have no points.
    """
    n, area = np.asarray(matrix, dtype=np.float64), np.asarray(mapped_ha, dtype=np.float64)
    n_i = n.sum(axis=1)
    _check(classes, n_i, area)
    total = math.fsum(area)
    W = area / total
    rows = np.where(n_i > 0, n_i, 1.0)[:, None]
    p = W[:, None] * n / rows
    divisor = np.where(n_i > 1, n_i - 1, 1.0)[:, None]
    # W p - p^2 as W^2 q (1 - q), which rounding cannot make negative
    q = n / rows
    variance = ((W[:, None] ** 2) * q * (1 - q) / divisor).sum(axis=0)
    points = int(n.sum())
    told = ("class-few-points",) if bool((n_i[area > 0] < FEW_POINTS).any()) else ()
    adjusted = tuple(
        Estimate(float(share * total), float(var) * total**2, math.inf, "ha", points, "olofsson", told)
        for share, var in zip(p.sum(axis=0), variance, strict=True)
    )
    correct = np.diag(n) / rows[:, 0]
    v_user = correct * (1 - correct) / divisor[:, 0]
    users = tuple(_share(u, v, int(k)) for u, v, k in zip(correct, v_user, n_i, strict=True))
    overall = _share(float(np.diag(p).sum()), float((W**2 * v_user).sum()), points)
    return AreaAccuracy(
        tuple(str(name) for name in classes), n, area, adjusted, users, _producers(n, p, area), overall
    )


def _check(classes: Sequence[str], n_i: Floats, area: Floats) -> None:
    if not (len(classes) == n_i.size == area.size):
        raise EstimationError("sample-lengths-differ", plots=len(classes), values=int(area.size))
    for name, count, hectares in zip(classes, n_i, area, strict=True):
        if not hectares >= 0 or (hectares > 0 and count < 2):
            raise EstimationError("class-points-too-few", map_class=str(name), n_points=int(count))


def _share(value: float, variance: float, points: int) -> Estimate:
    return Estimate(float(value), float(variance), math.inf, "1", points, "olofsson")


def _producers(n: Floats, p: Floats, area: Floats) -> tuple[Estimate, ...]:
    """Return producer's accuracies with their variances (Olofsson and others 2014, eq. 7)."""
    n_i = n.sum(axis=1)
    rows = np.where(n_i > 0, n_i, 1.0)
    share = n / rows[:, None]
    spread = share * (1 - share) / np.where(n_i > 1, n_i - 1, 1.0)[:, None]
    found = []
    for j in range(area.size):
        estimated = float((area * share[:, j]).sum())
        if estimated == 0:
            found.append(_share(0.0, 0.0, int(n[:, j].sum())))
            continue
        P = float(p[j, j] / p[:, j].sum())
        others = np.arange(area.size) != j
        commission = area[j] ** 2 * (1 - P) ** 2 * spread[j, j]
        omission = P**2 * (area[others] ** 2 * spread[others, j]).sum()
        found.append(_share(P, (commission + omission) / estimated**2, int(n[:, j].sum())))
    return tuple(found)
