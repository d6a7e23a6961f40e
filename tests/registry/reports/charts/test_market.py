"""Pictures of units, values and prices."""

from __future__ import annotations

from datetime import date

import pytest

from registry.reports.charts.market import draw_prices, draw_units, draw_valuation
from registry.reports.charts.style import Pen
from registry.reports.label import Label
from registry.reports.model import PricePoint, UnitTotals, ValuationRow

PEN = Pen("en", None)


def test_nothing_issued_no_picture() -> None:
    assert draw_units(None, PEN) is None
    assert draw_units(UnitTotals(0, 0, 0, 0, 0), PEN) is None
    assert draw_units(UnitTotals(10, 5, 0, 3, 2), PEN) is not None


@pytest.mark.parametrize("fen", [(0, 0, 0), (100, 100, 100), (1, 10**12, 10**13)])
def test_odd_values_are_drawn(fen: tuple[int, int, int]) -> None:
    row = ValuationRow("units", Label("单位", "units"), *fen)
    assert (draw_valuation([row], PEN) or b"").startswith(b"\x89PNG")


def test_no_values_no_picture() -> None:
    assert draw_valuation([], PEN) is None


def test_prices_need_two_days_and_may_have_many_venues() -> None:
    prices = [PricePoint(date(2025, 1, 1 + place), 6_000 + place, f"venue {place % 3}") for place in range(9)]
    assert draw_prices(prices[:1], PEN) is None
    assert (draw_prices(prices, PEN) or b"").startswith(b"\x89PNG")
