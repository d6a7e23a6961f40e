"""Valuation against worked numbers (methodology 5.4), and the walls between units, stock and expectation."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RuleViolation
from registry.model import PriceQuote
from registry.prices import PriceEvidence, PriceWindow, stated_prices, summarise_prices
from registry.valuation import (
    IncomeCase,
    Valuation,
    net_present_value_cny,
    value_income,
    value_stock,
    value_units,
)

AS_OF = date(2026, 6, 30)
PRICES = stated_prices(AS_OF, (6000, 7000, 8000), "a test")
CASE = IncomeCase(
    quantities_tco2e=(1000,) * 10,
    net_of_risk=False,
    risk_deduction_frac=Decimal("0.10"),
    price_growth_frac=Decimal("0.03"),
    discount_frac=Decimal("0.05"),
    fee_frac=Decimal("0.02"),
)


def test_npv_of_the_worked_example() -> None:
    # methodology 5.4: 1000 t a year for 10 years, 70 CNY, g 3 %, K 10 %, fee 2 %, r 5 %
    assert net_present_value_cny(CASE, Decimal(70)) == pytest.approx(
        Decimal("556278.8841"), abs=Decimal("5e-5")
    )


def test_npv_with_costs_of_the_worked_example() -> None:
    # methodology 5.4: 20 000 CNY in years 5 and 10, 5 000 in the others
    costs = tuple(2_000_000 if year in {5, 10} else 500_000 for year in range(1, 11))
    npv = net_present_value_cny(replace(CASE, costs_fen=costs), Decimal(70))
    assert npv == pytest.approx(Decimal("496708.6182"), abs=Decimal("5e-5"))


def test_the_risk_deduction_is_taken_once() -> None:
    gross = net_present_value_cny(CASE, Decimal(70))
    net = replace(CASE, quantities_tco2e=(900,) * 10, net_of_risk=True)
    assert net_present_value_cny(net, Decimal(70)) == pytest.approx(gross, abs=Decimal("1e-20"))
    assert net_present_value_cny(replace(net, net_of_risk=False), Decimal(70)) == pytest.approx(
        gross * Decimal("0.9"), abs=Decimal("1e-20")
    )


def test_income_valuation_in_fen_and_indicative() -> None:
    valuation = value_income(CASE, PRICES)
    assert valuation.base_fen == 55_627_888
    assert valuation.low_fen == 47_681_047  # 6/7 of it: the value is linear in the price
    assert valuation.high_fen == 63_574_730
    assert valuation.indicative
    assert valuation.quantity_tco2e == 10_000
    assert dict(valuation.assumptions)["net_of_risk"] == "false"


def test_probability_of_issuance_is_a_haircut() -> None:
    half = replace(CASE, issuance_probability_frac=Decimal("0.5"))
    assert value_income(half, PRICES).base_fen == 27_813_944


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"risk_deduction_frac": Decimal(10)}, "valuation-fraction"),
        ({"fee_frac": Decimal(2)}, "valuation-fraction"),
        ({"price_growth_frac": Decimal(-1)}, "valuation-fraction"),
        ({"quantities_tco2e": ()}, "valuation-parameter"),
        ({"quantities_tco2e": (1000, -1)}, "valuation-parameter"),
        ({"costs_fen": (100,)}, "valuation-parameter"),
    ],
)
def test_cases_out_of_order_are_refused(change: dict[str, object], rule: str) -> None:
    with pytest.raises(RuleViolation) as caught:
        replace(CASE, **change)  # type: ignore[arg-type]
    assert caught.value.rule == rule


def test_units_are_quantity_times_price_less_the_fee() -> None:
    valuation = value_units(1001, PRICES, Decimal("0.02"))
    # 1001 t * 60/70/80 CNY * 0.98
    assert (valuation.low_fen, valuation.base_fen, valuation.high_fen) == (
        5_885_880,
        6_866_860,
        7_847_840,
    )
    assert not valuation.indicative
    assert value_units(0, PRICES, Decimal("0.02")).high_fen == 0
    with pytest.raises(RuleViolation, match="valuation-parameter"):
        value_units(-1, PRICES, Decimal("0.02"))


def test_stock_is_indicative_whatever_happens() -> None:
    valuation = value_stock((Decimal(80), Decimal("100.5"), Decimal(120)), PRICES)
    # 80 t C * 44/12 * 60 CNY; 100.5 * 44/12 * 70; 120 * 44/12 * 80
    assert (valuation.low_fen, valuation.base_fen, valuation.high_fen) == (1_760_000, 2_579_500, 3_520_000)
    assert valuation.quantity_tco2e == 368  # 368.5 t CO2e, rounded down
    assert valuation.indicative
    assert valuation.record("430624").parameters["indicative"] == "true"
    with pytest.raises(RuleViolation, match="valuation-stock-indicative"):
        replace(valuation, indicative=False)


def test_stock_below_zero_counts_as_nothing_and_disorder_is_refused() -> None:
    assert value_stock((Decimal(-5), Decimal(1), Decimal(9)), PRICES).low_fen == 0
    for stock in ((2, 1, 3), (1, 3, 2), (-3, -1, 1)):
        low, base, high = (Decimal(tc) for tc in stock)
        with pytest.raises(RuleViolation, match="valuation-parameter"):
            value_stock((low, base, high), PRICES)


def test_the_record_holds_what_the_figure_rests_on() -> None:
    record = value_units(10, PRICES, Decimal("0.02"), "pledge").record("PLG-1")
    assert (record.subject_kind, record.subject_id, record.method) == ("pledge", "PLG-1", "comparables")
    assert record.mid_fen == 68_600
    assert record.parameters["price_basis"] == "stated: a test"
    assert record.parameters["n_quotes"] == "0"
    assert len(record.inputs_sha256) == 64


def test_the_digest_follows_every_input() -> None:
    base = value_income(CASE, PRICES)
    others = [
        value_income(replace(CASE, costs_fen=(1,) * 10), PRICES),
        value_income(replace(CASE, quantities_tco2e=(1001, 999, *(1000,) * 8)), PRICES),
        value_income(CASE, stated_prices(AS_OF, (6000, 7000, 8000), "another")),
        value_income(CASE, stated_prices(date(2026, 7, 1), (6000, 7000, 8000), "a test")),
    ]
    assert len({base.inputs_sha256, *(other.inputs_sha256 for other in others)}) == 5
    assert value_income(CASE, PRICES) == base


@given(
    quantity=st.integers(0, 10**9),
    low=st.integers(1, 10**6),
    rise=st.integers(0, 10**5),
    fee=st.decimals(0, 1, places=3),
)
def test_a_range_is_always_in_order(quantity: int, low: int, rise: int, fee: Decimal) -> None:
    prices = stated_prices(AS_OF, (low, low + rise, low + 2 * rise), "drawn")
    valuation = value_units(quantity, prices, fee)
    assert 0 <= valuation.low_fen <= valuation.base_fen <= valuation.high_fen <= quantity * (low + 2 * rise)


def test_a_range_out_of_order_cannot_be_made() -> None:
    with pytest.raises(RuleViolation, match="valuation-range"):
        Valuation("units", "comparables", AS_OF, 2, 1, 3, 1, False, "0" * 64, ())


@pytest.mark.realdata
def test_a_foreign_price_never_becomes_yuan(real_data: Path) -> None:
    with (real_data / "nzu_price" / "nzu-month-price.csv").open(encoding="utf-8", newline="") as file:
        quotes = [
            PriceQuote("NZU", date.fromisoformat(row["date"]), int(Decimal(row["price"]) * 100), "0" * 64)
            for row in csv.DictReader(file)
        ]
    dollars = summarise_prices(quotes, AS_OF, PriceWindow(currency="NZD"))
    assert dollars.n_quotes == 12
    calls = (
        lambda evidence: value_units(1, evidence, Decimal(0)),
        lambda evidence: value_stock((Decimal(1), Decimal(1), Decimal(1)), evidence),
        lambda evidence: value_income(CASE, evidence),
    )
    for call in calls:
        with pytest.raises(RuleViolation, match="valuation-currency: currency=NZD"):
            call(dollars)
    yuan: PriceEvidence = replace(dollars, currency="CNY")
    assert value_units(1, yuan, Decimal(0)).base_fen == yuan.base_fen_per_t
