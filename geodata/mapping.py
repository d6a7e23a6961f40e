"""How the columns of somebody's table become ours: mapping files.

A mapping is a TOML file with one section for each table of a data set::

    [plots]
    sheet = ["样地", "plots"]         # of a workbook, the first one it has; left out for CSV and TSV

    [plots.columns.plot_id]
    heading = ["样地号", "plot"]      # the first one that the file has
    type = "text"                     # text, code, integer, float or date; a code is text that loses ".0"
    null = "error"                    # what an empty cell means: error, nan, empty, zero

    [plots.columns.campaign_year]
    value = "2005"                    # stands in no column of the file: the same for every row
    type = "integer"

    [trees_2010]
    extends = "trees"                 # the columns of another table of this file (or of a packaged one,
                                      # "nfi_workbook:trees"); its own come on top

    [trees_2010.columns.species_code]
    recode = { "410" = "412" }        # codes of this file -> ours; others are kept and told

A column is described once; what null means is declared here and nowhere else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from geodata.errors import TableError

ColumnType = Literal["text", "code", "integer", "float", "date"]
Null = Literal["error", "nan", "empty", "zero"]
_COLUMN_KEYS: Final = {"heading", "type", "null", "factor", "optional", "recode", "value"}
_TABLE_KEYS: Final = {"sheet", "delimiter", "columns", "extends", "file", "encoding"}
ENCODINGS: Final = ("utf-8", "gb18030", "latin-1")
"""Encodings a mapping may declare for a text file that does not prove its own."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column: where it is found and what it becomes."""

    name: str
    """Our name, with the unit as its suffix."""
    headings: tuple[str, ...]
    """Headings it may stand under, the first one found counts."""
    type: ColumnType
    """``text`` keeps every digit of an identifier; ``code`` too, but 410.0 is 410."""
    null: Null
    """What an empty cell means; ``error`` gives a finding with its row."""
    factor: float
    """The file's unit times this is ours [1]."""
    optional: bool
    """Whether the whole column may be missing."""
    recode: Mapping[str, str] = field(default_factory=dict)
    """Codes of the file -> ours, for text; empty where codes are ours already."""
    value: str | None = None
    """What every row has, where the file has no such column."""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One table of a data set."""

    name: str
    """Name within the mapping file."""
    sheet: tuple[str, ...]
    """Sheets of a workbook or tables of a database, the first found counts; the file's first if empty."""
    delimiter: str | None
    """Delimiter of a text file; by its ending when None."""
    columns: tuple[ColumnMapping, ...]
    """The columns that are read; others are left alone."""
    file: str | None = None
    """Name of the file, in a data set that is a folder."""
    encoding: str | None = None
    """Encoding of a text file, one of `ENCODINGS`; by proof when None."""


def load_mapping(mapping: str | Path) -> Mapping[str, TableMapping]:
    """Return the tables of a mapping file.

    Parameters
    ----------
    mapping
        Name of a packaged mapping (``nfi_workbook``), or the path of a TOML file.

    Raises
    ------
    TableError
        There is no such mapping, or it says something unknown.
    """
    content = _content(mapping)
    return MappingProxyType(
        {name: _table(str(mapping), name, _extended(str(mapping), name, content)) for name in content}
    )


def _content(mapping: str | Path) -> dict[str, Any]:
    """Return what a mapping file says, packaged or a person's own."""
    path = Path(mapping)
    if path.suffix == ".toml":
        if not path.is_file():
            raise TableError("mapping-missing", mapping=str(mapping))
        text = path.read_text("utf-8")
    else:
        packaged = resources.files("geodata") / "schemes" / "tables" / f"{mapping}.toml"
        if not packaged.is_file():
            raise TableError("mapping-missing", mapping=str(mapping))
        text = packaged.read_text("utf-8")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TableError("mapping-invalid", mapping=str(mapping), field="-", reason=str(error)) from error


def _extended(mapping: str, name: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a table says, with what the table it extends says where it is silent."""
    body = content[name]
    _refuse_unknown(mapping, name, body, _TABLE_KEYS)
    if "extends" not in body:
        return dict(body)
    other, _, table = str(body["extends"]).rpartition(":")
    known = _content(other) if other else content
    base = known.get(table)
    if base is None or "extends" in base:
        raise TableError("mapping-invalid", mapping=mapping, field=f"{name}.extends", reason=body["extends"])
    columns = {key: dict(fields) for key, fields in base.get("columns", {}).items()}
    for key, fields in body.get("columns", {}).items():
        columns[key] = {**columns.get(key, {}), **fields}
    return {**base, **body, "columns": columns}


def _table(mapping: str, name: str, body: Mapping[str, Any]) -> TableMapping:
    columns = tuple(
        _column(mapping, f"{name}.{column}", column, fields)
        for column, fields in body.get("columns", {}).items()
    )
    if not columns:
        raise TableError("mapping-invalid", mapping=mapping, field=name, reason="no columns")
    sheet = body.get("sheet", ())
    sheets = (sheet,) if isinstance(sheet, str) else tuple(sheet)
    encoding = body.get("encoding")
    if encoding is not None and encoding not in ENCODINGS:
        raise TableError("mapping-invalid", mapping=mapping, field=f"{name}.encoding", reason=str(encoding))
    return TableMapping(name, sheets, body.get("delimiter"), columns, body.get("file"), encoding)


def _column(mapping: str, field: str, name: str, fields: Mapping[str, Any]) -> ColumnMapping:
    _refuse_unknown(mapping, field, fields, _COLUMN_KEYS)
    heading = fields.get("heading", name)
    kind, null = fields.get("type", "text"), fields.get("null", "error")
    if kind not in get_args(ColumnType) or null not in get_args(Null):
        raise TableError("mapping-invalid", mapping=mapping, field=field, reason=f"{kind}, {null}")
    headings = (heading,) if isinstance(heading, str) else tuple(heading)
    factor, optional = float(fields.get("factor", 1.0)), bool(fields.get("optional", False))
    recode, value = dict(fields.get("recode", {})), fields.get("value")
    if recode and kind not in {"text", "code"}:
        raise TableError("mapping-invalid", mapping=mapping, field=field, reason=f"recode, {kind}")
    plain = {str(old): str(new) for old, new in recode.items()}
    return ColumnMapping(
        name, headings, kind, null, factor, optional, plain, None if value is None else str(value)
    )


def _refuse_unknown(mapping: str, field: str, body: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(body) - known)
    if unknown:
        raise TableError("mapping-invalid", mapping=mapping, field=field, reason=f"unknown: {unknown[0]}")
