"""Areas of land-cover classes in parcels, and of their changes: exact fractions of cells.

Cells are counted by the fraction a parcel covers (``exact``) or by their centres (``centre``). What lies
outside the raster is counted and reported, never dropped. With exact fractions the sum of the coverage must
be the parcel's area to 1e-9 of it: a free check of every parcel, every time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import RasterError, VectorError
from geodata.grid import Grid, Window
from geodata.raster import ClassRaster

Rule = Literal["exact", "centre"]
Geometries = NDArray[Any]
SELF_CHECK: Final = 1e-9
"""Largest relative difference of covered and polygon area [1]."""
HA_PER_M2: Final = 1e-4


@dataclass(frozen=True, slots=True)
class ZonalTable:
    """Cells and areas of each class in each parcel."""

    classes: NDArray[np.int64]
    """Class codes, shape (k,)."""
    pixels: NDArray[np.float64]
    """Covered cells, shape (parcels, k) [cell]."""
    area_ha: NDArray[np.float64]
    """Planar area, shape (parcels, k) [ha]."""
    nodata_ha: NDArray[np.float64]
    """Area under cells without a class, shape (parcels,) [ha]."""
    uncovered_ha: NDArray[np.float64]
    """Area outside the raster, shape (parcels,) [ha]."""


@dataclass(frozen=True, slots=True)
class TransitionTable:
    """Areas of change between two rasters, only what occurs."""

    parcel: NDArray[np.int64]
    """Position of the parcel."""
    from_code: NDArray[np.int64]
    """Class in the first raster."""
    to_code: NDArray[np.int64]
    """Class in the second raster."""
    pixels: NDArray[np.float64]
    """Covered cells [cell]."""
    area_ha: NDArray[np.float64]
    """Planar area [ha]."""


def class_areas(geoms: Geometries, raster: ClassRaster, *, rule: Rule = "exact") -> ZonalTable:
    """Return the area of each class in each parcel.

    Parameters
    ----------
    geoms
        Valid polygons and multipolygons in the raster's CRS, shape (n,).
    raster
        The class raster; its CRS must be projected in metres.
    rule
        Exact fractions of cells, or cells by their centres.

    Raises
    ------
    VectorError
        A geometry is missing, no polygon or invalid.
    RasterError
        No parcel touches the raster.
    """
    prepared = _prepare(geoms, raster.grid)
    values = raster.read(prepared.window)
    codes = _codes(values, raster.nodata)
    labels = _label(values, codes)
    covered = _cover(prepared, labels, len(codes) + 1, rule)
    cell_ha = raster.grid.cell_area * HA_PER_M2
    pixels = covered[:, :-1]
    return ZonalTable(codes, pixels, pixels * cell_ha, covered[:, -1] * cell_ha, prepared.outside * HA_PER_M2)


def transition_areas(
    geoms: Geometries, first: ClassRaster, second: ClassRaster, *, rule: Rule = "exact"
) -> TransitionTable:
    """Return the area of each from-to pair of classes in each parcel; cells without a class are left out."""
    if not first.grid.same_cells(second.grid):
        raise RasterError("rasters-differ", first=first.path.name, second=second.path.name)
    prepared = _prepare(geoms, first.grid)
    before, after = first.read(prepared.window), second.read(prepared.window)
    codes_1, codes_2 = _codes(before, first.nodata), _codes(after, second.nodata)
    label_1, label_2 = _label(before, codes_1), _label(after, codes_2)
    missing = (label_1 == len(codes_1)) | (label_2 == len(codes_2))
    n_labels = len(codes_1) * len(codes_2)
    labels = np.where(missing, n_labels, label_1 * len(codes_2) + label_2)
    covered = _cover(prepared, labels, n_labels + 1, rule)[:, :-1]
    parcel, pair = np.nonzero(covered)
    pixels = covered[parcel, pair]
    return TransitionTable(
        parcel.astype(np.int64),
        codes_1[pair // len(codes_2)],
        codes_2[pair % len(codes_2)],
        pixels,
        pixels * first.grid.cell_area * HA_PER_M2,
    )


def count_transitions(first: ClassRaster, second: ClassRaster) -> dict[tuple[int, int], int]:
    """Return the number of cells of each from-to pair over two whole rasters; nodata is left out."""
    if not first.grid.same_cells(second.grid):
        raise RasterError("rasters-differ", first=first.path.name, second=second.path.name)
    before, after = first.read(), second.read()
    known = np.ones(before.shape, dtype=bool)
    for values, raster in ((before, first), (after, second)):
        if raster.nodata is not None:
            known &= values != raster.nodata
    pairs = np.stack([before[known], after[known]]).astype(np.int64)
    span = int(pairs.max(initial=0)) + 1
    counts = np.bincount(pairs[0] * span + pairs[1])
    return {(int(i) // span, int(i) % span): int(counts[i]) for i in np.flatnonzero(counts)}


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Parcels as rings in cells of a window, and what of them lies outside the grid."""

    window: Window
    vertices: tuple[NDArray[np.float64], NDArray[np.float64]]
    rings: NDArray[np.int64]
    polygons: NDArray[np.int64]
    owners: NDArray[np.int64]
    areas: NDArray[np.float64]
    outside: NDArray[np.float64]


def check_polygons(geoms: Geometries) -> None:
    """Refuse geometries that have no area to measure."""
    kinds = shapely.get_type_id(geoms)
    for name, bad in (
        ("geometry-missing", shapely.is_missing(geoms) | shapely.is_empty(geoms)),
        ("geometry-not-polygon", (kinds != 3) & (kinds != 6)),
        ("geometry-invalid", ~shapely.is_valid(geoms)),
    ):
        if bad.any():
            raise VectorError(name, position=int(np.flatnonzero(bad)[0]) + 1)


def _prepare(geoms: Geometries, grid: Grid) -> _Prepared:
    check_polygons(geoms)
    bounds = shapely.bounds(geoms)
    west, south, east, north = grid.bounds
    beyond = (bounds[:, 0] < west) | (bounds[:, 1] < south) | (bounds[:, 2] > east) | (bounds[:, 3] > north)
    whole = shapely.area(geoms)
    clipped = geoms
    if beyond.any():
        clipped = geoms.copy()
        clipped[beyond] = shapely.intersection(geoms[beyond], shapely.box(west, south, east, north))
    inside = shapely.area(clipped)
    if not inside.any():
        raise RasterError("raster-not-covering", parcels=len(geoms))
    parts, owners = shapely.get_parts(clipped, return_index=True)
    keep = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0)
    parts, owners = shapely.orient_polygons(parts[keep], exterior_cw=False), owners[keep]
    rings, ring_owner = shapely.get_rings(parts, return_index=True)
    coordinates, vertex_ring = shapely.get_coordinates(rings, return_index=True)
    window = grid.window_of(tuple(shapely.total_bounds(parts)))
    cells = grid.to_cells(coordinates) - np.array([window.col, window.row], dtype=float)
    return _Prepared(
        window,
        (np.ascontiguousarray(cells[:, 0]), np.ascontiguousarray(cells[:, 1])),
        np.searchsorted(vertex_ring, np.arange(len(rings) + 1)).astype(np.int64),
        np.searchsorted(ring_owner, np.arange(len(parts) + 1)).astype(np.int64),
        owners.astype(np.int64),
        inside / grid.cell_area,
        whole - inside,
    )


def _codes(values: NDArray[Any], nodata: int | None) -> NDArray[np.int64]:
    if values.dtype == np.uint8:
        present = np.flatnonzero(np.bincount(values.ravel(), minlength=256))
    else:
        present = np.unique(values)
    return present[present != nodata].astype(np.int64) if nodata is not None else present.astype(np.int64)


def _label(values: NDArray[Any], codes: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the position of each value among the codes; the number of codes for nodata."""
    if codes.size == 0:
        return np.zeros(values.shape, dtype=np.int32)
    if values.dtype == np.uint8:
        table = np.full(256, codes.size, dtype=np.int32)
        table[codes] = np.arange(codes.size, dtype=np.int32)
        return table.take(values)
    position = np.searchsorted(codes, values)
    found = codes[np.minimum(position, codes.size - 1)] == values
    return np.where(found, position, codes.size).astype(np.int32)


def _cover(prepared: _Prepared, labels: NDArray[Any], n_labels: int, rule: Rule) -> NDArray[np.float64]:
    from geodata.coverage import cover  # noqa: PLC0415 - numba is slow to import

    covered = cover(
        prepared.vertices,
        prepared.rings,
        prepared.polygons,
        prepared.owners,
        np.ascontiguousarray(labels),
        n_owners=prepared.areas.size,
        n_labels=n_labels,
        exact=rule == "exact",
    )
    if rule == "exact":
        _self_check(covered.sum(axis=1), prepared.areas)
    return covered


def _self_check(covered: NDArray[np.float64], areas: NDArray[np.float64]) -> None:
    wrong = np.abs(covered - areas) > SELF_CHECK * np.maximum(areas, 1.0)
    if wrong.any():
        position = int(np.flatnonzero(wrong)[0])
        raise VectorError(
            "coverage-differs", position=position + 1, covered=covered[position], polygon=areas[position]
        )
