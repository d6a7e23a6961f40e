"""No statement claims more than its profile's rule: what is tampered with is told."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.claim_gate import check_claim, profile_as_stated, require_claim
from mrv.errors import ClaimError, ProfileError
from mrv.methodology.model import ProfileValue
from mrv.profile import Profile, load
from mrv.removals import ProjectChange, build_removals_statement, change_from_occasions
from mrv.sampling import Estimate
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import AccountLine, DomainEstimate, Note, VintageQuantity

HEADER = StatementHeader(
    county_code="430624",
    project_code="P-1",
    period_start=date(2021, 3, 1),
    period_end=date(2026, 2, 28),
    as_of=date(2026, 6, 30),
    manifest_sha256="a" * 64,
    dataset_sha256="b" * 64,
    code_version="0.1.0",
    seed=7,
    purpose="demo",
    simulated=True,
)
NAMES = ("ar-cm-001-v01", "ccer-14-001-v01", "cdm-ar-tool14-v4.2", "demo", "vm0047-v1.0")


def project(value: float, standard_error: float, df: float = 20) -> ProjectChange:
    change = Estimate(value, standard_error**2, df, "t CO2e", 21, "paired_change")
    return ProjectChange(
        change, (DomainEstimate("account", "project", "net_change", change, period=(2020, 2025)),)
    )


def profile_of(name: str) -> Profile:
    stated = {"performance_benchmark": (0.1, "test"), "leakage_share": (0.0, "test")}
    profile = load(name)
    return (
        profile.with_values(stated)
        if "performance_benchmark" in profile.values["run_may_state"].value
        else profile
    )


def made(profile: Profile, value: float = 10_000.0, error: float = 900.0) -> Statement:
    return build_removals_statement(HEADER, profile, project(value, error))


def stored(statement: Statement) -> Statement:
    return Statement.from_canonical(statement.canonical())


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60)
@given(
    value=st.floats(-1e6, 1e6),
    error=st.floats(0, 1e6),
    df=st.integers(2, 200),
    carried=st.floats(-1e5, 0),
)
def test_what_the_engine_makes_may_pass_before_and_after_it_is_stored(
    name: str, value: float, error: float, df: int, carried: float
) -> None:
    profile = profile_of(name)
    statement = build_removals_statement(HEADER, profile, project(value, error, df), carried_tco2e=carried)
    assert check_claim(stored(statement), profile) == []
    assert statement.claim_tco2e <= max(value, 0) + 1e-6


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40)
@given(
    value=st.floats(100, 1e6),
    u=st.floats(0, 0.6),
    extra=st.integers(1, 1_000_000),
    honest_lines=st.booleans(),
)
def test_no_tonne_more_than_the_rule_allows(
    name: str, value: float, u: float, extra: int, honest_lines: bool
) -> None:
    """Whatever is claimed beyond the rule is refused, also when the lines are bent to add up to it."""
    profile = profile_of(name)
    honest = build_removals_statement(HEADER, profile, project(value, u * value / 1.7))
    claim = honest.claim_tco2e + extra
    lines = list(honest.lines)
    if not honest_lines:
        last = len(lines) - 3
        lines[last] = replace(lines[last], value=lines[last].value + extra)
        lines[-2] = replace(lines[-2], value=lines[-2].value + extra)
    lines[-1] = replace(lines[-1], value=float(claim))
    greedy = replace(honest, claim_tco2e=claim, vintages=(VintageQuantity(2025, claim),), lines=tuple(lines))
    findings = check_claim(stored(greedy), profile)
    assert {f.rule for f in findings} & {"claim-over-net", "claim-over-rule"}
    with pytest.raises(ClaimError):
        require_claim(greedy, profile)


def rules(statement: Statement, profile: Profile | None) -> set[str]:
    return {finding.rule for finding in check_claim(statement, profile)}


def test_each_bent_line_is_told() -> None:
    profile = load("demo")
    honest = made(profile)
    assert rules(honest, profile) == set()
    lines = {line.term: line for line in honest.lines}

    def bent(**values: float) -> Statement:
        return replace(
            honest, lines=tuple(replace(x, value=values.get(x.term, x.value)) for x in lines.values())
        )

    assert rules(bent(net_removals=9_000.0), None) == {"claim-lines-differ"}
    more = lines["project_change"].value + 5_000.0
    assert "claim-over-rule" in rules(
        bent(project_change=more, net_removals=lines["net_removals"].value + 5_000), profile
    )
    freed = -lines["uncertainty_discount"].value
    assert "claim-over-rule" in rules(
        bent(uncertainty_discount=0.0, net_removals=lines["net_removals"].value + freed), profile
    )


def test_lines_left_out_doubled_or_in_another_order() -> None:
    profile = load("demo")
    honest = made(profile)
    for lines in (honest.lines[1:], honest.lines[:-1], (*honest.lines, honest.lines[0]), honest.lines[::-1]):
        assert "claim-lines-incomplete" in rules(replace(honest, lines=lines), profile)


def test_a_gift_from_earlier_periods_is_refused() -> None:
    profile = load("demo")
    honest = made(profile)
    net = honest.lines[-2].value
    lines = (
        *honest.lines[:-2],
        AccountLine("carried_forward", 50.0, "t CO2e"),
        replace(honest.lines[-2], value=net + 50),
        honest.lines[-1],
    )
    assert "claim-over-rule" in rules(replace(honest, lines=lines), profile)


def test_another_profile_or_no_change_behind_it() -> None:
    honest = made(load("demo"))
    assert rules(honest, load("ccer-14-001-v01")) == {"claim-profile-differs"}
    assert rules(replace(honest, estimates=()), load("demo")) == {"claim-change-missing"}


def test_a_missing_value_is_a_finding_not_a_crash() -> None:
    honest = made(profile_of("vm0047-v1.0"))
    assert rules(honest, load("vm0047-v1.0")) == {"claim-rule-failed"}
    assert rules(honest, profile_as_stated(honest, load("vm0047-v1.0"))) == set()


def test_notes_cannot_state_what_the_profile_keeps() -> None:
    honest = made(load("demo"))
    note = Note("profile-value-stated", {"key": "risk_deduction", "value": "0", "source": "a wish"})
    with pytest.raises(ProfileError, match="profile-value-fixed"):
        profile_as_stated(replace(honest, notes=(*honest.notes, note)), load("demo"))


def test_a_stock_claims_nothing() -> None:
    honest = made(load("demo"))
    stock = replace(honest, kind="county_stock", lines=(), claim_tco2e=0, vintages=())
    assert check_claim(stock, None) == []
    assert rules(replace(stock, lines=honest.lines), None) == {"claim-of-a-stock"}


def test_a_vintage_below_zero() -> None:
    honest = made(load("demo"))
    claim = honest.claim_tco2e
    assert "claim-vintage-negative" in rules(
        replace(honest, vintages=(VintageQuantity(2024, claim + 5), VintageQuantity(2025, -5))), None
    )


def test_measured_amounts_may_be_any_deduction() -> None:
    profile = load("ccer-14-001-v01")
    statement = build_removals_statement(
        HEADER, profile, project(10_000.0, 100.0), amounts_tco2e={"baseline_change": 7.0, "leakage": 0.0}
    )
    assert check_claim(stored(statement), profile) == []


def test_independent_occasions_are_judged_by_their_stocks() -> None:
    profile = load("cdm-ar-tool14-v4.2")
    first, second = (
        Estimate(v, (u * v / 1.6448536) ** 2, math.inf, "t C", 20, "stratified")
        for v, u in ((13_636.0, 0.08), (16_909.0, 0.07))
    )
    found = change_from_occasions(first, second, profile, years=(2020, 2025))
    statement = build_removals_statement(HEADER, profile, found)
    assert check_claim(stored(statement), profile) == []
    assert 5_900 < statement.claim_tco2e < 6_300
    without = replace(
        statement, estimates=tuple(e for e in statement.estimates if e.quantity == "net_change")
    )
    assert "claim-over-rule" in rules(without, profile)


def test_a_gain_of_other_pools_is_named_or_refused() -> None:
    profile = load("ccer-14-001-v01")
    statement = build_removals_statement(
        HEADER, profile, project(10_000.0, 100.0), amounts_tco2e={"other_pools_change": 500.0}
    )
    assert check_claim(stored(statement), profile) == []
    silent = replace(statement, notes=tuple(n for n in statement.notes if n.rule != "account-term-measured"))
    assert "claim-over-rule" in rules(silent, profile)
    excluded = {
        key: ProfileValue("excluded", "1", "t", "1", "unverified")
        for key in profile.values
        if key.startswith("pool_")
    }
    bare = replace(profile, values={**profile.values, **excluded})
    assert "claim-over-rule" in rules(statement, bare)
