"""Seals a transaction: one leaf in the Merkle log and one signed checkpoint.

Each touched row is read again and hashed over all its columns; the leaf's body holds the
Merkle root of these hashes, so that a county's bulk registration is one small leaf, and
the hashes stand in ``leaf_row``. The place in the log is taken under a lock, never before.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from sqlalchemy import func, insert, select, text

from registry.canonical import canonical_json, sha256_text
from registry.errors import JournalError
from registry.journal import (
    Checkpoint,
    Frontier,
    Signer,
    leaf_hash,
    merkle_root,
    read_checkpoint,
    sign_checkpoint,
)
from registry.schema.log import CHECKPOINT, LEAF_ROW, LOG_ENTRY
from registry.store.unit_of_work import Row, UnitOfWork

LOG_LOCK = 0x7461_6E68_7569
EMPTY = Frontier()


def row_key_text(key: tuple[object, ...]) -> str:
    """Return a primary key as canonical JSON.

    Examples
    --------
    >>> row_key_text(("CN-430624", 1))
    '["CN-430624",1]'
    """
    return canonical_json(list(key))


def row_sha256(table_name: str, row: Row) -> str:
    """Return the SHA-256 of a row with all its columns."""
    return sha256_text(canonical_json([table_name, row]))


def rows_root(entries: list[tuple[str, str, str]]) -> str:
    """Return the Merkle root over (table, key, row hash) of one leaf, hexadecimal."""
    return merkle_root([leaf_hash(canonical_json(list(entry)).encode()) for entry in entries]).hex()


def hash_touched(uow: UnitOfWork) -> list[tuple[str, str, str]]:
    """Return (table, key, row hash) of each row the transaction wrote, sorted."""
    entries = []
    for table_name in sorted(uow.touched):
        rows = uow.reread(table_name, list(uow.touched[table_name]))
        entries += [(table_name, row_key_text(key), row_sha256(table_name, row)) for key, row in rows]
    return entries


def last_checkpoint(uow: UnitOfWork) -> Checkpoint | None:
    """Return the newest checkpoint of the database."""
    query = select(CHECKPOINT).order_by(CHECKPOINT.c.tree_size.desc()).limit(1)
    row = uow.connection.execute(query).mappings().first()
    return Checkpoint(**row) if row else None


def _known_frontier(newest: Checkpoint | None) -> Frontier:
    if newest is None:
        return EMPTY
    frontier = Frontier.from_text(newest.tree_size, newest.frontier)
    if frontier.root.hex() != newest.root:
        raise JournalError("checkpoint-broken", tree_size=newest.tree_size)
    return frontier


def check_external(uow: UnitOfWork, folder: Path | None) -> None:
    """Refuse to go on when the checkpoint kept outside is not one of this database."""
    external = read_checkpoint(folder) if folder else None
    if external is None:
        return
    query = select(CHECKPOINT.c.root).where(CHECKPOINT.c.tree_size == external.tree_size)
    if uow.connection.execute(query).scalar() != external.root:
        raise JournalError("external-checkpoint-differs", tree_size=external.tree_size, folder=str(folder))


def seal(
    uow: UnitOfWork, use_case: str, signer: Signer, checkpoint_dir: Path | None
) -> tuple[Checkpoint, int]:
    """Append the leaf and the checkpoint; return the checkpoint and the number of rows."""
    entries = hash_touched(uow)
    if uow.connection.dialect.name == "postgresql":
        uow.connection.execute(select(func.pg_advisory_xact_lock(LOG_LOCK)))
    check_external(uow, checkpoint_dir)
    newest = last_checkpoint(uow)
    frontier = _known_frontier(newest)
    body = canonical_json(
        {
            "actor": uow.context.actor,
            "effective_at": uow.day,
            "key": uow.context.key,
            "recorded_at": uow.recorded_at,
            "row_count": len(entries),
            "rows_root": rows_root(entries),
            "use_case": use_case,
        }
    )
    leaf = leaf_hash(body.encode("utf-8"))
    index = frontier.size
    uow.connection.execute(insert(LOG_ENTRY).values(leaf_index=index, body=body, leaf_hash=leaf.hex()))
    uow.connection.execute(
        insert(LEAF_ROW),
        [
            {"leaf_index": index, "position": n, "table_name": t, "row_key": k, "row_sha256": h}
            for n, (t, k, h) in enumerate(entries)
        ],
    )
    previous = newest.root if newest else ""
    made = sign_checkpoint(frontier.append(leaf), previous, uow.recorded_at, signer)
    uow.connection.execute(insert(CHECKPOINT).values(asdict(made)))
    return made, len(entries)


def lock_key(uow: UnitOfWork) -> None:
    """Queue with other requests of the same idempotency key (PostgreSQL)."""
    if uow.connection.dialect.name == "postgresql":
        statement = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
        uow.connection.execute(statement, {"name": f"command:{uow.context.key}"})
