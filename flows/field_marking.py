"""Write what a check of the field found: the marked copy, and the summary for the crew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.county import NfiInventory
from flows.errors import FieldError
from flows.field_import import check_field
from flows.field_records import FieldCheck, FieldRequest, mark
from flows.workspace import Run
from geodata.findings import count_by_severity
from registry.messages import LANGUAGES, text
from registry.reports.field_summary import CrewPlot, crew_plots, render_summary, summary_lines


def write_results(check: FieldCheck, target: Path) -> tuple[Path, Path]:
    """Write the marked copy and, beside it, the summary; return both places."""
    summary = target.with_suffix(".html")
    try:
        marked = mark(check, target)
    except OSError as error:
        raise FieldError("field-not-writable", file=target, reason=error.strerror or error) from error
    names = ", ".join(sorted({path.name for path, _ in check.sources}))
    title = " / ".join(text("field.summary.title", lang, file=names) for lang in LANGUAGES)
    page = render_summary(title, crew(check), count_by_severity(check.findings))
    summary.write_text(page, encoding="utf-8", newline="\n")
    return marked, summary


def mark_refused(run: Run, findings: Sequence[Any]) -> Path | None:
    """Write the marked copy of a refused run's inventory into its home folder; return its place.

    None where the inventory is of another kind, or nothing was found in it.
    """
    inventory = run.county.inventory
    if not isinstance(inventory, NfiInventory):
        return None
    names = {inventory.path.name, inventory.tree_path.name}
    if not any(finding.source.partition("[")[0] in names for finding in findings):
        return None
    trees = None if inventory.trees is None else run.data / inventory.trees
    stated = FieldRequest(run.data / inventory.path, trees, county=str(run.county_file), data=run.data)
    marked, _ = write_results(check_field(stated), run.home / "field" / f"{inventory.path.stem}.checked.xlsx")
    return marked


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
