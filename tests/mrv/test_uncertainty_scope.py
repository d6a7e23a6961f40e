"""Of what a methodology takes its discount: the sampling error, or all sources together."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from mrv.claim_gate import check_claim
from mrv.errors import ClaimError
from mrv.profile import Profile, load
from mrv.removals import ProjectChange, build_removals_statement, half_width_by_scope
from mrv.sampling import Estimate
from mrv.statement import StatementHeader
from mrv.statement_items import BudgetItem, DomainEstimate

CHANGE = Estimate(10_000.0, 400.0**2, 20, "t CO2e", 21, "paired_change")
PROJECT = ProjectChange(
    CHANGE, (DomainEstimate("account", "project", "net_change", CHANGE, period=(2020, 2025)),)
)
BUDGET = tuple(
    BudgetItem("project", "net_change", source, error, share)
    for source, error, share in (("sampling", 400.0, 0.16), ("model", 916.5, 0.84), ("total", 1000.0, 1.0))
)


def scoped(scope: str) -> Profile:
    """Return the reference profile with another scope; its digest stays, as a test may."""
    profile = load("cdm-ar-tool14-v4.2")
    value = replace(profile.values["uncertainty_scope"], value=scope)
    return replace(profile, values=MappingProxyType({**profile.values, "uncertainty_scope": value}))


def line(header: StatementHeader, scope: str) -> float:
    statement = build_removals_statement(header, scoped(scope), PROJECT, budget=BUDGET)
    assert statement.budget == BUDGET
    return {item.term: item.value for item in statement.lines}["uncertainty_discount"]


def test_every_packaged_profile_controls_the_sampling_error_alone() -> None:
    names = ("ar-cm-001-v01", "ccer-14-001-v01", "cdm-ar-tool14-v4.2", "demo", "vm0047-v1.0")
    assert {load(name).text("uncertainty_scope") for name in names} == {"sampling"}


def test_the_sampling_error_alone_is_within_ten_per_cent_and_all_sources_are_not(
    header: StatementHeader,
) -> None:
    # t(20, 90 %) = 1.724718: U = 6.9 % and 17.2 %; AR-TOOL14 deducts nothing to 10 %, half of U to 20 %
    assert line(header, "sampling") == 0
    assert line(header, "total") == pytest.approx(-0.5 * 1.724718 * 1000, rel=1e-6)


def test_a_profile_that_takes_all_sources_refuses_a_statement_without_a_budget(
    header: StatementHeader,
) -> None:
    with pytest.raises(ClaimError, match="claim-budget-missing"):
        build_removals_statement(header, scoped("total"), PROJECT)


def test_the_gate_sees_a_discount_taken_of_the_sampling_error_where_all_sources_count(
    header: StatementHeader,
) -> None:
    made = build_removals_statement(header, scoped("sampling"), PROJECT, budget=BUDGET)
    assert check_claim(made, scoped("sampling")) == []
    assert [finding.rule for finding in check_claim(made, scoped("total"))] == ["claim-over-rule"]


def test_the_larger_half_width_counts_where_the_sample_has_its_own() -> None:
    wide = replace(PROJECT, relative_half_width=0.5)
    assert half_width_by_scope(wide, BUDGET, scoped("total")) == 0.5
    assert half_width_by_scope(wide, BUDGET, scoped("sampling")) == 0.5
    assert half_width_by_scope(PROJECT, BUDGET, scoped("sampling")) is None
    total = half_width_by_scope(PROJECT, BUDGET, scoped("total"))
    assert total == pytest.approx(0.1724718, rel=1e-6)
