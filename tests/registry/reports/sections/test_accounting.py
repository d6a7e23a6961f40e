"""Chapter on accounting."""

from __future__ import annotations

from registry.reports.blocks import Heading, Table
from registry.reports.model import ReportData
from registry.reports.sections.accounting import accounting_section, details_section, estimate_tables


def test_a_table_for_each_quantity(sample_report_data: ReportData) -> None:
    tables = {table.name: table for table in estimate_tables(sample_report_data.estimates)}
    assert list(tables) == [
        "estimate-carbon_stock_per_ha",
        "estimate-carbon_stock",
        "estimate-forest_area",
        "estimate-net_change",
        "estimate-growing_stock",
    ]
    change = tables["estimate-net_change"]
    assert [cell.zh for cell in change.rows[0].cells] == [
        "示范县（湘阴形）",
        "2020–2025",
        "721,300 ± 100,400 (90 %)",
        "61,000",
        "13.9%",
        "380",
    ]
    assert change.rows[0].strong
    assert change.columns[2].unit == "t CO₂e"


def test_model_based_rows_are_marked_and_explained(sample_report_data: ReportData) -> None:
    table = estimate_tables(sample_report_data.estimates)[-1]
    assert table.rows[0].cells[0].zh == "小班 43062401 *"
    assert table.rows[0].cells[2].zh == "812.4"
    assert table.note is not None
    assert estimate_tables(sample_report_data.estimates)[0].note is None


def test_project_account_is_signed(sample_report_data: ReportData) -> None:
    section = accounting_section(sample_report_data, ())
    project = next(block for block in section.blocks if isinstance(block, Table) and block.name == "project")
    assert [row.cells[1].zh for row in project.rows] == ["+23,418", "-468", "0", "-2,295", "20,654"]
    assert [row.strong for row in project.rows] == [False, False, False, False, True]
    assert project.caption.en.endswith("demonstration afforestation project")


def test_remarks_have_a_heading_only_if_there_are_any(
    sample_report_data: ReportData, bare_report_data: ReportData
) -> None:
    def headings(data: ReportData) -> int:
        return sum(isinstance(block, Heading) for block in accounting_section(data, ()).blocks)

    assert headings(sample_report_data) == 1
    assert headings(bare_report_data) == 0


def test_the_chapter_shows_the_main_quantities_and_the_appendix_every_other(
    sample_report_data: ReportData, bare_report_data: ReportData
) -> None:
    def shown(blocks: object) -> list[str]:
        tables = [block.name for block in blocks if isinstance(block, Table)]  # type: ignore[attr-defined]
        return [name for name in tables if name.startswith("estimate-")]

    chapter = shown(accounting_section(sample_report_data, ()).blocks)
    (appendix,) = details_section(sample_report_data)
    assert chapter == [
        "estimate-carbon_stock",
        "estimate-forest_area",
        "estimate-net_change",
        "estimate-growing_stock",
    ]
    assert shown(appendix.blocks) == ["estimate-carbon_stock_per_ha"]
    assert details_section(bare_report_data) == ()
