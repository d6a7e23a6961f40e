"""The map of parcels: by stratum and by carbon density, with disturbance and the project outlined.

Coordinates are drawn as they come, so they should be planar; north is up. No base map, no
projection, no file access.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.path import Path
from numpy.typing import NDArray

from registry.reports.charts.style import CYCLE, INK, MUTED, OCHRE, RED, Pen, draw
from registry.reports.label import Edition, Label

_DENSITY = LinearSegmentedColormap.from_list(
    "density", ["#f1f3e4", "#b9cf9f", "#6ea37a", "#2f6b52", "#173f33"]
)
_EMPTY = "#e6e8e7"
MOST_STRATA = 12
"""Strata that colours can tell apart; with more, only the panel of carbon density is drawn."""
MOST_ERRORS = 50_000
"""Parcels up to which their errors get a map of their own; beyond, the files have them."""


@dataclass(frozen=True, slots=True)
class ParcelMap:
    """What the map shows; all arrays have one entry for each parcel."""

    geometry: NDArray[Any]
    """Polygons in planar coordinates (shapely)."""
    stratum: tuple[str, ...]
    """Identifier of the stratum; empty where the parcel is in none."""
    carbon_tc_per_ha: NDArray[np.float64]
    """Carbon density [t C/ha]; NaN where there is no estimate."""
    disturbed: NDArray[np.bool_]
    """Whether the parcel was disturbed."""
    in_project: NDArray[np.bool_]
    """Whether the parcel belongs to the project."""
    stratum_labels: Mapping[str, Label] = field(default_factory=dict)
    """Names of the strata; the identifier stands for a missing one."""
    metres_per_unit: float | None = 1.0
    """Length of a unit of the coordinates [m]; None (degrees) leaves the scale bar out."""
    standard_error_tc_per_ha: NDArray[np.float64] | None = None
    """Prediction standard error of the density [t C/ha] where parcels were held to plots; else None."""


Panel = Callable[[Axes, ParcelMap, Pen], None]
"""Paints one panel."""


def render_map(
    parcels: ParcelMap, *, simulated: bool, edition: Edition = "both", font: str | None = None
) -> bytes:
    """Return the map as PNG.

    Parameters
    ----------
    parcels
        What to show.
    simulated
        Whether the map must say that the data are simulated.
    edition
        Language.
    font
        Chinese font of this machine; without one the map is in English.
    """
    pen = Pen(edition, font, simulated)
    strata = [name for name in dict.fromkeys(parcels.stratum) if name]
    panels: list[Panel] = [_paint_strata] if 1 < len(strata) <= MOST_STRATA else []
    panels += [_paint_density] if bool(np.isfinite(parcels.carbon_tc_per_ha).any()) or not panels else []
    return _render(parcels, panels, pen)


def render_error_map(
    parcels: ParcelMap, *, simulated: bool, edition: Edition = "both", font: str | None = None
) -> bytes | None:
    """Return the map of the parcels' prediction errors as PNG; None with none of them, or too many.

    Parameters
    ----------
    parcels, simulated, edition, font
        As for `render_map`.
    """
    error = parcels.standard_error_tc_per_ha
    if error is None or not np.isfinite(error).any() or len(error) > MOST_ERRORS:
        return None
    return _render(parcels, [_paint_error], Pen(edition, font, simulated), tallest=6.2)


def _render(parcels: ParcelMap, panels: list[Panel], pen: Pen, *, tallest: float = 9.0) -> bytes:
    bounds = shapely.total_bounds(parcels.geometry)
    slope = float((bounds[3] - bounds[1]) / max(bounds[2] - bounds[0], 1e-9))
    width = 9.6 if len(panels) > 1 else 7.4
    height = min(tallest, max(2.6, 0.92 * width / len(panels) * slope)) + 1.2

    def paint(figure: Figure) -> None:
        handles: dict[str, Patch] = {}
        for place, panel in enumerate(panels):
            axes = figure.add_subplot(1, len(panels), place + 1)
            panel(axes, parcels, pen)
            handles |= _outlines(axes, parcels, pen)
            _frame(axes, bounds, parcels, pen)
        strata_handles = _strata_handles(parcels, pen) if len(panels) > 1 else {}
        shown = strata_handles | handles
        if shown:
            columns = min(len(shown), 4 if len(panels) > 1 else 2)
            figure.legend(handles=list(shown.values()), loc="outside lower center", ncols=columns)

    return draw(pen, (width, height), paint)


def _colours(parcels: ParcelMap) -> dict[str, str]:
    strata = [name for name in dict.fromkeys(parcels.stratum) if name]
    return dict(zip(strata, CYCLE, strict=False))


def _paint_strata(axes: Axes, parcels: ParcelMap, pen: Pen) -> None:
    colours = _colours(parcels)
    axes.add_collection(_shapes(parcels.geometry, [colours.get(name, _EMPTY) for name in parcels.stratum]))
    axes.set_title(pen.say("report.map.stratum"), loc="left")


def _strata_handles(parcels: ParcelMap, pen: Pen) -> dict[str, Patch]:
    return {
        name: Patch(color=colour, label=pen.write(parcels.stratum_labels.get(name, Label(name))))
        for name, colour in _colours(parcels).items()
    }


def _paint_density(axes: Axes, parcels: ParcelMap, pen: Pen) -> None:
    held = parcels.standard_error_tc_per_ha is not None
    name = pen.say("report.map.density-held" if held else "report.map.density")
    _paint_graded(axes, parcels, parcels.carbon_tc_per_ha, f"{name} (t C/ha)")


def _paint_error(axes: Axes, parcels: ParcelMap, pen: Pen) -> None:
    error = parcels.standard_error_tc_per_ha
    if error is not None:
        shown = np.where(np.isfinite(parcels.carbon_tc_per_ha), error, np.nan)
        _paint_graded(axes, parcels, shown, f"{pen.say('report.map.error')} (t C/ha)")


def _paint_graded(axes: Axes, parcels: ParcelMap, values: NDArray[np.float64], title: str) -> None:
    known = np.isfinite(values)
    top = float(np.quantile(values[known], 0.98)) if known.any() else 1.0
    norm = Normalize(0.0, max(top, 1e-9))
    filled = np.where(known, values, 0.0)
    graded = zip(_DENSITY(norm(filled)), known, strict=True)
    colours: list[Any] = [tuple(colour) if has_value else _EMPTY for colour, has_value in graded]
    axes.add_collection(_shapes(parcels.geometry, colours))
    axes.set_title(title, loc="left")
    figure = axes.get_figure(root=True)
    if figure is not None and known.any():
        bar = figure.colorbar(
            ScalarMappable(norm, _DENSITY), ax=axes, shrink=0.6, aspect=24, pad=0.01, extend="max"
        )
        bar.outline.set_visible(False)
        bar.ax.tick_params(length=0)


def _outlines(axes: Axes, parcels: ParcelMap, pen: Pen) -> dict[str, Patch]:
    """Draw what lies over the colours, and return how the legend names it."""
    handles: dict[str, Patch] = {}
    if not np.isfinite(parcels.carbon_tc_per_ha).all() or not all(parcels.stratum):
        handles["empty"] = Patch(color=_EMPTY, label=pen.say("report.map.no-forest"))
    if parcels.disturbed.any():
        axes.add_collection(_shapes(parcels.geometry[parcels.disturbed], ["none"], edge=RED, width=0.9))
        handles["disturbed"] = Patch(facecolor="none", edgecolor=RED, label=pen.say("report.map.disturbed"))
    if parcels.in_project.any():
        whole = np.array([shapely.union_all(parcels.geometry[parcels.in_project])], dtype=object)
        axes.add_collection(_shapes(whole, ["none"], edge=INK, width=1.4))
        handles["project"] = Patch(facecolor="none", edgecolor=INK, label=pen.say("report.map.project"))
    return handles


def _shapes(
    geometry: NDArray[Any], colours: list[Any], edge: str = "white", width: float = 0.25
) -> PathCollection:
    paths = [_path(shape) for shape in geometry]
    thin = width if len(paths) < 20_000 or edge != "white" else 0.0
    return PathCollection(paths, facecolors=colours, edgecolors=edge, linewidths=thin)


def _path(shape: Any) -> Path:
    rings = [
        np.asarray(ring.coords)[:, :2]
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    return (
        Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
        if rings
        else Path(np.empty((0, 2)))
    )


def _frame(axes: Axes, bounds: NDArray[np.float64], parcels: ParcelMap, pen: Pen) -> None:
    left, bottom, right, top = (float(edge) for edge in bounds)
    room = 0.03 * max(right - left, top - bottom)
    axes.set_xlim(left - room, right + room)
    axes.set_ylim(bottom - 5 * room, top + room)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    _north(axes, right - room, bottom - 1.2 * room, 2.6 * room, pen)
    if parcels.metres_per_unit is not None:
        _scale_bar(axes, (left, bottom - 3 * room), right - left, parcels.metres_per_unit)
    if pen.simulated:
        axes.text(0.5, 0.5, pen.say("report.watermark"), transform=axes.transAxes, rotation=24, ha="center",
                  va="center", fontsize=21, color=OCHRE, alpha=0.30)  # fmt: skip


def _north(axes: Axes, x: float, top: float, length: float, pen: Pen) -> None:
    axes.annotate(
        "", (x, top), (x, top - length), arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.0}
    )
    axes.annotate(pen.say("report.map.north"), (x, top - length), xytext=(-9, 0), textcoords="offset points",
                  ha="right", va="bottom", fontsize=8)  # fmt: skip


def bar_length_m(width_m: float) -> float:
    """Return a round length for the scale bar, about a quarter of the map's width [m].

    Examples
    --------
    >>> bar_length_m(41_000.0), bar_length_m(900.0)
    (10000.0, 200.0)
    """
    target = max(width_m, 1e-6) / 4
    power = 10.0 ** math.floor(math.log10(target))
    return float(max(step * power for step in (1, 2, 5) if step * power <= target))


def _scale_bar(axes: Axes, place: tuple[float, float], width: float, metres_per_unit: float) -> None:
    left, bottom = place
    length_m = bar_length_m(width * metres_per_unit)
    end = left + length_m / metres_per_unit
    axes.plot([left, end], [bottom, bottom], color=INK, linewidth=2.2, solid_capstyle="butt")
    shown = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    axes.annotate(shown, (end, bottom), xytext=(5, 0), textcoords="offset points", va="center", fontsize=8,
                  color=MUTED)  # fmt: skip
