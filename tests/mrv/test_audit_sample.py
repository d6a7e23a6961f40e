from __future__ import annotations

from dataclasses import replace

import pytest

from mrv.audit_facts import AuditFacts
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import BudgetItem, DomainEstimate, Note
from tests.mrv.audit_cases import SAMPLE, estimate, line, made_stock, verdicts


@pytest.fixture
def stock(county_header: StatementHeader) -> Statement:
    return made_stock(county_header)


@pytest.mark.parametrize(
    ("facts", "check"),
    [
        (AuditFacts(replace(SAMPLE, design_effect=1.2)), "audit-design-effect"),
        (AuditFacts(replace(SAMPLE, plots_by_stratum={"a": 30, "b": 9})), "audit-few-plots-strata"),
        (AuditFacts(replace(SAMPLE, overdue=1)), "audit-plots-overdue"),
        (AuditFacts(SAMPLE, overlaps=1), "audit-overlaps"),
    ],
)
def test_what_a_person_should_look_at(stock: Statement, facts: AuditFacts, check: str) -> None:
    assert verdicts(stock, facts)[check] == "look"
    assert verdicts(stock, AuditFacts(SAMPLE))[check] == "ok"


def test_a_single_plot_fails_unless_its_stratum_was_collapsed(stock: Statement) -> None:
    facts = AuditFacts(replace(SAMPLE, plots_by_stratum={"a": 30, "b": 1}))
    assert line(stock, facts, "audit-single-plot-strata").params["strata"] == "b"
    assert verdicts(stock, facts)["audit-single-plot-strata"] == "fail"
    told = DomainEstimate(
        "account", "county", "carbon_stock", estimate(1.0, 1.0, "t C", ("stratum-collapsed",)), year=2025
    )
    collapsed = replace(stock, estimates=(*stock.estimates, told))
    assert verdicts(collapsed, facts)["audit-single-plot-strata"] == "look"


def test_trees_beyond_their_equation_and_heights_from_a_curve(stock: Statement) -> None:
    notes = (
        Note("equation-range-left", {"count": 51, "trees": 1000}),
        Note("heights-filled", {"count": 801, "trees": 1000}),
    )
    found = verdicts(replace(stock, notes=notes), AuditFacts(SAMPLE))
    assert (found["audit-trees-extrapolated"], found["audit-heights-modelled"]) == ("look", "look")


def test_unpaired_plots_are_counted_over_all_periods(stock: Statement) -> None:
    notes = tuple(Note("plots-unpaired", {"count": n, "first": 1, "second": 2}) for n in (2, 3))
    item = line(replace(stock, notes=notes), AuditFacts(SAMPLE), "audit-plots-unpaired")
    assert (item.verdict, item.params) == ("look", {"count": 5})


@pytest.mark.parametrize(("error", "verdict"), [(0.019, "ok"), (0.021, "look")])
def test_the_monte_carlo_error_is_judged(stock: Statement, error: float, verdict: str) -> None:
    items = [
        BudgetItem("county", "carbon_stock", "model", 1.0, 0.5, {"draws": 500, "mc_error_frac": e})
        for e in (0.001, error)
    ]
    found = line(replace(stock, budget=tuple(items)), AuditFacts(), "audit-monte-carlo")
    assert (found.verdict, found.params["error_frac"]) == (verdict, error)


def test_unverified_values_fail_a_registration(stock: Statement) -> None:
    strict = replace(stock, header=replace(stock.header, purpose="registration"))
    assert verdicts(strict, AuditFacts())["audit-unverified"] == "fail"
    assert verdicts(replace(strict, unverified=()), AuditFacts())["audit-unverified"] == "ok"


def test_estimates_with_a_warning_are_counted(stock: Statement) -> None:
    told = DomainEstimate(
        "account", "county", "felling", estimate(50.0, 1.0, "t CO2e", ("few-plots",)), period=(2020, 2025)
    )
    others = tuple(item for item in stock.estimates if item.quantity != "felling")
    item = line(replace(stock, estimates=(*others, told)), AuditFacts(), "audit-estimates-warned")
    assert (item.verdict, item.params) == ("look", {"count": 1, "estimates": 9, "rules": "few-plots"})


def test_the_seed_of_simulated_data_is_named_or_missed(stock: Statement) -> None:
    assert line(stock, AuditFacts(), "audit-seed").params == {"seed": 7}
    unknown = replace(stock, header=replace(stock.header, seed=None))
    assert verdicts(unknown, AuditFacts())["audit-seed-unknown"] == "look"
    real = replace(stock, header=replace(stock.header, seed=None, simulated=False))
    assert not {check for check in verdicts(real, AuditFacts()) if "seed" in check}
