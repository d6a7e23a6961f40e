from __future__ import annotations

import math

from mrv.error_totals import assumed_rows, budget_notes, seed_of, total_error, with_total_error
from mrv.montecarlo.terms import packaged_terms
from mrv.sampling import Estimate
from mrv.statement_items import BudgetItem

CHANGE = Estimate(1000.0, 90.0**2, 9, "t CO2e", 11, "paired_change")


def item(source: str, error: float, **params: str | int | float) -> BudgetItem:
    return BudgetItem("project", "net_change", source, error, 0.5, params)


def test_the_total_takes_the_place_of_the_sampling_error() -> None:
    items = [item("sampling", 90.0), item("model", 120.0), item("total", 150.0)]
    assert total_error(items, "project", "net_change") == 150.0
    assert math.isclose(
        with_total_error(CHANGE, items, "project", "net_change").standard_error, 150.0, rel_tol=1e-12
    )


def test_the_total_never_makes_an_estimate_look_better() -> None:
    assert with_total_error(CHANGE, [item("total", 10.0)], "project", "net_change") == CHANGE


def test_an_estimate_without_a_budget_stays_as_it_is() -> None:
    assert with_total_error(CHANGE, [item("total", 150.0)], "county", "net_change") is CHANGE


def test_what_nobody_confirmed_is_named() -> None:
    rows = assumed_rows(packaged_terms())
    assert "error_terms.csv:bef" in rows
    assert list(rows) == sorted(rows)


def test_notes_say_what_is_assumed_missing_and_unsettled() -> None:
    full = [
        item("sampling", 1.0),
        item("model", 1.0, draws=50, converged="draws-insufficient"),
        item("measurement", 1.0, draws=50, converged="yes"),
        item("area", 1.0),
        item("total", 2.0),
    ]
    rules = {note.rule: note.params for note in budget_notes(full, packaged_terms())}
    assert set(rules) == {"budget-sum-conservative", "budget-assumed", "budget-not-settled"}
    assert rules["budget-not-settled"] == {"count": 1, "draws": 50}
    bare = budget_notes([item("sampling", 1.0), item("total", 1.0)], packaged_terms())
    assert [note.rule for note in bare] == ["budget-without-trees", "budget-without-area"]
    assert budget_notes([]) == ()


def test_the_seed_comes_from_the_inputs() -> None:
    assert seed_of("ff" * 32) == 0xFFFFFFFF
    assert seed_of("00" * 32) == 0
