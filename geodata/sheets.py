"""Rows of cells as they stand in a file: workbook, delimited text or SQLite table.

Text files are decoded by proof: UTF-8 (with or without a mark) strictly, then GB18030 strictly; what decodes
in neither is refused. Nothing is guessed from the language of the machine. Text that was decoded wrongly
before it came here is refused with its row, whatever kind of file it stands in.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from geodata.errors import TableError

MAX_BYTES: Final = 512 * 1024 * 1024
"""Largest table that is read [byte]."""
SUSPECT: Final = ("\ufffd", "锟斤拷", "烫烫烫")
"""What text looks like after it was decoded wrongly somewhere before."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one table, heading row included."""

    source: str
    """File name, with ``[sheet]`` where there is one."""
    headings: tuple[str, ...]
    """Cells of the heading row, white space trimmed."""
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    """(row in the person's own file, cells) of each row that is not empty."""
    heading_row: int | None = None
    """Row of the headings in the person's own file; None in a database."""


def read_sheet(
    path: Path,
    sheet: str | Sequence[str] | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Sheet:
    """Read the cells of one table.

    Parameters
    ----------
    path
        ``.xlsx``/``.xls``/``.ods``, ``.csv``, ``.tsv``/``.txt``, ``.sqlite``/``.db``.
    sheet
        Sheet of a workbook or table of a database, or several of which the first one found counts; the
        file's first one when none is named.
    delimiter
        Of a text file; tab for ``.tsv``, comma else.
    encoding
        Of a text file, where a mapping declares it; by proof when None.
    """
    if not path.is_file():
        raise TableError("table-file-missing", file=path.name, folder=str(path.parent))
    if path.stat().st_size > MAX_BYTES:
        raise TableError("table-file-too-large", file=path.name, limit_mb=MAX_BYTES // 1024**2)
    names = (sheet,) if isinstance(sheet, str) else tuple(sheet or ())
    ending = path.suffix.lower()
    if ending in {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}:
        return _read_workbook(path, names)
    if ending in {".sqlite", ".db", ".sqlite3"}:
        return _read_database(path, names)
    return _read_text(path, delimiter or ("\t" if ending in {".tsv", ".txt"} else ","), encoding)


def decode_text(content: bytes, name: str, encoding: str | None = None) -> str:
    """Return the text of a file in its declared encoding, else by proof of it."""
    for candidate in (encoding,) if encoding else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(candidate)
        except UnicodeDecodeError:
            continue
    raise TableError("text-encoding-unknown", file=name)


def _sheet(source: str, cells: list[tuple[int, tuple[Any, ...]]]) -> Sheet:
    filled = [(row, values) for row, values in cells if not all(map(_is_blank, values))]
    if not filled:
        raise TableError("table-empty", source=source)
    headings = tuple(str(value if value is not None else "").strip() for value in filled[0][1])
    _refuse_mojibake(source, headings, filled)
    return Sheet(source, headings, tuple(filled[1:]), filled[0][0])


def _refuse_mojibake(
    source: str, headings: tuple[str, ...], cells: list[tuple[int, tuple[Any, ...]]]
) -> None:
    for row, values in cells:
        for position, value in enumerate(values):
            if isinstance(value, str) and not value.isascii() and any(mark in value for mark in SUSPECT):
                field = headings[position] if position < len(headings) else ""
                raise TableError("text-mojibake", source=source, row=row, field=field, value=value[:40])


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _find_name(path: Path, wanted: tuple[str, ...], names: Sequence[str]) -> str:
    """Return the first wanted sheet that the file has; its first one when none is named."""
    found = [name for name in wanted or names[:1] if name in names]
    if not found:
        sheets = " / ".join(wanted)
        raise TableError("sheet-missing", file=path.name, sheet=sheets, sheets=", ".join(names))
    return found[0]


def _read_workbook(path: Path, sheets: tuple[str, ...]) -> Sheet:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only workbooks need it

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            name = _find_name(path, sheets, book.sheet_names)
            found = book.get_sheet_by_name(name)
            first = (found.start or (0, 0))[0] + 1
            cells = [(first + n, tuple(row)) for n, row in enumerate(found.to_python(skip_empty_area=True))]
    except CalamineError as error:
        raise TableError("workbook-unreadable", file=path.name, reason=str(error)) from error
    return _sheet(f"{path.name}[{name}]", cells)


def _read_text(path: Path, delimiter: str, encoding: str | None) -> Sheet:
    text = decode_text(path.read_bytes(), path.name, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cells: list[tuple[int, tuple[Any, ...]]] = []
    begin = 1
    try:
        for values in reader:
            cells.append((begin, tuple(values)))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise TableError("text-unreadable", file=path.name, row=reader.line_num, reason=str(error)) from error
    return _sheet(path.name, cells)


def _read_database(path: Path, tables: tuple[str, ...]) -> Sheet:
    try:
        with closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as connection:
            names = [
                row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            name = _find_name(path, tables, names)
            quoted = name.replace('"', '""')
            cursor = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - a name of this database
            headings = tuple(item[0] for item in cursor.description)
            rows = [(n, tuple(values)) for n, values in enumerate(cursor, start=1)]
    except sqlite3.DatabaseError as error:
        raise TableError("database-unreadable", file=path.name, reason=str(error)) from error
    _refuse_mojibake(f"{path.name}[{name}]", headings, rows)
    return Sheet(f"{path.name}[{name}]", headings, tuple(rows))
