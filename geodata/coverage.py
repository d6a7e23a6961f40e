"""How much of each cell a polygon covers: exact fractions, summed by class.

Each edge is cut at the rows and columns of the grid. A piece inside one cell that rises by ``h`` (signed by
its direction) at the mean fraction ``f`` of the width covers ``h * (1 - f)`` of this cell and ``h`` of every
cell to its right. Written as differences, ``h * (1 - f)`` here and ``h * f`` one to the right, a running sum
along the row gives the covered fraction of every cell (Green's theorem). The centre rule uses the same sum: a
crossing of the line through the cells' centres adds its direction to the first centre right of it.

A polygon is worked in coordinates counted from its own first cell, where a double keeps the most digits, and
in bands of rows, so that memory does not grow with its size. Nothing here allocates: scratch is sized before
the loop, because a numba loop that grows an array is silently mis-compiled when it runs in parallel.
"""

from __future__ import annotations

from typing import Any, Final

import numba

BAND: Final = 64
"""Rows worked at a time [1]."""
NOTHING: Final = 1e-12
"""Coverage under which a cell is not touched: the rounding of the running sum [cell]."""


@numba.njit(cache=True, nogil=True, inline="always")
def _floor(value: float) -> int:
    whole = int(value)
    return whole - 1 if value < whole else whole


@numba.njit(cache=True, nogil=True, inline="always")
def _ceil(value: float) -> int:
    whole = int(value)
    return whole + 1 if value > whole else whole


@numba.njit(cache=True, nogil=True)
def _deposit(buffer: Any, place: int, rise: float, fraction: float) -> None:
    """Add a piece of an edge inside one cell: its rise, at the mean fraction of the cell's width."""
    shifted = rise * fraction
    buffer[place] += rise - shifted
    buffer[place + 1] += shifted


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_long_edge(
    buffer: Any, width: int, band: Any, x0: float, y0: float, x1: float, y1: float, turn: float
) -> None:
    """Add an edge that crosses cells to the differences of a band.

    ``band`` is its first row, its rows, and the first and last column that are kept; what lies left of them
    covers them from their first cell on, what lies right of them covers nothing.
    """
    top, rows, left, right = band
    if y0 > y1:
        x0, y0, x1, y1, turn = x1, y1, x0, y0, -turn
    slope = (x1 - x0) / (y1 - y0)
    first = max(int(y0) - top, 0)
    last = min(int(y1) + 1 - top, rows)
    for row in range(first, last):
        ya = max(y0, float(top + row))
        yb = min(y1, float(top + row + 1))
        if yb <= ya:
            continue
        rise = (yb - ya) * turn
        xa = x0 + (ya - y0) * slope
        xb = x0 + (yb - y0) * slope
        if xa > xb:
            xa, xb = xb, xa
        at = row * width
        if xb <= left:
            buffer[at] += rise
            continue
        if xa >= right:
            continue
        if int(xa) == int(xb) and xa >= left:
            _deposit(buffer, at + int(xa) - left, rise, 0.5 * (xa + xb) - int(xa))
            continue
        per_column = rise / (xb - xa)
        if xa < left:
            buffer[at] += (left - xa) * per_column
            xa = float(left)
        column = int(xa)
        while column < xb and column < right:
            west = max(xa, float(column))
            east = min(xb, float(column + 1))
            rise = (east - west) * per_column
            _deposit(buffer, at + column - left, rise, 0.5 * (west + east) - column)
            column += 1


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_exact(
    xs: Any, ys: Any, start: int, end: int, turn: float, buffer: Any, width: int, band: Any
) -> None:
    """Add the edges of one ring, vertices ``start`` to ``end``, to the differences of a band."""
    top, rows, left, right = band
    x0, y0 = xs[start], ys[start]
    column, row = int(x0), int(y0)
    for k in range(start + 1, end):
        x1, y1 = xs[k], ys[k]
        to_column, to_row = int(x1), int(y1)
        if row == to_row and column == to_column:
            at = row - top
            if 0 <= at < rows and column < right:
                rise = (y1 - y0) * turn
                if column >= left:
                    _deposit(buffer, at * width + column - left, rise, 0.5 * (x0 + x1) - column)
                else:
                    buffer[at * width] += rise
        elif y0 != y1 and not (max(row, to_row) < top or min(row, to_row) >= top + rows):
            _add_long_edge(buffer, width, band, x0, y0, x1, y1, turn)
        x0, y0, column, row = x1, y1, to_column, to_row


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_whole(
    xs: Any, ys: Any, start: int, end: int, turn: float, buffer: Any, width: int, rows: int
) -> None:
    """Add one ring of a polygon that lies whole in the buffer: as `_add_exact`, with nothing to cut off."""
    x0, y0 = xs[start], ys[start]
    column, row = int(x0), int(y0)
    for k in range(start + 1, end):
        x1, y1 = xs[k], ys[k]
        to_column, to_row = int(x1), int(y1)
        if row == to_row and column == to_column:
            _deposit(buffer, row * width + column, (y1 - y0) * turn, 0.5 * (x0 + x1) - column)
        elif row == to_row and abs(column - to_column) == 1:
            edge = float(max(column, to_column))
            share = (edge - x0) / (x1 - x0)
            rise = (y1 - y0) * turn
            _deposit(buffer, row * width + column, rise * share, 0.5 * (x0 + edge) - column)
            _deposit(buffer, row * width + to_column, rise * (1.0 - share), 0.5 * (x1 + edge) - to_column)
        elif column == to_column and abs(row - to_row) == 1:
            edge = float(max(row, to_row))
            x = x0 + (x1 - x0) * ((edge - y0) / (y1 - y0))
            _deposit(buffer, row * width + column, (edge - y0) * turn, 0.5 * (x0 + x) - column)
            _deposit(buffer, to_row * width + column, (y1 - edge) * turn, 0.5 * (x1 + x) - column)
        elif y0 != y1:
            _add_long_edge(buffer, width, (0, rows, 0, width - 1), x0, y0, x1, y1, turn)
        x0, y0, column, row = x1, y1, to_column, to_row


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _add_centre(
    xs: Any, ys: Any, start: int, end: int, turn: float, buffer: Any, width: int, band: Any
) -> None:
    """Add the crossings of one ring with the lines through the cells' centres."""
    top, rows, left, right = band
    for k in range(start + 1, end):
        x0, y0, x1, y1, sign = xs[k - 1], ys[k - 1], xs[k], ys[k], turn
        if y0 == y1:
            continue
        if y0 > y1:
            x0, y0, x1, y1, sign = x1, y1, x0, y0, -turn
        slope = (x1 - x0) / (y1 - y0)
        first = max(_ceil(y0 - 0.5) - top, 0)
        last = min(_ceil(y1 - 0.5) - top, rows)
        for row in range(first, last):
            x = x0 + (top + row + 0.5 - y0) * slope
            column = min(max(_ceil(x - 0.5), left), right)
            buffer[row * width + column - left] += sign


@numba.njit(cache=True, nogil=True, error_model="numpy")
def place_polygon(
    x: Any, y: Any, rings: Any, span: Any, frame: Any, xs: Any, ys: Any, turns: Any
) -> tuple[float, int, int, int, int]:
    """Write a polygon's vertices into scratch, in cells from its own first cell.

    Parameters
    ----------
    x, y
        Vertices in the CRS, rings closed.
    rings, span
        First vertex of each ring and the end; first and last ring of this polygon (half-open).
    frame
        West and north edge of the grid, width and height of a cell [unit of the CRS].
    xs, ys, turns
        Scratch for its vertices [cell] and the factor of each of its rings: 1 or -1, so that outer rings add
        cells and holes take them away, whichever way they run.

    Returns
    -------
    tuple
        Area [cell]; first row and column, rows and columns that it touches.
    """
    west, north, cell_x, cell_y = frame
    start, end = rings[span[0]], rings[span[1]]
    low_x = low_y = 1e300
    high_x = high_y = -1e300
    for k in range(start, end):
        column, row = (x[k] - west) / cell_x, (north - y[k]) / cell_y
        xs[k - start], ys[k - start] = column, row
        low_x, high_x = min(low_x, column), max(high_x, column)
        low_y, high_y = min(low_y, row), max(high_y, row)
    left, top = _floor(low_x), _floor(low_y)
    for k in range(end - start):
        xs[k] -= left
        ys[k] -= top
    area = 0.0
    for ring in range(span[0], span[1]):
        first, last = rings[ring] - start, rings[ring + 1] - start
        twice = 0.0
        for k in range(first, last - 1):
            twice += (xs[k] - xs[first]) * (ys[k + 1] - ys[first]) - (xs[k + 1] - xs[first]) * (
                ys[k] - ys[first]
            )
        outer = ring == span[0]
        # rows run downwards, so a ring of negative area adds cells as it stands
        turns[ring - span[0]] = -1.0 if (twice > 0.0) == outer else 1.0
        area += abs(twice) / 2 if outer else -abs(twice) / 2
    return area, top, left, _ceil(high_y) - top, _ceil(high_x) - left


@numba.njit(cache=True, nogil=True, error_model="numpy")
def cover_polygon_band(
    xs: Any,
    ys: Any,
    rings: Any,
    span: Any,
    turns: Any,
    exact: bool,
    buffer: Any,
    width: int,
    band: Any,
    rows: int,
    columns: int,
) -> None:
    """Write the differences of one polygon in one band into the (empty) buffer."""
    start = rings[span[0]]
    for ring in range(span[0], span[1]):
        first, last, turn = rings[ring] - start, rings[ring + 1] - start, turns[ring - span[0]]
        if exact and band[1] == rows and band[2] == 0 and band[3] == width - 1 and band[3] == columns:
            _add_whole(xs, ys, first, last, turn, buffer, width, rows)
        elif exact:
            _add_exact(xs, ys, first, last, turn, buffer, width, band)
        else:
            _add_centre(xs, ys, first, last, turn, buffer, width, band)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def sum_by_label(
    x: Any,
    y: Any,
    rings: Any,
    polygons: Any,
    owners: Any,
    chosen: Any,
    frame: Any,
    corner: Any,
    labels: Any,
    exact: bool,
    scratch: Any,
    out: Any,
    flaws: Any,
) -> None:
    """Add the coverage of chosen polygons over one window of labels to the rows of ``out``.

    Parameters
    ----------
    x, y, rings, polygons, owners
        See `geodata.rings.Rings`.
    chosen
        Positions of the polygons to work, in order.
    frame
        West and north edge of the grid, width and height of a cell [unit of the CRS].
    corner
        Row and column of the window's first cell in the grid.
    labels
        Label of each cell of the window, shape (rows, columns).
    exact
        Exact fractions, else the centre rule.
    scratch
        Vertices (two), turns, and the differences of a band: four float arrays, sized for the largest; the
        last holds zeros and is left so.
    out
        Shape (owners, labels): covered cells are added to it [cell].
    flaws
        Shape (owners,): how far a cell's coverage leaves 0 to 1, raised where it is more [cell].
    """
    xs, ys, turns, buffer = scratch
    height, whole_width = labels.shape
    for p in chosen:
        span = (polygons[p], polygons[p + 1])
        _, top, left, rows, columns = place_polygon(x, y, rings, span, frame, xs, ys, turns)
        owner = owners[p]
        row_shift, col_shift = top - corner[0], left - corner[1]
        first_row, last_row = max(0, -row_shift), min(rows, height - row_shift)
        first_col, last_col = max(0, -col_shift), min(columns, whole_width - col_shift)
        if first_row >= last_row or first_col >= last_col:
            continue
        width = last_col - first_col + 1
        for start in range(first_row, last_row, BAND):
            n_rows = min(BAND, last_row - start)
            band = (start, n_rows, first_col, last_col)
            cover_polygon_band(xs, ys, rings, span, turns, exact, buffer, width, band, rows, columns)
            low, high = 0.0, 1.0
            for row in range(n_rows):
                running = 0.0
                at = row * width
                line = labels[start + row + row_shift]
                for column in range(width - 1):
                    running += buffer[at + column]
                    buffer[at + column] = 0.0
                    low, high = min(low, running), max(high, running)
                    if running > NOTHING or running < -NOTHING:
                        out[owner, line[column + first_col + col_shift]] += running
                buffer[at + width - 1] = 0.0
            flaws[owner] = max(flaws[owner], -low, high - 1.0)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def measure_polygons(
    x: Any, y: Any, rings: Any, polygons: Any, chosen: Any, frame: Any, scratch: Any, areas: Any, boxes: Any
) -> None:
    """Write the area [cell] of chosen polygons, and the cells they touch: top, left, bottom, right."""
    xs, ys, turns, _ = scratch
    for p in chosen:
        span = (polygons[p], polygons[p + 1])
        area, top, left, rows, columns = place_polygon(x, y, rings, span, frame, xs, ys, turns)
        areas[p] = area
        boxes[p, 0], boxes[p, 1], boxes[p, 2], boxes[p, 3] = top, left, top + rows, left + columns
