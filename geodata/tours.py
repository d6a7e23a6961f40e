"""An order of visits that wastes little way, as the crow flies; roads are not known."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MAX_IMPROVED: Final = 600
"""Longer tours are not improved [1]."""


def short_tour(xy_m: Floats) -> list[int]:
    """Return an order of visits that wastes little way: nearest neighbour from the south-west, then 2-opt.

    As the crow flies; roads are not known.

    Parameters
    ----------
    xy_m
        Places, shape (n, 2) [m].

    Examples
    --------
    >>> short_tour(np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 0.0], [3.0, 0.0]]))
    [0, 2, 1, 3]
    """
    count = len(xy_m)
    if count == 0:
        return []
    tour = [int(np.argmin(xy_m.sum(axis=1)))]
    left = np.ones(count, dtype=bool)
    left[tour[0]] = False
    for _ in range(count - 1):
        distance = np.where(left, np.hypot(*(xy_m - xy_m[tour[-1]]).T), np.inf)
        tour.append(int(np.argmin(distance)))
        left[tour[-1]] = False
    return _untangled(xy_m, tour) if count <= MAX_IMPROVED else tour


def _untangled(xy_m: Floats, tour: list[int]) -> list[int]:
    """Return a tour without crossings: turn round a stretch as long as that makes the way shorter."""
    path = np.array(tour)
    better = True
    while better:
        better = False
        for i in range(len(path) - 2):
            here = xy_m[path]
            tail = np.vstack([here[i + 2 :], here[-1:]])  # the tour is open: its end has no next place
            now = np.hypot(*(here[i + 1] - here[i])) + np.hypot(*(tail - here[i + 1 :]).T)
            turned = np.hypot(*(here[i + 1 :] - here[i]).T) + np.hypot(*(tail - here[i + 1]).T)
            turned[-1] = np.hypot(*(here[-1] - here[i]))
            now[-1] = np.hypot(*(here[i + 1] - here[i]))
            gain = now - turned
            j = int(np.argmax(gain))
            if gain[j] > 1e-9:
                path[i + 1 : i + 2 + j] = path[i + 1 : i + 2 + j][::-1]
                better = True
    return [int(k) for k in path]
