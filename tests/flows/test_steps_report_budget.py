"""From the budget of a statement to the rows of the report, before and after it was stored."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from flows.steps import report_budget
from mrv.sampling import Estimate
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import BudgetItem, DomainEstimate
from registry.reports.label import Label

CHANGE = Estimate(2000.0, 100.0**2, math.inf, "t CO2e", 30, "paired_change")
STATEMENT = Statement(
    kind="county_stock",
    header=StatementHeader(
        "430624", None, date(2026, 6, 30), date(2026, 6, 30), date(2026, 6, 30), "a" * 64, "b" * 64, "0.1.0",
        None, "inventory", True,
    ),
    profile_id="county-stock-v1",
    profile_version="1",
    profile_sha256="c" * 64,
    estimates=(DomainEstimate("account", "county", "net_change", CHANGE, period=(2020, 2025)),),
    budget=(
        BudgetItem("county", "net_change", "sampling", 100.0, 0.8, {"method": "paired_change"}),
        BudgetItem(
            "county",
            "net_change",
            "model/bef",
            50.0,
            0.2,
            {"draws": 10_000, "mc_error_frac": 0.0071, "path": "exact", "status": "placeholder"},
        ),
        BudgetItem("project", "net_change", "total", 1.0, 1.0),
    ),
)  # fmt: skip


@pytest.mark.parametrize("stored", [False, True])
def test_rows_hold_what_the_statement_holds(monkeypatch: pytest.MonkeyPatch, stored: bool) -> None:
    monkeypatch.setattr(report_budget, "domain_label", lambda _run, _dataset, name: Label(name))
    statement = Statement.from_canonical(STATEMENT.canonical()) if stored else STATEMENT
    nothing: Any = None
    sampling, model = report_budget.budget_rows(nothing, nothing, [statement])
    assert (sampling.source, sampling.draws, sampling.status, sampling.when) == (
        "sampling",
        None,
        "",
        "2020–2025",
    )
    assert (model.draws, model.mc_error_frac, model.path) == (10_000, 0.0071, "exact")
    assert (model.unit, model.value, model.relative_frac) == ("t CO2e", 2000.0, 0.025)
    assert model.is_whole
