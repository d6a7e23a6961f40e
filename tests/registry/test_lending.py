"""Loans and insurance against worked numbers (methodology 5.5)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RuleViolation
from registry.lending import (
    annuity_cny,
    annuity_schedule,
    index_insurance_fen,
    loan_limit_fen,
    margin_call,
    price_insurance_fen,
    simple_interest_fen,
)

FOUR = Decimal("0.04")


def test_loan_limit_of_the_worked_example() -> None:
    # half of 556 278.88 CNY
    assert loan_limit_fen(55_627_888, Decimal("0.50")) == 27_813_944


def test_the_loan_limit_is_rounded_down_and_nothing_is_lent_on_a_loss() -> None:
    assert loan_limit_fen(3, Decimal("0.5")) == 1
    assert loan_limit_fen(-100, Decimal("0.5")) == 0
    with pytest.raises(RuleViolation, match="valuation-fraction"):
        loan_limit_fen(100, Decimal(50))


def test_annuity_and_interest_of_the_worked_example() -> None:
    # 300 000 CNY at 4 %: 67 388.1340 a year for 5 years, or 12 000 of simple interest a year
    assert annuity_cny(Decimal(300_000), FOUR, 5) == pytest.approx(Decimal("67388.1340"), abs=Decimal("5e-5"))
    assert simple_interest_fen(30_000_000, FOUR) == 1_200_000
    assert simple_interest_fen(30_000_000, FOUR, 5) == 6_000_000


def test_schedule_of_the_worked_example() -> None:
    rows = annuity_schedule(30_000_000, FOUR, 5)
    assert rows[0].payment_fen == 6_738_813
    assert rows[0].interest_fen == 1_200_000
    assert [row.year for row in rows] == [1, 2, 3, 4, 5]
    assert rows[-1].outstanding_fen == 0
    assert abs(rows[-1].payment_fen - 6_738_813) <= 5


@given(principal=st.integers(0, 10**12), rate=st.decimals(0, 1, places=4), years=st.integers(1, 40))
def test_a_schedule_pays_back_every_fen(principal: int, rate: Decimal, years: int) -> None:
    rows = annuity_schedule(principal, rate, years)
    assert len(rows) == years
    assert sum(row.principal_fen for row in rows) == principal
    assert all(row.payment_fen == row.interest_fen + row.principal_fen for row in rows)
    assert all(row.outstanding_fen >= 0 for row in rows)


def test_a_loan_without_interest_is_paid_in_equal_parts() -> None:
    assert annuity_cny(Decimal(300), Decimal(0), 3) == 100


@pytest.mark.parametrize(("principal", "rate", "years"), [(-1, "0.04", 5), (1, "4", 5), (1, "0.04", 0)])
def test_nonsense_loans_are_refused(principal: int, rate: str, years: int) -> None:
    with pytest.raises(RuleViolation):
        annuity_schedule(principal, Decimal(rate), years)
    with pytest.raises(RuleViolation):
        simple_interest_fen(principal, Decimal(rate), years)


def test_margin_call_above_the_trigger_only() -> None:
    assert not margin_call(80, 100, Decimal("0.80"))
    assert margin_call(81, 100, Decimal("0.80"))
    assert margin_call(1, 0, Decimal("0.80"))
    assert not margin_call(0, 0, Decimal("0.80"))


def test_index_insurance_of_the_worked_example() -> None:
    # sum insured 500 000 CNY, strike 0.10, exit 0.60, index 0.35: half of it
    assert index_insurance_fen(50_000_000, Decimal("0.35"), Decimal("0.10"), Decimal("0.60")) == 25_000_000


@pytest.mark.parametrize(("index", "expected"), [("0.05", 0), ("0.10", 0), ("0.60", 100), ("0.90", 100)])
def test_index_insurance_pays_nothing_below_the_strike_and_all_above_the_exit(
    index: str, expected: int
) -> None:
    assert index_insurance_fen(100, Decimal(index), Decimal("0.10"), Decimal("0.60")) == expected


def test_an_exit_below_the_strike_is_refused() -> None:
    with pytest.raises(RuleViolation, match="valuation-parameter"):
        index_insurance_fen(100, Decimal("0.3"), Decimal("0.6"), Decimal("0.6"))


def test_price_insurance_pays_the_shortfall_only() -> None:
    assert price_insurance_fen(1000, 6000, 5500) == 500_000
    assert price_insurance_fen(1000, 6000, 6500) == 0
    with pytest.raises(RuleViolation, match="valuation-parameter"):
        price_insurance_fen(-1, 6000, 5500)
