"""Rows of one evaluation, with the columns asked for: from CSV in blocks, from SQLite by its own filter."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Final

import numpy as np

from geodata.errors import TableError
from geodata.fiadb.columns import Rows, declared, typed_columns
from geodata.fiadb.source import Fiadb, connect

BLOCK_ROWS: Final = 50_000
"""Rows fetched from a database at once."""
Progress = Callable[[int, int | None], None]
"""Takes how much was done since the last call, and the whole where it is known: rows, or bytes of a file."""
_ASSIGNMENT: Final = "POP_PLOT_STRATUM_ASSGN"


def _silent(amount: int, total: int | None) -> None:
    """Show nothing."""


def read_population(fiadb: Fiadb, table: str, evalid: int | None) -> Rows:
    """Return the rows of a POP table that belong to an evaluation, with its declared columns that are there.

    Parameters
    ----------
    fiadb
        Where the tables are.
    table
        POP_EVAL, POP_ESTN_UNIT, POP_STRATUM or POP_PLOT_STRATUM_ASSGN.
    evalid
        The evaluation; every row where None.
    """
    names = _declared_names(fiadb, table)
    if fiadb.kind == "sqlite":
        source = fiadb.table(table)
        clause, values = ("", ())
        if evalid is not None:
            clause = f" WHERE {_quoted(source.columns['EVALID'])} IN (?, ?)"
            values = (evalid, str(evalid))  # type: ignore[assignment]
        return _query(fiadb, table, names, clause, values, _silent)
    rows = _read_csv(fiadb, table, names, None, _silent)
    if evalid is None:
        return rows
    chosen = rows["evalid"] == evalid
    return {name: values[chosen] for name, values in rows.items()}


def read_rows(
    fiadb: Fiadb,
    table: str,
    columns: Sequence[str],
    *,
    evalid: int,
    plots: Sequence[str],
    progress: Progress = _silent,
) -> Rows:
    """Return the rows of PLOT, COND or TREE that stand on an evaluation's plots.

    Parameters
    ----------
    fiadb
        Where the tables are.
    table
        PLOT, COND or TREE.
    columns
        Columns to read, in upper case.
    evalid
        The evaluation; an SQLite file is asked for its plots in SQL.
    plots
        Its plots; rows of CSV files are kept by them.
    progress
        Told of rows or bytes as they are read.
    """
    key = "CN" if table == "PLOT" else "PLT_CN"
    names = list(dict.fromkeys([key, *columns]))
    if fiadb.kind == "folder":
        return _read_csv(fiadb, table, names, (key, plots), progress)
    assigned = fiadb.table(_ASSIGNMENT)
    mine, theirs, number = (
        _quoted(source.columns[name])
        for source, name in ((fiadb.table(table), key), (assigned, "PLT_CN"), (assigned, "EVALID"))
    )
    within = f"SELECT {theirs} FROM {_quoted(assigned.name)} WHERE {number} IN (?, ?)"  # noqa: S608 - its own names
    clause = f" WHERE {mine} IN ({within})"
    return _query(fiadb, table, names, clause, (evalid, str(evalid)), progress)


def _declared_names(fiadb: Fiadb, table: str) -> list[str]:
    """Return the declared columns that a table has; refuse one that it must have."""
    there = set(fiadb.table(table).columns)
    for name, column in declared(table).items():
        if name not in there and not column.optional:
            raise TableError("fiadb-column-missing", table=table, field=name, path=fiadb.path.name)
    return [name for name in declared(table) if name in there]


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _query(
    fiadb: Fiadb,
    table: str,
    names: Sequence[str],
    clause: str,
    values: tuple[object, ...],
    progress: Progress,
) -> Rows:
    source = fiadb.table(table)
    chosen = ", ".join(_quoted(source.columns[name]) for name in names)
    # the names come from the file's own catalogue, the values are bound
    query = f"SELECT {chosen} FROM {_quoted(source.name)}{clause}"  # noqa: S608
    rows: list[tuple[Any, ...]] = []
    try:
        with closing(connect(fiadb.path)) as connection:
            cursor = connection.execute(query, values)
            while block := cursor.fetchmany(BLOCK_ROWS):
                rows += block
                progress(len(block), None)
    except sqlite3.DatabaseError as error:
        raise TableError("fiadb-unreadable", path=fiadb.path.name, table=table, reason=str(error)) from error
    cells = zip(*rows, strict=True) if rows else ([] for _ in names)
    return typed_columns(table, dict(zip(names, cells, strict=True)))


def _read_csv(
    fiadb: Fiadb,
    table: str,
    names: Sequence[str],
    keep: tuple[str, Sequence[str]] | None,
    progress: Progress,
) -> Rows:
    """Read columns of a CSV file block by block; each block keeps the rows of the plots alone."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.compute as pc  # noqa: PLC0415
    from pyarrow import csv  # noqa: PLC0415

    source = fiadb.table(table)
    headings = {source.columns[name]: pa.string() for name in names}
    options = csv.ConvertOptions(
        column_types=headings,
        include_columns=list(headings),
        strings_can_be_null=True,
        null_values=["", "NA", "NULL"],
    )
    plots = None if keep is None else pa.array(list(keep[1]), pa.string())
    parts = []
    path = fiadb.path / source.name
    size, before = path.stat().st_size, 0
    try:
        with pa.OSFile(str(path)) as file, csv.open_csv(file, convert_options=options) as reader:
            for block in reader:
                if keep is not None:
                    key = pc.utf8_trim_whitespace(block.column(source.columns[keep[0]]))
                    block = block.filter(pc.is_in(key, value_set=plots))  # noqa: PLW2901
                parts.append(block)
                here = file.tell()
                progress(here - before, size)
                before = here
    except pa.ArrowInvalid as error:
        raise TableError(
            "fiadb-unreadable", path=fiadb.path.name, table=source.name, reason=str(error)
        ) from error
    whole = pa.Table.from_batches(parts) if parts else None
    cells: dict[str, Any] = {}
    for name in names:
        column = None if whole is None else whole.column(source.columns[name])
        cells[name] = [] if column is None else _cells_of(table, name, column)
    return typed_columns(table, cells)


def _cells_of(table: str, name: str, column: Any) -> Any:
    """Return a column of text as numbers where it is declared as such and can be, else as text."""
    import pyarrow as pa  # noqa: PLC0415

    declaration = declared(table).get(name)
    if declaration is None or declaration.type == "float":
        try:
            numbers = column.cast(pa.float64())
            return np.asarray(numbers.to_numpy(), dtype=np.float64)
        except pa.ArrowInvalid:
            return column.to_pylist()
    return column.to_pylist()
