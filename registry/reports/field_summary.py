"""What a crew has to look at again: its findings by team and plot, with the rows of its own sheet.

One page of HTML that prints well and loads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jinja2 import Environment, PackageLoader, StrictUndefined

from registry.messages import LANGUAGES, Ruled, render, render_fix, text


@dataclass(frozen=True, slots=True)
class CrewFinding:
    """A finding as a crew reads it."""

    severity: str
    """error, warning or info."""
    place: str
    """Sheet and row of the crew's own file."""
    message: Mapping[str, str]
    """What it is, by language."""
    way_out: Mapping[str, str]
    """What to do, by language."""


@dataclass(frozen=True, slots=True)
class CrewPlot:
    """A plot and what was found in it."""

    plot_id: str
    """Plot number; empty for findings that belong to no plot."""
    team: str
    """Team that measured it; empty where the file does not say."""
    findings: list[CrewFinding] = field(default_factory=list)
    """In the order of the file."""


def crew_plots(
    findings: Sequence[Ruled], teams: Mapping[str, str], plots: Mapping[tuple[str, int], str]
) -> list[CrewPlot]:
    """Return findings by team and plot; those of no plot come last.

    Parameters
    ----------
    findings
        With source, row and, where they have one, the plot among their values.
    teams
        Plot -> team.
    plots
        (source, row) -> plot, for findings that do not name theirs.
    """
    found: dict[str, CrewPlot] = {}
    for item in findings:
        source, row = str(getattr(item, "source", "")), getattr(item, "row", None)
        params: Mapping[str, object] = getattr(item, "params", {})
        plot = str(params.get("plot") or plots.get((source, row or 0), ""))
        sheet = source.partition("[")[2].rstrip("]") or source
        said = CrewFinding(
            str(getattr(item, "severity", "")),
            sheet if row is None else f"{sheet} {row}",
            {lang: render(item, lang) for lang in LANGUAGES},
            {lang: render_fix(item, lang) for lang in LANGUAGES},
        )
        found.setdefault(plot, CrewPlot(plot, teams.get(plot, ""))).findings.append(said)
    return sorted(found.values(), key=lambda one: (one.plot_id == "", one.team, one.plot_id))


def render_summary(title: str, plots: Sequence[CrewPlot], counts: Mapping[str, int]) -> str:
    """Return the summary as one HTML page.

    Parameters
    ----------
    title
        Head of the page.
    plots
        Of `crew_plots`.
    counts
        Findings by severity.
    """
    environment = Environment(
        loader=PackageLoader("registry.reports"), autoescape=True, undefined=StrictUndefined
    )

    def say(key: str) -> tuple[str, str]:
        return text(key, "zh-CN"), text(key, "en")

    return environment.get_template("field_summary.html.j2").render(
        title=title, plots=plots, counts=counts, say=say
    )


def summary_lines(plots: Sequence[CrewPlot], lang: str) -> list[str]:
    """Return the summary as lines of text in one language."""
    lines = []
    for one in plots:
        team = f" · {text('field.list.team', lang)} {one.team}" if one.team else ""
        name = one.plot_id or text("field.summary.no-plot", lang)
        lines.append(f"{text('field.list.plot', lang)} {name}{team}")
        lines += [
            f"  {text(f'field.severity.{item.severity}', lang)}: {item.message[lang]}"
            for item in one.findings
        ]
    return lines
