"""Chapter on finance."""

from __future__ import annotations

from registry.reports.blocks import Table
from registry.reports.model import ReportData
from registry.reports.sections.financing import PRICES_SHOWN, financing_section


def tables(data: ReportData) -> dict[str, Table]:
    return {block.name: block for block in financing_section(data, ()).blocks if isinstance(block, Table)}


def test_values_in_yuan_and_stock_marked_as_indicative(sample_report_data: ReportData) -> None:
    values = tables(sample_report_data)["valuations"]
    assert [cell.zh for cell in values.rows[0].cells][1:] == [
        "18,554", "950,000.00", "1,270,000.00", "1,520,000.00",
    ]  # fmt: skip
    assert values.rows[1].cells[0].en == "county stock (indicative) *"
    assert values.note is not None
    assert "never added" in values.note.en


def test_pledge(sample_report_data: ReportData) -> None:
    row = tables(sample_report_data)["pledges"].rows[0]
    assert [cell.plain("both") for cell in row.cells][2:6] == [
        "5,000",
        "200,000.00",
        "2026-05-06",
        "2027-05-05",
    ]


def test_newest_prices(sample_report_data: ReportData) -> None:
    prices = tables(sample_report_data)["prices"]
    assert len(prices.rows) == PRICES_SHOWN
    assert prices.rows[-1].cells[0].neutral == "2026-04-13"
    assert prices.note is not None
    assert prices.note.en == "The newest 12 of 34 prices."


def test_nothing_to_value(bare_report_data: ReportData) -> None:
    assert tables(bare_report_data) == {}
