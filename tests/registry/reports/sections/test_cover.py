"""Head of the report."""

from __future__ import annotations

from dataclasses import replace

from registry.reports.label import Label
from registry.reports.model import EstimateRow, ReportData, StageStatus, UnitTotals
from registry.reports.sections.cover import NO_BREAK, cover_figures, cover_notices, cover_steps, latest_total


def test_four_questions(sample_report_data: ReportData) -> None:
    forest, carbon, certainty, tradable = cover_figures(sample_report_data)
    assert (forest.value.zh, forest.unit) == ("38,820", "ha")
    assert (carbon.value.zh, carbon.unit) == ("1,512,340", "t C")
    assert carbon.detail.en.replace(NO_BREAK, " ") == "carbon stock of living trees · 2025 · ± 67,800 (90 %)"
    assert certainty.value.zh == "± 4.5%"
    assert (tradable.value.zh, tradable.unit) == ("13,554", "t CO₂e")


def test_area_falls_back_to_the_newest_map(sample_report_data: ReportData) -> None:
    rows = tuple(row for row in sample_report_data.estimates if row.quantity != "forest_area")
    forest = cover_figures(replace(sample_report_data, estimates=rows))[0]
    assert forest.value.zh == "38,958"
    assert "2025" in forest.detail.en
    nothing = cover_figures(replace(sample_report_data, estimates=(), class_areas=()))[0]
    assert nothing.value.zh == "—"


def test_newest_total_and_the_first_of_several_wholes(sample_report_data: ReportData) -> None:
    found = latest_total(sample_report_data, ("carbon_stock",))
    assert found is not None
    assert found.year == 2025
    state = EstimateRow(
        "account", "wyoming", Label("州"), "carbon_stock", "t C", 9e9, year=2025, is_total=True
    )
    both = replace(sample_report_data, estimates=(*sample_report_data.estimates, state))
    assert latest_total(both, ("carbon_stock",)) == found
    assert latest_total(sample_report_data, ("growing_stock",)) is None


def test_nothing_issued_is_zero_with_a_reason(sample_report_data: ReportData) -> None:
    for units in (None, UnitTotals(0, 0, 0, 0, 0)):
        tradable = cover_figures(replace(sample_report_data, units=units))[3]
        assert tradable.value.zh == "0"
        assert tradable.detail.en == "nothing was issued"


def test_notices_follow_the_data(sample_report_data: ReportData, bare_report_data: ReportData) -> None:
    assert [notice.tone for notice in cover_notices(sample_report_data)] == ["warning", "warning", "info"]
    assert cover_notices(bare_report_data) == ()


def test_steps_are_five_and_a_missing_one_is_not_applicable(bare_report_data: ReportData) -> None:
    steps = cover_steps(replace(bare_report_data, stages=(StageStatus("monitor", "failed"),)))
    assert [step.badge.tone for step in steps] == ["error", "quiet", "quiet", "quiet", "quiet"]
