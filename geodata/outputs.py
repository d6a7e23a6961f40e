"""Write what was measured: a GeoPackage for GIS, a CSV for a spreadsheet.

Names of columns stay ASCII, so that every program reads them; what they mean stands beside them in Chinese:
in the GeoPackage as aliases (its schema extension, OGC 12-128r18, annex F.9), in the CSV as headings when
asked. Simulated data say so in every row. Files are written beside their place and moved there in one step.
"""

from __future__ import annotations

import csv
import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.crs import Geometries, label, parse
from geodata.errors import VectorError

Columns = Mapping[str, NDArray[Any]]
NOTICE: Final = "simulated data / 模拟数据"
"""What every row of simulated data says."""
NOTICE_FIELD: Final = "data_note"
NOTICE_ALIAS: Final = "数据说明"
_STAMP: Final = "2000-01-01T00:00:00.000Z"
_SCHEMA_TABLES: Final = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""


def write_geopackage(
    path: Path,
    layer: str,
    columns: Columns,
    geoms: Geometries,
    crs: str,
    *,
    aliases: Mapping[str, str] | None = None,
    simulated: bool = False,
    geometry_type: str = "MultiPolygon",
) -> Path:
    """Write one layer of polygons (or of points) with its columns.

    Parameters
    ----------
    path
        Where the ``.gpkg`` goes; what stands there is replaced.
    layer
        Name of the layer.
    columns
        Name -> values, shape (n,): text, whole numbers or numbers; NaN becomes null.
    geoms
        Polygons or multipolygons, or points, shape (n,).
    crs
        Their coordinate system.
    geometry_type
        ``MultiPolygon`` or ``Point``.
    aliases
        Name -> what the column is, for people; two columns with one alias are told apart by their names.
    simulated
        Whether a column must say that the data are simulated.

    Raises
    ------
    VectorError
        A column is not as long as the layer.
    """
    import pyogrio  # noqa: PLC0415 - slow to import

    chosen = _with_notice(columns, len(geoms), simulated=simulated)
    beside = path.with_name(f".{path.stem}.{os.getpid()}.gpkg")
    beside.unlink(missing_ok=True)
    beside.parent.mkdir(parents=True, exist_ok=True)
    polygons = np.array([_as_multi(geometry) for geometry in geoms], dtype=object)
    pyogrio.raw.write(
        beside,
        shapely.to_wkb(polygons),
        [_field_values(values) for values in chosen.values()],
        list(chosen),
        layer=layer,
        driver="GPKG",
        geometry_type=geometry_type,
        crs=_crs_text(crs),
        promote_to_multi=False,
    )
    _describe(beside, layer, _titles(chosen, aliases or {}))
    beside.replace(path)
    return path


def write_csv(
    path: Path, columns: Columns, *, aliases: Mapping[str, str] | None = None, simulated: bool = False
) -> Path:
    """Write columns as CSV in UTF-8 with a mark, which Chinese spreadsheets open without a question.

    Parameters
    ----------
    path
        Where it goes; what stands there is replaced.
    columns
        Name -> values, shape (n,); NaN becomes an empty cell. Text that a spreadsheet would run as a formula
        is made harmless with an apostrophe.
    aliases
        Name -> heading; columns without one keep their name.
    simulated
        Whether a column must say that the data are simulated.

    Raises
    ------
    VectorError
        The columns are not of one length.
    """
    size = next((values.size for values in columns.values()), 0)
    chosen = _with_notice(columns, size, simulated=simulated)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.parent.mkdir(parents=True, exist_ok=True)
    with beside.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        titles = {**dict(aliases or {}), NOTICE_FIELD: NOTICE_ALIAS} if aliases else {}
        writer.writerow([titles.get(name, name) for name in chosen])
        for row in zip(*(values.tolist() for values in chosen.values()), strict=True):
            writer.writerow([_cell(value) for value in row])
    beside.replace(path)
    return path


def _with_notice(columns: Columns, size: int, *, simulated: bool) -> dict[str, NDArray[Any]]:
    for name, values in columns.items():
        if values.shape != (size,):
            raise VectorError("column-length", field=name, found=str(values.shape), expected=size)
    if not simulated:
        return dict(columns)
    return {**columns, NOTICE_FIELD: np.full(size, NOTICE, dtype=object)}


def _field_values(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.kind in "OUS":
        return np.array([None if value is None else str(value) for value in values], dtype=object)
    return values.astype(np.int64 if values.dtype.kind in "iub" else np.float64)


def _as_multi(geometry: Any) -> Any:
    if geometry is None or geometry.geom_type != "Polygon":
        return geometry
    return shapely.MultiPolygon([geometry])


def _crs_text(crs: str) -> str:
    name = label(crs)
    return name if name.startswith("EPSG:") else str(parse(crs).to_wkt())


def _titles(columns: Columns, aliases: Mapping[str, str]) -> dict[str, str]:
    """Return name -> alias, with the name added where two columns would have the same."""
    named = {name: aliases[name] for name in columns if aliases.get(name)}
    if NOTICE_FIELD in columns:
        named[NOTICE_FIELD] = NOTICE_ALIAS
    titles: Sequence[str] = list(named.values())
    return {name: title if titles.count(title) == 1 else f"{title} {name}" for name, title in named.items()}


def _describe(path: Path, layer: str, titles: Mapping[str, str]) -> None:
    """Write the aliases, and a fixed time of change, so that the same content gives the same file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE gpkg_contents SET last_change = ?", (_STAMP,))
        if not titles:
            return
        connection.executescript(_SCHEMA_TABLES)
        connection.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name) VALUES (?, ?, ?)",
            [(layer, name, title) for name, title in titles.items()],
        )
        connection.executemany(
            "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
            [
                (table, "http://www.geopackage.org/spec121/#extension_schema")
                for table in ("gpkg_data_columns", "gpkg_data_column_constraints")
            ],
        )


def _cell(value: Any) -> str:
    """Return a value as a cell.

    >>> _cell(float("nan")), _cell(0.1), _cell("=1+1"), _cell("-3.5")
    ('', '0.1', "'=1+1", '-3.5')
    """
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN alone differs
        return ""
    if not isinstance(value, str):
        return str(value)
    if value.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
