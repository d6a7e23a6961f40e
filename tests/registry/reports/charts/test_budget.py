"""The picture of an uncertainty budget."""

from __future__ import annotations

from dataclasses import replace

from registry.reports.budget import BudgetRow
from registry.reports.charts.budget import COLOURS, draw_budget
from registry.reports.charts.style import Pen
from registry.reports.label import Label

PEN = Pen("en", None)


def row(source: str, error: float) -> BudgetRow:
    return BudgetRow(
        "county_stock", "county", Label("县", "county"), True, "carbon_stock", "t C", 1000.0, "2025",
        source, error, 0.5,
    )  # fmt: skip


ROWS = (row("total", 10.0), row("sampling", 8.0), row("model", 6.0), row("model/bef", 5.0))


def test_it_is_drawn_for_the_statement_asked_for_and_is_the_same_each_time() -> None:
    drawn = draw_budget(ROWS, "county_stock", PEN)
    assert drawn is not None
    assert drawn.startswith(b"\x89PNG")
    assert drawn == draw_budget(ROWS, "county_stock", PEN)
    assert draw_budget(ROWS, "project_removals", PEN) is None


def test_another_error_is_another_picture() -> None:
    wider = (*ROWS[:3], row("model/bef", 5.9))
    assert draw_budget(wider, "county_stock", PEN) != draw_budget(ROWS, "county_stock", PEN)


def test_there_is_nothing_to_draw_of_an_estimate_of_nothing() -> None:
    assert draw_budget([replace(item, value=0.0) for item in ROWS], "county_stock", PEN) is None
    assert draw_budget([], "county_stock", PEN) is None


def test_each_source_has_a_colour_of_its_own() -> None:
    assert len(set(COLOURS.values())) == len(COLOURS)
