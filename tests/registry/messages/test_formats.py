"""Numbers, dates and money as each language writes them (CLDR patterns, checked by hand)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from registry.messages import formats


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(0, 0, "0"), (-0.2, 0, "0"), (-12345.67, 1, "-12,345.7"), (1e9, 2, "1,000,000,000.00"),
     (float("nan"), 1, "—"), (float("inf"), 1, "—"), (None, 3, "—"), (Decimal("2.5"), 1, "2.5")],
)  # fmt: skip
def test_decimal(value: float | None, decimals: int, expected: str) -> None:
    assert formats.format_decimal(value, "zh-CN", decimals) == expected
    assert formats.format_decimal(value, "en", decimals) == expected


def test_integer() -> None:
    assert formats.format_integer(20654, "en") == "20,654"
    assert formats.format_integer(None, "en") == "—"


def test_area_carries_its_unit_in_the_language() -> None:
    assert formats.format_area_ha(1234.56, "zh-CN") == "1,234.6 公顷"
    assert formats.format_area_ha(1234.56, "en", 0) == "1,235 ha"


def test_interval() -> None:
    assert formats.format_interval(12345.4, 678.2, "en") == "12,345 ± 678"
    assert formats.format_interval(12345.4, None, "en") == "12,345"
    assert formats.format_interval(None, 3.0, "en") == "—"


def test_percent() -> None:
    assert formats.format_percent(0.046952, "en", 4) == "4.6952%"
    assert formats.format_percent(None, "zh-CN") == "—"


def test_day() -> None:
    assert formats.format_day(date(2026, 3, 5), "zh-CN") == "2026年3月5日"
    assert formats.format_day(date(2026, 3, 5), "en") == "5 Mar 2026"
    assert formats.format_day(None, "en") == "—"


def test_money_is_exact_to_the_fen() -> None:
    assert formats.format_money_fen(900719925474099301, "zh-CN") == "¥9,007,199,254,740,993.01"
    assert formats.format_money_fen(None, "en") == "—"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("row", 12345, "12345"),
        ("year", 2025, "2025"),
        ("claim_tco2e", 12345, "12,345"),
        ("cash_fen", 150, "CN¥1.50"),
        ("low", 0.1 + 0.2, "0.3"),
        ("low", float("inf"), "inf"),
        ("names", ("a", "b"), "a, b"),
        ("on_date", date(2025, 1, 2), "2 Jan 2025"),
        ("at", datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC), "2025-01-02T03:04:05+00:00"),
        ("flag", True, "true"),
        ("gone", None, "—"),
        ("code", "00430624", "00430624"),
    ],
)
def test_value_follows_its_name(name: str, value: object, expected: str) -> None:
    assert formats.format_value(name, value, "en") == expected
