"""Open a raster of classes, and refuse what would give a wrong number without a word.

What nodata means is declared by the file or settled by the run's configuration; it is never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geodata.errors import RasterError
from geodata.findings import Finding
from geodata.grid import Grid, Window

Nodata = int | Literal["declared", "none"]
MAX_PIXELS: Final = 4_000_000_000
"""Largest raster that is opened [cell]."""


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

    def read(self, window: Window | None = None) -> NDArray[Any]:
        """Return class codes, shape (rows, columns); of the whole raster when no window is given."""
        rasterio = _rasterio()
        chosen = window or Window(0, 0, self.grid.height, self.grid.width)
        area = rasterio.windows.Window(chosen.col, chosen.row, chosen.width, chosen.height)
        try:
            with rasterio.open(self.path) as dataset:
                values: NDArray[Any] = dataset.read(1, window=area)
        except rasterio.errors.RasterioError as error:
            raise RasterError("raster-unreadable", file=self.path.name, reason=_reason(error)) from error
        return values if values.dtype.kind != "f" else self._whole(values)

    def _whole(self, values: NDArray[Any]) -> NDArray[np.int64]:
        """Return codes stored as floats as integers; NaN becomes nodata."""
        missing = np.isnan(values)
        if missing.any() and self.nodata is None:
            raise RasterError("raster-nan-without-nodata", file=self.path.name)
        filled = np.where(missing, self.nodata if self.nodata is not None else 0, values)
        if not np.array_equal(filled, np.rint(filled)):
            raise RasterError("raster-not-classes", file=self.path.name)
        return filled.astype(np.int64)

    def sample_at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return (codes, inside) at points, shape (n,) each; codes outside are 0 and mean nothing.

        Parameters
        ----------
        x, y
            Coordinates in the raster's CRS.
        """
        cells = np.floor(self.grid.to_cells(np.column_stack([x, y]))).astype(np.int64)
        inside = (
            (cells[:, 0] >= 0)
            & (cells[:, 0] < self.grid.width)
            & (cells[:, 1] >= 0)
            & (cells[:, 1] < self.grid.height)
        )
        codes = np.zeros(x.size, dtype=np.int64)
        codes[inside] = self.read()[cells[inside, 1], cells[inside, 0]]
        return codes, inside


def _rasterio() -> Any:
    import rasterio  # noqa: PLC0415 - slow to import
    import rasterio.errors  # noqa: PLC0415
    import rasterio.windows  # noqa: PLC0415

    return rasterio


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def open_class_raster(
    path: Path, *, nodata: Nodata = "declared", year: int | None = None, scheme: str = ""
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

    Raises
    ------
    RasterError
        The file is missing or damaged, has no coordinate system, is rotated, or does not declare its nodata.
    """
    if not path.is_file():
        raise RasterError("raster-missing", file=path.name, folder=str(path.parent))
    rasterio = _rasterio()
    try:
        with rasterio.open(path) as dataset:
            transform, crs, declared = dataset.transform, dataset.crs, dataset.nodata
            height, width = dataset.height, dataset.width
    except rasterio.errors.RasterioError as error:
        raise RasterError("raster-unreadable", file=path.name, reason=_reason(error)) from error
    if height * width > MAX_PIXELS:
        raise RasterError("raster-too-large", file=path.name, pixels=height * width, limit=MAX_PIXELS)
    if crs is None:
        raise RasterError("raster-without-crs", file=path.name)
    if transform.b != 0 or transform.d != 0 or transform.a <= 0 or transform.e >= 0:
        raise RasterError("raster-rotated", file=path.name)
    grid = Grid(crs.to_wkt(), transform.c, transform.f, transform.a, -transform.e, height, width)
    return ClassRaster(path, grid, _settle_nodata(path, nodata, declared), year, scheme)


def _settle_nodata(path: Path, nodata: Nodata, declared: float | None) -> int | None:
    if nodata == "none":
        return None
    if nodata != "declared":
        return int(nodata)
    if declared is None:
        raise RasterError("raster-nodata-unset", file=path.name)
    return 0 if np.isnan(declared) else int(declared)


def check_codes(raster: ClassRaster, counts: Mapping[int, float], known: frozenset[int]) -> list[Finding]:
    """Return a finding for each code that the class scheme does not know.

    A code outside the scheme that fills many cells (0 around the county, say) is a hidden nodata:
    an error, since its cells would be taken for land of some class.

    Parameters
    ----------
    raster
        The raster, for its name and scheme.
    counts
        Code -> number of cells, nodata left out [cell].
    known
        Codes of the scheme.
    """
    whole = sum(counts.values()) or 1.0
    findings = []
    for code in sorted(set(counts) - known):
        params: dict[str, str | float] = {"scheme": raster.scheme, "count": round(counts[code], 1)}
        params["share"] = counts[code] / whole
        rule = "raster-hidden-nodata" if counts[code] / whole > HIDDEN_SHARE else "raster-code-unknown"
        findings.append(_code_finding(rule, raster.path.name, code, params))
    return findings


HIDDEN_SHARE: Final = 0.001
"""Share of cells above which an unknown code is taken for a hidden nodata [1]."""


def _code_finding(rule: str, source: str, code: int, params: Mapping[str, str | float]) -> Finding:
    if rule == "raster-hidden-nodata":
        return Finding("raster-hidden-nodata", "error", source, value=str(code), params=params)
    return Finding("raster-code-unknown", "warning", source, value=str(code), params=params)
