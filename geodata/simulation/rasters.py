"""Yearly 30 m land-cover rasters of the simulated county, and a reference sample for them.

A pixel takes the class of the parcel under its centre (of the landscape's fields between parcels); then
misregistered edges, clumps of persistent confusion and yearly speckle make a map that is right on about 96 of
100 pixels. The reference sample says what was there before the errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import Affine, from_origin
from scipy.ndimage import binary_dilation, uniform_filter

from geodata.simulation.history import CHANGE_CLASSES, COVER_CLASS, YEARS, ClassArray, change_class
from geodata.simulation.landscape import ORIGIN_E_M, ORIGIN_N_M, Cover, Landscape
from geodata.simulation.noise import FloatArray, stream
from geodata.simulation.partition import IntArray

PIXEL_M = 30.0
"""Side of a pixel [m]."""
MARGIN_PIXELS = 10
"""Width of the known land around the parcels [pixel]."""
NODATA = 0
"""Value of pixels outside the county."""
NOTICE = "simulated data / 模拟数据"
"""What every file of the simulated county says of itself."""
SAMPLE_SIZES = (75, 50, 50, 75)
"""Points of the reference sample in each mapped change class, if it has that many pixels."""
CONFUSION: dict[int, tuple[tuple[int, ...], tuple[float, ...]]] = {
    1: ((2, 8, 4, 5), (0.35, 0.25, 0.2, 0.2)),
    2: ((3, 1, 4), (0.4, 0.4, 0.2)),
    3: ((2, 4, 1), (0.5, 0.3, 0.2)),
    4: ((1, 3, 7), (0.5, 0.3, 0.2)),
    5: ((1, 9), (0.7, 0.3)),
    7: ((8, 4, 1), (0.3, 0.5, 0.2)),
    8: ((1, 7), (0.8, 0.2)),
}
"""Class -> the classes it is mistaken for, with their frequencies."""


@dataclass(frozen=True, slots=True)
class PixelGrid:
    """The grid and the parcel under each pixel."""

    transform: Affine
    """From pixel corners to EPSG:4547."""
    parcel: NDArray[np.int32]
    """Number of the parcel under each pixel centre, -1 between and outside them."""
    known: NDArray[np.bool_]
    """Pixels that are in or near the county."""
    background: ClassArray
    """Class of the land between the parcels."""

    def centres(self, row: IntArray, column: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return easting and northing of pixel centres [m]."""
        x_m = self.transform.c + (column + 0.5) * PIXEL_M
        y_m = self.transform.f - (row + 0.5) * PIXEL_M
        return np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)


def make_grid(land: Landscape) -> PixelGrid:
    """Lay a 30 m grid over the parcels and find the parcel under each pixel centre."""
    west, south, east, north = shapely.total_bounds(land.geometry)
    margin = (MARGIN_PIXELS + 5) * PIXEL_M
    left = np.floor((west - margin) / PIXEL_M) * PIXEL_M
    top = np.ceil((north + margin) / PIXEL_M) * PIXEL_M
    shape = (int((top - south + margin) // PIXEL_M), int((east - left + margin) // PIXEL_M))
    transform = from_origin(left, top, PIXEL_M, PIXEL_M)
    shapes = zip(land.geometry, range(len(land.geometry)), strict=True)
    parcel = rasterize(shapes, out_shape=shape, transform=transform, fill=-1, dtype="int32")
    known = binary_dilation(parcel >= 0, iterations=MARGIN_PIXELS)
    grid = PixelGrid(transform, parcel, known, np.zeros(shape, dtype=np.uint8))
    row, column = np.nonzero(known & (parcel < 0))
    x_m, y_m = grid.centres(row, column)
    cover = land.terrain.cover(x_m - ORIGIN_E_M, y_m - ORIGIN_N_M)
    grid.background[row, column] = np.array([COVER_CLASS[Cover(code)] for code in range(len(Cover))])[cover]
    return grid


def true_map(grid: PixelGrid, classes: ClassArray) -> ClassArray:
    """Return the true class of each pixel from the classes of the parcels in one year."""
    seen = np.where(grid.parcel >= 0, classes[np.maximum(grid.parcel, 0)], grid.background)
    return np.where(grid.known, seen, NODATA).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class MapErrors:
    """Errors that stay the same from year to year."""

    shift: NDArray[np.int8]
    """Pixels whose class is taken from a neighbour: 0 none, 1 to 4 a side."""
    confused: NDArray[np.bool_]
    """Pixels in clumps that are mistaken for another class in every year."""
    choice: NDArray[np.float32]
    """Which of the mistaken classes, as a quantile."""


def draw_errors(seed: int, shape: tuple[int, int]) -> MapErrors:
    """Draw the errors of a map of a shape: 12 % misregistered pixels, 2 % persistent confusion."""
    rng = stream(seed, "map errors")
    side = rng.random(shape, dtype=np.float32)
    shift = np.where(side < 0.12, 1 + (side / 0.03).astype(np.int8), 0).astype(np.int8)
    clumps = uniform_filter(rng.random(shape, dtype=np.float32), 3)
    confused = clumps > 0.5 + 2.05 * np.sqrt(1.0 / 108.0)
    return MapErrors(shift, confused, rng.random(shape, dtype=np.float32))


def classified_map(seed: int, year: int, truth: ClassArray, errors: MapErrors) -> ClassArray:
    """Return the map a classifier would make of the truth: shifted edges, confusion, yearly speckle."""
    mapped = truth.copy()
    for side, (step, axis) in enumerate(((1, 0), (-1, 0), (1, 1), (-1, 1)), start=1):
        chosen = errors.shift == side
        mapped[chosen] = np.roll(truth, step, axis=axis)[chosen]
    mapped = np.where((mapped == NODATA) | (truth == NODATA), truth, mapped)
    rng = stream(seed, f"speckle {year}")
    wrong = errors.confused | (rng.random(truth.shape, dtype=np.float32) < 0.005)
    result = mapped.copy()
    for code, (others, frequency) in CONFUSION.items():
        chosen = wrong & (mapped == code)
        limits = np.cumsum(frequency)[:-1]
        result[chosen] = np.array(others, dtype=np.uint8)[np.searchsorted(limits, errors.choice[chosen])]
    return result


def write_raster(
    path: Path, values: ClassArray, transform: Affine, *, nodata: int | None = NODATA, epsg: int = 4547
) -> None:
    """Write a class raster as a tiled, deflated GeoTIFF that says it is simulated.

    Parameters
    ----------
    path
        File to write.
    values
        Classes.
    transform
        From pixel corners to the coordinate system.
    nodata
        Declared nodata value; None declares none.
    epsg
        Coordinate system.
    """
    profile = {
        "driver": "GTiff",
        "dtype": "uint8",
        "count": 1,
        "height": values.shape[0],
        "width": values.shape[1],
        "crs": f"EPSG:{epsg}",
        "transform": transform,
        "nodata": nodata,
        "compress": "deflate",
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
    }
    with rasterio.open(path, "w", **profile) as target:
        target.write(values, 1)
        target.update_tags(SIMULATED=NOTICE)


@dataclass(frozen=True, slots=True)
class ReferenceSample:
    """Points interpreted independently of the map."""

    x_m: FloatArray
    """Easting of the pixel centre [m]."""
    y_m: FloatArray
    """Northing of the pixel centre [m]."""
    map_class: tuple[str, ...]
    """Change class on the maps."""
    reference_class: tuple[str, ...]
    """Change class on the ground."""


def draw_reference(
    seed: int, grid: PixelGrid, mapped: Sequence[ClassArray], truth: Sequence[ClassArray]
) -> ReferenceSample:
    """Draw a sample stratified by the mapped change class, from the pixels whose centre is in a parcel.

    Parameters
    ----------
    seed
        Seed of the county.
    grid
        The pixels.
    mapped, truth
        The maps of the first and the last year, as classified and as they were.
    """
    rng = stream(seed, "reference")
    inside = np.flatnonzero((grid.parcel >= 0).ravel())
    on_map = change_class(mapped[0].ravel()[inside], mapped[1].ravel()[inside])
    chosen = np.concatenate(
        [
            np.sort(rng.choice(pixels, min(size, pixels.size), replace=False))
            for code, size in enumerate(SAMPLE_SIZES)
            for pixels in [np.flatnonzero(on_map == code)]
        ]
    )
    pixel = inside[chosen]
    on_ground = change_class(truth[0].ravel()[pixel], truth[1].ravel()[pixel])
    row, column = np.divmod(pixel, grid.parcel.shape[1])
    x_m, y_m = grid.centres(row, column)
    return ReferenceSample(
        x_m=x_m,
        y_m=y_m,
        map_class=tuple(CHANGE_CLASSES[code] for code in on_map[chosen]),
        reference_class=tuple(CHANGE_CLASSES[code] for code in on_ground),
    )


def year_maps(seed: int, grid: PixelGrid, classes: ClassArray) -> tuple[list[ClassArray], list[ClassArray]]:
    """Return the classified and the true maps of all years, in order (`YEARS`)."""
    errors = draw_errors(seed, grid.parcel.shape)
    truth = [true_map(grid, classes[:, place]) for place in range(len(YEARS))]
    mapped = [classified_map(seed, year, truth[place], errors) for place, year in enumerate(YEARS)]
    return mapped, truth
