"""What the registry asks of a claim: the profile's rule, the project's past, confirmed values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from mrv.profile import load
from mrv.statement import Statement
from mrv.statement_items import AccountLine, VintageQuantity
from registry import queries
from registry.confirmations import confirm_value
from registry.errors import RuleViolation
from registry.projects import register_project
from registry.statements import submit_statement
from registry.store import Registry


@pytest.fixture
def ready(registry: Registry, chain: SimpleNamespace) -> Registry:
    """Give a registry with a registered project and no statement."""
    for name, act in chain.base_steps(registry):
        if name == "statement":
            break
        act()
    return registry


def period(statement: Statement, start: date, end: date) -> Statement:
    return replace(statement, header=replace(statement.header, period_start=start, period_end=end))


def bent(statement: Statement, **values: float) -> Statement:
    lines = tuple(replace(line, value=values.get(line.term, line.value)) for line in statement.lines)
    claim = int(values.get("claim", statement.claim_tco2e))
    return replace(statement, lines=lines, claim_tco2e=claim, vintages=(VintageQuantity(2025, claim),))


def submit(registry: Registry, chain: SimpleNamespace, statement: Statement, key: str = "s") -> Any:
    return submit_statement(registry, chain.context("MAKER", key), statement).result


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"claim": 161.0}, "claim-over-net"),
        ({"claim": 170.0, "net_removals": 170.0}, "claim-lines-differ"),
        ({"claim": 177.0, "net_removals": 177.87, "risk_deduction": 0.0}, "claim-over-rule"),
        ({"claim": 163.0, "net_removals": 163.713, "baseline_change": 0.0}, "claim-over-rule"),
        ({"claim": 260.0, "net_removals": 260.083, "project_change": 281.5}, "claim-over-rule"),
    ],
)
def test_a_claim_beyond_the_rule_is_refused(
    ready: Registry, chain: SimpleNamespace, values: dict[str, float], refusal: str
) -> None:
    with pytest.raises(RuleViolation, match=refusal):
        submit(ready, chain, bent(chain.make_statement(), **values))
    assert queries.statements(ready) == []
    submit(ready, chain, chain.make_statement())


def test_a_profile_that_is_not_ours_proves_nothing(ready: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(RuleViolation, match="claim-profile-unknown"):
        submit(ready, chain, chain.make_statement(profile_sha256="c" * 64))


def loss(chain: SimpleNamespace) -> Statement:
    """Return a statement over 2022 whose net is -50 t CO2e."""
    made = chain.make_statement()
    change = replace(made.estimates[1].estimate, value=-50.0)
    kept = {"project_change": -50.0, "net_removals": -50.0}
    lines = tuple(replace(line, value=kept.get(line.term, 0.0)) for line in made.lines)
    found = (made.estimates[0], replace(made.estimates[1], estimate=change))
    empty = replace(made, lines=lines, estimates=found, claim_tco2e=0, vintages=())
    return period(empty, date(2022, 1, 1), date(2022, 12, 31))


def carried(statement: Statement, amount: float) -> Statement:
    net = 160.083 + amount
    lines = {line.term: line for line in statement.lines}
    claim = int(net)
    lines["net_removals"] = replace(lines["net_removals"], value=net)
    lines["claim"] = replace(lines["claim"], value=float(claim))
    ordered = [
        *list(lines.values())[:-2],
        AccountLine("carried_forward", amount, "t CO2e"),
        *list(lines.values())[-2:],
    ]
    return replace(
        statement, lines=tuple(ordered), claim_tco2e=claim, vintages=(VintageQuantity(2025, claim),)
    )


def test_a_negative_rest_is_made_good_first(ready: Registry, chain: SimpleNamespace) -> None:
    lost = submit(ready, chain, loss(chain), "loss")
    rest = queries.negative_rest(ready, chain.PROJECT, "2024-01-01")
    assert rest == {
        "statement_id": lost["statement_id"],
        "period_start": "2022-01-01",
        "period_end": "2022-12-31",
        "carried_tco2e": -50.0,
    }
    with pytest.raises(RuleViolation, match="claim-rest-not-made-good"):
        submit(ready, chain, chain.make_statement())
    with pytest.raises(RuleViolation, match="claim-rest-not-made-good"):
        submit(ready, chain, carried(chain.make_statement(), -49.0))
    submit(ready, chain, carried(chain.make_statement(), -50.0))
    assert queries.negative_rest(ready, chain.PROJECT, "2026-01-01") is None
    assert queries.negative_rest(ready, chain.PROJECT, "2022-01-01") is None


def test_registration_asks_for_every_value(ready: Registry, chain: SimpleNamespace) -> None:
    made = chain.make_statement()
    registration = replace(made, header=replace(made.header, purpose="registration"))
    with pytest.raises(RuleViolation, match=r"confirmation-open.*risk_deduction"):
        submit(ready, chain, registration)


def test_a_project_is_accounted_by_the_methodology_it_is_registered_under(
    registry: Registry, chain: SimpleNamespace
) -> None:
    for name, act in chain.base_steps(registry):
        if name == "project":
            break
        act()
    record = chain.make_project(methodology="cdm-ar-tool14-v4.2")
    register_project(registry, chain.context("BUREAU", "p"), record)
    with pytest.raises(RuleViolation, match=r"claim-methodology-differs.*registered=cdm-ar-tool14-v4.2"):
        submit(registry, chain, chain.make_statement())


def test_registration_goes_through_when_every_value_is_confirmed(
    ready: Registry, chain: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The packaged profiles all hold values that are missing, so one without them stands in."""
    made = chain.make_statement()
    full = replace(load("demo"), purposes=("registration",))
    monkeypatch.setattr("registry.claims.find", lambda _: full)
    names = sorted(name for name, item in full.entries().items() if item.status != "verified")
    for name in names:
        confirm_value(ready, chain.context("SUPER", f"c/{name}"), chain.value_request(name))
    items = tuple(chain.confirmation(f"c/{name}", "SUPER", name) for name in names)
    header = replace(made.header, purpose="registration")
    short = replace(made, header=header, confirmed=items[1:])
    with pytest.raises(RuleViolation, match=r"confirmation-open.*account \(unverified\)"):
        submit(ready, chain, short, "short")
    done = submit(ready, chain, replace(made, header=header, confirmed=items), "full")
    found = queries.statement(ready, done["statement_id"])
    assert len(found["confirmations"]) == len(names)
    assert found["purpose"] == "registration"
