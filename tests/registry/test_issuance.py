"""Issuing units in serial ranges."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from registry import queries
from registry.errors import NotFound, RuleViolation
from registry.issuance import issue_units
from registry.statements import submit_statement, verify_statement
from registry.store import Registry

LOT_2025 = "CN-430624-XYAR01-2025"


@pytest.fixture
def verified(based: Registry) -> Registry:
    return based


def test_all_that_was_verified_is_issued_by_vintage(verified: Registry, chain: SimpleNamespace) -> None:
    made = issue_units(verified, chain.context("BUREAU", "i"), chain.statement_id, "A-OWNER").result
    assert made["quantity"] == 160
    assert [b["serials"] for b in made["blocks"]] == [f"{chain.LOT}-1-100", f"{LOT_2025}-1-60"]
    balances = {r["lot"]: r["quantity"] for r in queries.holdings(verified, "A-OWNER")}
    assert balances == {chain.LOT: 100, LOT_2025: 60}
    assert [row["serials"] for row in queries.issuances(verified, chain.PROJECT)] != []
    with pytest.raises(RuleViolation, match="nothing-to-issue"):
        issue_units(verified, chain.context("BUREAU", "i2"), chain.statement_id, "A-OWNER")


def test_instalments_continue_the_series_up_to_the_verified_quantity(
    verified: Registry, chain: SimpleNamespace
) -> None:
    first = issue_units(
        verified, chain.context("BUREAU", "i"), chain.statement_id, "A-OWNER", {2024: 30}
    ).result
    second = issue_units(
        verified, chain.context("BUREAU", "i2"), chain.statement_id, "A-OWNER", {2024: 70}
    ).result
    assert (first["blocks"][0]["serials"], second["blocks"][0]["serials"]) == (
        f"{chain.LOT}-1-30",
        f"{chain.LOT}-31-100",
    )
    with pytest.raises(RuleViolation, match="issued-over-verified: vintage=2024; wanted=1; free=0"):
        issue_units(verified, chain.context("BUREAU", "i3"), chain.statement_id, "A-OWNER", {2024: 1})
    with pytest.raises(RuleViolation, match="issued-over-verified: vintage=2023"):
        issue_units(verified, chain.context("BUREAU", "i4"), chain.statement_id, "A-OWNER", {2023: 1})
    with pytest.raises(RuleViolation, match="not-a-positive-integer"):
        issue_units(verified, chain.context("BUREAU", "i5"), chain.statement_id, "A-OWNER", {2025: 0})


@pytest.mark.parametrize(
    ("actor", "account", "refusal"),
    [
        ("BUREAU", "A-TRADER", "account-not-proponent"),
        ("BUREAU", "NONE", "account-unknown"),
        ("OWNER", "A-OWNER", "issuer-is-maker"),
        ("MAKER", "A-OWNER", "issuer-is-maker"),
    ],
)
def test_who_may_not_issue_and_to_whom(
    verified: Registry, chain: SimpleNamespace, actor: str, account: str, refusal: str
) -> None:
    with pytest.raises(RuleViolation, match=refusal):
        issue_units(verified, chain.context(actor, "i"), chain.statement_id, account)


def test_a_period_is_issued_once(verified: Registry, chain: SimpleNamespace) -> None:
    issue_units(verified, chain.context("BUREAU", "i"), chain.statement_id, "A-OWNER", {2024: 1})
    overlapping = chain.make_statement(period_start=date(2025, 12, 31), period_end=date(2026, 6, 30))
    made = submit_statement(verified, chain.context("MAKER", "s2"), overlapping).result["statement_id"]
    verify_statement(verified, chain.context("VVB", "v2"), made, 10)
    with pytest.raises(RuleViolation, match="issuance-period-overlap"):
        issue_units(verified, chain.context("BUREAU", "i2"), made, "A-OWNER")


def test_an_unknown_statement_is_named(verified: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(NotFound, match="statement-unknown"):
        issue_units(verified, chain.context("BUREAU", "i"), "NONE", "A-OWNER")
