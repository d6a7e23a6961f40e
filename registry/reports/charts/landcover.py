"""Pictures of monitoring: land cover stacked by year, and the matrix of changes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from registry.reports.charts.style import CYCLE, INK, MUTED, Pen, draw, quiet_frame, thousands
from registry.reports.label import Label
from registry.reports.model import ClassArea, Transition
from registry.reports.words import number

_COLOURS = {
    "crop": "#e0c68a", "forest": "#2f6b52", "shrub": "#a3b565", "grass": "#cfdba0", "water": "#6f9fc0",
    "snow": "#e8eef0", "ice": "#e8eef0", "barren": "#c9b3a0", "bare": "#c9b3a0", "imperv": "#a0665a",
    "built": "#a0665a", "wet": "#6fa8a0", "bamboo": "#5f9a5a",
}  # fmt: skip
MANY_CLASSES = 6
"""From so many classes on their names stand aslant."""
_LOSS = LinearSegmentedColormap.from_list("change", ["#faf3e6", "#e3b66f", "#a8582a"])


def class_colours(labels: Sequence[Label]) -> list[str]:
    """Return a colour for each class: the usual one of its kind, else one from the cycle."""
    found = []
    for place, label in enumerate(labels):
        name = (label.en or label.zh).lower()
        usual = next(
            (colour for word, colour in _COLOURS.items() if word in name and "non" not in name), None
        )
        found.append(usual or CYCLE[place % len(CYCLE)])
    return found


def draw_land_cover(areas: Sequence[ClassArea], pen: Pen) -> bytes | None:
    """Return the first domain's land cover by year, or None where there are not two years."""
    domains = dict.fromkeys(area.domain for area in areas)
    for domain in domains:
        members = [area for area in areas if area.domain == domain and area.year is not None]
        if len({area.year for area in members}) > 1:
            return draw(pen, (7.4, 3.7), lambda figure, chosen=members: _paint_cover(figure, chosen, pen))  # type: ignore[misc]
    return None


def _paint_cover(figure: Figure, areas: Sequence[ClassArea], pen: Pen) -> None:
    axes = figure.add_subplot()
    years = sorted({area.year for area in areas if area.year is not None})
    labels = {area.class_code: area.label for area in areas}
    by_key: dict[tuple[str, int], float] = {}
    for area in areas:
        key = (area.class_code, area.year or 0)
        by_key[key] = by_key.get(key, 0.0) + area.area_ha
    codes = sorted(labels, key=lambda code: -by_key.get((code, years[-1]), 0.0))
    colours = class_colours([labels[code] for code in codes])
    bottom = np.zeros(len(years))
    for code, colour in zip(codes, colours, strict=True):
        heights = np.array([by_key.get((code, year), 0.0) for year in years])
        axes.bar([str(year) for year in years], heights, bottom=bottom, width=0.66, color=colour,
                 edgecolor="white", linewidth=0.5, label=pen.write(labels[code]))  # fmt: skip
        bottom += heights
    axes.set_ylabel(pen.axis("report.axis.area", "ha"))
    axes.yaxis.set_major_formatter(FuncFormatter(thousands))
    quiet_frame(axes, grid="y")
    handles, names = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], names[::-1], loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=1.1)


def draw_transitions(changes: Sequence[Transition], pen: Pen) -> bytes | None:
    """Return the matrix of changes, the unchanged diagonal in grey, or None without changes."""
    if not changes:
        return None
    labels = {change.from_code: change.from_label for change in changes}
    labels |= {change.to_code: change.to_label for change in changes}
    size = 2.2 + 0.62 * len(labels)
    return draw(pen, (size + 1.4, size), lambda figure: _paint_matrix(figure, changes, labels, pen))


def _paint_matrix(figure: Figure, changes: Sequence[Transition], labels: dict[str, Label], pen: Pen) -> None:
    axes = figure.add_subplot()
    codes = list(labels)
    areas = np.zeros((len(codes), len(codes)))
    for change in changes:
        areas[codes.index(change.from_code), codes.index(change.to_code)] += change.area_ha
    moved = np.ma.masked_less_equal(np.where(np.eye(len(codes), dtype=bool), 0.0, areas), 0.0)
    axes.imshow(np.eye(len(codes)), cmap=LinearSegmentedColormap.from_list("same", ["#ffffff", "#eceeed"]))
    if moved.count():
        norm = LogNorm(vmin=float(moved.min()) * 0.5, vmax=float(moved.max()) * 1.5)
        axes.imshow(moved, cmap=_LOSS, norm=norm)
    _write_cells(axes, areas, moved)
    names = [pen.write(labels[code], "\n") for code in codes]
    axes.set_xticks(range(len(codes)), names)
    if len(codes) >= MANY_CLASSES:
        for label in axes.get_xticklabels():
            label.set(rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(codes)), [pen.write(labels[code]) for code in codes])
    axes.set_xlabel(pen.axis("report.axis.to", "ha"))
    axes.set_ylabel(pen.say("report.axis.from"))
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _write_cells(axes: Axes, areas: np.ndarray, moved: np.ma.MaskedArray) -> None:
    strongest = float(moved.max()) if moved.count() else 0.0
    for (row, place), area_ha in np.ndenumerate(areas):
        if area_ha > 0:
            dark = row != place and area_ha > 0.4 * strongest
            colour = "white" if dark else MUTED if row == place else INK
            axes.text(place, row, number(float(area_ha), 0 if area_ha >= 10 else 1).zh, ha="center",
                      va="center", fontsize=7.5, color=colour)  # fmt: skip
