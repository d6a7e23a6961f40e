"""Engines of the two back ends, and bringing a database to the newest migration.

SQLite: WAL, synchronous=FULL, foreign keys on, and every write transaction begins with
BEGIN IMMEDIATE, so there is one writer by construction. PostgreSQL: READ COMMITTED; rows
are locked explicitly in sorted order.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text

from registry.errors import RegistryError
from registry.schema import HEAD, METADATA, triggers_for

WRITE = "tanhui_write"
BUSY_TIMEOUT_S = 60


def _configure_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def make_engine(url: str) -> Engine:
    """Return the engine of a database URL (``sqlite:///file`` or ``postgresql+psycopg://...``)."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend == "postgresql":
        return create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True)
    raise RegistryError("database-unknown", backend=backend)


def revision_of(connection: Connection) -> str | None:
    """Return the migration a database stands at, or None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def install_triggers(connection: Connection) -> None:
    """Put every trigger into the database, at its newest text."""
    for trigger in triggers_for(connection.dialect.name):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger.name}")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")
        for statement in trigger.statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))


def migrate(engine: Engine, revision: str = HEAD) -> bool:
    """Bring the database to `revision`, forward or back; return whether anything was done.

    ``base`` leaves an empty database and everything in it is lost: it is there for tests.
    """
    with engine.connect() as connection:
        found = revision_of(connection)
    if found == revision:
        return False
    from alembic import command  # noqa: PLC0415 - slow, and needed once per database
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option(
        "script_location", str(Path(__file__).parent.parent / "migrations").replace("%", "%%")
    )
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        config.attributes["connection"] = connection
        if revision == "base":
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
            install_triggers(connection)
    return True


def table_names() -> tuple[str, ...]:
    """Return the names of all tables, parents first."""
    return tuple(table.name for table in METADATA.sorted_tables)
