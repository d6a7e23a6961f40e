"""The parts of a statement keep their digits through text and back."""

from __future__ import annotations

import json

import pytest

from mrv.errors import StatementError
from mrv.statement_items import AuditItem, BudgetItem, number_text, plain_params


def test_a_budget_item_survives_a_journey_through_json() -> None:
    item = BudgetItem("county", "carbon_stock", "model/bef", 1234.5678, 0.25, {"draws": 10_000, "cv": 0.12})
    read = BudgetItem.from_canonical(json.loads(json.dumps(item.canonical())))
    assert read.canonical() == item.canonical()
    assert item.canonical()["standard_error"] == "1234.568"
    assert item.canonical()["variance_share"] == "0.250000"


def test_an_audit_item_survives_a_journey_through_json() -> None:
    item = AuditItem("audit-design-effect", "look", {"value": 1.25, "domain": "county"})
    read = AuditItem.from_canonical(json.loads(json.dumps(item.canonical())))
    assert read.canonical() == item.canonical()
    assert read.verdict == "look"


def test_a_budget_of_an_unknown_quantity_is_refused() -> None:
    with pytest.raises(StatementError, match="quantity-unknown"):
        BudgetItem("county", "joy", "sampling", 1.0, 1.0).canonical()


def test_floats_in_parameters_keep_ten_digits() -> None:
    assert plain_params({"a": 1 / 3, "n": 3, "t": "x"}) == {"a": "0.3333333333", "n": 3, "t": "x"}


def test_a_number_that_is_not_finite_has_no_text() -> None:
    with pytest.raises(StatementError, match="statement-number-not-finite"):
        number_text(float("nan"), 3)
