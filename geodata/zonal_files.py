"""From files to a table: the areas of classes, the changes between two years, or statistics, per parcel.

For anyone with a layer of polygons and a raster; no county file and no registry is needed. Nothing is
guessed: a layer without a coordinate system, one that needs a datum shift, or a raster without nodata is
refused until told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.continuous import ContinuousNodata, open_continuous_raster, zonal_statistics
from geodata.crs import label, same_crs, transform
from geodata.errors import CrsError, VectorError
from geodata.footprint import Geometries, Rule, check_polygons
from geodata.geoparquet import read_rings
from geodata.location import refuse_missing
from geodata.outputs import write_csv
from geodata.raster import Nodata, open_class_raster
from geodata.rings import Rings
from geodata.zonal import class_areas, transition_areas

Kind = Literal["classes", "transitions", "statistics"]
PARQUET: Final = (".parquet", ".geoparquet")


@dataclass(frozen=True, slots=True)
class ZonalRequest:
    """What is asked of a layer and its rasters."""

    parcels: Path
    """The layer of polygons."""
    rasters: tuple[Path, ...]
    """One raster, or two of classes on the same cells, the earlier first."""
    rule: Rule = "exact"
    """Exact fractions of cells, or cells by their centres."""
    id_field: str | None = None
    """Field that names a parcel; their place in the file, from 1, where none is given."""
    statistics: bool = False
    """Whether the raster holds measurements instead of classes."""
    nodata: ContinuousNodata = "declared"
    """``declared`` by the file, ``none``, or a number."""
    parcels_crs: str | None = None
    """Coordinate system of a layer that names none."""
    raster_crs: str | None = None
    """Coordinate system of a raster that names none."""
    operation: str | None = None
    """Coordinate operation, where the two systems have different datums."""


@dataclass(frozen=True, slots=True)
class ZonalResult:
    """A table of what was found and how."""

    kind: Kind
    """What its rows are."""
    columns: Mapping[str, NDArray[Any]]
    """Name -> values, shape (n,); areas in ha, statistics in the raster's unit."""
    facts: Mapping[str, str | int | float] = field(default_factory=dict)
    """Files, coordinate system, operation, rule, and areas that no cell covers."""


def zonal_of_files(request: ZonalRequest) -> ZonalResult:
    """Return the table that is asked for.

    Raises
    ------
    VectorError, RasterError, CrsError
        A file is missing or damaged, a coordinate system or nodata is not settled, a polygon is invalid.
    """
    ids, geoms, crs = _read_layer(request)
    if request.statistics:
        raster = open_continuous_raster(request.rasters[0], nodata=request.nodata, crs=request.raster_crs)
        shapes, facts = _onto(geoms, crs, raster.grid.crs_wkt, request)
        return _statistics(ids, zonal_statistics(shapes, raster, validated=True), facts)
    nodata: Nodata = int(request.nodata) if isinstance(request.nodata, float | int) else request.nodata
    opened = [open_class_raster(path, nodata=nodata, crs=request.raster_crs) for path in request.rasters]
    shapes, facts = _onto(geoms, crs, opened[0].grid.crs_wkt, request)
    table = class_areas(shapes, opened[0], rule=request.rule, validated=True)
    facts |= {
        "parcels": ids.size,
        "parcel_ha": round(float(table.parcel_ha.sum()), 4),
        "nodata_ha": round(float(table.nodata_ha.sum()), 4),
        "uncovered_ha": round(float(table.uncovered_ha.sum()), 4),
    }
    if len(opened) == 1:
        parcel, position = np.nonzero(table.pixels)
        columns = {
            "parcel_id": ids[parcel],
            "class_code": table.classes[position],
            "pixels": table.pixels[parcel, position],
            "area_ha": table.area_ha[parcel, position],
            "share_frac": table.area_ha[parcel, position] / table.parcel_ha[parcel],
        }
        return ZonalResult("classes", columns, facts)
    moves = transition_areas(shapes, *opened, rule=request.rule, validated=True)
    columns = {
        "parcel_id": ids[moves.parcel],
        "from_code": moves.from_code,
        "to_code": moves.to_code,
        "pixels": moves.pixels,
        "area_ha": moves.area_ha,
        "share_frac": moves.area_ha / table.parcel_ha[moves.parcel],
    }
    return ZonalResult("transitions", columns, facts)


def write_zonal(result: ZonalResult, path: Path) -> Path:
    """Write a result as CSV or Parquet, by the ending of the file.

    Raises
    ------
    VectorError
        The ending is another one.
    """
    if path.suffix == ".csv":
        return write_csv(path, result.columns)
    if path.suffix in PARQUET:
        import pyarrow as pa  # noqa: PLC0415 - slow to import
        import pyarrow.parquet as pq  # noqa: PLC0415

        path.parent.mkdir(parents=True, exist_ok=True)
        plain = {name: values.tolist() for name, values in result.columns.items()}
        beside = path.with_name(f".{path.name}")
        pq.write_table(pa.table(plain), beside)
        beside.replace(path)
        return path
    raise VectorError("output-format-unknown", file=path.name, formats=".csv, .parquet")


def _read_layer(request: ZonalRequest) -> tuple[NDArray[Any], Geometries | Rings, str]:
    path, named = request.parcels, request.id_field
    wanted = (named,) if named else ()
    values: NDArray[Any] | None
    shapes: Geometries | Rings
    if path.suffix.lower() in PARQUET:
        found = read_rings(path, wanted)
        values, shapes, crs = found.columns.get(named or ""), found.rings, found.crs_wkt
        count = found.rings.n_parcels
    else:
        values, shapes, crs = _read_vector(path, named, request.parcels_crs)
        count = shapes.size
    ids = np.arange(1, count + 1).astype(str) if values is None else values
    return np.array([str(value) for value in ids], dtype=object), shapes, crs


def _read_vector(
    path: Path, named: str | None, stated: str | None
) -> tuple[NDArray[Any] | None, Geometries, str]:
    import pyogrio  # noqa: PLC0415 - slow to import

    if not path.is_file() and not path.is_dir():
        raise VectorError("layer-missing", file=path.name, folder=str(path.parent))
    try:
        columns: Sequence[str] = [named] if named else []
        meta, _, wkb, values = pyogrio.raw.read(path, columns=columns)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, UnicodeError) as error:
        raise VectorError("layer-unreadable", file=path.name, reason=str(error).splitlines()[0]) from error
    if wkb is None or not len(wkb):
        raise VectorError("layer-empty", file=path.name)
    if named and named not in meta["fields"]:
        raise VectorError("layer-column-missing", file=path.name, field=named)
    geoms = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    check_polygons(geoms)
    declared = meta["crs"] or None
    if declared is None and stated is None:
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(geoms))
        refuse_missing(path.name, (west, south, east, north))
    if declared and stated and not same_crs(declared, stated):
        raise CrsError("crs-conflict", file=path.name, declared=label(declared), stated=label(stated))
    return (values[0] if named else None), geoms, str(declared or stated)


def _onto(
    geoms: Geometries | Rings, crs: str, raster_crs: str, request: ZonalRequest
) -> tuple[Geometries | Rings, dict[str, Any]]:
    """Return the polygons in the raster's system, and the facts that go with the result."""
    facts: dict[str, Any] = {
        "parcels_file": request.parcels.name,
        "rasters": ", ".join(path.name for path in request.rasters),
        "rule": request.rule,
        "crs": label(raster_crs),
    }
    if same_crs(crs, raster_crs):
        return geoms, facts | {"operation": "–"}
    if isinstance(geoms, Rings):
        geoms = geoms.to_geometries()
    moved, operation = transform(geoms, crs, raster_crs, operation=request.operation)
    return moved, facts | {"operation": operation.name}


def _statistics(ids: NDArray[Any], found: Any, facts: dict[str, Any]) -> ZonalResult:
    columns: dict[str, NDArray[Any]] = {
        "parcel_id": ids,
        "count_cells": found.count,
        "mean": found.mean,
        "sum": found.total,
        "variance": found.variance,
        "min": found.smallest,
        "max": found.largest,
    }
    for position, probability in enumerate(found.probabilities):
        columns[f"q{round(probability * 100):02d}"] = found.quantiles[:, position]
    columns |= {"no_value_cells": found.without_value_cells, "outside_cells": found.outside_cells}
    return ZonalResult("statistics", columns, facts | {"parcels": ids.size})
