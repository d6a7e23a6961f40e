"""How the figures of ``tanhui estimate`` look to a person: a table, then what the reader must know."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from flows.cli.output import say, sentence

if TYPE_CHECKING:
    from rich.table import Table

    from flows.estimating import EstimateReport, ReportRow

SIGNIFICANT = 6
"""Digits that a figure is shown with; JSON and CSV have them all."""
MARKS = "*†‡§¶"
UNKNOWN = "—"
"""What stands where an error is not known; never a zero."""


def show(report: EstimateReport, lang: str) -> None:
    """Write the table of a report to standard output, and its notes after it."""
    from rich.console import Console  # noqa: PLC0415  (keeps --help quick)

    console = Console(file=sys.stdout, highlight=False, soft_wrap=False)
    width = console.width if console.is_terminal else max(console.width, 140)
    Console(file=sys.stdout, highlight=False, width=width).print(make_table(report, lang))
    for line in note_lines(report, lang):
        say(line)


def make_table(report: EstimateReport, lang: str) -> Table:
    """Return the figures of a report as a table."""
    from rich import box  # noqa: PLC0415  (keeps --help quick)
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=_title(report, lang), box=box.SIMPLE_HEAD, title_justify="left")
    by = list(report.question["by"])
    for name in by:
        table.add_column(name)
    percent = f"{100 * report.level:g}"
    for key in ("value", "error", "relative-error", "interval", "plots", "nonzero"):
        heading = sentence(f"estimate-column-{key}", lang, percent=percent, unit=_unit(report.unit, lang))
        table.add_column(heading, justify="right")
    marks = _marks(report)
    for row in report.rows:
        whole = [sentence("estimate-whole", lang), *([""] * (len(by) - 1))] if by else []
        first = [_label(row.group[name], lang) for name in by] if row.group else whole
        table.add_row(*first, *_cells(row, report.level, marks), style=None if row.group else "bold")
    return table


def note_lines(report: EstimateReport, lang: str) -> list[str]:
    """Return what the reader must know, one line each: marks of the table first."""
    from registry.messages import render, text  # noqa: PLC0415  (keeps --help quick)

    marked = [f"{mark} {text(key, lang)}" for key, mark in _marks(report).items()]
    return marked + [f"· {render(note, lang)}" for note in report.notes]


def notes_as_json(report: EstimateReport) -> list[dict[str, Any]]:
    """Return the notes of a report with their sentences in both languages."""
    from registry.messages import LANGUAGES, render  # noqa: PLC0415  (keeps --help quick)

    return [
        {
            "rule": note.rule,
            "params": dict(note.params),
            "message": {lang: render(note, lang) for lang in LANGUAGES},
        }
        for note in report.notes
    ]


def _title(report: EstimateReport, lang: str) -> str:
    question = report.question
    words = [sentence(f"estimate-quantity-{question['quantity']}", lang)]
    if question["per_area"]:
        words.append(sentence("estimate-per-area", lang))
    if "land" in question:
        words.append(sentence(f"estimate-land-{question['land']}", lang))
    if question.get("trees"):
        words.append(sentence(f"estimate-trees-{question['trees']}", lang))
    if question["where"]:
        words.append(str(question["where"]))
    if "evalid" in report.source:
        words.append(f"EVALID {report.source['evalid']} {report.source['evaluation']}".strip())
    return " · ".join(words)


def _unit(unit: str, lang: str) -> str:
    return (
        sentence("estimate-unit-number", lang)
        if unit == "1"
        else unit.replace("1/", sentence("estimate-unit-number", lang) + "/")
    )


def _label(value: str, lang: str) -> str:
    return sentence("estimate-null", lang) if value == "null" else value


def _marks(report: EstimateReport) -> dict[str, str]:
    """Return a mark for each warning that some figure carries."""
    keys = dict.fromkeys(key for row in report.rows for key in row.estimate.warnings)
    return {key: MARKS[n] if n < len(MARKS) else f"({n + 1})" for n, key in enumerate(keys)}


def _cells(row: ReportRow, level: float, marks: dict[str, str]) -> list[str]:
    estimate = row.estimate
    low, high = estimate.interval(level)
    error, share, interval = UNKNOWN, UNKNOWN, UNKNOWN
    if row.has_error:
        error, interval = number(estimate.standard_error), f"{number(low)} – {number(high)}"
        share = f"{100 * estimate.standard_error / abs(estimate.value):.2f} %" if estimate.value else UNKNOWN
    flags = "".join(marks[key] for key in estimate.warnings)
    plots = (f"{estimate.n_plots:,}", f"{row.n_nonzero:,}")
    return [f"{number(estimate.value)}{flags}", error, share, interval, *plots]


def number(value: float) -> str:
    """Return a figure with six digits or all before its point, grouped by thousands.

    >>> number(10455771.499), number(1292.738567), number(0.00123456789)
    ('10,455,771', '1,292.74', '0.00123457')
    """
    if value == 0:
        return "0"
    if abs(value) >= 10 ** (SIGNIFICANT - 1):
        return f"{value:,.0f}"
    return f"{value:,.{SIGNIFICANT}g}"
