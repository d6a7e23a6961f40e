"""Pictures of the registry: units by state, values from low to high, the price series."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from registry.reports.charts.style import (
    BLUE,
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
from registry.reports.label import Label
from registry.reports.model import PricePoint, UnitTotals, ValuationRow
from registry.reports.words import number

FEN_PER_10_000_CNY = 1_000_000
_STATES = (
    ("issued", INK),
    ("tradable", GREEN),
    ("listed", LIGHT_GREEN),
    ("pledged", OCHRE),
    ("retired", BLUE),
)


def draw_units(units: UnitTotals | None, pen: Pen) -> bytes | None:
    """Return a bar for each state of the units, or None where nothing was issued."""
    if units is None or units.issued == 0:
        return None
    return draw(pen, (7.4, 2.5), lambda figure: _paint_units(figure, units, pen))


def _paint_units(figure: Figure, units: UnitTotals, pen: Pen) -> None:
    axes = figure.add_subplot()
    for place, (state, colour) in enumerate(_STATES):
        quantity_tco2e = getattr(units, state)
        axes.barh(place, quantity_tco2e, height=0.6, color=colour)
        axes.annotate(number(quantity_tco2e, 0).zh, (quantity_tco2e, place), xytext=(4, 0),
                      textcoords="offset points", va="center", fontsize=8.5)  # fmt: skip
    axes.set_yticks(range(len(_STATES)), [pen.say(f"report.units.{state}") for state, _ in _STATES])
    axes.invert_yaxis()
    axes.set_xlim(0, units.issued * 1.12)
    axes.set_xlabel(pen.axis("report.axis.quantity", "t CO₂e"))
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    quiet_frame(axes)


def draw_valuation(rows: Sequence[ValuationRow], pen: Pen) -> bytes | None:
    """Return low, base and high of each value on its own scale, or None without values."""
    if not rows:
        return None
    return draw(pen, (7.4, 0.5 + 1.05 * len(rows)), lambda figure: _paint_values(figure, rows, pen))


def _paint_values(figure: Figure, rows: Sequence[ValuationRow], pen: Pen) -> None:
    panels = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
    for axes, row in zip(panels, rows, strict=True):
        low, base, high = (fen / FEN_PER_10_000_CNY for fen in (row.low_fen, row.base_fen, row.high_fen))
        colour = MUTED if row.hypothetical else GREEN
        axes.plot([low, high], [0, 0], color=colour, linewidth=6, alpha=0.35, solid_capstyle="round")
        axes.plot([low, base, high], [0, 0, 0], "|", color=colour, markersize=12, markeredgewidth=1.4)
        axes.plot([base], [0], "o", color=colour, markersize=7)
        for value in dict.fromkeys((low, base, high)):
            axes.annotate(number(value).zh, (value, 0), xytext=(0, 9), textcoords="offset points",
                          ha="center", fontsize=8.5)  # fmt: skip
        axes.set_title(pen.write(row.label), loc="left", fontsize=9)
        axes.set_yticks([])
        axes.set_ylim(-0.6, 1.0)
        axes.set_xlim(left=0, right=max(high, 1e-9) * 1.12)
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(FuncFormatter(thousands))
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_color(LINE)
    panels[-1].set_xlabel(pen.axis("report.axis.value", "10⁴ CNY" if pen.font is None else "万元 10⁴ CNY"))


def draw_prices(prices: Sequence[PricePoint], pen: Pen) -> bytes | None:
    """Return the price series, a line for each venue, or None where there are not two prices."""
    if len(prices) < 2:
        return None
    return draw(pen, (7.4, 2.8), lambda figure: _paint_prices(figure, prices, pen))


def _paint_prices(figure: Figure, prices: Sequence[PricePoint], pen: Pen) -> None:
    axes = figure.add_subplot()
    venues = dict.fromkeys(price.venue for price in prices)
    for venue, colour in zip(venues, (GREEN, OCHRE, BLUE, MUTED, LIGHT_GREEN), strict=False):
        members = sorted((one for one in prices if one.venue == venue), key=lambda one: one.day_date)
        days = [one.day_date for one in members]
        money = [one.price_fen_per_t / 100 for one in members]
        mark = "o" if len(members) < 40 else ""
        name = pen.write(Label(venue))
        axes.plot(days, money, color=colour, linewidth=1.6, marker=mark, markersize=3, label=name)  # type: ignore[arg-type]
    axes.set_ylabel(pen.axis("report.axis.price", "CNY/t"))
    axes.set_ylim(bottom=0)
    quiet_frame(axes, grid="y")
    if len(venues) > 1:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=min(3, len(venues)))
