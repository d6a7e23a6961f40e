"""Words and numbers of the report."""

from __future__ import annotations

from datetime import date

import pytest

from mrv.findings import Finding
from mrv.units import QUANTITIES
from registry.reports import words
from registry.reports.label import Label
from registry.reports.measures import EstimateRow


def row(value: float, half: float | None = None, confidence: float | None = 0.9) -> EstimateRow:
    low, high = (None, None) if half is None else (value - half, value + half)
    return EstimateRow("account", "county", Label("县"), "carbon_stock", "t C", value, low=low, high=high,
                       confidence_frac=confidence)  # fmt: skip


def test_estimate_has_value_interval_and_level() -> None:
    assert words.estimate(row(12_345.4, 678.2)).zh == "12,345 ± 678 (90 %)"
    assert words.estimate(row(41.23, 3.88, 0.95)).zh == "41.2 ± 3.9 (95 %)"
    assert words.estimate(row(12_345.4)).zh == "12,345"
    assert words.estimate(row(5.0, 1.0, None)).zh == "5.00 ± 1.00"


def test_relative_width() -> None:
    assert words.relative(row(200.0, 10.0)).zh == "5.0%"
    assert words.relative(row(-200.0, 10.0)).zh == "5.0%"
    assert words.relative(row(0.0, 10.0)) == words.ABSENT
    assert words.relative(row(1.0)) == words.ABSENT


def test_day_is_iso_where_both_languages_stand() -> None:
    label = words.day(date(2026, 3, 5))
    assert [label.parts(edition)[0] for edition in ("zh-CN", "en", "both")] == [
        "2026年3月5日", "5 Mar 2026", "2026-03-05",
    ]  # fmt: skip
    assert words.day(None).plain("both") == "—"


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        (words.yuan(1_250), "12.50"),
        (words.yuan(None), "—"),
        (words.whole(20_654), "20,654"),
        (words.percent(0.946), "94.6%"),
        (words.number(-0.2, 0), "0"),
        (words.number(None), "—"),
    ],
)
def test_numbers(label: Label, expected: str) -> None:
    assert label.parts("both") == (expected, "")


def test_every_unit_of_the_closed_list_is_printable() -> None:
    shown = {words.unit(one.unit) for one in QUANTITIES.values()}
    assert {"ha", "m³", "m³/ha", "t C", "t C/ha", "t CO₂e", "t CO₂e/(ha·a)"} <= shown
    assert not any("CO2" in one or "m3" in one for one in shown)


def test_quantities_have_both_names() -> None:
    assert words.quantity_label("net_change") == Label("净变化量", "net change")
    assert words.quantity_label("wishes") == Label("wishes")


def test_capital_changes_english_alone() -> None:
    assert words.capital(Label("碳", "carbon stock")) == Label("碳", "Carbon stock")
    assert words.capital(Label("碳")) == Label("碳")


def test_a_finding_without_a_way_out_has_a_dash() -> None:
    assert words.tell_fix(Finding("unheard-of", "info", "a.csv")) == Label("—", "—")
    assert words.tell(Finding("unheard-of", "info", "a.csv")).en == "unheard-of (source=a.csv)"


def test_columns() -> None:
    assert words.column("report.column.area", "m3").unit == "m³"
    assert words.column("report.column.area", "m3").kind == "number"
    assert words.column("report.column.area").kind == "text"
    assert words.column("report.column.area", numeric=True).kind == "number"
    assert words.code_column("report.column.code").kind == "code"
