"""Rows of measurement: half width and time follow from what is given."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from registry.reports.label import Label
from registry.reports.measures import EstimateRow


def row(**given: object) -> EstimateRow:
    return EstimateRow("account", "county", Label("县"), "carbon_stock", "t C", 100.0, **given)  # type: ignore[arg-type]


def test_half_width_needs_both_ends() -> None:
    assert row(low=90.0, high=112.0).half_width == 11.0
    assert row(low=90.0).half_width is None
    assert row().half_width is None


def test_when_is_a_year_or_a_period() -> None:
    assert row(year=2025).when == "2025"
    assert row(period=(1991, 2002)).when == "1991–2002"
    assert row().when == ""


def test_a_row_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        row().value = 1.0  # type: ignore[misc]
