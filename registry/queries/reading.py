"""Reading whole tables: the one place where a query is turned into plain rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, select

from registry.schema import METADATA
from registry.store import Registry

Row = dict[str, Any]
CHUNK = 5000


def rows_of(registry: Registry, query: Select[Any]) -> list[Row]:
    """Return the rows of a query as dictionaries."""
    with registry.reading() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def table_rows(registry: Registry, table_name: str, **where: Any) -> list[Row]:
    """Return the rows of a table with these values, in the order of the primary key."""
    table = METADATA.tables[table_name]
    conditions = [table.c[name] == value for name, value in where.items() if value is not None]
    return rows_of(registry, select(table).where(*conditions).order_by(*table.primary_key.columns))


def stream_table(connection: Connection, table_name: str) -> Iterator[Row]:
    """Yield the rows of a table one by one, in the order of the primary key."""
    table = METADATA.tables[table_name]
    query = select(table).order_by(*table.primary_key.columns)
    result = connection.execution_options(yield_per=CHUNK).execute(query)
    for row in result.mappings():
        yield dict(row)


def key_of(table_name: str, row: Row) -> tuple[Any, ...]:
    """Return the primary key of a row."""
    return tuple(row[column.name] for column in METADATA.tables[table_name].primary_key.columns)


def all_tables(registry: Registry) -> dict[str, list[Row]]:
    """Return every row of every table, in the order of the primary keys, in one snapshot."""
    with registry.reading() as connection:
        return {name: list(stream_table(connection, name)) for name in sorted(METADATA.tables)}
