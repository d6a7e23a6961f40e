"""Submitting, verifying and rejecting statements."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from mrv.statement import Statement
from registry import queries
from registry.errors import NotFound, RuleViolation
from registry.issuance import issue_units
from registry.model import PartyRecord
from registry.parties import register_parties
from registry.projects import register_project
from registry.statements import reject_statement, submit_statement, verify_statement
from registry.store import Registry


@pytest.fixture
def submitted(registry: Registry, chain: SimpleNamespace) -> Registry:
    for name, act in chain.base_steps(registry):
        if name == "verify":
            break
        act()
    return registry


def test_a_statement_is_stored_whole(submitted: Registry, chain: SimpleNamespace) -> None:
    found = queries.statement(submitted, chain.statement_id)
    assert (
        Statement.from_canonical(found["content"]).digest == found["digest"] == chain.make_statement().digest
    )
    estimate = found["estimates"][0]
    assert (estimate["quantity"], estimate["value"], estimate["standard_error"]) == (
        "carbon_stock",
        "1000.000",
        "20.000",
    )
    assert (estimate["period"], estimate["n_plots"]) == ("2025", 12)
    assert [(v["vintage"], v["quantity_tco2e"]) for v in found["vintages"]] == [(2024, 100), (2025, 60)]
    assert (found["status"], found["maker"], found["verification"]) == ("submitted", "MAKER", None)


def test_the_same_statement_is_known(submitted: Registry, chain: SimpleNamespace) -> None:
    again = submit_statement(submitted, chain.context("MAKER", "again"), chain.make_statement())
    assert again.result["known"] is True
    assert len(queries.statements(submitted, kind="project_removals")) == 1


def test_a_lower_quantity_is_shared_over_the_vintages(submitted: Registry, chain: SimpleNamespace) -> None:
    outcome = verify_statement(submitted, chain.context("VVB", "v"), chain.statement_id, 81, "less")
    assert outcome.result["vintages"] == {"2024": 51, "2025": 30}
    found = queries.statements(submitted, status="verified")[0]
    assert (found["verifier"], found["verified_tco2e"], found["reason"]) == ("VVB", 81, "less")


@pytest.mark.parametrize(
    ("actor", "quantity", "refusal"),
    [
        ("MAKER", 160, "verifier-is-maker"),
        ("NOBODY", 160, "verifier-unknown"),
        ("TRADER", 160, "verifier-unknown"),
        ("VVB", 161, "verified-over-claim"),
        ("VVB", -1, "verified-over-claim"),
    ],
)
def test_who_may_not_verify_and_what(
    submitted: Registry, chain: SimpleNamespace, actor: str, quantity: int, refusal: str
) -> None:
    with pytest.raises(RuleViolation, match=refusal):
        verify_statement(submitted, chain.context(actor, "v"), chain.statement_id, quantity)


def test_a_verification_body_may_not_verify_its_own_statement(
    submitted: Registry, chain: SimpleNamespace
) -> None:
    register_parties(submitted, chain.context("B", "vvb2"), [PartyRecord("VVB2", "verifier", "x", "x")])
    made = chain.make_statement(as_of=date(2026, 1, 2))
    statement_id = submit_statement(submitted, chain.context("VVB2", "own"), made).result["statement_id"]
    with pytest.raises(RuleViolation, match="verifier-is-maker"):
        verify_statement(submitted, chain.context("VVB2", "v"), statement_id, 1)


def test_a_verification_body_that_owns_the_project_is_refused(
    registry: Registry, chain: SimpleNamespace
) -> None:
    for name, act in chain.base_steps(registry):
        if name == "project":
            break
        act()
    register_project(registry, chain.context("BUREAU", "p"), chain.make_project(proponent="VVB"))
    made = submit_statement(registry, chain.context("MAKER", "s"), chain.make_statement()).result
    with pytest.raises(RuleViolation, match="verifier-has-stake"):
        verify_statement(registry, chain.context("VVB", "v"), made["statement_id"], 1)


def test_a_decision_stands(submitted: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(RuleViolation, match="reason-missing"):
        reject_statement(submitted, chain.context("VVB", "r0"), chain.statement_id, " ")
    reject_statement(submitted, chain.context("VVB", "r"), chain.statement_id, "plots missing")
    with pytest.raises(RuleViolation, match="statement-decided"):
        verify_statement(submitted, chain.context("VVB", "v"), chain.statement_id, 160)
    with pytest.raises(RuleViolation, match="statement-not-verified"):
        issue_units(submitted, chain.context("BUREAU", "i"), chain.statement_id, "A-OWNER")


def test_a_county_stock_is_verified_but_never_issued(submitted: Registry, chain: SimpleNamespace) -> None:
    stock = submit_statement(submitted, chain.context("MAKER", "st"), chain.stock_statement()).result
    verify_statement(submitted, chain.context("VVB", "v"), stock["statement_id"], 0, "as stated")
    with pytest.raises(RuleViolation, match="stock-not-issuable"):
        issue_units(submitted, chain.context("BUREAU", "i"), stock["statement_id"], "A-OWNER")


def test_what_cannot_be_submitted(submitted: Registry, chain: SimpleNamespace) -> None:
    outside = chain.make_statement(period_start=date(2020, 1, 1))
    with pytest.raises(RuleViolation, match="period-outside-crediting"):
        submit_statement(submitted, chain.context("MAKER", "s1"), outside)
    with pytest.raises(RuleViolation, match="project-not-registered"):
        submit_statement(submitted, chain.context("MAKER", "s2"), chain.make_statement(project_code="NONE"))
    with pytest.raises(NotFound, match="statement-unknown"):
        verify_statement(submitted, chain.context("VVB", "v"), "NONE", 1)
    with pytest.raises(NotFound, match="statement-unknown"):
        queries.statement(submitted, "NONE")


def test_a_statement_rests_on_a_recorded_dataset(registry: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(NotFound, match="dataset-unknown"):
        submit_statement(registry, chain.context("MAKER", "s"), chain.stock_statement())
