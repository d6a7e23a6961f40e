"""Coverage kept: the cells of each parcel and their weights, applied to a new year without any geometry.

Cells that a parcel covers whole are kept as runs along a row, the others one by one with their weight. A
weight is a whole number of 2^-32 of a cell, so that sums are exact in any order and on any machine. The
kept coverage belongs to one set of polygons over one grid, whose digest is its key: another polygon, or a
shifted grid, has another key.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from geodata.errors import RasterError
from geodata.footprint import Footprint, Geometries, frame_of, make_scratch, prepare_footprint, spread
from geodata.grid import Grid, Window
from geodata.rings import Floats, Integers, Rings

FEW_CELLS: Final = 200_000
"""Kept cells under which one thread is quicker than several [1]."""
ONE: Final = 2**32
"""A whole cell, in the units of weights [1]."""
Cells = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class SparseCoverage:
    """Cells and weights of parcels over the window of a grid."""

    key: str
    """Digest of the polygons and the grid, 64 hexadecimal digits."""
    window: Window
    """The cells that the parcels touch together."""
    cells: Cells
    """Cells covered in part, by their place in the window, row by row."""
    weights: Cells
    """Their covered share [2^-32 cell]."""
    cell_offsets: Integers
    """First entry of each parcel in `cells`, and the end."""
    run_starts: Cells
    """First cell of each run of whole cells."""
    run_lengths: Cells
    """Cells of each run [cell]."""
    run_offsets: Integers
    """First run of each parcel, and the end."""
    outside_cells: Floats
    """Area of each parcel outside the grid [cell]."""

    @property
    def n_parcels(self) -> int:
        """Number of parcels [1]."""
        return self.cell_offsets.size - 1

    def sum_labels(self, labels: NDArray[Any], n_labels: int) -> Floats:
        """Return the covered cells of each label in each parcel, shape (parcels, n_labels) [cell].

        Parameters
        ----------
        labels
            Label of each cell of the window, 0 to ``n_labels - 1``.
        n_labels
            Number of labels.
        """
        from geodata.sparse_kernels import apply_cells  # noqa: PLC0415 - numba is slow to import

        out = np.zeros((self.n_parcels, n_labels), dtype=np.int64)
        flat = np.ascontiguousarray(labels).ravel()
        kept = (self.cells, self.weights, self.cell_offsets)
        runs = (self.run_starts, self.run_lengths, self.run_offsets)

        def work(part: Integers) -> None:
            apply_cells(flat, *kept, *runs, int(part[0]), int(part[-1]) + 1, out)

        count = (os.cpu_count() or 1) if self.cells.size > FEW_CELLS else 1
        spread(work, [part for part in np.array_split(np.arange(self.n_parcels), count) if part.size])
        return out / ONE

    def entries(self) -> tuple[Integers, Integers, Floats]:
        """Return parcel, cell (its place in the window) and weight of every covered cell, by parcel."""
        lengths = self.run_lengths.astype(np.int64)
        run_parcel = np.repeat(np.arange(self.n_parcels), np.diff(self.run_offsets))
        starts = np.repeat(self.run_starts.astype(np.int64), lengths)
        steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        part_parcel = np.repeat(np.arange(self.n_parcels), np.diff(self.cell_offsets))
        parcel = np.concatenate([part_parcel, np.repeat(run_parcel, lengths)])
        cells = np.concatenate([self.cells.astype(np.int64), starts + steps])
        weights = np.concatenate([self.weights / ONE, np.ones(starts.size)])
        order = np.lexsort((cells, parcel))
        return parcel[order], cells[order], weights[order]

    def save(self, folder: Path) -> Path:
        """Write the coverage under its key and return the file, which appears whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        path, beside = folder / f"{self.key}.npz", folder / f".{self.key}.part.npz"
        w = self.window
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        np.savez(beside, window=np.array([w.row, w.col, w.height, w.width]), **arrays)
        beside.replace(path)
        return path

    @classmethod
    def load(cls, folder: Path, key: str) -> SparseCoverage | None:
        """Return the coverage kept under a key; None where there is none, or its file is damaged."""
        path = folder / f"{key}.npz"
        if not path.is_file():
            return None
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
                window = Window(*(int(number) for number in kept["window"]))
                return cls(key, window, **{name: kept[name] for name in _ARRAYS})
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None


_ARRAYS: Final = (
    "cells",
    "weights",
    "cell_offsets",
    "run_starts",
    "run_lengths",
    "run_offsets",
    "outside_cells",
)


def coverage_key(rings: Rings, grid: Grid) -> str:
    """Return the digest that names the coverage of polygons over a grid."""
    digest = hashlib.sha256(json.dumps(grid.canonical(), sort_keys=True).encode())
    for part in (rings.x, rings.y, rings.rings, rings.polygons, rings.owners):
        digest.update(np.ascontiguousarray(part).data)
        digest.update(str(part.size).encode())
    digest.update(str(rings.n_parcels).encode())
    return digest.hexdigest()


def prepare_coverage(footprint: Footprint, *, key: str | None = None) -> SparseCoverage:
    """Return the coverage of a footprint, ready to be applied to any year.

    Raises
    ------
    RasterError
        The window has more cells than an index of 32 bits holds.
    """
    from geodata.sparse_kernels import list_cells  # noqa: PLC0415 - numba is slow to import

    window, rings = footprint.window, footprint.rings
    if window.height * window.width > np.iinfo(np.uint32).max:
        raise RasterError("raster-too-large", file="-", pixels=window.height * window.width, limit=2**32)
    frame, scratch = frame_of(footprint.grid), make_scratch(rings, footprint.grid.width)
    place = (window.row, window.col, window.height, window.width)
    counts = np.zeros((rings.n_parcels + 1, 2), dtype=np.int64)
    nothing = np.zeros(0, np.uint32)
    arguments = (rings.x, rings.y, rings.rings, rings.polygons, rings.owners, frame, place, scratch)
    list_cells(*arguments, counts, nothing, nothing, nothing, nothing, False)
    offsets = np.cumsum(counts, axis=0)
    cells, weights = np.empty(offsets[-1, 0], np.uint32), np.empty(offsets[-1, 0], np.uint32)
    starts, lengths = np.empty(offsets[-1, 1], np.uint32), np.empty(offsets[-1, 1], np.uint32)
    list_cells(*arguments, offsets.copy(), cells, weights, starts, lengths, True)
    made = SparseCoverage(
        key or coverage_key(rings, footprint.grid),
        window,
        cells,
        weights,
        np.ascontiguousarray(offsets[:, 0]),
        starts,
        lengths,
        np.ascontiguousarray(offsets[:, 1]),
        footprint.outside_cells,
    )
    footprint.check(made.sum_labels(np.zeros((window.height, window.width), np.uint8), 1), np.zeros(1))
    return made


@dataclass(frozen=True, slots=True)
class CoverageShelf:
    """Kept coverages of one set of parcels, by grid; on disk where a folder is given."""

    folder: Path | None = None
    """Where coverages stay for the next run; None keeps them for this run alone."""
    _kept: dict[str, SparseCoverage] = field(default_factory=dict)

    def over(self, geoms: Geometries, grid: Grid, *, source: str = "") -> SparseCoverage:
        """Return the coverage of checked parcels over a grid, made where it is not yet kept.

        Raises
        ------
        RasterError
            No parcel touches the grid.
        """
        rings = Rings.from_geometries(np.asarray(geoms, dtype=object))
        key = coverage_key(rings, grid)
        found = self._kept.get(key) or (self.folder and SparseCoverage.load(self.folder, key))
        if not found:
            found = prepare_coverage(prepare_footprint(rings, grid, source=source), key=key)
        self._kept[key] = found
        return found

    def keep(self) -> None:
        """Write the coverages that the folder does not have yet; done once the input is accepted."""
        if self.folder is None:
            return
        for key, coverage in self._kept.items():
            if not (self.folder / f"{key}.npz").is_file():
                coverage.save(self.folder)
