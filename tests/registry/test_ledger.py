"""Random acts on the market against a plain model, with every invariant after every step."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from registry.errors import RegistryError, RuleViolation
from registry.finance import pledge_units, release_pledge
from registry.invariants import check_invariants
from registry.ledger import Posting, block_id, cash_move, post
from registry.model import Context, PledgeTerms, Retirement
from registry.parties import deposit_cash
from registry.queries import units_by_state
from registry.queries.reading import all_tables
from registry.store import Registry, UnitOfWork
from registry.trading import (
    buy_units,
    list_units,
    retire_units,
    settle_trade,
    void_trade,
    withdraw_listing,
)
from registry.verification import check_data

DAY = date(2026, 1, 5)
LOTS = ("CN-430624-XYAR01-2024", "CN-430624-XYAR01-2025")
OWNERS = {"A-OWNER": "OWNER", "A-TRADER": "TRADER"}
QUANTITIES = st.integers(1, 60)
ACCOUNTS = st.sampled_from(sorted(OWNERS))
PURPOSE = Retirement("演练 / rehearsal", "SIM-1", "voluntary")
TERMS = PledgeTerms("BANK", 1000, "SIM-F", date(2027, 1, 1))


class Market(RuleBasedStateMachine):
    """The registry beside a model that knows only numbers."""

    make_registry: Callable[[], Registry]

    def __init__(self) -> None:
        super().__init__()
        self.registry = type(self).make_registry()
        self.keys = itertools.count()
        self.free = {("A-OWNER", LOTS[0]): 100, ("A-OWNER", LOTS[1]): 60}
        self.free |= {("A-TRADER", lot): 0 for lot in LOTS}
        self.cash = {"A-OWNER": 0, "A-TRADER": 1_000_000}
        self.cash_held = dict.fromkeys(OWNERS, 0)
        self.listings: dict[str, list[Any]] = {}
        self.trades: dict[str, tuple[str, str, str, int, int]] = {}
        self.pledges: dict[str, tuple[str, str, int]] = {}
        self.retired = 0

    def teardown(self) -> None:
        assert [f for f in check_data(self.registry, None) if f.severity == "error"] == []
        self.registry.close()

    def context(self, actor: str) -> Context:
        return Context(actor, DAY, f"step-{next(self.keys)}")

    def attempt(self, allowed: bool, act: Callable[..., Any], actor: str, *values: Any) -> Any:
        """Ask; the registry must agree with the model whether it is allowed."""
        try:
            outcome = act(self.registry, self.context(actor), *values)
        except RuleViolation:
            assert not allowed
            return None
        assert allowed
        return outcome.result

    @rule(account=ACCOUNTS, amount=st.integers(1, 500_000))
    def deposit(self, account: str, amount: int) -> None:
        self.attempt(True, deposit_cash, "BUREAU", account, amount)
        self.cash[account] += amount

    @rule(account=ACCOUNTS, lot=st.sampled_from(LOTS), quantity=QUANTITIES, price=st.integers(1, 9000))
    def offer(self, account: str, lot: str, quantity: int, price: int) -> None:
        allowed = self.free[account, lot] >= quantity
        result = self.attempt(allowed, list_units, OWNERS[account], account, lot, quantity, price)
        if result:
            self.free[account, lot] -= quantity
            self.listings[result["listing_id"]] = [account, lot, quantity, price]

    @precondition(lambda self: self.listings)
    @rule(data=st.data(), buyer=ACCOUNTS, quantity=QUANTITIES)
    def buy(self, data: Any, buyer: str, quantity: int) -> None:
        listing_id = data.draw(st.sampled_from(sorted(self.listings)))
        seller, lot, left, price = self.listings[listing_id]
        amount = quantity * price
        allowed = buyer != seller and quantity <= left and self.cash[buyer] >= amount
        result = self.attempt(allowed, buy_units, OWNERS[buyer], listing_id, buyer, quantity)
        if result:
            self.cash[buyer] -= amount
            self.cash_held[buyer] += amount
            self.listings[listing_id][2] -= quantity
            self.trades[result["trade_id"]] = (seller, buyer, lot, quantity, amount)
            if left == quantity:
                del self.listings[listing_id]

    @precondition(lambda self: self.trades)
    @rule(data=st.data())
    def settle(self, data: Any) -> None:
        trade_id = data.draw(st.sampled_from(sorted(self.trades)))
        seller, buyer, lot, quantity, amount = self.trades.pop(trade_id)
        self.attempt(True, settle_trade, "EXCHANGE", trade_id)
        self.cash_held[buyer] -= amount
        self.cash[seller] += amount
        self.free[buyer, lot] += quantity
        self.attempt(False, settle_trade, "EXCHANGE", trade_id)

    @precondition(lambda self: self.trades)
    @rule(data=st.data())
    def void(self, data: Any) -> None:
        trade_id = data.draw(st.sampled_from(sorted(self.trades)))
        seller, buyer, lot, quantity, amount = self.trades.pop(trade_id)
        self.attempt(True, void_trade, "EXCHANGE", trade_id)
        self.cash_held[buyer] -= amount
        self.cash[buyer] += amount
        self.free[seller, lot] += quantity

    @precondition(lambda self: self.listings)
    @rule(data=st.data())
    def withdraw(self, data: Any) -> None:
        listing_id = data.draw(st.sampled_from(sorted(self.listings)))
        account, lot, left, _ = self.listings.pop(listing_id)
        self.attempt(True, withdraw_listing, OWNERS[account], listing_id)
        self.free[account, lot] += left

    @rule(account=ACCOUNTS, lot=st.sampled_from(LOTS), quantity=QUANTITIES)
    def retire(self, account: str, lot: str, quantity: int) -> None:
        allowed = self.free[account, lot] >= quantity
        if self.attempt(allowed, retire_units, OWNERS[account], account, lot, quantity, PURPOSE):
            self.free[account, lot] -= quantity
            self.retired += quantity

    @rule(account=ACCOUNTS, lot=st.sampled_from(LOTS), quantity=QUANTITIES)
    def pledge(self, account: str, lot: str, quantity: int) -> None:
        allowed = self.free[account, lot] >= quantity
        result = self.attempt(allowed, pledge_units, OWNERS[account], account, lot, quantity, TERMS)
        if result:
            self.free[account, lot] -= quantity
            self.pledges[result["pledge_id"]] = (account, lot, quantity)

    @precondition(lambda self: self.pledges)
    @rule(data=st.data(), lender=st.sampled_from(["BANK", "OWNER"]))
    def release(self, data: Any, lender: str) -> None:
        pledge_id = data.draw(st.sampled_from(sorted(self.pledges)))
        account, lot, quantity = self.pledges[pledge_id]
        if self.attempt(lender == "BANK", release_pledge, lender, pledge_id):
            self.free[account, lot] += quantity
            del self.pledges[pledge_id]

    @invariant()
    def books_agree(self) -> None:
        tables = all_tables(self.registry)
        assert check_invariants(tables) == []
        cash = {r["account_id"]: r for r in tables["balance"] if r["lot"] == "CNY" and not r["is_source"]}
        for account in OWNERS:
            row = cash.get(account, {"quantity": 0, "held": 0})
            assert row["quantity"] == self.cash[account] + self.cash_held[account]
            assert row["held"] == self.cash_held[account]

    @invariant()
    def states_agree(self) -> None:
        states = units_by_state(self.registry)
        assert states.issued == 160
        assert states.tradable == sum(self.free.values())
        assert states.listed == sum(left for _, _, left, _ in self.listings.values())
        assert states.in_trade == sum(trade[3] for trade in self.trades.values())
        assert states.pledged == sum(quantity for _, _, quantity in self.pledges.values())
        assert states.retired == self.retired


def test_random_acts_agree_with_a_plain_model(
    new_issued_url: Callable[[], str], open_registry: Callable[..., Registry], backend: str
) -> None:
    class Machine(Market):
        make_registry = staticmethod(lambda: open_registry(new_issued_url()))

    runs, steps = (25, 20) if backend == "sqlite" else (6, 15)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def in_transaction(
    registry: Registry, chain: SimpleNamespace, key: str, body: Callable[[UnitOfWork], Any]
) -> Any:
    return registry.execute(chain.context("A", key), "test", {}, lambda uow: body(uow) or {})


def test_postings_that_overdraw_an_account_are_refused(issued: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(RuleViolation, match="balance-not-free: account_id=A-TRADER; lot=CNY; wanted=1000001"):
        in_transaction(
            issued, chain, "k", lambda uow: post(uow, "x", cash_move("A-TRADER", "A-OWNER", 1_000_001))
        )


def test_postings_that_do_not_sum_to_zero_are_refused(issued: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(RegistryError, match="postings-not-zero"):
        in_transaction(issued, chain, "k", lambda uow: post(uow, "x", [Posting("A-OWNER", "CNY", 5)]))


def test_a_block_is_named_by_its_first_serial() -> None:
    assert block_id("S", 7) == "S-7"
