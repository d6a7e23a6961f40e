"""What the content hash covers and what it leaves out."""

from __future__ import annotations

from registry.queries import content_hash, row_counts
from registry.queries.content import content_tables
from registry.schema import JOURNAL_TABLES, METADATA
from registry.store import Registry


def test_all_tables_but_the_journal_are_content() -> None:
    assert set(content_tables()) | JOURNAL_TABLES == set(METADATA.tables)
    assert not set(content_tables()) & JOURNAL_TABLES


def test_counts_and_hash_are_stable(registry: Registry) -> None:
    counts = row_counts(registry)
    assert (counts["account"], counts["party"], counts["log_entry"]) == (4, 1, 1)
    assert content_hash(registry) == content_hash(registry)
    assert len(content_hash(registry)) == 64


def test_both_back_ends_give_the_same_hash(registry: Registry) -> None:
    # The hash of an empty registry: it moves only when the schema or the first command does.
    assert content_hash(registry) == "8769a5d5d0a1fb987bf88a79f0bc5c259c8928d979d0071f28cf861e750a0dc5"
