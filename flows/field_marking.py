"""Write what a check of the field found: the marked copy, and the summary for the crew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows.field_import import FieldCheck, mark
from geodata.findings import count_by_severity
from registry.messages import LANGUAGES, text
from registry.reports.field_summary import CrewPlot, crew_plots, render_summary, summary_lines


def write_results(check: FieldCheck, target: Path) -> tuple[Path, Path]:
    """Write the marked copy and, beside it, the summary; return both places."""
    marked = mark(check, target)
    summary = target.with_suffix(".html")
    names = ", ".join(sorted({path.name for path, _ in check.sources}))
    title = " / ".join(text("field.summary.title", lang, file=names) for lang in LANGUAGES)
    page = render_summary(title, crew(check), count_by_severity(check.findings))
    summary.write_text(page, encoding="utf-8", newline="\n")
    return marked, summary


def crew(check: FieldCheck) -> Sequence[CrewPlot]:
    """Return the findings of a check by team and plot."""
    teams: dict[str, str] = {}
    plots: dict[tuple[str, int], str] = {}
    for table in (*check.plots, *check.trees):
        names = table["plot_id"].tolist()
        plots |= {
            (table.source, row): str(name) for row, name in zip(table.rows.tolist(), names, strict=True)
        }
    for table in check.plots:
        if "team" in table.columns:
            named = zip(table["plot_id"].tolist(), table["team"].tolist(), strict=True)
            teams |= {str(name): str(team) for name, team in named if team}
    return crew_plots(check.findings, teams, plots)


def crew_lines(check: FieldCheck, lang: str) -> list[str]:
    """Return the summary as lines of text."""
    return summary_lines(crew(check), lang)
