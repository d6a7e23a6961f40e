"""Confirming a methodology's values, and statements that rest on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from mrv.methodology.rows import row_entry
from mrv.profile import load
from registry import queries
from registry.canonical import canonical_json
from registry.confirmations import CONFIRMER_KINDS, confirm_value, value_text
from registry.errors import NotFound, RuleViolation
from registry.invariants import check_invariants
from registry.model import ConfirmationRequest, PartyRecord
from registry.parties import register_parties
from registry.queries.reading import all_tables
from registry.statements import submit_statement
from registry.store import Registry
from registry.verification import verify


@pytest.fixture
def confirmed(based: Registry, chain: SimpleNamespace) -> Registry:
    confirm_value(based, chain.context("VVB", "c1"), chain.value_request())
    return based


def test_a_confirmation_says_who_read_what_where(confirmed: Registry, chain: SimpleNamespace) -> None:
    (row,) = queries.confirmations(confirmed, load("demo").sha256)
    assert (row["profile_id"], row["name"], row["value"]) == ("demo", "risk_deduction", "0.1")
    assert (row["clause"], row["confirmed_by"], row["evidence_sha256"]) == ("6.6", "VVB", "9" * 64)
    assert row["confirmation_id"] == chain.confirmation("c1", "VVB").confirmation_id
    assert queries.confirmations(confirmed, "0" * 64) == []


def test_it_is_sealed_in_the_journal(confirmed: Registry) -> None:
    (row,) = queries.confirmations(confirmed)
    leaf = queries.row_leaf(confirmed, "value_confirmation", canonical_json([row["confirmation_id"]]))
    assert leaf is not None
    assert [finding.rule for finding in verify(confirmed, None)] == ["external-not-given"]


@pytest.mark.parametrize("actor", ["OWNER", "VILLAGE", "TRADER", "BANK", "NOBODY"])
def test_who_may_not_confirm(based: Registry, chain: SimpleNamespace, actor: str) -> None:
    with pytest.raises(RuleViolation, match="confirmation-party-unfit"):
        confirm_value(based, chain.context(actor, "c"), chain.value_request())


def test_the_kinds_that_may() -> None:
    assert {"bureau", "supervisor", "verifier"} == CONFIRMER_KINDS


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"profile_sha256": "0" * 64}, "confirmation-value-changed"),
        ({"value_sha256": "0" * 64}, "confirmation-value-changed"),
        ({"clause": " "}, "confirmation-clause-missing"),
        ({"evidence_sha256": "paper"}, "digest-malformed|sha256"),
    ],
)
def test_what_cannot_be_confirmed(
    based: Registry, chain: SimpleNamespace, changes: dict[str, Any], refusal: str
) -> None:
    with pytest.raises(RuleViolation, match=refusal):
        confirm_value(based, chain.context("VVB", "c"), chain.value_request(**changes))


def test_unknown_missing_and_verified_values(based: Registry, chain: SimpleNamespace) -> None:
    other = load("vm0047-v1.0")
    benchmark = ConfirmationRequest(
        other.id,
        other.sha256,
        "performance_benchmark",
        other.entries()["performance_benchmark"].sha256,
        "5",
        "9" * 64,
    )
    with pytest.raises(NotFound, match="confirmation-value-unknown"):
        confirm_value(based, chain.context("VVB", "c"), replace(chain.value_request(), name="gift"))
    with pytest.raises(RuleViolation, match="confirmation-value-missing"):
        confirm_value(based, chain.context("VVB", "c"), benchmark)
    with pytest.raises(RuleViolation, match="confirmation-not-needed"):
        confirm_value(based, chain.context("VVB", "c"), chain.value_request("start_after_date"))
    assert queries.confirmations(based) == []


def test_a_second_confirmation_takes_another_party(confirmed: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(RuleViolation, match="confirmation-known"):
        confirm_value(confirmed, chain.context("VVB", "c2"), chain.value_request())
    confirm_value(confirmed, chain.context("SUPER", "c3"), chain.value_request())
    assert len(queries.confirmations(confirmed)) == 2
    again = confirm_value(confirmed, chain.context("VVB", "c1"), chain.value_request())
    assert again.replayed


def stock(chain: SimpleNamespace, *confirmations: Any) -> Any:
    base = chain.stock_statement()
    header = replace(base.header, as_of=date(2026, 2, 1))
    return replace(base, header=header, confirmed=tuple(confirmations))


def test_a_statement_lists_what_it_rests_on(confirmed: Registry, chain: SimpleNamespace) -> None:
    item = chain.confirmation("c1", "VVB")
    made = submit_statement(confirmed, chain.context("MAKER", "s"), stock(chain, item)).result
    found = queries.statement(confirmed, made["statement_id"])
    assert [row["confirmation_id"] for row in found["confirmations"]] == [item.confirmation_id]
    assert found["content"]["confirmed"][0]["confirmed_by"] == "VVB"
    assert check_invariants(all_tables(confirmed)) == []


def test_a_statement_cannot_claim_confirmations_that_are_not_there(
    confirmed: Registry, chain: SimpleNamespace
) -> None:
    item = chain.confirmation("c1", "VVB")
    for wrong in (
        replace(item, confirmation_id="CONF-none"),
        replace(item, clause="7"),
        replace(item, confirmed_by="SUPER"),
        replace(item, value_sha256="0" * 64),
    ):
        with pytest.raises(NotFound, match="confirmation-unknown"):
            submit_statement(confirmed, chain.context("MAKER", "s"), stock(chain, wrong))


def test_nobody_confirms_for_their_own_statement(confirmed: Registry, chain: SimpleNamespace) -> None:
    register_parties(confirmed, chain.context("BUREAU", "p"), [PartyRecord("VVB9", "verifier", "x", "x")])
    confirm_value(confirmed, chain.context("VVB9", "c9"), chain.value_request())
    with pytest.raises(RuleViolation, match="confirmation-by-maker"):
        submit_statement(
            confirmed, chain.context("VVB9", "s"), stock(chain, chain.confirmation("c9", "VVB9"))
        )


def test_a_link_that_is_missing_is_found(confirmed: Registry, chain: SimpleNamespace) -> None:
    item = chain.confirmation("c1", "VVB")
    submit_statement(confirmed, chain.context("MAKER", "s"), stock(chain, item))
    tables = {name: list(rows) for name, rows in all_tables(confirmed).items()}
    tables["statement_confirmation"] = []
    assert "invariant-confirmation" in [finding.rule for finding in check_invariants(tables)]


def test_values_as_text() -> None:
    entries = load("demo").entries()
    assert value_text(entries["discount_bands"]).startswith("[[0.1, 0.0]")
    assert value_text(entries["discount_bands"]).endswith('["inf", 1.0]]')
    assert value_text(entries["condition:tenure"]) == "权属在计入期内有效"


def test_a_row_of_a_table_is_confirmed_like_a_value(based: Registry, chain: SimpleNamespace) -> None:
    row, profile = row_entry("biomass_factors.csv:310"), load("demo")
    assert row is not None
    request = ConfirmationRequest(
        "demo", profile.sha256, "biomass_factors.csv:310", row.sha256, "table 2", "9" * 64
    )
    with pytest.raises(RuleViolation, match="confirmation-value-changed"):
        confirm_value(based, chain.context("VVB", "c"), replace(request, value_sha256="0" * 64))
    with pytest.raises(NotFound, match="confirmation-value-unknown"):
        confirm_value(based, chain.context("VVB", "c"), replace(request, name="biomass_factors.csv:0"))
    confirm_value(based, chain.context("VVB", "c"), request)
    (found,) = queries.confirmations(based)
    assert found["name"] == "biomass_factors.csv:310"
    assert '["svd", "0.307"]' in found["value"]
