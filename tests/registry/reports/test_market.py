"""Rows of the registry hold plain values only, so that a report can be kept and compared."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from registry.reports import market, measures
from registry.reports.label import Label

ROWS = [
    value
    for module in (market, measures)
    for value in vars(module).values()
    if isinstance(value, type) and dataclasses.is_dataclass(value) and value is not Label
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_row_is_frozen_and_documents_each_field(row: type) -> None:
    import inspect  # noqa: PLC0415

    assert row.__dataclass_params__.frozen  # type: ignore[attr-defined]
    source = inspect.getsource(row)
    assert source.count('"""') // 2 >= 1 + len(dataclasses.fields(row))


def test_equal_rows_are_equal() -> None:
    one, two = (market.PricePoint(date(2025, 1, 6), 6_000, "示范") for _ in range(2))
    assert one == two
    assert dataclasses.replace(two, price_fen_per_t=6_001) != one
