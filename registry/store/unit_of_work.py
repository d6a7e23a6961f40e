"""One transaction that remembers every row it wrote.

Use cases read and write through this class alone. At the end `touched` names each row, so
that the journal can hash what the database really holds. Nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from registry.canonical import derived_id
from registry.errors import InvariantViolation, NotFound, RegistryError
from registry.model import Context
from registry.schema import MARK, METADATA

BATCH = 500
Row = dict[str, Any]
RowKey = tuple[Any, ...]


def database_error(error: DBAPIError) -> RegistryError:
    """Return our error for one of the database: the rule of the trigger, or the constraint."""
    text = str(error.orig)
    if MARK in text:
        rule = text.split(MARK, 1)[1].split(maxsplit=1)[0].strip("'\"")
        return InvariantViolation("database-refused", constraint=rule)
    if isinstance(error, IntegrityError):
        return InvariantViolation("database-refused", constraint=text.splitlines()[0])
    return RegistryError("database-failed", detail=text.splitlines()[0] if text else type(error).__name__)


def key_columns(table: Table) -> tuple[str, ...]:
    """Return the names of the primary key's columns."""
    return tuple(column.name for column in table.primary_key.columns)


class UnitOfWork:
    """Reads and writes of one use case, in one transaction.

    Parameters
    ----------
    connection
        Open connection inside a transaction.
    context
        Who asks, for which day, under which key.
    now
        Time of the clock, the same for the whole transaction.
    """

    def __init__(self, connection: Connection, context: Context, now: datetime) -> None:
        self.connection = connection
        self.context = context
        self.now = now
        self.touched: dict[str, dict[RowKey, None]] = {}

    @property
    def day(self) -> str:
        """Day for which the act holds, ISO 8601."""
        return self.context.effective_at.isoformat()

    @property
    def recorded_at(self) -> str:
        """Time of the clock, ISO 8601."""
        return self.now.isoformat(timespec="seconds")

    def new_id(self, prefix: str, *parts: object) -> str:
        """Return an id that depends on the idempotency key and `parts` alone."""
        return derived_id(prefix, self.context.key, *parts)

    def _touch(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        names = key_columns(table)
        keys = self.touched.setdefault(table.name, {})
        for row in rows:
            keys[tuple(row[name] for name in names)] = None

    def insert(self, table_name: str, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """Insert one row or many."""
        listed = [rows] if isinstance(rows, Mapping) else list(rows)
        if not listed:
            return
        table = METADATA.tables[table_name]
        self.connection.execute(insert(table), [dict(row) for row in listed])
        self._touch(table, listed)

    def insert_missing(self, table_name: str, row: Mapping[str, Any]) -> None:
        """Insert a row unless its primary key is there already (another writer was first)."""
        table = METADATA.tables[table_name]
        maker = postgres_insert if self.connection.dialect.name == "postgresql" else sqlite_insert
        statement = maker(table).values(dict(row)).on_conflict_do_nothing(index_elements=key_columns(table))
        if self.connection.execute(statement.returning(*table.primary_key.columns)).first():
            self._touch(table, [row])

    def update_many(
        self, table_name: str, rows: Sequence[Mapping[str, Any]], changes: Mapping[str, Any]
    ) -> None:
        """Make the same change in many rows of a table whose key is one column."""
        table = METADATA.tables[table_name]
        (name,) = key_columns(table)
        values = sorted(row[name] for row in rows)
        for start in range(0, len(values), BATCH):
            chosen = table.c[name].in_(values[start : start + BATCH])
            self.connection.execute(update(table).where(chosen).values(dict(changes)))
        self._touch(table, rows)

    def update(self, table_name: str, key: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """Change columns of one row, which must exist."""
        table = METADATA.tables[table_name]
        where = and_(*(table.c[name] == key[name] for name in key_columns(table)))
        done = self.connection.execute(update(table).where(where).values(dict(changes)))
        if done.rowcount != 1:
            raise NotFound("row-not-found", table=table_name, key=str(dict(key)))
        self._touch(table, [key])

    def select(
        self,
        table_name: str,
        where: Mapping[str, Any] | None = None,
        *,
        order_by: Sequence[str] = (),
        lock: bool = False,
    ) -> list[Row]:
        """Return rows by equality; a tuple or list as value means "one of".

        With `lock` the rows are locked on PostgreSQL until the transaction ends, in the
        order of the primary key.
        """
        table = METADATA.tables[table_name]
        wanted = dict(where or {})
        lists = {name: value for name, value in wanted.items() if isinstance(value, tuple | list)}
        if len(lists) == 1 and len(next(iter(lists.values()))) > BATCH:
            return self._select_batches(table_name, wanted, next(iter(lists)), order_by, lock=lock)
        conditions = [
            table.c[name].in_(value) if name in lists else table.c[name] == value
            for name, value in wanted.items()
        ]
        query = select(table).where(*conditions)
        query = query.order_by(*(table.c[name] for name in (order_by or key_columns(table))))
        if lock:
            query = query.with_for_update()
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def _select_batches(
        self, table_name: str, where: Row, name: str, order_by: Sequence[str], *, lock: bool
    ) -> list[Row]:
        values = sorted(set(where[name]))
        found: list[Row] = []
        for start in range(0, len(values), BATCH):
            part = {**where, name: values[start : start + BATCH]}
            found += self.select(table_name, part, order_by=order_by, lock=lock)
        return found

    def find(self, table_name: str, *, lock: bool = False, **key: Any) -> Row | None:
        """Return the one row with these values, or None."""
        rows = self.select(table_name, key, lock=lock)
        return rows[0] if rows else None

    def get(self, table_name: str, *, lock: bool = False, **key: Any) -> Row:
        """Return the one row with these values; it is an error if there is none."""
        row = self.find(table_name, lock=lock, **key)
        if row is None:
            shown = ", ".join(f"{name}={value}" for name, value in key.items())
            raise NotFound("row-not-found", table=table_name, key=shown)
        return row

    def reread(self, table_name: str, keys: Sequence[RowKey]) -> list[tuple[RowKey, Row]]:
        """Return rows as the database holds them now, in the order of their keys."""
        table = METADATA.tables[table_name]
        names = key_columns(table)
        columns = [table.c[name] for name in names]
        found: list[tuple[RowKey, Row]] = []
        for start in range(0, len(keys), BATCH):
            part = keys[start : start + BATCH]
            chosen = (
                columns[0].in_([key[0] for key in part]) if len(names) == 1 else tuple_(*columns).in_(part)
            )
            for row in self.connection.execute(select(table).where(chosen)).mappings():
                found.append((tuple(row[name] for name in names), dict(row)))
        return sorted(found, key=lambda item: item[0])
