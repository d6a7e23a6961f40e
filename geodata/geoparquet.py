"""Parcels of a GeoParquet file straight into rings, with no geometry object in between.

Both encodings of the format are read: GeoArrow columns of polygons or multipolygons, and WKB. What a ring
reader cannot judge (validity) is left to `geodata.topology` on import and to the coverage self-check.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.errors import VectorError
from geodata.rings import Integers, Rings

BATCH: Final = 20_000
"""Parcels of a batch [1]."""
LIST_LEVELS: Final = {"polygon": 2, "multipolygon": 3}


@dataclass(frozen=True, slots=True)
class ParquetParcels:
    """Rings of a GeoParquet file and what goes with them."""

    rings: Rings
    """The polygons."""
    crs_wkt: str
    """Coordinate system as WKT; ``OGC:CRS84`` where the file names none, as the format says."""
    columns: dict[str, NDArray[Any]]
    """The columns asked for, shape (n,) each."""


def read_rings(path: Path, columns: tuple[str, ...] = ()) -> ParquetParcels:
    """Return the polygons of a GeoParquet file as rings.

    Parameters
    ----------
    path
        The file.
    columns
        Further columns to read.

    Raises
    ------
    VectorError
        The file is missing, is no GeoParquet, has other geometries than polygons, or lacks a column.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    with _reading(path):
        primary, stated = _geo_column(path, columns)
        table = pq.read_table(path, columns=[primary, *columns], memory_map=True)
        return _parcels_of(table, primary, stated, columns)


def iterate_rings(
    path: Path, columns: tuple[str, ...] = (), *, rows: int = BATCH
) -> Iterator[ParquetParcels]:
    """Yield the polygons of a GeoParquet file in batches, so that memory does not grow with the file.

    Raises
    ------
    VectorError
        As for `read_rings`.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415

    with _reading(path):
        primary, stated = _geo_column(path, columns)
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(rows, columns=[primary, *columns], use_threads=False):
                yield _parcels_of(pa.Table.from_batches([batch]), primary, stated, columns)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what pyarrow raises into an error that names the file."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    if not path.is_file():
        raise VectorError("layer-missing", file=path.name, folder=str(path.parent))
    try:
        yield
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise VectorError("layer-unreadable", file=path.name, reason=str(error).splitlines()[0]) from error


def _geo_column(path: Path, columns: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Return the name of the geometry column and what the file says of it."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    schema = pq.read_schema(path)
    told = json.loads((schema.metadata or {}).get(b"geo", b"null"))
    if told is None:
        raise VectorError("parquet-not-geo", file=path.name)
    primary = str(told["primary_column"])
    missing = [name for name in (primary, *columns) if name not in schema.names]
    if missing:
        raise VectorError("layer-column-missing", file=path.name, field=missing[0])
    return primary, dict(told["columns"][primary])


def _parcels_of(table: Any, primary: str, stated: dict[str, Any], columns: tuple[str, ...]) -> ParquetParcels:
    rings = _rings_of(table.column(primary).combine_chunks(), str(stated.get("encoding", "WKB")))
    found = {name: table.column(name).to_numpy(zero_copy_only=False) for name in columns}
    return ParquetParcels(rings, _crs_wkt(stated), found)


def _crs_wkt(stated: dict[str, Any]) -> str:
    from pyproj import CRS  # noqa: PLC0415 - slow to import

    if "crs" not in stated or stated["crs"] is None:
        return str(CRS.from_user_input("OGC:CRS84").to_wkt())
    return str(CRS.from_json_dict(stated["crs"]).to_wkt())


def _rings_of(column: Any, encoding: str) -> Rings:
    if column.null_count:
        position = int(np.argmax(np.asarray(column.is_null()))) + 1
        raise VectorError("geometry-missing", position=position, count=int(column.null_count))
    if encoding == "WKB":
        return _from_wkb(column)
    if encoding not in LIST_LEVELS:
        raise VectorError("geometry-not-polygon", position=1, count=len(column))
    return _from_geoarrow(column, LIST_LEVELS[encoding])


def _from_geoarrow(column: Any, levels: int) -> Rings:
    offsets: list[Integers] = []
    for _ in range(levels):
        offsets.append(np.asarray(column.offsets).astype(np.int64))
        column = column.flatten() if column.offset else column.values
    points = column
    x, y = (np.asarray(points.field(name)) for name in ("x", "y"))
    owners = np.arange(len(offsets[0]) - 1)
    if levels == 3:
        owners = np.repeat(owners, np.diff(offsets[0]))
    return Rings(x, y, offsets[-1], offsets[-2], owners.astype(np.int64), len(offsets[0]) - 1)


def _from_wkb(column: Any) -> Rings:
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    from geodata.wkb import read_wkb  # noqa: PLC0415 - numba is slow to import

    wide = pa.types.is_large_binary(column.type)
    _, starts, data = column.buffers()
    offsets = np.frombuffer(starts, np.int64 if wide else np.int32)[column.offset :][: len(column) + 1]
    made = read_wkb(np.frombuffer(data, np.uint8), offsets.astype(np.int64))
    if isinstance(made, int):
        raise VectorError("geometry-not-polygon", position=made + 1, count=1)
    return made
