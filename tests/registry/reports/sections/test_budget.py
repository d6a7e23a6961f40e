"""The part on uncertainty: tables by source, strata side by side, what was drawn and whether it settled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mrv.error_budget import SOURCES
from mrv.montecarlo.terms import packaged_terms
from registry.messages import find_entry
from registry.reports.blocks import Figure, Paragraph, Table
from registry.reports.budget import GROUPS, BudgetRow
from registry.reports.label import Label
from registry.reports.model import ReportData
from registry.reports.sections.accounting import accounting_section
from registry.reports.sections.budget import budget_blocks, budget_parts

NOTHING: frozenset[str] = frozenset()


def row(source: str, error: float, domain: str = "county", **more: object) -> BudgetRow:
    return BudgetRow(
        "county_stock", domain, Label("示范县", "Sample County"), domain == "county", "carbon_stock", "t C",
        1000.0, "2025", source, error, error**2 / 1e4, **more,  # type: ignore[arg-type]
    )  # fmt: skip


DRAWN = {"draws": 10_000, "mc_error_frac": 0.0071, "path": "collapsed", "status": "placeholder"}
ROWS = (
    row("sampling", 80.0),
    row("model", 60.0, **DRAWN),
    row("model/bef", 50.0, **DRAWN),
    row("total", 100.0),
    row("sampling", 90.0, "stratum:杉木"),
    row("model", 30.0, "stratum:杉木", **DRAWN),
    row("total", 94.9, "stratum:杉木"),
)


@pytest.fixture
def data(sample_report_data: ReportData) -> ReportData:
    return replace(sample_report_data, budget=ROWS)


def test_each_source_has_a_row_and_the_total_comes_last(data: ReportData) -> None:
    table = next(block for block in budget_blocks(data, NOTHING) if isinstance(block, Table))
    assert [r.cells[0].en for r in table.rows] == ["sampling", "model", "– expansion factor", "total"]
    assert [r.strong for r in table.rows] == [False, False, False, True]
    model = [cell.plain("en") for cell in table.rows[1].cells]
    assert model == ["model", "60.0", "6.0%", "36.0%", "0.71%", "assumption"]
    assert [cell.plain("en") for cell in table.rows[0].cells][4:] == ["—", "—"]
    assert table.caption.en == "Carbon stock of living trees of Sample County by source of error (2025)"


def test_strata_stand_side_by_side(data: ReportData) -> None:
    parts = budget_parts(data)[0]
    assert [column.heading.en for column in parts.columns] == ["Stratum", "Sampling", "Model", "Total"]
    assert [cell.plain("en") for cell in parts.rows[0].cells][1:] == ["9.0%", "3.0%", "9.5%"]


def test_draws_are_told_with_their_error_and_path(data: ReportData) -> None:
    told = [block.text.en for block in budget_blocks(data, NOTHING) if isinstance(block, Paragraph)][-1]
    assert "10,000 Monte Carlo draws (collapsed form)" in told
    assert "0.71%" in told
    assert "point estimate" in told


def test_draws_that_have_not_settled_are_a_warning(data: ReportData) -> None:
    shaky = replace(data, budget=(*ROWS[:1], replace(ROWS[1], settled="draws-insufficient"), *ROWS[2:]))
    last = budget_blocks(shaky, NOTHING)[-1]
    assert isinstance(last, Paragraph)
    assert last.tone == "warning"
    assert last.text.en.startswith("Too few draws")


def test_the_picture_has_its_place_only_where_it_was_drawn(data: ReportData) -> None:
    drawn = budget_blocks(data, frozenset({"budget-county"}))
    assert [block.name for block in drawn if isinstance(block, Figure)] == ["budget-county"]
    assert not any(isinstance(block, Figure) for block in budget_blocks(data, NOTHING))


def test_without_a_budget_there_is_no_such_part(sample_report_data: ReportData, data: ReportData) -> None:
    assert budget_blocks(sample_report_data, NOTHING) == []
    names = [b.name for b in accounting_section(data, ()).blocks if isinstance(b, Table)]
    assert "budget-county_stock-carbon_stock" in names


def test_every_term_of_the_packaged_table_has_a_name() -> None:
    assert GROUPS == SOURCES
    names = {term.name for term in packaged_terms()} | set(GROUPS) | {"total", "height_model"}
    assert [name for name in names if find_entry(f"budget.source.{name}") is None] == []
    statuses = {term.status for term in packaged_terms()} | {"fitted", "verified"}
    assert [name for name in statuses if find_entry(f"budget.status.{name}") is None] == []
