"""Open a raster of classes, and refuse what would give a wrong number without a word.

What nodata means is declared by the file or settled by the run's configuration; it is never guessed. Rasters
that are rotated, have no coordinate system, several bands or a damaged body are refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geodata.errors import RasterError
from geodata.grid import Grid, Window

Nodata = int | Literal["declared", "none"]
MAX_PIXELS: Final = 4_000_000_000
"""Largest raster that is opened [cell]."""
CACHE_MB: Final = 64
"""Blocks that GDAL keeps; its own default is a share of the machine's memory [MB]."""
NAN_CODE: Final = -(2**31)
"""Code that stands for NaN where a file declares NaN as its nodata."""


@dataclass(frozen=True, slots=True)
class ClassRaster:
    """A raster of class codes on a north-up grid."""

    path: Path
    """The file."""
    grid: Grid
    """Its cells."""
    nodata: int | None
    """Code of cells without a class; None when every value is a class."""
    year: int | None
    """Year it shows."""
    scheme: str
    """Class scheme its codes belong to."""

    @property
    def source(self) -> str:
        """Name of the file, as findings name it."""
        return self.path.name

    def read(self, window: Window | None = None) -> NDArray[Any]:
        """Return class codes, shape (rows, columns); of the whole raster when no window is given.

        Raises
        ------
        RasterError
            The file's body is damaged, or holds numbers that are not classes.
        """
        values = read_window(self.path, window or Window(0, 0, self.grid.height, self.grid.width))
        return values if values.dtype.kind != "f" else self._whole(values)

    def sample_at(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return (codes, inside) at points; see `sample_at`."""
        return sample_at(self, x, y)

    def _whole(self, values: NDArray[Any]) -> NDArray[np.int64]:
        """Return codes stored as floats as integers; NaN becomes nodata."""
        missing = np.isnan(values)
        if missing.any() and self.nodata is None:
            raise RasterError("raster-nan-without-nodata", file=self.source, count=int(missing.sum()))
        filled = np.where(missing, 0 if self.nodata is None else self.nodata, values.astype(np.float64))
        if not np.array_equal(filled, np.rint(filled)) or np.abs(filled).max(initial=0) > 2**31:
            raise RasterError("raster-not-classes", file=self.source)
        return filled.astype(np.int64)


def open_class_raster(
    path: Path,
    *,
    nodata: Nodata = "declared",
    year: int | None = None,
    scheme: str = "",
    crs: str | None = None,
) -> ClassRaster:
    """Open a raster of classes.

    Parameters
    ----------
    path
        GeoTIFF, COG, VRT, HFA: what GDAL reads.
    nodata
        ``declared``: the file says which code has no class. ``none``: every value is a class. A number: the
        run says it, whatever the file says.
    year, scheme
        What the raster shows, and whose codes it has.
    crs
        Coordinate system of a file that names none, e.g. ``EPSG:4547``; a file that names its own keeps it.

    Raises
    ------
    RasterError
        The file is missing or damaged, has no coordinate system, is rotated, or does not declare its nodata.
    """
    grid, declared, _ = open_grid(path, crs)
    return ClassRaster(path, grid, _settle_nodata(path, nodata, declared), year, scheme)


def open_grid(path: Path, crs: str | None = None) -> tuple[Grid, float | None, str]:
    """Return the grid of a raster, the nodata that it declares, and the kind of its numbers (``u i f``).

    Raises
    ------
    RasterError
        The file is missing or damaged, has no coordinate system, several bands, or is rotated.
    """
    if not path.is_file():
        raise RasterError("raster-missing", file=path.name, folder=str(path.parent))
    rasterio = _rasterio()
    try:
        with rasterio.open(path) as dataset:
            _refuse_odd_file(path, dataset)
            transform, declared = dataset.transform, dataset.nodata
            kind = np.dtype(dataset.dtypes[0]).kind
            wkt = _settle_crs(path, dataset.crs, crs)
            height, width = dataset.height, dataset.width
    except rasterio.errors.RasterioError as error:
        raise RasterError("raster-unreadable", file=path.name, reason=_reason(error)) from error
    return Grid(wkt, transform.c, transform.f, transform.a, -transform.e, height, width), declared, kind


def read_window(path: Path, window: Window) -> NDArray[Any]:
    """Return the numbers of a window of a raster's only band, shape (rows, columns).

    Raises
    ------
    RasterError
        The file's body is damaged.
    """
    rasterio = _rasterio()
    area = rasterio.windows.Window(window.col, window.row, window.width, window.height)
    try:
        with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), rasterio.open(path) as dataset:
            values: NDArray[Any] = dataset.read(1, window=area)
    except rasterio.errors.RasterioError as error:
        raise RasterError("raster-unreadable", file=path.name, reason=_reason(error)) from error
    return values


def sample_at(
    raster: ClassRaster, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return (codes, inside) at points, shape (n,) each; a code outside is 0 and means nothing.

    A point on the edge between two cells belongs to the cell east or south of it. Nodata comes back as its
    own code.

    Parameters
    ----------
    raster
        The raster.
    x, y
        Coordinates in the raster's CRS, shape (n,).
    """
    grid = raster.grid
    cells = grid.to_cells(np.column_stack([x, y]).astype(np.float64))
    column, row = cells[:, 0], cells[:, 1]
    inside = (column >= 0) & (column < grid.width) & (row >= 0) & (row < grid.height)
    codes = np.zeros(inside.size, dtype=np.int64)
    if inside.any():
        chosen = np.floor(cells[inside]).astype(np.int64)
        (left, top), (right, bottom) = chosen.min(axis=0), chosen.max(axis=0) + 1
        values = raster.read(Window(int(top), int(left), int(bottom - top), int(right - left)))
        codes[inside] = values[chosen[:, 1] - top, chosen[:, 0] - left]
    return codes, inside


def _rasterio() -> Any:
    import rasterio  # noqa: PLC0415 - slow to import
    import rasterio.crs  # noqa: PLC0415
    import rasterio.errors  # noqa: PLC0415
    import rasterio.windows  # noqa: PLC0415

    return rasterio


def _reason(error: Exception) -> str:
    """Return the first line of an error, without the folder of the file it may name."""
    lines = str(error.__cause__ or error).splitlines()
    return lines[0] if lines else type(error).__name__


def _refuse_odd_file(path: Path, dataset: Any) -> None:
    transform, pixels = dataset.transform, dataset.height * dataset.width
    if pixels > MAX_PIXELS:
        raise RasterError("raster-too-large", file=path.name, pixels=pixels, limit=MAX_PIXELS)
    if dataset.count != 1:
        raise RasterError("raster-many-bands", file=path.name, bands=dataset.count)
    if transform.b != 0 or transform.d != 0 or transform.a <= 0 or transform.e >= 0:
        raise RasterError("raster-rotated", file=path.name)


def _settle_crs(path: Path, named: Any, given: str | None) -> str:
    if named is not None:
        return str(named.to_wkt())
    if given is None:
        raise RasterError("raster-without-crs", file=path.name)
    try:
        return str(_rasterio().crs.CRS.from_user_input(given).to_wkt())
    except _rasterio().errors.CRSError as error:
        raise RasterError("raster-crs-unknown", file=path.name, crs=given) from error


def _settle_nodata(path: Path, nodata: Nodata, declared: float | None) -> int | None:
    if nodata == "none":
        return None
    if nodata != "declared":
        return int(nodata)
    if declared is None:
        raise RasterError("raster-nodata-unset", file=path.name)
    return NAN_CODE if np.isnan(declared) else int(declared)
