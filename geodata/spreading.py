"""Points spread over parcels, and in which parcel a point lies.

Two ways to spread: a Halton sequence with a random start, of which the points inside the parcels are kept
(Robertson and others 2013, Biometrics 69:776-784), and equal steps of area along a Hilbert curve through the
parcels with a random place in each parcel it comes to. In both every place has the same chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.crs import Geometries

Floats = NDArray[np.float64]
Place = tuple[float, float, int]
CHUNK: Final = 4096
"""Candidates looked at in one go [1]."""
MAX_CANDIDATES: Final = 4_000_000
"""More candidates than these mean that the plots do not fit [1]."""
HILBERT_ORDER: Final = 16
"""The curve tells 2^16 by 2^16 places apart [1]."""
MAX_ROUNDS: Final = 200
ROUND: Final = 32
"""Random places looked at in one parcel: rounds, and places in a round [1]."""


def locate(
    geometry: Geometries, x_m: Floats, y_m: Floats, tree: shapely.STRtree | None = None
) -> NDArray[np.intp]:
    """Return the position of the parcel that each point lies in, shape (n,); -1 for none.

    Of parcels that overlap the first counts. Points without coordinates lie in none.
    """
    found = np.full(x_m.shape, -1, dtype=np.intp)
    known = np.flatnonzero(np.isfinite(x_m) & np.isfinite(y_m))
    points = np.array(shapely.points(x_m[known], y_m[known]), dtype=object).reshape(-1)
    pairs = (tree or shapely.STRtree(geometry)).query(points, predicate="intersects")
    order = np.lexsort((pairs[1], pairs[0]))[::-1]
    found[known[pairs[0][order]]] = pairs[1][order]  # the smallest position is written last
    return found


def located_values(
    geometry: Geometries,
    x_m: Floats,
    y_m: Floats,
    values: NDArray[Any] | None,
    where: NDArray[np.bool_] | None = None,
) -> NDArray[np.str_]:
    """Return the value of the parcel that each point lies in, shape (n,); empty where there is none.

    Parameters
    ----------
    geometry
        Parcels, shape (k,).
    x_m, y_m
        Points, shape (n,) [m].
    values
        A value of each parcel, shape (k,); None gives empty ones.
    where
        Points to look at, shape (n,); all when None.
    """
    found = locate(geometry, x_m, y_m)
    if values is None:
        return np.full(x_m.shape, "", dtype=np.str_)
    wanted = (found >= 0) if where is None else (found >= 0) & where
    pairs = zip(wanted.tolist(), found.tolist(), strict=True)
    return np.array([str(values[at]) if take else "" for take, at in pairs], dtype=np.str_)


def far_enough(x: float, y: float, taken: list[tuple[float, float]], spacing_m: float) -> bool:
    """Return whether a place keeps a distance from all others."""
    return spacing_m <= 0 or all(math.hypot(x - a, y - b) >= spacing_m for a, b in taken)


def halton_places(geometry: Geometries, start: NDArray[Any]) -> Iterator[tuple[float, float, int]]:
    """Yield points of a Halton sequence (bases 2 and 3) that lie in a parcel, with the parcel's position."""
    west, south, east, north = shapely.total_bounds(geometry)
    tree = shapely.STRtree(geometry)
    for first in range(0, MAX_CANDIDATES, CHUNK):
        steps = np.arange(first, first + CHUNK)
        x = west + (east - west) * radical_inverse(start[0] + steps, 2)
        y = south + (north - south) * radical_inverse(start[1] + steps, 3)
        found = locate(geometry, x, y, tree)
        yield from ((float(x[i]), float(y[i]), int(found[i])) for i in np.flatnonzero(found >= 0))


def radical_inverse(index: NDArray[Any], base: int) -> Floats:
    """Return the van der Corput values of whole numbers, shape (n,) [1]: digits mirrored at the point.

    Examples
    --------
    >>> radical_inverse(np.array([1, 2, 3, 4]), 2)
    array([0.5  , 0.25 , 0.75 , 0.125])
    """
    left, scale = index.astype(np.int64), 1.0
    value = np.zeros(index.shape)
    while left.any():
        scale /= base
        value += scale * (left % base)
        left = left // base
    return value


def systematic_places(
    geometry: Geometries,
    wanted: int,
    spacing_m: float,
    rng: np.random.Generator,
    taken: list[tuple[float, float]],
) -> list[tuple[float, float, int]]:
    """Return points at equal steps of area along a Hilbert curve through the parcels, with a random start."""
    middle = shapely.centroid(geometry)
    curve = np.argsort(hilbert_index(shapely.get_x(middle), shapely.get_y(middle)), kind="stable")
    ground = np.cumsum(shapely.area(geometry[curve]))
    steps = (rng.uniform() + np.arange(wanted)) * (ground[-1] / wanted)
    chosen = curve[np.minimum(np.searchsorted(ground, steps, side="right"), curve.size - 1)]
    found: list[tuple[float, float, int]] = []
    for at in chosen:
        near = [*taken, *((x, y) for x, y, _ in found)]
        for x, y in _random_places(geometry[at], rng):
            if far_enough(x, y, near, spacing_m):
                found.append((x, y, int(at)))
                break
    return found


def _random_places(shape: Any, rng: np.random.Generator) -> Iterator[tuple[float, float]]:
    """Yield places inside a parcel, each as likely as any other, for as long as it makes sense."""
    west, south, east, north = shape.bounds
    for _ in range(MAX_ROUNDS):
        x, y = rng.uniform(west, east, ROUND), rng.uniform(south, north, ROUND)
        inside = shapely.intersects_xy(shape, x, y)
        yield from zip(x[inside].tolist(), y[inside].tolist(), strict=True)


def hilbert_index(x: Floats, y: Floats) -> NDArray[np.int64]:
    """Return where places come on a Hilbert curve over their extent, shape (n,): neighbours come together.

    The usual bitwise walk down the quadrants, each turned as the curve turns (Hilbert 1891).

    Examples
    --------
    >>> hilbert_index(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])).argsort().tolist()
    [0, 1, 2, 3]
    """
    last = (1 << HILBERT_ORDER) - 1
    i, j = (np.rint(_unit(values) * last).astype(np.int64) for values in (x, y))
    index = np.zeros(i.shape, dtype=np.int64)
    side = 1 << (HILBERT_ORDER - 1)
    while side:
        right, up = (i & side) > 0, (j & side) > 0
        index += side * side * ((3 * right) ^ up)
        flip = ~up & right
        i, j = np.where(flip, last - i, i), np.where(flip, last - j, j)
        i, j = np.where(up, i, j), np.where(up, j, i)
        side >>= 1
    return index


def _unit(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.zeros(values.shape)
