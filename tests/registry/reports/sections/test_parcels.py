"""Parcels in the chapter on accounting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry.reports.blocks import Figure, Table
from registry.reports.label import Label
from registry.reports.model import Remark, ReportData
from registry.reports.parcels import ParcelReport, ParcelSumRow, RecalibrationRow
from registry.reports.sections.accounting import accounting_section
from registry.reports.sections.parcels import parcel_blocks


@pytest.fixture
def data(sample_report_data: ReportData) -> ReportData:
    parcels = ParcelReport(
        year=2025,
        sums=(
            ParcelSumRow("fir", Label("杉木", "fir"), 211, 839.6, 31_729.3, 29_785.4, 6_111.9, 0.9387),
            ParcelSumRow("bare", Label("裸"), 3, 9.0, 20.0, 20.0, None, None),
        ),
        years=(),
        recalibrations=(
            RecalibrationRow(2025, "fir", Label("杉木", "fir"), 29_000.0, 29_785.4, 6_111.9),
            RecalibrationRow(2025, "", Label(""), 31_970.0, 29_785.4, 6_111.9),
        ),
        notes=(Remark("update-without-growth", {"year": 2020}),),
    )
    return replace(sample_report_data, parcels=parcels)


def tables(data: ReportData) -> dict[str, Table]:
    return {b.name: b for b in parcel_blocks(data, frozenset()) if isinstance(b, Table)}


def test_sums_before_and_after_stand_side_by_side(data: ReportData) -> None:
    found = tables(data)["parcel-sums"]
    assert [cell.zh for cell in found.rows[0].cells] == [
        "杉木", "211", "839.6", "31,729", "29,785", "6,112", "0.939"
    ]  # fmt: skip
    assert [cell.zh for cell in found.rows[1].cells[-2:]] == ["—", "—"]
    assert found.rows[-1].strong
    assert found.rows[-1].cells[4].zh == "29,805"


def test_the_difference_at_recalibration_is_signed(data: ReportData) -> None:
    found = tables(data)["recalibration"]
    assert [row.cells[-1].zh for row in found.rows] == ["+785", "-2,185"]
    assert found.rows[-1].strong


def test_the_picture_has_a_place_only_if_drawn_and_notes_are_said(data: ReportData) -> None:
    blocks = parcel_blocks(data, frozenset({"parcel-years"}))
    assert [b.name for b in blocks if isinstance(b, Figure)] == ["parcel-years"]
    assert any("2020" in b.text.en for b in blocks if b.kind == "paragraph")


def test_without_parcels_the_chapter_says_nothing_of_them(
    data: ReportData, sample_report_data: ReportData
) -> None:
    assert parcel_blocks(sample_report_data, frozenset()) == []
    names = [b.name for b in accounting_section(data, ()).blocks if isinstance(b, Table)]
    assert "parcel-sums" in names
