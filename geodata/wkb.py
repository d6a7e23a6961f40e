"""Well-known binary of polygons, read in one pass into rings.

Polygons and multipolygons of either byte order, with Z or M (left out), in the ISO and the extended form of
the geometry type. A record that is anything else, or ends too early, is named by its position.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from geodata.rings import Integers, Rings

_POLYGON, _MULTI = 3, 6
_EWKB_Z, _EWKB_M, _EWKB_SRID = 0x80000000, 0x40000000, 0x20000000


@numba.njit(cache=True, nogil=True)
def _whole(data: Any, at: int, little: bool) -> int:
    value = 0
    for k in range(4):
        value |= int(data[at + (k if little else 3 - k)]) << (8 * k)
    return value


@numba.njit(cache=True, nogil=True)
def _header(data: Any, at: int, end: int) -> tuple[int, int, int, bool]:
    """Return geometry type (-1 if bad), numbers of a vertex, the place after the header, the byte order."""
    if at + 5 > end or data[at] > 1:
        return -1, 0, at, True
    little = data[at] == 1
    kind = _whole(data, at + 1, little)
    at += 5
    width = 2
    if kind & _EWKB_Z:
        width += 1
    if kind & _EWKB_M:
        width += 1
    if kind & _EWKB_SRID:
        at += 4
    kind &= 0x0FFFFFFF
    if kind >= 1000:
        width += 2 if kind >= 3000 else 1
        kind %= 1000
    return kind, width, at, little


@numba.njit(cache=True, nogil=True)
def _polygon(data: Any, at: int, end: int, counts: Any) -> int:
    """Add the rings and vertices of a polygon to the counts; return the place after it, or -1."""
    kind, width, at, little = _header(data, at, end)
    if kind != _POLYGON or at + 4 > end:
        return -1
    n_rings = _whole(data, at, little)
    at += 4
    for _ in range(n_rings):
        if at + 4 > end:
            return -1
        n = _whole(data, at, little)
        at += 4 + n * width * 8
        if at > end:
            return -1
        counts[1] += 1
        counts[2] += n
    if n_rings:
        counts[0] += 1
    return at


@numba.njit(cache=True, nogil=True)
def _count(data: Any, offsets: Any, counts: Any) -> int:
    """Count polygons, rings and vertices; return the position of the first bad record, or -1."""
    for i in range(offsets.size - 1):
        at, end = offsets[i], offsets[i + 1]
        kind, _, inside, little = _header(data, at, end)
        if kind == _POLYGON:
            parts, inside = 1, at
        elif kind == _MULTI and inside + 4 <= end:
            parts = _whole(data, inside, little)
            inside += 4
        else:
            return i
        for _ in range(parts):
            inside = _polygon(data, inside, end, counts)
            if inside < 0:
                return i
    return -1


@numba.njit(cache=True, nogil=True)
def _copy_vertices(data: Any, at: int, n: int, width: int, little: bool, raw: Any, vertex: int) -> None:
    """Copy the first two numbers of n vertices, as little-endian bytes, to their place in ``raw``."""
    if little and width == 2:
        raw[16 * vertex : 16 * (vertex + n)] = data[at : at + 16 * n]
        return
    for i in range(n):
        for axis in range(2):
            source, target = at + 8 * (i * width + axis), 16 * (vertex + i) + 8 * axis
            for k in range(8):
                raw[target + k] = data[source + (k if little else 7 - k)]


@numba.njit(cache=True, nogil=True)
def _fill(data: Any, offsets: Any, raw: Any, rings: Any, polygons: Any, owners: Any) -> None:
    vertex = ring = polygon = 0
    for i in range(offsets.size - 1):
        kind, _, at, little = _header(data, offsets[i], offsets[i + 1])
        parts = 1
        if kind == _MULTI:
            parts = _whole(data, at, little)
            at += 4
        else:
            at = offsets[i]
        for _ in range(parts):
            _, width, at, little = _header(data, at, offsets[i + 1])
            n_rings = _whole(data, at, little)
            at += 4
            if n_rings:
                owners[polygon] = i
                polygon += 1
                polygons[polygon] = ring + n_rings
            for _ in range(n_rings):
                n = _whole(data, at, little)
                _copy_vertices(data, at + 4, n, width, little, raw, vertex)
                at += 4 + 8 * width * n
                vertex += n
                ring += 1
                rings[ring] = vertex


def read_wkb(data: NDArray[np.uint8], offsets: Integers) -> Rings | int:
    """Return the rings of WKB records, or the position of the first that is no polygon.

    Parameters
    ----------
    data
        The records one after the other.
    offsets
        First byte of each record, and the end, shape (n + 1,).

    Examples
    --------
    >>> import shapely
    >>> one = np.frombuffer(shapely.to_wkb(shapely.box(0, 0, 2, 1)), np.uint8)
    >>> made = read_wkb(one, np.array([0, one.size]))
    >>> sorted(set(made.x.tolist())), made.rings.tolist()
    ([0.0, 2.0], [0, 5])
    """
    counts = np.zeros(3, dtype=np.int64)
    bad = int(_count(data, offsets, counts))
    if bad >= 0:
        return bad
    n_polygons, n_rings, n_vertices = (int(count) for count in counts)
    raw = np.empty(16 * n_vertices, np.uint8)
    rings, polygons = np.zeros(n_rings + 1, np.int64), np.zeros(n_polygons + 1, np.int64)
    owners = np.zeros(n_polygons, np.int64)
    _fill(data, offsets, raw, rings, polygons, owners)
    xy = raw.view("<f8").reshape(-1, 2)
    x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    return Rings(x, y, rings, polygons, owners, offsets.size - 1)
