"""Any table of a person's, as typed columns that remember their rows.

Reading is strict where a figure could go wrong without a word: identifiers stay text, a number that cannot be
read is a finding with its row, and an empty cell means what the mapping file says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.errors import TableError
from geodata.findings import Finding
from geodata.mapping import ColumnMapping, TableMapping, load_mapping
from geodata.sheets import Sheet, read_sheet

MAX_FINDINGS_PER_COLUMN: Final = 50
"""More of one kind in one column are counted, not listed."""
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
"""Endings of files with sheets."""
MAX_NUMBER: Final = 1e15
"""From here on a number no longer proves its last digit [1]."""


@dataclass(frozen=True, slots=True)
class Table:
    """Typed columns of equal length."""

    source: str
    """File name, with ``[sheet]`` where there is one."""
    columns: Mapping[str, NDArray[Any]]
    """Name -> values, shape (n,): text (``str``), int64 or float64; dates are ISO text."""
    rows: NDArray[np.int64]
    """Row of each value in the person's own file, headings counted."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """Name -> heading in the person's file; empty for a table of our own making."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.rows.size)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return one column."""
        return self.columns[name]

    def take(self, mask: NDArray[Any]) -> Table:
        """Return the rows chosen by a mask or by positions."""
        columns = {name: values[mask] for name, values in self.columns.items()}
        return Table(self.source, columns, self.rows[mask], self.headings)

    def pick(self, rows: Sequence[int]) -> Table:
        """Return the rows at some positions."""
        return self.take(np.array(rows, dtype=np.intp))


def make_table(source: str, columns: Mapping[str, Any]) -> Table:
    """Return a table of our own making; its rows are counted from 1."""
    arrays = {name: _as_array(values) for name, values in columns.items()}
    lengths = {array.size for array in arrays.values()}
    if len(lengths) > 1:
        raise TableError("columns-unequal", source=source)
    return Table(source, arrays, np.arange(1, (lengths.pop() if lengths else 0) + 1, dtype=np.int64))


def _as_array(values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    array = np.asarray(values)
    if array.dtype.kind == "U" or (array.dtype.kind == "O" and all(isinstance(v, str) for v in array)):
        return array.astype(object)
    if array.size == 0:
        return array.astype(object)
    return array


def read_table(
    path: Path, mapping: str | Path | TableMapping, *, table: str | None = None
) -> tuple[Table, list[Finding]]:
    """Read one table as its mapping says.

    Parameters
    ----------
    path
        The person's file.
    mapping
        A mapping file (see `geodata.mapping`) or one of its tables.
    table
        Which table of the mapping file; its only one when None.

    Returns
    -------
    tuple[Table, list[Finding]]
        The columns, and a finding for each cell that cannot be what the mapping says.

    Raises
    ------
    TableError
        The file, the sheet or a column is missing, or nothing of it can be read.
    """
    chosen = mapping if isinstance(mapping, TableMapping) else _choose(mapping, table)
    sheet = read_sheet(path, chosen.sheet, chosen.delimiter, chosen.encoding)
    findings: list[Finding] = []
    columns: dict[str, NDArray[Any]] = {}
    headings: dict[str, str] = {}
    for column in chosen.columns:
        if column.value is not None:
            columns[column.name] = _constant(column, len(sheet.rows))
            continue
        position = _find_column(sheet, column)
        if position is not None:
            headings[column.name] = sheet.headings[position]
            columns[column.name] = _read_column(sheet, column, position, findings)
    rows = np.array([row for row, _ in sheet.rows], dtype=np.int64)
    if not sheet.rows:
        findings.append(Finding("table-without-rows", "error", sheet.source, sheet.heading_row))
    return Table(sheet.source, columns, rows, headings), findings


def read_optional(
    path: Path, mapping: str | Path | TableMapping, *, table: str | None = None
) -> tuple[Table | None, list[Finding]]:
    """Read a sheet of a workbook that need not be there, or may be empty; None where it is not.

    A text file has no sheets, so that nothing is read from one.
    """
    if path.suffix.lower() not in WORKBOOKS:
        return None, []
    try:
        found, findings = read_table(path, mapping, table=table)
    except TableError as error:
        if error.rule in {"sheet-missing", "table-empty", "mapping-table-unknown"}:
            return None, []
        raise
    return (found, findings) if len(found) else (None, [])


def _choose(mapping: str | Path, table: str | None) -> TableMapping:
    tables = load_mapping(mapping)
    if table is None and len(tables) == 1:
        return next(iter(tables.values()))
    if table is None or table not in tables:
        raise TableError("mapping-table-unknown", mapping=str(mapping), table=table, tables=", ".join(tables))
    return tables[table]


def _constant(column: ColumnMapping, count: int) -> NDArray[Any]:
    """Return a column that the file does not have, as the mapping states it."""
    value = _CONVERTERS[column.type](column.value)
    return np.full(count, value, dtype=object if isinstance(value, str) else None)


def _find_column(sheet: Sheet, column: ColumnMapping) -> int | None:
    for heading in column.headings:
        if sheet.headings.count(heading) > 1:
            raise TableError("column-twice", source=sheet.source, heading=heading)
        if heading in sheet.headings:
            return sheet.headings.index(heading)
    if column.optional:
        return None
    raise TableError(
        "column-missing",
        source=sheet.source,
        heading=" / ".join(column.headings),
        headings=", ".join(heading for heading in sheet.headings if heading),
    )


def _read_column(sheet: Sheet, column: ColumnMapping, position: int, findings: list[Finding]) -> NDArray[Any]:
    convert, empty = _CONVERTERS[column.type], _EMPTY[column.type]
    heading = sheet.headings[position]
    values: list[Any] = []
    seen = 0
    for row, cells in sheet.rows:
        cell = cells[position] if position < len(cells) else None
        rule, value = _read_cell(cell, column, convert, empty)
        values.append(value)
        if rule:
            seen += 1
            if seen <= MAX_FINDINGS_PER_COLUMN:
                text = None if cell is None else str(cell)
                findings.append(_cell_finding(rule, sheet.source, row, heading, text))
    if seen > MAX_FINDINGS_PER_COLUMN:
        params = {"count": seen, "shown": MAX_FINDINGS_PER_COLUMN}
        findings.append(Finding("cells-more", "error", sheet.source, field=heading, params=params))
    kind: Any = {"text": object, "code": object, "date": object, "integer": np.int64, "float": np.float64}[
        column.type
    ]
    if column.type == "integer" and column.null == "nan":
        kind = np.float64
    if column.recode:
        values = _recoded(values, column, sheet, heading, findings)
    array = np.array(values, dtype=kind)
    return array * column.factor if column.type == "float" and column.factor != 1.0 else array


def _recoded(
    values: list[Any], column: ColumnMapping, sheet: Sheet, heading: str, findings: list[Finding]
) -> list[Any]:
    """Return codes as ours; one the mapping does not know is kept, and told once with its first row."""
    known = {*column.recode, *column.recode.values(), ""}
    for code in dict.fromkeys(value for value in values if value not in known):
        rows = [row for (row, _), value in zip(sheet.rows, values, strict=True) if value == code]
        params: dict[str, str | int | float] = {"count": len(rows)}
        findings.append(Finding("code-not-mapped", "warning", sheet.source, rows[0], heading, code, params))
    return [column.recode.get(value, value) for value in values]


def _cell_finding(rule: str, source: str, row: int, heading: str, value: str | None) -> Finding:
    if rule == "cell-empty":
        return Finding("cell-empty", "error", source, row, heading, "")
    if rule == "cell-not-a-date":
        return Finding("cell-not-a-date", "error", source, row, heading, value)
    if rule == "cell-digits-lost":
        return Finding("cell-digits-lost", "error", source, row, heading, value)
    return Finding("cell-not-a-number", "error", source, row, heading, value)


def _read_cell(
    cell: Any, column: ColumnMapping, convert: Callable[[Any], Any], empty: Any
) -> tuple[str, Any]:
    if cell is None or (isinstance(cell, str) and cell.strip() in {"", "NA", "NaN", "nan"}):
        if column.null == "error":
            return "cell-empty", empty
        if column.null == "nan" and column.type == "integer":
            return "", math.nan
        return "", 0 if column.null == "zero" else empty
    try:
        return "", convert(cell)
    except (ValueError, TypeError, OverflowError):
        rules = {"date": "cell-not-a-date", "text": "cell-digits-lost", "code": "cell-digits-lost"}
        return rules.get(column.type, "cell-not-a-number"), empty


def _to_text(cell: Any) -> str:
    """Return a cell as text; a whole number loses the ``.0`` a spreadsheet gave it.

    A spreadsheet keeps 15 digits of a number: a longer identifier that was typed as one is lost.

    >>> _to_text(310.0), _to_text("0310 ")
    ('310', '0310')
    """
    if isinstance(cell, (int, float)) and abs(cell) >= MAX_NUMBER:
        raise OverflowError
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell).strip()


def _to_code(cell: Any) -> str:
    """Return a code as text; a program that wrote it as a number may have added ``.0``.

    >>> _to_code("410.0"), _to_code(13.0), _to_code("0310"), _to_code("1.5")
    ('410', '13', '0310', '1.5')
    """
    text = _to_text(cell)
    whole, point, rest = text.partition(".")
    return whole if point and whole.isdecimal() and rest.strip("0") == "" else text


def _to_float(cell: Any) -> float:
    """Return a cell as a number; what is not finite is refused.

    >>> _to_float(" 12.5 ")
    12.5
    """
    if isinstance(cell, bool):
        raise TypeError
    number = float(cell.strip() if isinstance(cell, str) else cell)
    if not math.isfinite(number):
        raise ValueError
    return number


def _to_integer(cell: Any) -> int:
    """Return a cell as a whole number; a fraction is refused.

    >>> _to_integer("2020"), _to_integer(2025.0)
    (2020, 2025)
    """
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    text = cell.strip() if isinstance(cell, str) else cell
    if isinstance(text, str) and text.lstrip("+-").isdigit():
        return int(text)
    number = _to_float(text)
    if not number.is_integer():
        raise ValueError
    return int(number)


def _to_date(cell: Any) -> str:
    """Return a cell as an ISO date.

    >>> _to_date("2026/3/2"), _to_date("2026年3月2日"), _to_date("20260302")
    ('2026-03-02', '2026-03-02', '2026-03-02')
    """
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    if len(text) == 8 and text.isdigit():
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    text = text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-")
    year, month, day = (int(part) for part in text.split("-"))
    return date(year, month, day).isoformat()


_CONVERTERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "text": _to_text,
    "code": _to_code,
    "float": _to_float,
    "integer": _to_integer,
    "date": _to_date,
}
_EMPTY: Final[Mapping[str, Any]] = {"text": "", "code": "", "float": math.nan, "integer": 0, "date": ""}
