"""Parties, accounts and deposits."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from registry import queries
from registry.errors import NotFound, RuleViolation
from registry.model import PartyRecord
from registry.parties import deposit_cash, open_account, register_parties
from registry.queries.reading import table_rows
from registry.store import Registry

PEOPLE = [PartyRecord("A", "company", "演练 A", "SIM-1"), PartyRecord("V", "verifier", "演练 V", "SIM-2")]


def test_a_party_gets_a_salt_that_no_list_shows(registry: Registry, chain: SimpleNamespace) -> None:
    register_parties(registry, chain.context("B", "k"), PEOPLE)
    salts = {row["salt"] for row in table_rows(registry, "party") if row["party_code"] != "SYSTEM"}
    assert len(salts) == 2
    assert all(len(salt) == 32 for salt in salts)
    shown = queries.parties(registry, "company")
    assert [row["party_code"] for row in shown] == ["A"]
    assert not {"salt", "identity_no"} & shown[0].keys()


def test_a_code_stands_for_one_party(registry: Registry, chain: SimpleNamespace) -> None:
    register_parties(registry, chain.context("B", "k"), PEOPLE)
    with pytest.raises(RuleViolation, match="party-known: party_code=V"):
        register_parties(registry, chain.context("B", "k2"), PEOPLE[1:])
    twice = [PartyRecord("X", "company", "x", "1"), PartyRecord("X", "company", "x", "1")]
    with pytest.raises(RuleViolation, match="party-known: party_code=X"):
        register_parties(registry, chain.context("B", "k3"), twice)


@pytest.mark.parametrize(
    ("party", "kind", "refusal"),
    [
        ("V", "holding", "account-not-allowed"),
        ("A", "retirement", "account-not-allowed"),
        ("A", "external", "account-not-allowed"),
        ("NONE", "holding", "party-unknown"),
    ],
)
def test_who_may_not_open_an_account(
    registry: Registry, chain: SimpleNamespace, party: str, kind: str, refusal: str
) -> None:
    register_parties(registry, chain.context("B", "k"), PEOPLE)
    with pytest.raises(RuleViolation, match=refusal):
        open_account(registry, chain.context("B", "k2"), "A-1", party, kind)  # type: ignore[arg-type]


def test_an_account_number_is_given_once(registry: Registry, chain: SimpleNamespace) -> None:
    register_parties(registry, chain.context("B", "k"), PEOPLE)
    open_account(registry, chain.context("B", "k2"), "A-1", "A")
    with pytest.raises(RuleViolation, match="account-known"):
        open_account(registry, chain.context("B", "k3"), "A-1", "A")
    assert [row["account_id"] for row in queries.accounts(registry, "A")] == ["A-1"]


def test_money_comes_from_outside_and_stays_counted(registry: Registry, chain: SimpleNamespace) -> None:
    register_parties(registry, chain.context("B", "k"), PEOPLE)
    open_account(registry, chain.context("B", "k2"), "A-1", "A")
    assert deposit_cash(registry, chain.context("B", "k3"), "A-1", 5).result["balance_fen"] == 5
    assert deposit_cash(registry, chain.context("B", "k4"), "A-1", 7).result["balance_fen"] == 12
    everywhere = {r["account_id"]: r["quantity"] for r in queries.holdings(registry, sources=True)}
    assert everywhere == {"A-1": 12, "SYS-EXTERNAL": -12}
    with pytest.raises(RuleViolation, match="not-a-positive-integer"):
        deposit_cash(registry, chain.context("B", "k5"), "A-1", 0)
    with pytest.raises(NotFound, match="account-unknown"):
        deposit_cash(registry, chain.context("B", "k6"), "NONE", 1)
