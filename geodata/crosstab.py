"""Cells of whole rasters: how many of each class, and of each pair of classes in two years.

Counts are counts of map cells, not estimates of area: a map's errors do not cancel. They are for checks,
for strata, and for the weights of an estimate that corrects them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from geodata.grid import Grid, Window
from geodata.raster import ClassRaster
from geodata.zonal import require_same_cells

STRIP: Final = 4_000_000
"""Cells read at a time [cell]."""


def count_classes(raster: ClassRaster) -> dict[int, int]:
    """Return the number of cells of each class in a whole raster, nodata left out [cell]."""
    counts: dict[int, int] = {}
    for window in strips(raster.grid):
        codes, cells = np.unique(raster.read(window), return_counts=True)
        for code, number in zip(codes.tolist(), cells.tolist(), strict=True):
            counts[int(code)] = counts.get(int(code), 0) + number
    return {code: counts[code] for code in sorted(counts) if code != raster.nodata}


def count_transitions(first: ClassRaster, second: ClassRaster) -> dict[tuple[int, int], int]:
    """Return the number of cells of each from-to pair over two whole rasters [cell].

    Cells without a class in either raster are left out.

    Raises
    ------
    RasterError
        The rasters differ in their cells.
    """
    require_same_cells(first, second)
    counts: dict[tuple[int, int], int] = {}
    for window in strips(first.grid):
        before, after = first.read(window).astype(np.int64), second.read(window).astype(np.int64)
        known = np.ones(before.shape, dtype=np.bool_)
        known &= True if first.nodata is None else before != first.nodata
        known &= True if second.nodata is None else after != second.nodata
        pairs, cells = np.unique((before[known] << 32) + (after[known] + 2**31), return_counts=True)
        for pair, number in zip(pairs.tolist(), cells.tolist(), strict=True):
            key = (pair >> 32, (pair & 0xFFFFFFFF) - 2**31)
            counts[key] = counts.get(key, 0) + number
    return dict(sorted(counts.items()))


def strips(grid: Grid) -> Iterator[Window]:
    """Yield the rows of a grid in strips that fit into memory."""
    rows = max(STRIP // max(grid.width, 1) // 256 * 256, 256)
    for row in range(0, grid.height, rows):
        yield Window(row, 0, min(rows, grid.height - row), grid.width)
