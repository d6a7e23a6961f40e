"""Uncertainty in the chapter on accounting: by source, with what it rests on and how well it was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from registry.reports.blocks import Block, Column, Heading, Paragraph, Row, Table
from registry.reports.budget import GROUPS, TOTAL, BudgetRow, panels
from registry.reports.label import Label
from registry.reports.model import ReportData
from registry.reports.sections.parts import figure
from registry.reports.words import ABSENT, capital, column, number, percent, quantity_label, say

KINDS: Final = ("county_stock", "project_removals")
_FIGURES: Final = {"county_stock": "budget-county", "project_removals": "budget-project"}


def budget_blocks(data: ReportData, drawn: frozenset[str]) -> list[Block]:
    """Return the part on uncertainty, or nothing where no statement has a budget.

    Parameters
    ----------
    data
        What the report says.
    drawn
        Names of the pictures that were drawn.
    """
    if not panels(data.budget):
        return []
    blocks: list[Block] = [
        Heading(say("report.heading.budget")),
        Paragraph(say("report.lead.budget"), "quiet"),
    ]
    for kind in KINDS:
        mine = [row for row in data.budget if row.kind == kind]
        blocks += figure(_FIGURES[kind], drawn)
        blocks += [_sources(panel) for panel in panels(mine)]
    return [*blocks, *_draws(data.budget)]


def budget_parts(data: ReportData) -> list[Table]:
    """Return the relative errors of the strata by source, for the appendix."""
    return [table for kind in KINDS for table in _parts([row for row in data.budget if row.kind == kind])]


def _sources(panel: Sequence[BudgetRow]) -> Table:
    """Return the table of one estimate: every source, the total last."""
    first = panel[0]
    columns = (
        column("report.column.source"),
        column("report.column.standard-error", first.unit),
        column("report.column.relative-error", numeric=True),
        column("report.column.variance-share", numeric=True),
        column("report.column.mc-error", numeric=True),
        column("report.column.rests-on"),
    )
    rows = [_row(row) for row in panel if row.source != TOTAL]
    total = [_row(row) for row in panel if row.source == TOTAL]
    name = capital(quantity_label(first.quantity))
    caption = Label(
        say("report.table.budget", domain=first.label.zh, quantity=name.zh, when=first.when).zh,
        say(
            "report.table.budget", domain=first.label.en or first.label.zh, quantity=name.en, when=first.when
        ).en,
    )
    return Table(f"budget-{first.kind}-{first.quantity}", caption, columns, (*rows, *total))


def _row(row: BudgetRow) -> Row:
    mark = "　" if row.is_detail else ""
    name = say(f"budget.source.{row.source.rpartition('/')[2]}")
    cells = (
        Label(mark + name.zh, ("– " if row.is_detail else "") + name.en),
        number(row.standard_error),
        percent(row.relative_frac),
        percent(row.share_frac),
        ABSENT if row.mc_error_frac is None else percent(row.mc_error_frac, 2),
        ABSENT if not row.status else say(f"budget.status.{row.status}"),
    )
    return Row(cells, strong=row.source == TOTAL)


def _parts(rows: Sequence[BudgetRow]) -> list[Table]:
    """Return a table for each quantity with the relative errors of the strata side by side."""
    tables = []
    parts = panels(rows, whole=False)
    for quantity in dict.fromkeys(panel[0].quantity for panel in parts):
        mine = [panel for panel in parts if panel[0].quantity == quantity]
        groups = [g for g in GROUPS if any(row.source == g for panel in mine for row in panel)]
        columns = (
            column("report.column.stratum"),
            *(Column(capital(say(f"budget.source.{name}")), "", "number") for name in (*groups, TOTAL)),
        )
        lines = tuple(_part(panel, groups) for panel in mine)
        name = capital(quantity_label(quantity))
        caption = Label(
            say("report.table.budget-parts", quantity=name.zh).zh,
            say("report.table.budget-parts", quantity=name.en).en,
        )
        tables.append(Table(f"budget-parts-{mine[0][0].kind}-{quantity}", caption, columns, lines))
    return tables


def _part(panel: Sequence[BudgetRow], groups: Sequence[str]) -> Row:
    by_source = {row.source: row for row in panel}
    shown = [
        ABSENT if by_source.get(name) is None else percent(by_source[name].relative_frac)
        for name in (*groups, TOTAL)
    ]
    return Row((panel[0].label, *shown))


def _draws(rows: Sequence[BudgetRow]) -> list[Block]:
    """Return what was drawn, how, and whether it has settled."""
    drawn = [row for row in rows if row.draws is not None]
    if not drawn:
        return []
    worst = max(row.mc_error_frac or 0.0 for row in drawn)
    most = f"{max(row.draws or 0 for row in drawn):,}"
    paths = [
        say(f"budget.path.{name}") for name in sorted({p for row in drawn for p in row.path.split(" + ")})
    ]
    zh, en = "、".join(path.zh for path in paths), ", ".join(path.en for path in paths)
    told = Label(
        say("report.note.draws", draws=most, error_frac=worst, path=zh).zh,
        say("report.note.draws", draws=most, error_frac=worst, path=en).en,
    )
    unsettled = sorted({row.settled for row in drawn if row.settled != "yes"})
    return [Paragraph(told, "quiet"), *(Paragraph(capital(say(key)), "warning") for key in unsettled)]
