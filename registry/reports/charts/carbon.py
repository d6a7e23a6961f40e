"""Pictures of the account: estimates with their intervals, and the project's waterfall."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from registry.reports.charts.style import (
    GREEN,
    INK,
    LIGHT_GREEN,
    LINE,
    MUTED,
    OCHRE,
    Pen,
    draw,
    quiet_frame,
    thousands,
)
from registry.reports.model import EstimateRow, WaterfallLine
from registry.reports.words import number, quantity_label, unit

_PREFERRED = (
    "carbon_stock_per_ha", "carbon_stock_ag_per_ha", "carbon_stock", "carbon_stock_ag", "growing_stock",
    "net_change",
)  # fmt: skip
MOST_DOMAINS = 24
"""Rows that fit into the picture; the table has all."""


def draw_estimates(rows: Sequence[EstimateRow], pen: Pen) -> bytes | None:
    """Return dots with whiskers for each stratum and year, or None where nothing has an interval."""
    chosen = choose_rows(rows)
    if not chosen:
        return None
    domains = list(dict.fromkeys(row.domain for row in chosen))[:MOST_DOMAINS]
    height = 1.5 + 0.42 * len(domains)
    return draw(pen, (7.4, height), lambda figure: _paint_estimates(figure, chosen, domains, pen))


def choose_rows(rows: Sequence[EstimateRow]) -> list[EstimateRow]:
    """Return the rows with intervals of the first preferred quantity, parts before wholes."""
    for wanted_total in (False, True):
        for quantity in _PREFERRED:
            fitting = [row for row in rows if row.quantity == quantity and row.half_width is not None]
            if any(row.is_total is wanted_total for row in fitting):
                return sorted(fitting, key=lambda row: row.is_total)
    return []


def _paint_estimates(figure: Figure, rows: list[EstimateRow], domains: list[str], pen: Pen) -> None:
    axes = figure.add_subplot()
    times = sorted({row.when for row in rows})
    names = {row.domain: row.label for row in rows}
    for index, when in enumerate(times):
        newest = index == len(times) - 1
        shift = 0.0 if len(times) == 1 else 0.17 - 0.34 * index / (len(times) - 1)
        members = [row for row in rows if row.when == when and row.domain in domains]
        axes.errorbar(
            [row.value for row in members],
            [domains.index(row.domain) - shift for row in members],
            xerr=[row.half_width or 0.0 for row in members],
            fmt="o",
            color=GREEN if newest else MUTED,
            markerfacecolor=GREEN if newest else "white",
            markersize=5,
            elinewidth=1.4,
            capsize=2.5,
            label=when or None,
        )
    axes.set_yticks(range(len(domains)), [pen.write(names[domain]) for domain in domains])
    axes.set_ylim(len(domains) - 0.5, -0.5)
    axes.set_xlabel(_quantity_axis(rows[0], pen))
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    quiet_frame(axes)
    if min((row.low or 0.0) for row in rows) >= 0:
        axes.set_xlim(left=0)
    else:
        axes.axvline(0, color=MUTED, linewidth=0.8)
    if len(times) > 1:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(times))


def _quantity_axis(row: EstimateRow, pen: Pen) -> str:
    level = "" if row.confidence_frac is None else f", {row.confidence_frac * 100:.0f} %"
    return f"{pen.write(quantity_label(row.quantity))} ({unit(row.unit)}{level})"


def draw_waterfall(lines: Sequence[WaterfallLine], pen: Pen) -> bytes | None:
    """Return the steps of the project's account from left to right, or None without lines."""
    if not lines:
        return None
    width = max(5.5, min(10.0, 1.25 * len(lines) + 1.2))
    return draw(pen, (width, 3.6), lambda figure: _paint_waterfall(figure, lines, pen))


def steps_of(lines: Sequence[WaterfallLine]) -> list[tuple[float, float]]:
    """Return where each bar starts and ends [t CO2e]: totals start at zero, steps where the last ended."""
    level, spans = 0.0, []
    for line in lines:
        start = 0.0 if line.is_total else level
        level = line.value_tco2e if line.is_total else level + line.value_tco2e
        spans.append((start, level))
    return spans


def _paint_waterfall(figure: Figure, lines: Sequence[WaterfallLine], pen: Pen) -> None:
    axes = figure.add_subplot()
    spans = steps_of(lines)
    for place, (line, (start, end)) in enumerate(zip(lines, spans, strict=True)):
        colour = GREEN if line.is_total else LIGHT_GREEN if end >= start else OCHRE
        axes.bar(place, end - start, bottom=start, width=0.62, color=colour)
        _write_amount(axes, place, line, max(start, end))
        if place + 1 < len(lines):
            axes.plot([place + 0.31, place + 0.69], [end, end], color=MUTED, linewidth=0.7)
    axes.set_xticks(range(len(lines)), [_folded(pen.write(line.label, "\n")) for line in lines])
    axes.set_ylabel(pen.axis("report.axis.quantity", "t CO₂e"))
    axes.yaxis.set_major_formatter(FuncFormatter(thousands))
    quiet_frame(axes, grid="y")
    axes.axhline(0, color=LINE if min(min(span) for span in spans) >= 0 else MUTED, linewidth=0.8)
    axes.margins(y=0.12)


def _write_amount(axes: Axes, place: int, line: WaterfallLine, top: float) -> None:
    shown = number(line.value_tco2e, 0).zh
    sign = "" if line.is_total or line.value_tco2e <= 0 or shown == "0" else "+"
    axes.annotate(
        sign + shown, (place, top), xytext=(0, 3), textcoords="offset points",
        ha="center", va="bottom", fontsize=8.5, color=INK,
    )  # fmt: skip


def _folded(text: str, width: int = 14) -> str:
    lines = []
    for part in text.split("\n"):
        line = ""
        for word in part.split(" "):
            if line and len(line) + len(word) + 1 > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
    return "\n".join(lines)
