"""Picture of the years: what parcels add up to, with the campaigns' estimates and intervals beside."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from registry.reports.charts.style import GREEN, LIGHT_GREEN, MUTED, OCHRE, Pen, draw, quiet_frame, thousands
from registry.reports.parcels import ParcelReport, ParcelYearRow


def draw_parcel_years(parcels: ParcelReport | None, pen: Pen) -> bytes | None:
    """Return the county's stock by year, or None with fewer than two years."""
    if parcels is None or len(parcels.years) < 2:
        return None
    return draw(pen, (7.4, 3.4), lambda figure: _paint(figure, parcels.years, pen))


def segments(rows: tuple[ParcelYearRow, ...]) -> list[tuple[list[int], list[float]]]:
    """Return the lines of the update: each from one campaign to what it had come to at the next."""
    found: list[tuple[list[int], list[float]]] = []
    for row in rows:
        if found:
            found[-1][0].append(row.year)
            found[-1][1].append(row.carbon_tc if row.updated_tc is None else row.updated_tc)
        if row.campaign:
            found.append(([row.year], [row.carbon_tc]))
    return [segment for segment in found if len(segment[0]) > 1]


def _paint(figure: Figure, rows: tuple[ParcelYearRow, ...], pen: Pen) -> None:
    axes = figure.add_subplot()
    for place, (years, values) in enumerate(segments(rows)):
        label = pen.say("report.legend.update") if place == 0 else None
        axes.plot(years, values, color=LIGHT_GREEN, linewidth=1.6, linestyle=(0, (4, 2)), zorder=2)
        axes.plot(years[1:], values[1:], "o", color=OCHRE, markerfacecolor="white", markersize=4.5,
                  label=label, zorder=3)  # fmt: skip
    _campaigns(axes, [row for row in rows if row.campaign], pen)
    axes.set_ylabel(pen.axis("report.axis.carbon", "t C"))
    axes.yaxis.set_major_formatter(FuncFormatter(thousands))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(bottom=0)
    axes.margins(x=0.06)
    quiet_frame(axes, grid="y")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)


def _campaigns(axes: Axes, rows: list[ParcelYearRow], pen: Pen) -> None:
    lows = [row.carbon_tc - (row.carbon_tc if row.low_tc is None else row.low_tc) for row in rows]
    highs = [(row.carbon_tc if row.high_tc is None else row.high_tc) - row.carbon_tc for row in rows]
    level = f"{rows[0].confidence_frac:.0%}".replace("%", " %")
    axes.errorbar(
        [row.year for row in rows],
        [row.carbon_tc for row in rows],
        yerr=[lows, highs],
        fmt="s",
        color=GREEN,
        ecolor=MUTED,
        markersize=6,
        capsize=3,
        elinewidth=1.4,
        zorder=4,
        label=f"{pen.say('report.legend.campaign')} ({level})",
    )
