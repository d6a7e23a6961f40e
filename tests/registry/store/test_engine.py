"""Engines and migrations of both back ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from registry.errors import RegistryError
from registry.queries.reading import all_tables
from registry.queries.schema_state import schema_differences
from registry.schema import HEAD, METADATA
from registry.store import Registry
from registry.store.engine import make_engine, migrate, revision_of, table_names


def test_sqlite_is_durable_and_checks_foreign_keys(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/new/folder/r.db")
    with engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(RegistryError, match="database-unknown"):
        make_engine("mssql+pyodbc://x")


def test_a_new_database_goes_to_the_newest_migration_once(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/r.db")
    assert migrate(engine) is True
    assert migrate(engine) is False
    with engine.connect() as connection:
        assert revision_of(connection) == HEAD
    engine.dispose()


def test_the_migrations_lead_to_the_schema_of_the_code(registry: Registry) -> None:
    with registry.engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(migration, METADATA) == []


def test_the_migrations_can_be_undone_and_done_again(new_url: Callable[[], str]) -> None:
    engine = make_engine(new_url())
    assert migrate(engine, "base") is True
    with engine.connect() as connection:
        assert revision_of(connection) is None
        assert inspect(connection).get_table_names() == ["alembic_version"]
    assert migrate(engine) is True
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {*METADATA.tables, "alembic_version"}
    engine.dispose()


def test_parents_come_before_children() -> None:
    names = table_names()
    assert names.index("party") < names.index("account") < names.index("unit_block")
    assert len(names) == len(METADATA.tables)


def test_a_registry_of_the_first_revision_is_brought_up_with_all_it_holds(based: Registry) -> None:
    before = {name: rows for name, rows in all_tables(based).items() if rows}
    with based.engine.begin() as connection:
        for name in ("statement_confirmation", "value_confirmation"):
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert migrate(based.engine) is True
    assert {name: rows for name, rows in all_tables(based).items() if rows} == before
    assert schema_differences(based) == []
