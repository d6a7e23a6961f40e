"""The picture of an uncertainty budget: one bar a source, its terms under it, the total on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from registry.reports.budget import TOTAL, BudgetRow, panels
from registry.reports.charts.style import BLUE, GREEN, INK, MUTED, OCHRE, Pen, draw, quiet_frame, thousands
from registry.reports.words import capital, quantity_label, say

COLOURS: Final = {"sampling": GREEN, "model": OCHRE, "measurement": BLUE, "area": "#8a6f9e", TOTAL: INK}
"""Colour of each source; a term of it is drawn lighter and thinner."""


def draw_budget(rows: Sequence[BudgetRow], kind: str, pen: Pen) -> bytes | None:
    """Return bars of relative standard errors by source, a panel for each quantity, or None without any.

    Parameters
    ----------
    rows
        Of all statements.
    kind
        Statement whose picture is wanted.
    pen
        Language and font.
    """
    shown = [panel for panel in panels(row for row in rows if row.kind == kind) if panel[0].value]
    if not shown:
        return None
    deepest = max(len(panel) for panel in shown)
    return draw(pen, (7.4, 1.3 + 0.27 * deepest), lambda figure: _paint(figure, shown, pen))


def _paint(figure: Figure, shown: Sequence[tuple[BudgetRow, ...]], pen: Pen) -> None:
    places = figure.subplots(1, len(shown), squeeze=False)[0]
    for axes, panel in zip(places, shown, strict=True):
        _bars(axes, panel, pen)


def _bars(axes: Axes, panel: Sequence[BudgetRow], pen: Pen) -> None:
    size = [100 * (row.relative_frac or 0.0) for row in panel]
    for place, (row, width) in enumerate(zip(panel, size, strict=True)):
        axes.barh(
            place,
            width,
            height=0.42 if row.is_detail else 0.7,
            color=COLOURS[row.group],
            alpha=0.55 if row.is_detail else 1.0,
        )
        _write(axes, place, width, row)
    axes.set_yticks(range(len(panel)), [_name(row, pen) for row in panel])
    for label, row in zip(axes.get_yticklabels(), panel, strict=True):
        label.set_color(MUTED if row.is_detail else INK)
        label.set_fontweight("bold" if row.source == TOTAL else "normal")
    axes.set_ylim(len(panel) - 0.4, -0.6)
    axes.set_xlim(0, 1.45 * max(size) or 1.0)
    axes.set_xlabel(pen.say("report.axis.relative-error", "\n"))
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    first = panel[0]
    quantity = pen.write(capital(quantity_label(first.quantity)), "\n")
    axes.set_title(f"{quantity} {first.when}".strip(), loc="center")
    quiet_frame(axes)


def _write(axes: Axes, place: int, width: float, row: BudgetRow) -> None:
    share = "" if row.is_detail or row.source == TOTAL else f"  ({row.share_frac:.0%})".replace("%", " %")
    axes.annotate(
        f"{width:.2g} %{share}", (width, place), xytext=(4, 0), textcoords="offset points",
        ha="left", va="center", fontsize=7.5, color=MUTED if row.is_detail else INK,
    )  # fmt: skip


def _name(row: BudgetRow, pen: Pen) -> str:
    name = row.source.rpartition("/")[2]
    return pen.write(say(f"budget.source.{name}"))
