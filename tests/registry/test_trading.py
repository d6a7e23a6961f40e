"""Listing, buying, settling and retiring, and what is refused on the way."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from registry import queries
from registry.errors import NotFound, RuleViolation
from registry.finance import pledge_units
from registry.model import PledgeTerms, Retirement
from registry.store import Registry
from registry.trading import (
    buy_units,
    list_units,
    retire_units,
    settle_trade,
    void_trade,
    withdraw_listing,
)

PURPOSE = Retirement("演练 / rehearsal", "SIM-1", "voluntary")


def offer(registry: Registry, chain: SimpleNamespace, quantity: int = 40) -> str:
    outcome = list_units(registry, chain.context("OWNER", "list"), "A-OWNER", chain.LOT, quantity, 6_000)
    assert outcome.result["serials"] == [f"{chain.LOT}-1-{quantity}"]
    return str(outcome.result["listing_id"])


def test_a_trade_moves_units_and_money_together(issued: Registry, chain: SimpleNamespace) -> None:
    listing_id = offer(issued, chain)
    bought = buy_units(issued, chain.context("TRADER", "buy"), listing_id, "A-TRADER", 25).result
    assert bought["amount_fen"] == 150_000
    states = queries.units_by_state(issued, chain.COUNTY)
    assert (states.tradable, states.listed, states.in_trade) == (120, 15, 25)
    settled = settle_trade(issued, chain.context("EXCHANGE", "settle"), bought["trade_id"]).result
    assert settled["serials"] == [f"{chain.LOT}-1-25"]
    balances = {(r["account_id"], r["lot"]): (r["quantity"], r["held"]) for r in queries.holdings(issued)}
    assert balances["A-TRADER", "CNY"] == (850_000, 0)
    assert balances["A-OWNER", "CNY"] == (150_000, 0)
    assert balances["A-TRADER", chain.LOT] == (25, 0)
    assert balances["A-OWNER", chain.LOT] == (75, 15)


def test_units_on_offer_cannot_be_sold_pledged_or_retired_again(
    issued: Registry, chain: SimpleNamespace
) -> None:
    offer(issued, chain, 70)
    terms = PledgeTerms("BANK", 1, "F", chain.DAY.replace(year=2030))
    with pytest.raises(RuleViolation, match="units-not-free: wanted=31; free=30"):
        list_units(issued, chain.context("OWNER", "l2"), "A-OWNER", chain.LOT, 31, 1)
    with pytest.raises(RuleViolation, match="units-not-free"):
        pledge_units(issued, chain.context("OWNER", "p2"), "A-OWNER", chain.LOT, 31, terms)
    with pytest.raises(RuleViolation, match="units-not-free"):
        retire_units(issued, chain.context("OWNER", "r2"), "A-OWNER", chain.LOT, 31, PURPOSE)


def test_nobody_disposes_of_the_account_of_another(issued: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(RuleViolation, match="account-not-yours"):
        list_units(issued, chain.context("TRADER", "steal"), "A-OWNER", chain.LOT, 1, 1)
    with pytest.raises(RuleViolation, match="account-not-yours"):
        retire_units(issued, chain.context("TRADER", "steal-2"), "A-OWNER", chain.LOT, 1, PURPOSE)
    listing_id = offer(issued, chain)
    with pytest.raises(RuleViolation, match="account-not-yours"):
        buy_units(issued, chain.context("OWNER", "buy-for"), listing_id, "A-TRADER", 1)
    with pytest.raises(RuleViolation, match="account-not-yours"):
        withdraw_listing(issued, chain.context("TRADER", "withdraw"), listing_id)


@pytest.mark.parametrize(
    ("buyer", "account", "quantity", "refusal"),
    [
        ("OWNER", "A-OWNER", 1, "trade-with-self"),
        ("TRADER", "A-TRADER", 41, "trade-over-listing"),
        ("TRADER", "A-TRADER", 0, "not-a-positive-integer"),
        ("TRADER", "A-NONE", 1, "account-unknown"),
    ],
)
def test_what_cannot_be_bought(
    issued: Registry, chain: SimpleNamespace, buyer: str, account: str, quantity: int, refusal: str
) -> None:
    listing_id = offer(issued, chain)
    with pytest.raises(RuleViolation, match=refusal):
        buy_units(issued, chain.context(buyer, "buy"), listing_id, account, quantity)


def test_nobody_buys_beyond_their_money(issued: Registry, chain: SimpleNamespace) -> None:
    listing = list_units(issued, chain.context("OWNER", "dear"), "A-OWNER", chain.LOT, 40, 50_001)
    with pytest.raises(RuleViolation, match="balance-not-free"):
        buy_units(issued, chain.context("TRADER", "buy"), listing.result["listing_id"], "A-TRADER", 20)


def test_a_trade_is_settled_once_or_voided(issued: Registry, chain: SimpleNamespace) -> None:
    listing_id = offer(issued, chain)
    trade_id = buy_units(issued, chain.context("TRADER", "buy"), listing_id, "A-TRADER", 25).result[
        "trade_id"
    ]
    void_trade(issued, chain.context("EXCHANGE", "void"), trade_id)
    assert queries.units_by_state(issued).tradable == 145
    assert queries.holdings(issued, "A-TRADER")[0]["held"] == 0
    with pytest.raises(RuleViolation, match="trade-not-pending"):
        settle_trade(issued, chain.context("EXCHANGE", "settle"), trade_id)
    with pytest.raises(RuleViolation, match="trade-not-pending"):
        void_trade(issued, chain.context("EXCHANGE", "void-2"), trade_id)
    with pytest.raises(NotFound, match="trade-unknown"):
        settle_trade(issued, chain.context("EXCHANGE", "settle-2"), "none")


def test_a_listing_sold_out_or_withdrawn_takes_no_buyer(issued: Registry, chain: SimpleNamespace) -> None:
    listing_id = offer(issued, chain, 5)
    buy_units(issued, chain.context("TRADER", "all"), listing_id, "A-TRADER", 5)
    holds = sorted((row["status"], row["quantity"]) for row in queries.encumbrances(issued, "hold"))
    assert holds == [("active", 5), ("released", 0)]
    with pytest.raises(RuleViolation, match="listing-not-open"):
        buy_units(issued, chain.context("TRADER", "more"), listing_id, "A-TRADER", 1)
    other = list_units(issued, chain.context("OWNER", "l2"), "A-OWNER", chain.LOT, 10, 6_000).result
    assert withdraw_listing(issued, chain.context("OWNER", "w"), other["listing_id"]).result["quantity"] == 10
    with pytest.raises(RuleViolation, match="listing-not-open"):
        withdraw_listing(issued, chain.context("OWNER", "w2"), other["listing_id"])
    with pytest.raises(NotFound, match="listing-unknown"):
        buy_units(issued, chain.context("TRADER", "b3"), "none", "A-TRADER", 1)


def test_a_certificate_shows_the_serials_of_the_ledger(issued: Registry, chain: SimpleNamespace) -> None:
    made = retire_units(issued, chain.context("OWNER", "retire"), "A-OWNER", chain.LOT, 10, PURPOSE).result
    certificate = queries.retirements(issued)[0]
    assert certificate["certificate_no"] == made["certificate_no"] == f"RC-{chain.LOT}-1"
    assert certificate["serials"] == [f"{chain.LOT}-1-10"]
    assert certificate["quantity"] == 10
    assert queries.units_by_state(issued).retired == 10


def test_a_retirement_names_its_beneficiary_and_an_admitted_purpose(
    issued: Registry, chain: SimpleNamespace
) -> None:
    nobody = Retirement(" ", "SIM-1", "voluntary")
    with pytest.raises(RuleViolation, match="beneficiary-missing"):
        retire_units(issued, chain.context("OWNER", "r"), "A-OWNER", chain.LOT, 1, nobody)
    compliance = Retirement("x", "SIM-1", "ets_surrender")
    with pytest.raises(RuleViolation, match="purpose-not-admitted"):
        retire_units(issued, chain.context("OWNER", "r"), "A-OWNER", chain.LOT, 1, compliance)
    with pytest.raises(NotFound, match="lot-unknown"):
        retire_units(issued, chain.context("OWNER", "r"), "A-OWNER", "none", 1, PURPOSE)


def test_an_order_follows_the_rules_of_the_programme(issued: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(RuleViolation, match="order-size"):
        list_units(issued, chain.context("OWNER", "big"), "A-OWNER", chain.LOT, 100_000, 1)
    with pytest.raises(RuleViolation, match="not-a-positive-integer"):
        list_units(issued, chain.context("OWNER", "free"), "A-OWNER", chain.LOT, 1, 0)
