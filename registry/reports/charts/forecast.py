"""Picture of a forecast: the growth curves with the plots they rest on, and what is expected of the project.

It says in its heading that the figures are ex-ante and never issued.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from mrv.forecast import Forecast, ForecastRow, GrowthModel, Stands
from mrv.forecast_plots import GrowthPlots
from mrv.sampling import t_value
from registry.reports.charts.style import (
    CYCLE,
    GREEN,
    LIGHT_GREEN,
    MUTED,
    RED,
    Pen,
    draw,
    quiet_frame,
    thousands,
)
from registry.reports.label import Label

_CURVES = (CYCLE[0], CYCLE[3], CYCLE[4], CYCLE[5], CYCLE[6], CYCLE[1])
"""Colours that stay apart in a line drawing."""


def draw_forecast(result: Forecast, plots: Mapping[str, GrowthPlots], pen: Pen) -> bytes:
    """Return the picture of a forecast as PNG.

    Parameters
    ----------
    result
        The forecast.
    plots
        Plots of every stratum, donors included.
    pen
        Language and font.
    """

    def paint(figure: Figure) -> None:
        left, right = figure.subplots(1, 2)
        _paint_growth(left, result, plots, pen)
        _paint_removals(right, result, pen)
        figure.suptitle(pen.say("forecast-mark"), color=RED, fontsize=12, fontweight="bold")

    return draw(pen, (9.6, 4.4), paint)


def _models(stands: Sequence[Stands]) -> dict[str, tuple[GrowthModel, list[str]]]:
    """Return each curve once, with the strata that use it."""
    found: dict[str, tuple[GrowthModel, list[str]]] = {}
    for item in stands:
        found.setdefault(item.model.key, (item.model, []))[1].append(item.stratum)
    return found


def _paint_growth(axes: Axes, result: Forecast, plots: Mapping[str, GrowthPlots], pen: Pen) -> None:
    oldest = _oldest(result, plots)
    for colour, (model, strata) in zip(_CURVES, _models(result.stands).values(), strict=False):
        for name in dict.fromkeys([*strata, model.source]):
            if name in plots:
                _paint_plots(axes, plots[name], colour, own=name in strata)
        _paint_curve(axes, model, oldest, colour, result.level, pen.write(_plain(_title(model, strata))))
    axes.set_xlabel(pen.axis("forecast-axis-age", "a"))
    axes.set_ylabel(pen.axis("forecast-axis-density", "t C/ha"))
    axes.set_title(pen.say("forecast-panel-growth"))
    axes.set_xlim(0, oldest)
    axes.set_ylim(bottom=0)
    quiet_frame(axes, grid="y")
    axes.legend(loc="upper left")


def _oldest(result: Forecast, plots: Mapping[str, GrowthPlots]) -> float:
    """Return the age up to which curves are drawn [a]: what the forecast reaches, and what they rest on."""
    horizon = max(row.year for row in result.rows) - result.campaign
    reached = [float(np.max(item.age_year)) + horizon for item in result.stands]
    known = [float(np.nanmax(plots[item.model.source].age_year)) for item in result.stands
             if item.model.source in plots]  # fmt: skip
    return 5.0 * math.ceil(max([*reached, *known]) / 5.0)


def _title(model: GrowthModel, strata: Sequence[str]) -> str:
    names = ", ".join(strata)
    return names if model.mode == "ratio" or not model.source else f"{names} ← {model.source}"


def _plain(text: str) -> Label:
    return Label(text, text)


def _paint_plots(axes: Axes, plots: GrowthPlots, colour: str, *, own: bool) -> None:
    rows = plots.telling if not own else np.isfinite(plots.age_year)
    age, first = plots.age_year[rows], plots.first_tc_per_ha[rows]
    last = plots.grown_tc_per_ha[rows]
    axes.plot(
        np.vstack([age - plots.period_year, age]),
        np.vstack([first, last]),
        color=colour,
        alpha=0.85 if own else 0.35,
        linewidth=0.9,
        marker="o" if own else None,
        markersize=2.5,
    )


def _paint_curve(
    axes: Axes, model: GrowthModel, oldest: float, colour: str, level: float, label: str
) -> None:
    ages = np.linspace(0.5, oldest, 120)
    values = model.curve.value(ages)
    axes.plot(ages, values, color=colour, linewidth=2.0, label=label)
    if model.fit is None:
        return
    slope = model.fit.gradient("value", ages)
    half = t_value(model.fit.df, level) * np.sqrt(
        np.einsum("pi,pq,qi->i", slope, model.fit.covariance, slope)
    )
    axes.fill_between(
        ages, np.maximum(values - half, 0.0), values + half, color=colour, alpha=0.13, linewidth=0
    )


def _paint_removals(axes: Axes, result: Forecast, pen: Pen) -> None:
    rows: tuple[ForecastRow, ...] = result.of("project")
    years = [result.campaign, *(row.year for row in rows)]
    middle = [0.0, *(row.cumulated.value_tco2e for row in rows)]
    low = [0.0, *(row.cumulated.low_tco2e for row in rows)]
    high = [0.0, *(row.cumulated.high_tco2e for row in rows)]
    axes.fill_between(years, low, high, color=LIGHT_GREEN, alpha=0.45, linewidth=0)
    axes.plot(years, middle, color=GREEN, linewidth=2.0, linestyle=(0, (4, 2)))
    axes.axhline(0, color=MUTED, linewidth=0.8)
    axes.set_title(f"{pen.say('forecast-axis-cumulated')} (t CO₂e, {result.level * 100:.0f} %)")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(thousands))
    axes.set_xlim(years[0], years[-1])
    quiet_frame(axes, grid="y")
