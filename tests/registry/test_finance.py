"""Pledges, prices and valuations."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from registry import queries
from registry.errors import NotFound, RuleViolation
from registry.finance import pledge_units, record_prices, record_valuation, release_pledge
from registry.model import PledgeTerms, PriceQuote, Retirement, ValuationRecord
from registry.store import Registry
from registry.trading import list_units, retire_units

TERMS = PledgeTerms("BANK", 100_000, "SIM-F-1", date(2027, 1, 1))
QUOTE = PriceQuote("venue", date(2026, 1, 2), 6_500, "f" * 64)
VALUE = ValuationRecord(
    "units", "L", date(2026, 1, 1), "market", "1" * 64, 1, 2, 3, {"discount_frac": "0.05"}
)


def test_pledged_units_cannot_be_sold_or_retired_until_released(
    issued: Registry, chain: SimpleNamespace
) -> None:
    pledge = pledge_units(issued, chain.context("OWNER", "p"), "A-OWNER", chain.LOT, 95, TERMS).result
    assert pledge["serials"] == [f"{chain.LOT}-1-95"]
    assert queries.units_by_state(issued).pledged == 95
    reasons = queries.units_by_state(issued).lots[0].reasons
    assert reasons == (
        {"serials": f"{chain.LOT}-1-95", "quantity": 95, "state": "pledged", "held_by": pledge["pledge_id"]},
    )
    with pytest.raises(RuleViolation, match="units-not-free: wanted=6; free=5"):
        list_units(issued, chain.context("OWNER", "l"), "A-OWNER", chain.LOT, 6, 1)
    with pytest.raises(RuleViolation, match="units-not-free"):
        retire_units(
            issued, chain.context("OWNER", "r"), "A-OWNER", chain.LOT, 6, Retirement("x", "y", "voluntary")
        )
    released = release_pledge(issued, chain.context("BANK", "rel"), pledge["pledge_id"]).result
    assert released["quantity"] == 95
    assert queries.units_by_state(issued).tradable == 160
    assert queries.encumbrances(issued, "pledge")[0]["status"] == "released"


def test_only_the_lender_releases_and_only_once(issued: Registry, chain: SimpleNamespace) -> None:
    pledge_id = pledge_units(issued, chain.context("OWNER", "p"), "A-OWNER", chain.LOT, 5, TERMS).result[
        "pledge_id"
    ]
    with pytest.raises(RuleViolation, match="pledge-not-yours"):
        release_pledge(issued, chain.context("OWNER", "rel"), pledge_id)
    release_pledge(issued, chain.context("BANK", "rel"), pledge_id)
    with pytest.raises(RuleViolation, match="pledge-not-active"):
        release_pledge(issued, chain.context("BANK", "rel-2"), pledge_id)
    with pytest.raises(NotFound, match="pledge-unknown"):
        release_pledge(issued, chain.context("BANK", "rel-3"), "NONE")


def test_a_hold_is_not_released_as_a_pledge(issued: Registry, chain: SimpleNamespace) -> None:
    list_units(issued, chain.context("OWNER", "l"), "A-OWNER", chain.LOT, 6, 1)
    hold = queries.encumbrances(issued, "hold")[0]["encumbrance_id"]
    with pytest.raises(NotFound, match="pledge-unknown"):
        release_pledge(issued, chain.context("BANK", "rel"), hold)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"secured_party": "TRADER"}, "lender-unknown"),
        ({"secured_party": "NONE"}, "lender-unknown"),
        ({"amount_fen": 0}, "not-a-positive-integer"),
        ({"ends_on": date(2026, 1, 5)}, "period-empty"),
    ],
)
def test_faulty_terms(
    issued: Registry, chain: SimpleNamespace, changes: dict[str, object], refusal: str
) -> None:
    terms = replace(TERMS, **changes)  # type: ignore[arg-type]
    with pytest.raises(RuleViolation, match=refusal):
        pledge_units(issued, chain.context("OWNER", "p"), "A-OWNER", chain.LOT, 5, terms)


def test_a_price_is_never_changed(registry: Registry, chain: SimpleNamespace) -> None:
    other = replace(QUOTE, quote_date=date(2026, 1, 1), price_fen_per_t=6_000)
    assert record_prices(registry, chain.context("S", "k"), [QUOTE, other]).result == {
        "recorded": 2,
        "known": 0,
    }
    assert record_prices(registry, chain.context("S", "k2"), [QUOTE]).result == {"recorded": 0, "known": 1}
    assert [row["price_fen_per_t"] for row in queries.prices(registry, "venue")] == [6_000, 6_500]
    with pytest.raises(RuleViolation, match="price-differs"):
        record_prices(registry, chain.context("S", "k3"), [replace(QUOTE, price_fen_per_t=1)])
    with pytest.raises(RuleViolation, match="not-a-positive-integer"):
        record_prices(registry, chain.context("S", "k4"), [replace(QUOTE, price_fen_per_t=0)])
    with pytest.raises(RuleViolation, match="not-a-sha256"):
        record_prices(registry, chain.context("S", "k5"), [replace(QUOTE, source_sha256="x")])


def test_a_valuation_keeps_method_inputs_and_parameters(registry: Registry, chain: SimpleNamespace) -> None:
    record_valuation(registry, chain.context("S", "k"), VALUE)
    found = queries.valuations(registry, "units")[0]
    assert (found["low_fen"], found["mid_fen"], found["high_fen"]) == (1, 2, 3)
    assert found["parameters"] == {"discount_frac": "0.05"}
    with pytest.raises(RuleViolation, match="valuation-not-ordered"):
        record_valuation(registry, chain.context("S", "k2"), replace(VALUE, low_fen=5))
