"""The map of a survey plan: parcels by stratum, plots by role, the way from plot to plot for each team.

Coordinates are drawn as they come, so they should be planar; north is up. No base map.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from numpy.typing import NDArray

from registry.reports.charts.style import BLUE, CYCLE, INK, LINE, MUTED, RED, Pen, draw
from registry.reports.label import Edition, Label
from registry.reports.map import bar_length_m

_MARKERS: Final = {"new": ("o", RED), "existing": ("s", BLUE), "reserve": ("^", "white")}
MOST_NUMBERED: Final = 120
"""With more plots than these, their numbers are left out of the map."""


@dataclass(frozen=True, slots=True)
class PlanMap:
    """What the map shows."""

    geometry: NDArray[Any]
    """Polygons in planar coordinates (shapely), shape (n,)."""
    stratum: Sequence[str]
    """Stratum of each polygon; empty where it is not sampled."""
    x_m: NDArray[np.float64]
    """Easting of the plots, in the order of access, shape (m,) [m]."""
    y_m: NDArray[np.float64]
    """Northing of the plots, shape (m,) [m]."""
    role: Sequence[str]
    """new, existing or reserve."""
    team: Sequence[int]
    """Team of each plot; 0 for reserve plots."""


def render_plan_map(
    plan: PlanMap, *, simulated: bool, edition: Edition = "both", font: str | None = None
) -> bytes:
    """Return the map as PNG.

    Parameters
    ----------
    plan
        What to show.
    simulated
        Whether the map must say that the data are simulated.
    edition
        Language.
    font
        Chinese font of this machine; without one the map is in English.
    """
    pen = Pen(edition, font, simulated)
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(plan.geometry))
    width = 9.0
    height = min(max(width * (north - south) / max(east - west, 1.0) + 1.6, 4.5), 13.0)
    return draw(pen, (width, height), lambda figure: _paint(figure, plan, pen))


def _paint(figure: Figure, plan: PlanMap, pen: Pen) -> None:
    axes = figure.add_subplot()
    strata = sorted({name for name in plan.stratum if name})
    colour = {name: CYCLE[k % len(CYCLE)] for k, name in enumerate(strata)}
    faces = [to_rgba(colour[name], 0.45) if name else to_rgba(LINE, 0.6) for name in plan.stratum]
    shapes = [_path(shape) for shape in plan.geometry]
    axes.add_collection(PathCollection(shapes, facecolors=faces, edgecolors="white", linewidths=0.2))
    _ways(axes, plan)
    _plots(axes, plan)
    axes.set_title(pen.say("field.map.title"), loc="left")
    _frame(axes, plan, pen)
    handles: list[Any] = [
        Patch(color=to_rgba(colour[name], 0.45), label=pen.write(Label(name))) for name in strata
    ]
    handles += [
        Line2D(
            [],
            [],
            linestyle="",
            marker=sign,
            markerfacecolor=fill,
            markeredgecolor=INK,
            label=pen.say(f"field.role.{role}"),
        )
        for role, (sign, fill) in _MARKERS.items()
        if role in plan.role
    ]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.02), ncols=4, frameon=False)


def _ways(axes: Axes, plan: PlanMap) -> None:
    teams = np.asarray(plan.team)
    for team in sorted({int(number) for number in teams if number}):
        here = teams == team
        axes.plot(plan.x_m[here], plan.y_m[here], color=INK, linewidth=0.6, alpha=0.45, zorder=2)


def _plots(axes: Axes, plan: PlanMap) -> None:
    roles = np.asarray(plan.role)
    for role, (sign, fill) in _MARKERS.items():
        here = roles == role
        axes.scatter(plan.x_m[here], plan.y_m[here], s=20, marker=sign, facecolor=fill, edgecolor=INK,
                     linewidth=0.6, zorder=3)  # fmt: skip
    if roles.size <= MOST_NUMBERED:
        for k, (x, y) in enumerate(zip(plan.x_m, plan.y_m, strict=True), start=1):
            axes.annotate(str(k), (x, y), xytext=(3, 3), textcoords="offset points", fontsize=6, color=INK)


def _path(shape: Any) -> Path:
    rings = [
        np.asarray(ring.coords)[:, :2]
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    if not rings:
        return Path(np.empty((0, 2)))
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def _frame(axes: Axes, plan: PlanMap, pen: Pen) -> None:
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(plan.geometry))
    room = 0.03 * max(east - west, north - south)
    axes.set_xlim(west - room, east + room)
    axes.set_ylim(south - 2.5 * room, north + room)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    length = bar_length_m(east - west)
    base = south - 1.6 * room
    axes.plot([west, west + length], [base, base], color=INK, linewidth=2.2, solid_capstyle="butt")
    shown = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    axes.annotate(shown, (west + length, base), xytext=(5, 0), textcoords="offset points", va="center",
                  fontsize=8, color=MUTED)  # fmt: skip
    top = south + 0.6 * room
    axes.annotate("", (east, top), (east, top - 2 * room), arrowprops={"arrowstyle": "-|>", "color": INK})
    axes.annotate(pen.say("report.map.north"), (east, top - 2 * room), xytext=(-9, 0),
                  textcoords="offset points", ha="right", va="bottom", fontsize=8)  # fmt: skip
