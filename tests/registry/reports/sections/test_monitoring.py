"""Chapter on monitoring."""

from __future__ import annotations

from registry.reports.blocks import Section, Table
from registry.reports.model import ReportData
from registry.reports.sections.monitoring import domains_of, monitoring_section


def table(section: Section, name: str) -> Table:
    return next(block for block in section.blocks if isinstance(block, Table) and block.name == name)


def shown(found: Table) -> list[list[str]]:
    return [[cell.zh for cell in row.cells] for row in found.rows]


def test_years_side_by_side_with_their_total(sample_report_data: ReportData) -> None:
    cover = table(monitoring_section(sample_report_data, ()), "land-cover-county")
    rows = shown(cover)
    assert rows[1] == ["森林", "38,650", "38,712", "38,773", "38,834", "38,896", "38,958", "+308"]
    assert rows[0][-1] == "-480"
    assert rows[-1][1] == "111,685"
    assert cover.rows[-1].strong
    assert [column.heading.zh for column in cover.columns[1:-1]] == [str(year) for year in range(2020, 2026)]


def test_one_raster_gives_pixels_per_domain(bare_report_data: ReportData) -> None:
    pixels = table(monitoring_section(bare_report_data, ()), "pixels")
    assert shown(pixels)[0] == ["比格霍恩国家森林", "森林", "—", "52,289", "326,806.2"]
    assert pixels.note is not None
    assert "centre" in pixels.note.en


def test_adjusted_areas_carry_their_interval(sample_report_data: ReportData) -> None:
    adjusted = table(monitoring_section(sample_report_data, ()), "adjusted-areas")
    assert shown(adjusted)[0] == ["森林减少", "640", "702 [585–824] (95 %)", "86%", "79%", "60"]
    assert adjusted.note is not None
    assert "94.6%" in adjusted.note.en


def test_transitions_leave_absent_changes_open(sample_report_data: ReportData) -> None:
    matrix = table(monitoring_section(sample_report_data, ()), "transitions")
    assert shown(matrix)[0] == ["耕地", "40,650", "412", "138", "—"]
    assert matrix.caption.en == "Transition matrix, 2020 to 2025"


def test_disturbances(sample_report_data: ReportData) -> None:
    found = table(monitoring_section(sample_report_data, ()), "disturbances")
    assert shown(found) == [["2022", "采伐", "14", "212.6"], ["2024", "火灾", "3", "88.1"]]


def test_domains_keep_their_order(sample_report_data: ReportData) -> None:
    assert list(domains_of(sample_report_data.class_areas)) == ["county"]
    assert len(domains_of(sample_report_data.class_areas)["county"]) == 36
