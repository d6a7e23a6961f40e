"""A county for benchmarks: a lattice of parcels in a smoothly warped plane, and rasters of patches.

Neighbours share their edges to the bit, every parcel is valid, and the work grows with the numbers asked for
alone. Nothing is random but the rasters, which have a seed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.transform import from_origin

from geodata.rings import Rings

CELL_M = 30.0
WEST, NORTH = 400_000.0, 3_200_000.0


def warped_rings(rows: int, columns: int, *, per_edge: int = 25, cells: float = 6.0) -> Rings:
    """Return ``rows * columns`` parcels of ``4 * per_edge`` vertices, each about ``cells`` cells wide."""
    t = np.arange(per_edge) / per_edge
    zero, one = np.zeros(per_edge), np.ones(per_edge)
    along = np.concatenate([t, one, 1 - t, zero, [0.0]])
    down = np.concatenate([zero, t, one, 1 - t, [0.0]])
    n, k = rows * columns, along.size
    x, y = np.empty((n, k)), np.empty((n, k))
    for row in range(rows):
        u = np.arange(columns)[:, None] + along
        v = row + np.broadcast_to(down, u.shape)
        part = slice(row * columns, (row + 1) * columns)
        shift_u = 0.22 * np.sin(1.7 * v + 0.3 * np.sin(2.3 * u)) + 0.02 * np.sin(9.1 * v + 4 * u)
        shift_v = 0.22 * np.sin(1.9 * u + 0.5 * np.cos(1.3 * v)) + 0.02 * np.sin(8.3 * u - 3 * v)
        x[part] = WEST + CELL_M * (2 + cells * (u + shift_u + 0.5))
        y[part] = NORTH - CELL_M * (2 + cells * (v + shift_v + 0.5))
    offsets = np.arange(n + 1, dtype=np.int64)
    return Rings(x.ravel(), y.ravel(), offsets * k, offsets, offsets[:-1], n)


def size_of(rows: int, columns: int, cells: float = 6.0) -> tuple[int, int]:
    """Return height and width of a raster that covers the county [cell]."""
    return int(cells * (rows + 1)) + 5, int(cells * (columns + 1)) + 5


def patches(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    """Return classes 1 to 9 in patches of several sizes, with the single cells that a real map has."""
    rng = np.random.default_rng(seed)
    made = np.zeros((height, width), np.uint8)
    for edge, share in ((64, 1.0), (16, 0.5), (5, 0.35), (1, 0.04)):
        shape = (-(-height // edge), -(-width // edge))
        coarse = rng.integers(1, 10, shape).astype(np.uint8)
        coarse[rng.random(shape) > share] = 0
        fine = np.repeat(np.repeat(coarse, edge, 0), edge, 1)[:height, :width]
        np.copyto(made, fine, where=fine > 0)
    return made


def write_raster(path: Path, values: NDArray[np.uint8]) -> Path:
    """Write a class raster as a bureau gets it: tiled, deflated, nodata 0."""
    height, width = values.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=height,
        width=width,
        count=1,
        dtype="uint8",
        nodata=0,
        crs="EPSG:4547",
        transform=from_origin(WEST, NORTH, CELL_M, CELL_M),
        tiled=True,
        blockxsize=256,
        blockysize=256,
        compress="deflate",
    ) as out:
        out.write(values, 1)
    return path


def write_parcels(path: Path, rings: Rings, encoding: str = "geoarrow") -> Path:
    """Write parcels as GeoParquet."""
    import geopandas  # noqa: PLC0415 - slow to import

    frame = geopandas.GeoDataFrame(geometry=list(rings.to_geometries()), crs="EPSG:4547")
    frame.to_parquet(path, geometry_encoding=encoding)
    return path
