"""Which estimates are drawn, and where the steps of the waterfall stand."""

from __future__ import annotations

from dataclasses import replace

from registry.reports.charts.carbon import choose_rows, draw_estimates, draw_waterfall, steps_of
from registry.reports.charts.style import Pen
from registry.reports.label import Label
from registry.reports.model import EstimateRow, ReportData, WaterfallLine

PEN = Pen("en", None)


def test_strata_per_hectare_come_first(sample_report_data: ReportData) -> None:
    chosen = choose_rows(sample_report_data.estimates)
    assert {row.quantity for row in chosen} == {"carbon_stock_per_ha"}
    assert len(chosen) == 10


def test_totals_are_drawn_where_there_is_nothing_else(sample_report_data: ReportData) -> None:
    totals = [row for row in sample_report_data.estimates if row.is_total]
    assert {row.quantity for row in choose_rows(totals)} == {"carbon_stock"}
    assert choose_rows([replace(row, low=None) for row in totals]) == []
    assert draw_estimates([], PEN) is None


def test_waterfall_steps_start_where_the_last_ended(sample_report_data: ReportData) -> None:
    spans = steps_of(sample_report_data.project_lines)
    assert spans[0] == (0.0, 23_417.8)
    assert spans[1][0] == 23_417.8
    assert abs(spans[3][1] - 20_654.5) < 1e-6
    assert spans[-1] == (0.0, 20_654.0)


def test_negative_results_are_drawn_too() -> None:
    lines = [
        WaterfallLine("change", Label("变化", "change"), -120.0),
        WaterfallLine("claim", Label("申报量", "claim"), 0.0, is_total=True),
    ]
    assert (draw_waterfall(lines, PEN) or b"").startswith(b"\x89PNG")
    assert draw_waterfall([], PEN) is None
    row = EstimateRow("account", "a", Label("甲", "A"), "net_change", "t CO2e", -5.0, 2.0, -9.0, -1.0, 0.9)
    assert (draw_estimates([row], PEN) or b"").startswith(b"\x89PNG")
