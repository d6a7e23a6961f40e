"""Rows of one evaluation, with the columns asked for: from files, or from SQLite by its own filter."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Final

from numpy.typing import NDArray

from geodata.errors import TableError
from geodata.fiadb.columns import Rows, declared, typed_columns
from geodata.fiadb.files import Keep, file_columns
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
    rows = _read_file(fiadb, table, names, None, _silent)
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
    plots: Sequence[Any] | NDArray[Any],
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
        Its plots; rows of files are kept by them.
    progress
        Told of rows or bytes as they are read.
    """
    key = "CN" if table == "PLOT" else "PLT_CN"
    names = list(dict.fromkeys([key, *columns]))
    if fiadb.kind == "folder":
        return _read_file(fiadb, table, names, (key, plots), progress)
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


def _read_file(
    fiadb: Fiadb,
    table: str,
    names: Sequence[str],
    keep: tuple[str, Sequence[Any] | NDArray[Any]] | None,
    progress: Progress,
) -> Rows:
    """Read columns of a file; where only some plots count, each block keeps their rows alone."""
    return typed_columns(
        table, file_columns(fiadb, table, names, declared(table), Keep(*keep) if keep else None, progress)
    )
