"""The leaf of a transaction and what it covers."""

from __future__ import annotations

from types import SimpleNamespace

from registry import queries
from registry.journal import leaf_hash, verify_inclusion
from registry.parties import deposit_cash
from registry.queries.reading import all_tables, key_of, table_rows
from registry.store import Registry
from registry.store.recorder import row_key_text, row_sha256, rows_root


def test_each_transaction_is_one_leaf_that_covers_its_rows(issued: Registry, chain: SimpleNamespace) -> None:
    before = queries.journal(issued).tree_size
    outcome = deposit_cash(issued, chain.context("BUREAU", "k"), "A-TRADER", 5)
    entry = queries.journal_entries(issued)[-1]
    assert entry["leaf_index"] == before
    assert (entry["use_case"], entry["key"], entry["actor"]) == ("deposit_cash", "k", "BUREAU")
    rows = [row for row in table_rows(issued, "leaf_row") if row["leaf_index"] == before]
    assert len(rows) == entry["row_count"] == outcome.rows_written
    assert {row["table_name"] for row in rows} == {"balance", "command", "ledger_txn", "posting"}
    entries = [(row["table_name"], row["row_key"], row["row_sha256"]) for row in rows]
    assert rows_root(entries) == entry["rows_root"]


def test_the_newest_leaf_of_every_row_holds_its_hash(finished: Registry) -> None:
    tables = all_tables(finished)
    for name in ("party", "unit_block", "balance", "statement", "command"):
        for row in tables[name]:
            found = queries.row_leaf(finished, name, row_key_text(key_of(name, row)))
            assert found is not None
            assert found["row_sha256"] == row_sha256(name, row)


def test_a_row_hash_depends_on_table_column_and_value() -> None:
    hashes = {
        row_sha256("a", {"x": 1}),
        row_sha256("b", {"x": 1}),
        row_sha256("a", {"x": "1"}),
        row_sha256("a", {"y": 1}),
    }
    assert len(hashes) == 4


def test_no_leaf_holds_a_name_or_number_of_a_person(finished: Registry) -> None:
    text = "".join(str(entry) for entry in queries.journal_entries(finished))
    assert "SIM-" not in text
    assert "演练" not in text


def test_a_leaf_is_proven_in_the_whole_journal(finished: Registry) -> None:
    entries = table_rows(finished, "log_entry")
    state = queries.journal(finished)
    proof = [bytes.fromhex(part) for part in queries.leaf_proof(finished, 3)]
    leaf = leaf_hash(entries[3]["body"].encode())
    assert verify_inclusion(leaf, 3, state.tree_size, proof, bytes.fromhex(state.root))
