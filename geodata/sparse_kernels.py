"""The loops of kept coverage: listing the covered cells of polygons, and adding them by label.

They stand apart so that a program that only looks does not wait for the compiler to load.
"""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np

from geodata.coverage import BAND, NOTHING, cover_polygon_band, place_polygon
from geodata.sparse import ONE

WHOLE: Final = 2.0**-32
"""A cell whose coverage is within this of 1 is covered whole [cell]."""


@numba.njit(cache=True, nogil=True, error_model="numpy")
def apply_cells(
    labels: Any,
    cells: Any,
    weights: Any,
    cell_offsets: Any,
    starts: Any,
    lengths: Any,
    run_offsets: Any,
    first: int,
    last: int,
    out: Any,
) -> None:
    """Add the weights of the cells of parcels ``first`` to ``last`` to their rows of ``out``, by label."""
    for p in range(first, last):
        for k in range(cell_offsets[p], cell_offsets[p + 1]):
            out[p, labels[cells[k]]] += weights[k]
        for k in range(run_offsets[p], run_offsets[p + 1]):
            start = np.int64(starts[k])
            for cell in range(start, start + lengths[k]):
                out[p, labels[cell]] += ONE


@numba.njit(cache=True, nogil=True, error_model="numpy")
def list_cells(
    x: Any,
    y: Any,
    rings: Any,
    polygons: Any,
    owners: Any,
    frame: Any,
    place: Any,
    scratch: Any,
    at: Any,
    cells: Any,
    weights: Any,
    starts: Any,
    lengths: Any,
    fill: bool,
) -> None:
    """Count the cells and runs of each parcel, into the row after it; or fill them in at their places."""
    xs, ys, turns, buffer = scratch
    first_row, first_col, height, whole_width = place
    for p in range(polygons.size - 1):
        span = (polygons[p], polygons[p + 1])
        _, top, left, rows, columns = place_polygon(x, y, rings, span, frame, xs, ys, turns)
        row_shift, col_shift = top - first_row, left - first_col
        low_row, high_row = max(0, -row_shift), min(rows, height - row_shift)
        low_col, high_col = max(0, -col_shift), min(columns, whole_width - col_shift)
        if low_row >= high_row or low_col >= high_col:
            continue
        width = high_col - low_col + 1
        entry = owners[p] if fill else owners[p] + 1
        for start in range(low_row, high_row, BAND):
            n_rows = min(BAND, high_row - start)
            band = (start, n_rows, low_col, high_col)
            cover_polygon_band(xs, ys, rings, span, turns, True, buffer, width, band, rows, columns)
            corner = (start + row_shift) * whole_width + low_col + col_shift
            kept = (cells, weights, starts, lengths)
            _list_band(buffer, width, n_rows, corner, whole_width, entry, at, kept, fill)


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _list_band(
    buffer: Any,
    width: int,
    n_rows: int,
    corner: int,
    whole_width: int,
    entry: int,
    at: Any,
    kept: Any,
    fill: bool,
) -> None:
    """Count or fill in the cells of one band, and empty the buffer."""
    cells, weights, starts, lengths = kept
    for row in range(n_rows):
        running, run = 0.0, 0
        line = corner + row * whole_width
        for column in range(width - 1):
            running += buffer[row * width + column]
            buffer[row * width + column] = 0.0
            if abs(running - 1.0) < WHOLE:
                at[entry, 1] += run == 0
                run += 1
                if fill:
                    starts[at[entry, 1] - 1] = line + column + 1 - run
                    lengths[at[entry, 1] - 1] = run
                continue
            run = 0
            if abs(running) > NOTHING:
                if fill:
                    cells[at[entry, 0]] = line + column
                    weights[at[entry, 0]] = np.uint32(max(running, 0.0) * ONE + 0.5)
                at[entry, 0] += 1
        buffer[row * width + width - 1] = 0.0
