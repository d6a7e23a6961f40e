"""What stands in the database's catalogue, compared with what the code would put there.

SQLite: the text of every table, index and trigger against a fresh database in memory.
PostgreSQL: every trigger, whether it is enabled, the text of its function, the columns
and the names of constraints and indexes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

from registry.queries.reading import Row
from registry.schema import HEAD, METADATA, triggers_for
from registry.store import Registry
from registry.store.engine import make_engine, migrate

TRIGGER_QUERY = """
SELECT t.tgname AS name, c.relname AS tbl, t.tgenabled AS enabled, t.tgtype AS moments, p.prosrc AS body
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND n.nspname = current_schema()
"""
COLUMN_QUERY = """
SELECT table_name AS tbl, column_name AS name, data_type AS kind, is_nullable AS nullable
FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> 'alembic_version'
"""
NAME_QUERY = """
SELECT conname AS name FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
WHERE n.nspname = current_schema() AND k.convalidated
UNION SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()
"""
KINDS = {"TEXT": "text", "BIGINT": "bigint", "BLOB": "bytea", "BYTEA": "bytea"}
ROW_BIT, BEFORE_BIT = 1, 2
EVENT_BITS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing of the catalogue that is missing, changed or extra."""

    kind: str
    name: str
    problem: str
    """missing, changed, extra or disabled."""


def _compare(kind: str, expected: dict[str, Any], found: dict[str, Any]) -> list[Difference]:
    differences = [Difference(kind, name, "missing") for name in sorted(expected.keys() - found.keys())]
    differences += [Difference(kind, name, "extra") for name in sorted(found.keys() - expected.keys())]
    both = sorted(expected.keys() & found.keys())
    return differences + [Difference(kind, name, "changed") for name in both if expected[name] != found[name]]


def _sqlite_catalogue(engine: Engine) -> dict[str, str]:
    query = text("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return {f"{row[0]} {row[1]}": row[2] for row in rows}


def _sqlite_differences(registry: Registry) -> list[Difference]:
    fresh = make_engine("sqlite://")
    try:
        migrate(fresh)
        expected = _sqlite_catalogue(fresh)
    finally:
        fresh.dispose()
    return _compare("schema", expected, _sqlite_catalogue(registry.engine))


def _moments(statement: str) -> int:
    """Return the bits that PostgreSQL keeps for a trigger statement of ours."""
    row = ROW_BIT if "FOR EACH ROW" in statement else 0
    event = statement.split(" BEFORE ", 1)[1].split(maxsplit=1)[0]
    return row | BEFORE_BIT | EVENT_BITS[event]


def _postgres_triggers(connection: Connection) -> list[Difference]:
    expected = {t.name: (t.table, "O", _moments(t.statements[1]), t.body) for t in triggers_for("postgresql")}
    found = {
        row["name"]: (row["tbl"], row["enabled"], row["moments"], row["body"])
        for row in _rows(connection, TRIGGER_QUERY)
    }
    return _compare("trigger", expected, found)


def _rows(connection: Connection, query: str) -> list[Row]:
    return [dict(row) for row in connection.execute(text(query)).mappings()]


def _expected_names() -> set[str]:
    names = set()
    for table in METADATA.sorted_tables:
        names |= {str(c.name) for c in table.constraints if c.name}
        names |= {str(index.name) for index in table.indexes}
    return names


def _postgres_differences(registry: Registry) -> list[Difference]:
    expected = {
        f"{table.name}.{column.name}": (
            KINDS[column.type.compile(registry.engine.dialect)],
            "YES" if column.nullable else "NO",
        )
        for table in METADATA.sorted_tables
        for column in table.columns
    }
    with registry.reading() as connection:
        columns = {
            f"{r['tbl']}.{r['name']}": (r["kind"], r["nullable"]) for r in _rows(connection, COLUMN_QUERY)
        }
        names = {row["name"] for row in _rows(connection, NAME_QUERY)}
        differences = _postgres_triggers(connection)
    differences += _compare("column", expected, columns)
    missing = sorted(_expected_names() - names)
    return differences + [Difference("constraint", name, "missing") for name in missing]


def schema_differences(registry: Registry) -> list[Difference]:
    """Return how the catalogue differs from the code; nothing is written."""
    if registry.engine.dialect.name == "sqlite":
        return _sqlite_differences(registry)
    return _postgres_differences(registry)


def revisions(registry: Registry) -> list[str]:
    """Return the rows of ``alembic_version``; a sound database has one, the newest."""
    with registry.reading() as connection:
        return [str(row[0]) for row in connection.execute(text("SELECT version_num FROM alembic_version"))]


def newest_revision() -> str:
    """Return the revision the code expects."""
    return HEAD
