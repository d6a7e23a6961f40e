"""How much of each cell a polygon covers: exact fractions, summed by class.

Each edge is cut at the rows and columns of the grid. A piece inside one cell that rises by ``h`` (signed by
its direction) at the mean fraction ``f`` of the width covers ``h * (1 - f)`` of this cell and ``h`` of every
cell to its right. Written as differences, ``h * (1 - f)`` here and ``h * f`` one to the right, a running sum
along the row gives the covered fraction of every cell (Green's theorem). The centre rule uses the same sum: a
crossing of the line through the cells' centres adds its direction to the first centre right of it.

Polygons are worked in bands of rows, so that memory does not grow with their size.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

BAND: Final = 64
"""Rows worked at a time [1]."""


@numba.njit(cache=True, nogil=True)
def _add_exact(
    buffer: Any, width: int, top: int, x0: float, y0: float, x1: float, y1: float, direction: float
) -> None:
    """Add one edge to the differences of a band (``buffer`` is rows x width, ``top`` its first row)."""
    if y0 > y1:
        x0, y0, x1, y1, direction = x1, y1, x0, y0, -direction
    rows = buffer.shape[0] // width
    column = int(x0)
    row = math.floor(y0) - top
    if 0 <= row < rows and y1 <= top + row + 1 and column == int(x1) and column < width - 1:
        fraction = 0.5 * (x0 + x1) - column
        if fraction >= 0.0:
            rise = (y1 - y0) * direction
            buffer[row * width + column] += rise * (1.0 - fraction)
            buffer[row * width + column + 1] += rise * fraction
            return
    slope = (x1 - x0) / (y1 - y0)
    first = max(math.floor(y0) - top, 0)
    last = min(math.ceil(y1) - top, rows)
    for row in range(first, last):
        ya = max(y0, top + row)
        yb = min(y1, top + row + 1)
        if yb <= ya:
            continue
        rise = (yb - ya) * direction
        xa = x0 + (ya - y0) * slope
        xb = x0 + (yb - y0) * slope
        if xa > xb:
            xa, xb = xb, xa
        xa = max(xa, 0.0)
        xb = max(xb, xa)
        column = min(int(xa), width - 2)
        if xb <= column + 1:
            fraction = 0.5 * (xa + xb) - column
            buffer[row * width + column] += rise * (1.0 - fraction)
            buffer[row * width + column + 1] += rise * fraction
            continue
        per_column = rise / (xb - xa)
        while column < xb and column < width - 1:
            left = max(xa, column)
            right = min(xb, column + 1)
            part = (right - left) * per_column
            fraction = 0.5 * (left + right) - column
            buffer[row * width + column] += part * (1.0 - fraction)
            buffer[row * width + column + 1] += part * fraction
            column += 1


@numba.njit(cache=True, nogil=True)
def _add_centre(
    buffer: Any, width: int, top: int, x0: float, y0: float, x1: float, y1: float, direction: float
) -> None:
    """Add the crossings of one edge with the lines through the cells' centres."""
    if y0 > y1:
        x0, y0, x1, y1, direction = x1, y1, x0, y0, -direction
    slope = (x1 - x0) / (y1 - y0)
    rows = buffer.shape[0] // width
    first = max(math.ceil(y0 - 0.5) - top, 0)
    last = min(math.ceil(y1 - 0.5) - top, rows)
    for row in range(first, last):
        x = x0 + (top + row + 0.5 - y0) * slope
        column = min(max(math.ceil(x - 0.5), 0), width - 1)
        buffer[row * width + column] += direction


@numba.njit(cache=True, nogil=True)
def _sum_polygon(
    xs: Any,
    ys: Any,
    rings: Any,
    turns: Any,
    span: Any,
    box: Any,
    labels: Any,
    exact: bool,
    scratch: Any,
    out: Any,
) -> None:
    """Add the coverage of one polygon, rings ``span[0]`` to ``span[1]``, to ``out`` by label."""
    top, left, bottom, right = box[0], box[1], box[2], box[3]
    width = right - left + 2
    for band in range(top, bottom, BAND):
        rows = min(BAND, bottom - band)
        view = scratch[: rows * width]
        view[:] = 0.0
        for ring in range(span[0], span[1]):
            turn = turns[ring]
            for k in range(rings[ring], rings[ring + 1] - 1):
                y0, y1 = ys[k], ys[k + 1]
                if y0 == y1 or max(y0, y1) <= band or min(y0, y1) >= band + rows:
                    continue
                if exact:
                    _add_exact(view, width, band, xs[k] - left, y0, xs[k + 1] - left, y1, turn)
                else:
                    _add_centre(view, width, band, xs[k] - left, y0, xs[k + 1] - left, y1, turn)
        for row in range(rows):
            running = 0.0
            for column in range(width - 2):
                running += view[row * width + column]
                if running > 1e-12 or running < -1e-12:
                    out[labels[band + row, left + column]] += running


@numba.njit(cache=True, nogil=True)
def sum_by_label(
    xs: Any,
    ys: Any,
    rings: Any,
    turns: Any,
    polygons: Any,
    owners: Any,
    boxes: Any,
    labels: Any,
    exact: bool,
    out: Any,
) -> None:
    """Add the coverage of many polygons to the rows of ``out``.

    Parameters
    ----------
    xs, ys
        Vertices in cells of ``labels`` (column, row), rings closed.
    rings
        First vertex of each ring, and the end; shape (rings + 1,).
    turns
        Factor of each ring that makes outer rings add and holes take away; shape (rings,).
    polygons
        First ring of each polygon, and the end; shape (polygons + 1,).
    owners
        Row of ``out`` for each polygon.
    boxes
        Cells each polygon touches: top, left, bottom, right, half-open.
    labels
        Label of each cell, shape (rows, columns).
    exact
        Exact fractions, else the centre rule.
    out
        Shape (owners, labels): covered cells are added to it [cell].
    """
    widest = 0
    for p in range(boxes.shape[0]):
        widest = max(widest, boxes[p, 3] - boxes[p, 1])
    scratch = np.zeros(BAND * (widest + 2))
    for p in range(polygons.size - 1):
        span = polygons[p : p + 2]
        _sum_polygon(xs, ys, rings, turns, span, boxes[p], labels, exact, scratch, out[owners[p]])


def cover(
    vertices: tuple[NDArray[np.float64], NDArray[np.float64]],
    rings: NDArray[np.int64],
    polygons: NDArray[np.int64],
    owners: NDArray[np.int64],
    labels: NDArray[Any],
    *,
    n_owners: int,
    n_labels: int,
    exact: bool,
) -> NDArray[np.float64]:
    """Return the covered cells by owner and label, shape (n_owners, n_labels) [cell].

    Rings may run in either direction; the first ring of a polygon is its outer one.

    Parameters
    ----------
    vertices
        Column and row of each vertex, in cells of ``labels``; rings are closed.
    rings, polygons, owners
        First vertex of each ring and the end, first ring of each polygon and the end, owner of each polygon.
    labels
        Label of each cell, shape (rows, columns).
    n_owners, n_labels
        Shape of the result.
    exact
        Exact fractions of cells, else whole cells by their centres.
    """
    xs, ys = vertices
    first = rings[polygons[:-1]]
    lows_x, lows_y = np.minimum.reduceat(xs, first), np.minimum.reduceat(ys, first)
    highs_x, highs_y = np.maximum.reduceat(xs, first), np.maximum.reduceat(ys, first)
    height, width = labels.shape
    boxes = np.column_stack(
        [
            np.clip(np.floor(lows_y), 0, height),
            np.clip(np.floor(lows_x), 0, width),
            np.clip(np.ceil(highs_y), 0, height),
            np.clip(np.ceil(highs_x), 0, width),
        ]
    ).astype(np.int64)
    out = np.zeros((n_owners, n_labels))
    turns = _turn_rings(xs, ys, rings, polygons)
    sum_by_label(xs, ys, rings, turns, polygons, owners, boxes, labels, exact, out)
    return out


@numba.njit(cache=True, nogil=True)
def _turn_rings(xs: Any, ys: Any, rings: Any, polygons: Any) -> Any:
    """Return the factor of each ring: 1 or -1, so that outer rings add cells and holes take them away."""
    turns = np.zeros(rings.size - 1)
    for ring in range(rings.size - 1):
        start, area = rings[ring], 0.0
        for k in range(start, rings[ring + 1] - 1):
            area += (xs[k] - xs[start]) * (ys[k + 1] - ys[start]) - (xs[k + 1] - xs[start]) * (
                ys[k] - ys[start]
            )
        # the factor of a hole: rows run downwards, so a ring of negative area would add cells as it stands
        turns[ring] = 1.0 if area > 0.0 else -1.0
    for p in range(polygons.size - 1):
        turns[polygons[p]] *= -1.0
    return turns
