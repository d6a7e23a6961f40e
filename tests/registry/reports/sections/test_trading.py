"""Chapter on trade."""

from __future__ import annotations

from typing import get_args, get_type_hints

from registry.messages import find_entry
from registry.reports import market
from registry.reports.blocks import Table, Terms
from registry.reports.model import DutyState, ReportData
from registry.reports.sections.trading import state_badge, trading_section


def tables(data: ReportData) -> dict[str, Table]:
    return {block.name: block for block in trading_section(data, ()).blocks if isinstance(block, Table)}


def test_from_statement_to_settlement(sample_report_data: ReportData) -> None:
    found = tables(sample_report_data)
    assert list(found) == ["statements", "verifications", "issued", "units", "listings", "trades"]
    assert found["statements"].rows[1].cells[2].zh == "20,654"
    assert found["statements"].rows[1].cells[3].zh == "核查通过"
    assert found["issued"].rows[-1].cells[1].zh == "20,654"
    assert [row.cells[1].zh for row in found["units"].rows] == ["20,654", "13,554", "2,000", "5,000", "2,100"]
    trade = [cell.plain("both") for cell in found["trades"].rows[0].cells]
    assert trade[3:] == ["2,100", "68.50", "143,850.00", "2026-04-17"]


def test_certificate_shows_the_whole_tonnage(sample_report_data: ReportData) -> None:
    certificate = next(
        block for block in trading_section(sample_report_data, ()).blocks if isinstance(block, Terms)
    )
    values = [entry.value.zh for entry in certificate.entries]
    assert values[:2] == ["C-2026-0001", "2,100 t CO₂e"]
    assert "TH-430624-P001-2021-000000001–000002100" in values


def test_nothing_traded_nothing_shown(bare_report_data: ReportData) -> None:
    assert tables(bare_report_data) == {}
    assert not any(isinstance(block, Terms) for block in trading_section(bare_report_data, ()).blocks)


def test_every_state_has_a_word() -> None:
    states = set(get_args(DutyState))
    for row in (market.StatementRow, market.VerificationRow, market.ListingRow, market.PledgeRow):
        hints = get_type_hints(row)
        states |= set(get_args(hints.get("state") or hints["opinion"]))
    assert {"submitted", "rejected", "partly_filled", "enforced", "undetermined"} <= states
    assert [state for state in states if find_entry(f"report.state.{state}") is None] == []
    assert state_badge("late").tone == "error"
