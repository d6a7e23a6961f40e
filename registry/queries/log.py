"""The journal as it is stored, and the overview of a county."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import func, select

from registry.journal import Checkpoint, inclusion_proof
from registry.queries.reading import Row, rows_of
from registry.queries.records import projects, rights_counts, statements
from registry.queries.units import UnitStates, units_by_state
from registry.schema.log import CHECKPOINT, COMMAND, LEAF_ROW, LOG_ENTRY
from registry.schema.tenure import PARCEL
from registry.store import Registry


@dataclass(frozen=True, slots=True)
class JournalState:
    """Size and root of the journal."""

    tree_size: int
    root: str
    """Root of the Merkle tree, hexadecimal."""
    recorded_at: str
    key_fingerprint: str
    """SHA-256 of the signer's public key."""


@dataclass(frozen=True, slots=True)
class CountyOverview:
    """Figures of a county on one page."""

    county_code: str
    parcels: int
    parcel_area_m2: int
    rights: tuple[Row, ...]
    projects: tuple[Row, ...]
    statements: tuple[Row, ...]
    units: UnitStates
    journal: JournalState


def journal(registry: Registry) -> JournalState:
    """Return size and root of the journal as its newest checkpoint states them."""
    query = select(CHECKPOINT).order_by(CHECKPOINT.c.tree_size.desc()).limit(1)
    newest = Checkpoint(**rows_of(registry, query)[0])
    return JournalState(newest.tree_size, newest.root, newest.recorded_at, newest.key_fingerprint)


def journal_entries(registry: Registry) -> list[Row]:
    """Return the leaves: leaf_index, use_case, key, actor, effective_at, recorded_at, row_count."""
    rows = rows_of(registry, select(LOG_ENTRY).order_by(LOG_ENTRY.c.leaf_index))
    return [{"leaf_index": row["leaf_index"], **json.loads(row["body"])} for row in rows]


def leaf_proof(registry: Registry, leaf_index: int) -> list[str]:
    """Return the inclusion proof of a leaf in the whole journal, hexadecimal."""
    rows = rows_of(registry, select(LOG_ENTRY.c.leaf_hash).order_by(LOG_ENTRY.c.leaf_index))
    leaves = [bytes.fromhex(row["leaf_hash"]) for row in rows]
    return [part.hex() for part in inclusion_proof(leaves, leaf_index)]


def row_leaf(registry: Registry, table_name: str, row_key: str) -> Row | None:
    """Return the newest leaf row that covers a row, or None."""
    where = (LEAF_ROW.c.table_name == table_name, LEAF_ROW.c.row_key == row_key)
    rows = rows_of(registry, select(LEAF_ROW).where(*where).order_by(LEAF_ROW.c.leaf_index))
    return rows[-1] if rows else None


def command(registry: Registry, key: str) -> Row | None:
    """Return the stored answer of an idempotency key, or None if it was never used."""
    rows = rows_of(registry, select(COMMAND).where(COMMAND.c.key == key))
    return {**rows[0], "response": json.loads(rows[0]["response"])} if rows else None


def county_overview(registry: Registry, county_code: str) -> CountyOverview:
    """Return the figures of a county."""
    query = select(func.count().label("n"), func.coalesce(func.sum(PARCEL.c.area_m2), 0).label("area"))
    found = rows_of(registry, query.where(PARCEL.c.county_code == county_code))[0]
    return CountyOverview(
        county_code=county_code,
        parcels=found["n"],
        parcel_area_m2=int(found["area"]),
        rights=tuple(rights_counts(registry, county_code)),
        projects=tuple(projects(registry, county_code)),
        statements=tuple(statements(registry, county_code)),
        units=units_by_state(registry, county_code),
        journal=journal(registry),
    )
