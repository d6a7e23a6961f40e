"""The curve of one equation over its range."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mrv.equations.curves import Curve, curve_of
from mrv.equations.examine import range_cm
from mrv.equations.model import Equation
from registry.reports.charts.style import BLUE, GREEN, MUTED, OCHRE, Pen, draw, thousands
from registry.reports.label import Edition

_SIZE_INCH: Final = (6.4, 4.2)
_AXES: Final = {
    "dbh_cm": ("equations.plot.dbh", "cm"),
    "volume_m3": ("equations.plot.volume", "m3"),
    "volume_m3_per_ha": ("equations.plot.volume", "m3/ha"),
    "biomass_ag_t_per_ha": ("equations.response.biomass_ag", "t/ha"),
}


def render_equation(equation: Equation, *, edition: Edition = "both", font: str | None = None) -> bytes:
    """Return the curve of an equation over its range as PNG.

    Parameters
    ----------
    equation
        Any but a constant.
    edition
        Language.
    font
        Chinese font of this machine; without one the picture is in English.
    """
    pen, curve = Pen(edition, font), curve_of(equation)
    return draw(pen, _SIZE_INCH, lambda figure: _paint(figure, equation, curve, pen))


def _paint(figure: Figure, equation: Equation, curve: Curve, pen: Pen) -> None:
    axes: Axes = figure.subplots()
    axes.grid(visible=True, color="#e6ebe8", linewidth=0.7)
    for (label, values), colour in zip(curve.lines, (GREEN, OCHRE, BLUE), strict=False):
        axes.plot(curve.x, values, color=colour, linewidth=1.8)
        if label:
            axes.annotate(
                label, (curve.x[-1], values[-1]), xytext=(4, 0), textcoords="offset points",
                va="center", color=colour, fontsize=8.5, annotation_clip=False,
            )  # fmt: skip
    key, unit = _AXES.get(curve.name, ("equations.plot.dbh", ""))
    axes.set_xlabel(pen.axis(key, unit))
    axes.set_ylabel(pen.axis(f"equations.response.{equation.response}", equation.unit))
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=min(0.0, *(float(values.min()) for _, values in curve.lines)))
    axes.yaxis.set_major_formatter(thousands)
    species = f" · {', '.join(equation.species)}" if equation.species else ""
    axes.set_title(f"{equation.id}{species}", loc="left")
    if curve.name == "dbh_cm":
        low, high = range_cm(equation)
        status = pen.say(f"equations.status.{equation.status}")
        note = f"{pen.say('equations.plot.range')} {low:g}–{high:g} cm · {status}"
        axes.text(0.02, 0.95, note, transform=axes.transAxes, color=MUTED, fontsize=8.5, va="top")
