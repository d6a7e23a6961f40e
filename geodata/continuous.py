"""Statistics of a continuous raster (canopy height, biomass, elevation) in parcels.

Sums, means, variances and quantiles weigh each cell by the share that the parcel covers; cells without a
value are left out and their area is told beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geodata.errors import RasterError
from geodata.footprint import Geometries, prepare_footprint
from geodata.grid import Grid, Window
from geodata.raster import open_grid, read_window
from geodata.rings import Floats, Rings
from geodata.sparse import SparseCoverage, prepare_coverage

QUARTILES: Final = (0.25, 0.5, 0.75)
ContinuousNodata = float | Literal["declared", "none"]


@dataclass(frozen=True, slots=True)
class ContinuousRaster:
    """A raster of measurements on a north-up grid."""

    path: Path
    """The file."""
    grid: Grid
    """Its cells."""
    nodata: float | None
    """Value of cells without a measurement, NaN included; None when NaN alone has none."""

    @property
    def source(self) -> str:
        """Name of the file, as findings name it."""
        return self.path.name

    def read(self, window: Window) -> Floats:
        """Return values, NaN where there is none, shape (rows, columns) [unit of the raster]."""
        values = read_window(self.path, window).astype(np.float64)
        if self.nodata is not None and not np.isnan(self.nodata):
            values[values == self.nodata] = np.nan
        return values


@dataclass(frozen=True, slots=True)
class StatisticsTable:
    """Statistics of each parcel, shape (parcels,) each; NaN where no cell has a value."""

    count: Floats
    """Covered cells with a value [cell]."""
    total: Floats
    """Sum of values times covered share [unit times cell]."""
    mean: Floats
    """Mean [unit]."""
    variance: Floats
    """Variance about the mean, covered shares as weights [unit squared]."""
    smallest: Floats
    """Smallest value of a touched cell [unit]."""
    largest: Floats
    """Largest value of a touched cell [unit]."""
    probabilities: tuple[float, ...]
    """Probabilities of the quantiles [1]."""
    quantiles: Floats
    """Quantiles, shape (parcels, probabilities) [unit]."""
    without_value_cells: Floats
    """Covered cells without a value [cell]."""
    outside_cells: Floats
    """Area outside the raster [cell]."""


def open_continuous_raster(
    path: Path, *, nodata: ContinuousNodata = "declared", crs: str | None = None
) -> ContinuousRaster:
    """Open a raster of measurements.

    Parameters
    ----------
    path
        GeoTIFF, COG, VRT, HFA: what GDAL reads; one band.
    nodata
        ``declared``: the file says it (a file of floats that declares none has NaN alone). ``none``: every
        number is a measurement. A number: the run says it.
    crs
        Coordinate system of a file that names none.

    Raises
    ------
    RasterError
        The file is missing or damaged, has no coordinate system, is rotated, or holds whole numbers and
        declares no nodata.
    """
    grid, declared, kind = open_grid(path, crs)
    if nodata == "none":
        return ContinuousRaster(path, grid, None)
    if nodata != "declared":
        return ContinuousRaster(path, grid, float(nodata))
    if declared is None and kind != "f":
        raise RasterError("raster-nodata-unset", file=path.name)
    return ContinuousRaster(path, grid, declared)


def zonal_statistics(
    geoms: Geometries | Rings | SparseCoverage,
    raster: ContinuousRaster,
    *,
    probabilities: Sequence[float] = QUARTILES,
    validated: bool = False,
) -> StatisticsTable:
    """Return statistics of a raster in each parcel.

    Quantiles interpolate between values by their cumulated weights; with equal weights they are the common
    ("type 7") sample quantiles.

    Parameters
    ----------
    geoms
        Valid polygons in the raster's CRS, their rings, or their kept coverage of its grid.
    raster
        The raster.
    probabilities
        Quantiles to give [1].
    validated
        The geometries were checked when they were read; they are not checked again.
    """
    coverage = geoms
    if not isinstance(coverage, SparseCoverage):
        coverage = prepare_coverage(
            prepare_footprint(coverage, raster.grid, source=raster.source, validated=validated), key="-"
        )
    parcel, cells, weights = coverage.entries()
    values = raster.read(coverage.window).ravel()[cells]
    known = np.isfinite(values)
    n, size = coverage.n_parcels, weights * known
    missing = _sums(parcel, weights * ~known, n)
    parcel, values, weights = parcel[known], values[known], weights[known]
    count = _sums(parcel, size[known], n)
    total = _sums(parcel, weights * values, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / count
        variance = _sums(parcel, weights * (values - mean[parcel]) ** 2, n) / count
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(low, parcel, values)
    np.maximum.at(high, parcel, values)
    empty = count == 0
    low[empty] = high[empty] = np.nan
    return StatisticsTable(
        count,
        total,
        mean,
        variance,
        low,
        high,
        tuple(probabilities),
        _quantiles(parcel, values, weights, n, probabilities),
        missing,
        coverage.outside_cells,
    )


def _sums(parcel: NDArray[Any], amounts: NDArray[Any], n: int) -> Floats:
    return np.bincount(parcel, amounts, n).astype(np.float64)


def _quantiles(
    parcel: NDArray[Any], values: Floats, weights: Floats, n: int, probabilities: Sequence[float]
) -> Floats:
    """Return weighted quantiles of each parcel; NaN where it has no value."""
    order = np.lexsort((values, parcel))
    values, weights, parcel = values[order], weights[order], parcel[order]
    ends = np.searchsorted(parcel, np.arange(n + 1))
    found = np.full((n, len(probabilities)), np.nan)
    for p in np.flatnonzero(np.diff(ends)):
        v, w = values[ends[p] : ends[p + 1]], weights[ends[p] : ends[p + 1]]
        before = np.cumsum(w) - w
        place = np.arange(v.size) * w + (v.size - 1) * before
        found[p] = np.interp(np.asarray(probabilities) * place[-1], place, v) if v.size > 1 else v[0]
    return found
