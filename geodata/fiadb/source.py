"""Where the tables of a FIADB are: files of a folder or tables of an SQLite file, in any case, any prefix."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from geodata.errors import TableError

TABLES: Final = (
    "PLOT",
    "COND",
    "TREE",
    "POP_EVAL",
    "POP_EVAL_TYP",
    "POP_ESTN_UNIT",
    "POP_STRATUM",
    "POP_PLOT_STRATUM_ASSGN",
)
"""Tables that are used."""
_NAME: Final = re.compile(rf"(?:(?:[A-Z]{{2}}|ENTIRE)_)?(?P<table>{'|'.join(TABLES)})", re.IGNORECASE)
_ENDING: Final = re.compile(r"\.(csv|parquet)$", re.IGNORECASE)
_MAGIC: Final = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True)
class TableSource:
    """One table."""

    name: str
    """Name of the file or of the table, as it stands."""
    columns: Mapping[str, str]
    """Name in upper case -> name as it stands."""


@dataclass(frozen=True, slots=True)
class Fiadb:
    """A FIADB that was found to be one."""

    path: Path
    """The folder or the file."""
    kind: Literal["folder", "sqlite"]
    """How it is read."""
    tables: Mapping[str, TableSource]
    """Name of `TABLES` -> where it is."""

    def table(self, name: str) -> TableSource:
        """Return where a table is; refuse one that is not there by name."""
        if name not in self.tables:
            raise TableError(
                "fiadb-table-missing", table=name, path=self.path.name, found=", ".join(sorted(self.tables))
            )
        return self.tables[name]

    def columns(self, name: str) -> tuple[str, ...]:
        """Return the columns of a table in upper case; none where there is no such table."""
        return tuple(self.tables[name].columns) if name in self.tables else ()


def open_fiadb(path: Path) -> Fiadb:
    """Return the tables of a FIADB.

    Parameters
    ----------
    path
        A folder with ``PLOT.csv``, ``WY_PLOT.csv`` or ``WY_PLOT.parquet`` and so on, in any case; or an
        SQLite file.

    Raises
    ------
    TableError
        Rule ``fiadb-not-there``, ``fiadb-not-a-database``, ``fiadb-table-twice`` or ``fiadb-unreadable``.
    """
    if path.is_dir():
        return Fiadb(path, "folder", dict(_collected(path, _files(path))))
    if not path.is_file():
        raise TableError("fiadb-not-there", path=str(path))
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise TableError("fiadb-not-a-database", path=path.name)
    return Fiadb(path, "sqlite", dict(_collected(path, _database_tables(path))))


def connect(path: Path) -> sqlite3.Connection:
    """Open an SQLite file to read it, and no more."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _collected(path: Path, found: Iterator[tuple[str, tuple[str, ...]]]) -> Iterator[tuple[str, TableSource]]:
    names: dict[str, str] = {}
    for name, columns in found:
        match = _NAME.fullmatch(_ENDING.sub("", name))
        if match is None:
            continue
        table = match["table"].upper()
        if table in names:
            raise TableError(
                "fiadb-table-twice", table=table, path=path.name, first=names[table], second=name
            )
        names[table] = name
        yield table, TableSource(name, {column.strip().upper(): column for column in columns})


def _files(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    for file in sorted(folder.iterdir()):
        if _ENDING.search(file.name) and _NAME.fullmatch(file.stem):
            yield file.name, _headings(file)


def _headings(file: Path) -> tuple[str, ...]:
    try:
        if file.suffix.lower() == ".parquet":
            return _parquet_headings(file)
        with file.open(encoding="utf-8-sig", newline="") as text:
            return tuple(next(csv.reader(text), ()))
    except UnicodeDecodeError as error:
        raise TableError("text-encoding-unknown", file=file.name) from error


def _parquet_headings(file: Path) -> tuple[str, ...]:
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        return tuple(pq.read_schema(str(file)).names)
    except pa.ArrowInvalid as error:
        raise TableError(
            "fiadb-unreadable", path=file.parent.name, table=file.name, reason=str(error)
        ) from error


def _database_tables(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    try:
        with closing(connect(path)) as connection:
            query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
            for (name,) in connection.execute(query).fetchall():
                columns = connection.execute("SELECT name FROM pragma_table_info(?)", (name,)).fetchall()
                yield name, tuple(column for (column,) in columns)
    except sqlite3.DatabaseError as error:
        raise TableError("fiadb-unreadable", path=path.name, table="-", reason=str(error)) from error
