"""Chapter 4, finance: values from low to high, the prices behind them, pledges."""

from __future__ import annotations

from collections.abc import Iterable

from registry.reports.blocks import Block, Row, Section, Table
from registry.reports.label import Label
from registry.reports.model import ReportData
from registry.reports.sections.cover import stage_badge
from registry.reports.sections.parts import figure, opening
from registry.reports.sections.trading import state_badge
from registry.reports.words import ABSENT, code_column, column, day, number, say, whole, yuan

PRICES_SHOWN = 12
"""Newest prices in the table; the figure shows the whole series."""


def financing_section(data: ReportData, drawn: Iterable[str]) -> Section:
    """Return the chapter on finance.

    Parameters
    ----------
    data
        What the report says.
    drawn
        Names of the pictures that were drawn.
    """
    names = frozenset(drawn)
    blocks: list[Block] = [*opening(data, "finance"), *_values(data), *figure("valuation", names)]
    blocks += [*_pledges(data), *_prices(data), *figure("prices", names)]
    return Section("finance", say("report.stage.finance"), tuple(blocks), stage_badge(data, "finance"), "4")


def _values(data: ReportData) -> list[Block]:
    if not data.valuations:
        return []
    columns = (
        column("report.column.valued"),
        column("report.column.quantity", "t CO2e"),
        column("report.column.low", "CNY"),
        column("report.column.base", "CNY"),
        column("report.column.high", "CNY"),
    )
    rows = tuple(
        Row((
            _marked(row.label, hypothetical=row.hypothetical),
            ABSENT if row.quantity_tco2e is None else number(row.quantity_tco2e, 0),
            yuan(row.low_fen),
            yuan(row.base_fen),
            yuan(row.high_fen),
        ))
        for row in data.valuations
    )  # fmt: skip
    note = say("report.note.hypothetical") if any(row.hypothetical for row in data.valuations) else None
    return [Table("valuations", say("report.table.valuations"), columns, rows, note)]


def _marked(label: Label, *, hypothetical: bool) -> Label:
    mark = " *" if hypothetical else ""
    return Label(label.zh + mark, label.en + mark if label.en else "")


def _pledges(data: ReportData) -> list[Block]:
    if not data.pledges:
        return []
    columns = (
        column("report.column.pledgor"),
        column("report.column.lender"),
        column("report.column.quantity", "t CO2e"),
        column("report.column.loan", "CNY"),
        column("report.column.from-day"),
        column("report.column.to-day"),
        column("report.column.state"),
        code_column("report.column.code"),
    )
    rows = []
    for row in data.pledges:
        badge = state_badge(row.state)
        who = (Label(row.pledgor), Label(row.lender), whole(row.quantity_tco2e), yuan(row.loan_fen))
        when = (day(row.start_date), day(row.end_date), badge.text, Label(row.code))
        rows.append(Row((*who, *when)))
    return [Table("pledges", say("report.table.pledges"), columns, tuple(rows))]


def _prices(data: ReportData) -> list[Block]:
    if not data.prices:
        return []
    newest = sorted(data.prices, key=lambda price: price.day_date)[-PRICES_SHOWN:]
    columns = (
        column("report.column.day"),
        column("report.column.price", "CNY/t"),
        column("report.column.venue"),
    )
    rows = tuple(Row((day(one.day_date), yuan(one.price_fen_per_t), Label(one.venue))) for one in newest)
    note = say("report.note.prices", shown=len(newest), total=len(data.prices))
    return [Table("prices", say("report.table.prices"), columns, rows, note)]
