"""Chapter 2, accounting: estimates with their intervals, the project's account, remarks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from registry.reports.blocks import Block, Heading, Paragraph, Row, Section, Table
from registry.reports.label import Label
from registry.reports.model import EstimateRow, ReportData, WaterfallLine
from registry.reports.sections.budget import budget_blocks, budget_parts
from registry.reports.sections.components import component_tables
from registry.reports.sections.cover import stage_badge
from registry.reports.sections.parcels import parcel_blocks
from registry.reports.sections.parts import figure, opening
from registry.reports.words import (
    capital,
    column,
    estimate,
    number,
    quantity_label,
    relative,
    say,
    tell,
    whole,
)

_MAIN: Final = frozenset({"forest_area", "growing_stock", "net_change"})
_ELSEWHERE: Final = "class_area"
"""Stands in the chapter on monitoring, with the interval of a reference sample."""
_STOCKS: Final = ("carbon_stock", "carbon_stock_ag")
"""The most complete carbon stock at hand is shown."""


def accounting_section(data: ReportData, drawn: Iterable[str]) -> Section:
    """Return the chapter on accounting.

    Parameters
    ----------
    data
        What the report says.
    drawn
        Names of the pictures that were drawn.
    """
    names = frozenset(drawn)
    blocks: list[Block] = [*opening(data, "account"), *figure("estimates", names)]
    main = main_quantities(data.estimates)
    blocks += [*component_tables(data.estimates)]
    blocks += estimate_tables(row for row in data.estimates if row.quantity in main)
    if details_section(data):
        blocks.append(Paragraph(say("report.note.more-estimates"), "quiet"))
    blocks += parcel_blocks(data, names)
    blocks += [*_project(data), *figure("waterfall", names)]
    blocks += budget_blocks(data, names)
    if data.notes:
        blocks.append(Heading(say("report.heading.remarks")))
        blocks += [Paragraph(tell(note)) for note in data.notes]
    return Section("account", say("report.stage.account"), tuple(blocks), stage_badge(data, "account"), "2")


def main_quantities(rows: Iterable[EstimateRow]) -> tuple[str, ...]:
    """Return the quantities that the chapter itself shows; the others stand in the appendix.

    >>> main_quantities(())
    ()
    """
    found = dict.fromkeys(row.quantity for row in rows)
    stock = next((name for name in _STOCKS if name in found), None)
    return tuple(name for name in found if name in _MAIN or name == stock)


def details_section(data: ReportData) -> tuple[Section, ...]:
    """Return the appendix: every other estimate, and the errors of the strata; none where there is none."""
    main = main_quantities(data.estimates)
    blocks: list[Block] = [
        *estimate_tables(row for row in data.estimates if row.quantity not in (*main, _ELSEWHERE)),
        *budget_parts(data),
    ]
    if not blocks:
        return ()
    return (Section("details", say("report.heading.details"), tuple(blocks), own_page=True),)


def estimate_tables(rows: Iterable[EstimateRow]) -> list[Table]:
    """Return a table for each quantity, in the order in which quantities first appear."""
    grouped: dict[str, list[EstimateRow]] = {}
    for row in rows:
        grouped.setdefault(row.quantity, []).append(row)
    return [_estimates(quantity, members) for quantity, members in grouped.items()]


def _estimates(quantity: str, rows: list[EstimateRow]) -> Table:
    name = capital(quantity_label(quantity))
    columns = (
        column("report.column.domain"),
        column("report.column.when"),
        column("report.column.estimate", rows[0].unit),
        column("report.column.standard-error", rows[0].unit),
        column("report.column.relative", numeric=True),
        column("report.column.plots", numeric=True),
    )
    note = say("report.note.model-based") if any(row.model_based for row in rows) else None
    return Table(f"estimate-{quantity}", name, columns, tuple(_row(row) for row in rows), note)


def _row(row: EstimateRow) -> Row:
    mark = " *" if row.model_based else ""
    label = Label(row.label.zh + mark, row.label.en + mark if row.label.en else "")
    se = number(row.standard_error)
    cells = (label, Label(row.when or "—"), estimate(row), se, relative(row), whole(row.n_plots))
    return Row(cells, strong=row.is_total)


def _project(data: ReportData) -> list[Block]:
    if not data.project_lines:
        return []
    name = data.project_name or say("report.word.project")
    caption = Label(
        say("report.table.project", name=name.zh).zh,
        say("report.table.project", name=name.en or name.zh).en,
    )
    columns = (column("report.column.term"), column("report.column.amount", "t CO2e"))
    rows = tuple(Row((line.label, _signed(line)), strong=line.is_total) for line in data.project_lines)
    return [Table("project", caption, columns, rows)]


def _signed(line: WaterfallLine) -> Label:
    shown = number(line.value_tco2e, 0).zh
    return Label(f"+{shown}" if line.value_tco2e > 0 and not line.is_total and shown != "0" else shown)
