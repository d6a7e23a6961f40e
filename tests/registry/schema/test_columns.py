"""Columns hold whole numbers, text and bytes; never floats."""

from __future__ import annotations

from sqlalchemy import LargeBinary, Text
from sqlalchemy.dialects import postgresql, sqlite

from registry.schema import METADATA
from registry.schema.columns import WHOLE, one_of


def test_no_column_is_a_float_or_numeric() -> None:
    kinds = {type(column.type) for table in METADATA.sorted_tables for column in table.columns}
    assert kinds == {type(WHOLE), Text, LargeBinary}


def test_whole_numbers_have_64_bits_on_both() -> None:
    assert WHOLE.compile(postgresql.dialect()) == "BIGINT"
    assert WHOLE.compile(sqlite.dialect()) == "INTEGER"


def test_every_table_is_strict_and_has_a_key() -> None:
    for table in METADATA.sorted_tables:
        assert table.dialect_options["sqlite"]["strict"], table.name
        assert list(table.primary_key.columns), table.name


def test_choices_become_a_check() -> None:
    assert str(one_of("kind", "a", "b").sqltext) == "kind IN ('a', 'b')"
