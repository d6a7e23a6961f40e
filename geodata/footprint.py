"""Parcels laid over a grid, ready for the coverage kernel.

A footprint is prepared once and summed over as many layers of labels as there are years. It works the raster
in strips whose rows are fixed to the grid, so that memory is bounded and the sums of a parcel have the same
bits whichever parcels are worked beside it, on however many threads. What a parcel has outside the grid is
measured and kept as its uncovered area.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import RasterError, VectorError
from geodata.grid import Grid, Window
from geodata.rings import POLYGON, Floats, Integers, Rings

Rule = Literal["exact", "centre"]
Geometries = NDArray[Any]
SELF_CHECK: Final = 1e-9
"""Largest relative difference of covered and polygon area, and of a cell's coverage from 0 to 1 [1]."""
MULTIPOLYGON: Final = 6
STRIP_ROWS: Final = 1024
"""Rows of a strip; strips begin at multiples of it [1]."""
FEW_VERTICES: Final = 50_000
"""Vertices under which one thread is quicker than several [1]."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """Parcels as rings over a grid, the cells they touch, and what of them lies outside."""

    rings: Rings
    """The polygons."""
    grid: Grid
    """The grid."""
    boxes: Integers
    """Cells that each polygon touches: top, left, bottom, right, half-open, shape (polygons, 4)."""
    window: Window
    """The cells that the parcels touch together."""
    whole_cells: Floats
    """Area of each parcel, inside the grid and outside [cell]."""
    covered_cells: Floats
    """Area of each parcel inside the grid [cell]."""
    threads: int
    """Threads that share the parcels [1]."""

    @property
    def outside_cells(self) -> Floats:
        """Area of each parcel outside the grid [cell]."""
        outside: Floats = np.maximum(self.whole_cells - self.covered_cells, 0.0)
        return outside

    def strips(self) -> Iterator[Window]:
        """Yield the window in strips of rows whose bounds are multiples of `STRIP_ROWS`."""
        end = self.window.row + self.window.height
        row = self.window.row
        while row < end:
            below = min((row // STRIP_ROWS + 1) * STRIP_ROWS, end)
            yield Window(row, self.window.col, below - row, self.window.width)
            row = below

    def add_strip(
        self, strip: Window, labels: NDArray[Any], out: Floats, flaws: Floats, rule: Rule = "exact"
    ) -> None:
        """Add the covered cells of one strip to ``out``.

        Parameters
        ----------
        strip
            The cells, as `strips` gives them.
        labels
            Label of each cell of the strip, shape (rows, columns).
        out
            Shape (parcels, labels): covered cells are added to it [cell].
        flaws
            Shape (parcels,): how far a cell's coverage leaves 0 to 1; raised [cell].
        rule
            ``exact`` fractions of cells, or cells by their ``centre``.
        """
        touched = (self.boxes[:, 0] < strip.row + strip.height) & (self.boxes[:, 2] > strip.row)
        _sum_shared(
            self, np.flatnonzero(touched), (strip.row, strip.col), labels, out, flaws, rule == "exact"
        )

    def sum_labels(self, labels: NDArray[Any], n_labels: int, rule: Rule = "exact") -> Floats:
        """Return the covered cells of each label in each parcel, shape (parcels, n_labels) [cell].

        Parameters
        ----------
        labels
            Label of each cell of the window, 0 to ``n_labels - 1``.
        n_labels
            Number of labels.
        rule
            ``exact`` fractions of cells, or cells by their ``centre``.

        Raises
        ------
        VectorError
            The coverage of a parcel is not its area: the check that each exact sum must pass.
        """
        out, flaws = np.zeros((self.rings.n_parcels, n_labels)), np.zeros(self.rings.n_parcels)
        for strip in self.strips():
            first = strip.row - self.window.row
            self.add_strip(strip, labels[first : first + strip.height], out, flaws, rule)
        if rule == "exact":
            self.check(out, flaws)
        return out

    def check(self, covered: Floats, flaws: Floats) -> None:
        """Refuse exact sums that cannot be right: a free check of each parcel, each time.

        Raises
        ------
        VectorError
            A polygon covers a cell more than once or less than not at all (it crosses itself), or the
            covered cells do not add up to its area.
        """
        if (flaws > SELF_CHECK).any():
            position = int(np.argmax(flaws > SELF_CHECK))
            raise VectorError(
                "coverage-not-a-share", position=position + 1, excess_cells=float(flaws[position])
            )
        total = covered.sum(axis=1)
        wrong = np.abs(total - self.covered_cells) > SELF_CHECK * np.maximum(self.covered_cells, 1.0)
        if wrong.any():
            position = int(np.argmax(wrong))
            raise VectorError(
                "coverage-differs",
                position=position + 1,
                covered_cells=float(total[position]),
                polygon_cells=float(self.covered_cells[position]),
            )


def prepare_footprint(
    geoms: Geometries | Rings,
    grid: Grid,
    *,
    source: str = "",
    validated: bool = False,
    threads: int | None = None,
) -> Footprint:
    """Return parcels as rings over a grid.

    Parameters
    ----------
    geoms
        Valid polygons and multipolygons in the grid's CRS, shape (n,); or their rings.
    grid
        The grid.
    source
        Name of the raster, for the error.
    validated
        The geometries were checked when they were read; they are not checked again. Rings never are:
        the self-check of `Footprint.check` stands.
    threads
        Threads that share the parcels; as many as processors, where none is given.

    Raises
    ------
    VectorError
        A geometry is missing, no polygon or invalid.
    RasterError
        No parcel touches the grid.
    """
    if not isinstance(geoms, Rings):
        geoms = np.asarray(geoms, dtype=object)
        if not validated:
            check_polygons(geoms)
        geoms = Rings.from_geometries(geoms)
    count = threads or (os.cpu_count() or 1)
    if geoms.x.size < FEW_VERTICES:
        count = 1
    areas, boxes = _measure(geoms, grid, count)
    if not np.isfinite(areas).all():
        raise VectorError("geometry-missing", position=int(np.argmax(~np.isfinite(areas))) + 1, count=1)
    whole: Floats = np.bincount(geoms.owners, areas, geoms.n_parcels).astype(np.float64)
    window = _window(boxes, grid)
    if window.height == 0 or window.width == 0:
        raise RasterError("raster-not-covering", file=source, parcels=geoms.n_parcels)
    made = Footprint(geoms, grid, boxes, window, whole, whole, count)
    beyond = (boxes[:, 0] < 0) | (boxes[:, 1] < 0) | (boxes[:, 2] > grid.height) | (boxes[:, 3] > grid.width)
    if not beyond.any():
        return made
    covered = _covered_inside(made, beyond)
    if not covered.any():
        raise RasterError("raster-not-covering", file=source, parcels=geoms.n_parcels)
    return Footprint(geoms, grid, boxes, window, whole, covered, count)


def check_polygons(geoms: Geometries) -> None:
    """Refuse geometries that have no area to measure.

    Raises
    ------
    VectorError
        Names the position of the first such geometry, 1 for the first.
    """
    kinds = shapely.get_type_id(geoms)
    missing = shapely.is_missing(geoms) | shapely.is_empty(geoms)
    if missing.any():
        raise VectorError("geometry-missing", **_where(missing))
    other = (kinds != POLYGON) & (kinds != MULTIPOLYGON)
    if other.any():
        raise VectorError("geometry-not-polygon", **_where(other))
    invalid = ~shapely.is_valid(geoms)
    if invalid.any():
        raise VectorError("geometry-invalid", **_where(invalid))


def _where(bad: NDArray[np.bool_]) -> dict[str, int]:
    return {"position": int(np.flatnonzero(bad)[0]) + 1, "count": int(bad.sum())}


def frame_of(grid: Grid) -> tuple[float, float, float, float]:
    """Return the frame of a grid as the kernels take it: west, north, width and height of a cell."""
    return (float(grid.west), float(grid.north), float(grid.cell_x), float(grid.cell_y))


def make_scratch(rings: Rings, width: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the scratch arrays of the kernels, for the largest polygon and rows of `width` cells."""
    from geodata.coverage import BAND  # noqa: PLC0415 - numba is slow to import

    size = rings.most_vertices
    return np.zeros(size), np.zeros(size), np.zeros(rings.most_rings), np.zeros((BAND + 1) * (width + 3))


def _shares(rings: Rings, chosen: Integers, threads: int) -> list[Integers]:
    """Return the chosen polygons in parts of about equal work; a parcel is never split."""
    if threads == 1 or chosen.size < 2 * threads:
        return [chosen]
    vertices = np.cumsum(np.diff(rings.rings[rings.polygons])[chosen])
    cuts = np.searchsorted(vertices, vertices[-1] * np.arange(1, threads) / threads)
    owners = rings.owners[chosen]
    cuts = np.searchsorted(owners, owners[cuts])
    return [part for part in np.split(chosen, np.unique(cuts)) if part.size]


def _sum_shared(
    footprint: Footprint,
    chosen: Integers,
    corner: tuple[int, int],
    labels: NDArray[Any],
    out: Floats,
    flaws: Floats,
    exact: bool,
) -> None:
    from geodata.coverage import sum_by_label  # noqa: PLC0415 - numba is slow to import

    rings, frame = footprint.rings, frame_of(footprint.grid)
    plain = np.ascontiguousarray(labels)

    def work(part: Integers) -> None:
        sum_by_label(
            rings.x,
            rings.y,
            rings.rings,
            rings.polygons,
            rings.owners,
            part,
            frame,
            corner,
            plain,
            exact,
            make_scratch(rings, plain.shape[1]),
            out,
            flaws,
        )

    spread(work, _shares(rings, chosen, footprint.threads))


def spread(work: Any, parts: list[Integers]) -> None:
    """Run work on each part, on threads where there are several; the kernels release the lock."""
    if len(parts) < 2:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(len(parts)) as pool:
        list(pool.map(work, parts))


def _measure(rings: Rings, grid: Grid, threads: int) -> tuple[Floats, Integers]:
    """Return the area [cell] and the box of each polygon."""
    from geodata.coverage import measure_polygons  # noqa: PLC0415 - numba is slow to import

    count = rings.owners.size
    areas, boxes = np.zeros(count), np.zeros((count, 4), dtype=np.int64)

    def work(part: Integers) -> None:
        measure_polygons(
            rings.x,
            rings.y,
            rings.rings,
            rings.polygons,
            part,
            frame_of(grid),
            make_scratch(rings, 0),
            areas,
            boxes,
        )

    spread(work, _shares(rings, np.arange(count), threads))
    return areas, boxes


def _window(boxes: Integers, grid: Grid) -> Window:
    if not boxes.size:
        return Window(0, 0, 0, 0)
    top, bottom = np.clip([boxes[:, 0].min(), boxes[:, 2].max()], 0, grid.height)
    left, right = np.clip([boxes[:, 1].min(), boxes[:, 3].max()], 0, grid.width)
    return Window(int(top), int(left), int(bottom - top), int(right - left))


def _covered_inside(footprint: Footprint, beyond: NDArray[np.bool_]) -> Floats:
    """Return the area inside the grid of each parcel [cell]; only polygons that reach beyond are summed."""
    owners, n_parcels = footprint.rings.owners, footprint.rings.n_parcels
    wide = np.unique(owners[beyond])
    chosen = np.flatnonzero(np.isin(owners, wide))
    inside, flaws = np.zeros((n_parcels, 1)), np.zeros(n_parcels)
    for strip in footprint.strips():
        labels = np.zeros((strip.height, strip.width), dtype=np.uint8)
        here = chosen[
            (footprint.boxes[chosen, 0] < strip.row + strip.height) & (footprint.boxes[chosen, 2] > strip.row)
        ]
        _sum_shared(footprint, here, (strip.row, strip.col), labels, inside, flaws, exact=True)
    covered = footprint.whole_cells.copy()
    covered[wide] = np.minimum(inside[wide, 0], covered[wide])
    return covered
