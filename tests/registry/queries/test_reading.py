"""Plain rows from tables."""

from __future__ import annotations

from registry.queries.reading import all_tables, key_of, stream_table, table_rows
from registry.schema import METADATA
from registry.store import Registry


def test_rows_come_in_the_order_of_their_key(finished: Registry) -> None:
    tables = all_tables(finished)
    assert set(tables) == set(METADATA.tables)
    for name in ("posting", "dataset_file", "leaf_row"):
        keys = [key_of(name, row) for row in tables[name]]
        assert keys == sorted(keys)


def test_filters_and_none(finished: Registry) -> None:
    assert len(table_rows(finished, "account", kind="holding")) == 2
    assert len(table_rows(finished, "account", kind=None)) == 6


def test_a_table_can_be_streamed(finished: Registry) -> None:
    with finished.reading() as connection:
        codes = [row["party_code"] for row in stream_table(connection, "party")]
    assert codes[:2] == ["BANK", "BUREAU"]
