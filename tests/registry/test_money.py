"""Rounding to fen and refusals of numbers out of place."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

import pytest

from registry.errors import RuleViolation
from registry.money import refuse_below, refuse_not_fraction, round_fen


def test_half_a_fen_goes_up_and_the_floor_goes_down() -> None:
    assert round_fen(Decimal("2.5")) == 3  # bankers' rounding would give 2
    assert round_fen(Decimal("2.4999")) == 2
    assert round_fen(Decimal("2.9"), ROUND_FLOOR) == 2


def test_a_large_amount_keeps_every_digit() -> None:
    assert round_fen(Decimal("12345678901234567890123456789.5")) == 12345678901234567890123456790


@pytest.mark.parametrize("value", ["10", "1.0001", "-0.01"])
def test_a_percent_is_not_a_fraction(value: str) -> None:
    refuse_not_fraction("fee_frac", Decimal("0.02"))
    with pytest.raises(RuleViolation) as caught:
        refuse_not_fraction("fee_frac", Decimal(value))
    assert caught.value.rule == "valuation-fraction"
    assert caught.value.params["name"] == "fee_frac"


def test_least_is_included() -> None:
    refuse_below("years", 1, 1)
    with pytest.raises(RuleViolation, match=r"valuation-parameter: name=years; value=0; expected=>= 1"):
        refuse_below("years", 0, 1)
