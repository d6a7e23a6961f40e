"""Alembic environment: runs inside the connection that `registry.store.engine` opened."""

from __future__ import annotations

from alembic import context

from registry.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
