"""One hash over what the registry holds, free of clock, chance and the journal.

Two runs that were given the same inputs end with the same content hash, whether or not
one of them was killed and started again.
"""

from __future__ import annotations

import hashlib

from registry.canonical import canonical_json
from registry.queries.reading import stream_table
from registry.schema import JOURNAL_TABLES, METADATA, VOLATILE_COLUMNS
from registry.store import Registry


def content_tables() -> tuple[str, ...]:
    """Return the names of the tables that the content hash covers, sorted."""
    return tuple(sorted(set(METADATA.tables) - JOURNAL_TABLES))


def content_hash(registry: Registry) -> str:
    """Return the SHA-256 over all rows of all tables but the journal's.

    ``recorded_at`` and ``salt`` are left out.
    """
    whole = hashlib.sha256()
    with registry.reading() as connection:
        for name in content_tables():
            lines = sorted(
                canonical_json([name, {k: v for k, v in row.items() if k not in VOLATILE_COLUMNS}])
                for row in stream_table(connection, name)
            )
            for line in lines:
                whole.update(line.encode("utf-8") + b"\n")
    return whole.hexdigest()


def row_counts(registry: Registry) -> dict[str, int]:
    """Return the number of rows of each table, the journal's included."""
    with registry.reading() as connection:
        return {name: sum(1 for _ in stream_table(connection, name)) for name in sorted(METADATA.tables)}
