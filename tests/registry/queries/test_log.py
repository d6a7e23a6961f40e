"""The journal as stored and the overview of a county."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from registry import queries
from registry.journal import read_checkpoint
from registry.store import Registry


def test_the_journal_states_what_stands_outside(finished: Registry, tmp_path: Path) -> None:
    state, kept = queries.journal(finished), read_checkpoint(tmp_path / "outside")
    assert kept is not None
    assert (state.tree_size, state.root, state.key_fingerprint) == (
        kept.tree_size,
        kept.root,
        kept.key_fingerprint,
    )
    assert len(queries.journal_entries(finished)) == state.tree_size


def test_a_stored_answer_is_found_by_its_key(finished: Registry) -> None:
    found = queries.command(finished, "settle")
    assert found is not None
    assert found["response"]["amount_fen"] == 150_000
    assert queries.command(finished, "never") is None
    assert queries.row_leaf(finished, "party", '["never"]') is None


def test_the_overview_counts_once(finished: Registry, chain: SimpleNamespace) -> None:
    page = queries.county_overview(finished, chain.COUNTY)
    assert (page.parcels, page.parcel_area_m2) == (3, 120_003)
    assert [row["rights"] for row in page.rights] == [3]
    assert [row["project_code"] for row in page.projects] == [chain.PROJECT]
    assert page.units.issued == 160
    assert page.journal == queries.journal(finished)
    empty = queries.county_overview(finished, "000000")
    assert (empty.parcels, empty.parcel_area_m2, empty.units.issued) == (0, 0, 0)
