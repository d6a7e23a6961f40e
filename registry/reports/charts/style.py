"""How every picture looks: colours, fonts, frames, and the way to PNG.

The object interface of matplotlib on the Agg canvas only: no window, no global figure.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from registry.reports.fonts import FALLBACK_FAMILY, has_cjk
from registry.reports.label import Edition, Label
from registry.reports.pictures import DPI
from registry.reports.words import say

INK: Final = "#22302c"
MUTED: Final = "#66736e"
LINE: Final = "#d9dfdc"
GREEN: Final = "#2f6b52"
LIGHT_GREEN: Final = "#8fb8a0"
OCHRE: Final = "#b5762a"
RED: Final = "#a8443a"
BLUE: Final = "#3f6f8f"
CYCLE: Final = (
    "#2f6b52", "#b5a04a", "#7fae8f", "#b5762a", "#3f6f8f", "#8a6f9e", "#a8443a", "#9aa39f",
    "#c9b98a", "#5d8aa8", "#6b7f3a", "#d39a7a",
)  # fmt: skip
"""Colours of categories, distinct in lightness as well as in hue."""

_SETTINGS: Final[dict[str, Any]] = {
    "axes.edgecolor": MUTED,
    "axes.grid": False,
    "axes.labelcolor": INK,
    "axes.labelsize": 9,
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "axes.unicode_minus": False,
    "font.size": 9,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "text.color": INK,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 8.5,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8.5,
}


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes labels into a picture in the language that it can show."""

    edition: Edition
    """Language of the report."""
    font: str | None
    """Chinese font of this machine; without one only English is written."""
    simulated: bool = False
    """Whether each picture must say that the data are simulated."""

    def write(self, label: Label, separator: str = " ") -> str:
        """Return a label as text that the fonts at hand can show."""
        if self.font is not None:
            return label.plain(self.edition, separator)
        shown = label.en or label.zh
        return "".join("?" if has_cjk(letter) else letter for letter in shown)

    def say(self, key: str, separator: str = " ") -> str:
        """Return an entry of the catalogue as text for a picture."""
        return self.write(say(key), separator)

    def axis(self, key: str, unit: str) -> str:
        """Return the title of an axis with its unit."""
        return f"{self.say(key)} ({unit})"

    @property
    def families(self) -> list[str]:
        """Font families, the Chinese one first."""
        return [FALLBACK_FAMILY] if self.font is None else [self.font, FALLBACK_FAMILY]


def draw(pen: Pen, size_inch: tuple[float, float], paint: Callable[[Figure], None]) -> bytes:
    """Return a picture as PNG; the same input gives the same bytes.

    Parameters
    ----------
    pen
        Language and font.
    size_inch
        Width and height [inch].
    paint
        Fills the figure.
    """
    settings: Any = {**_SETTINGS, "font.family": pen.families}
    with mpl.rc_context(settings):
        figure = Figure(figsize=size_inch, dpi=DPI, layout="constrained", facecolor="white")
        FigureCanvasAgg(figure)
        paint(figure)
        if pen.simulated:
            figure.supxlabel(pen.say("report.watermark"), x=0.995, ha="right", fontsize=7.5, color=OCHRE)
        sink = io.BytesIO()
        figure.savefig(sink, format="png", dpi=DPI, metadata={"Software": None})
        figure.clear()
    return sink.getvalue()


def quiet_frame(axes: Axes, *, grid: str = "x") -> None:
    """Leave a light grid along one axis and no ticks on the other."""
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis=grid, color=LINE, linewidth=0.7)  # type: ignore[arg-type]
    axes.tick_params(axis="y" if grid == "x" else "x", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(side == ("left" if grid == "x" else "bottom"))
    axes.tick_params(axis="x" if grid == "x" else "y", length=0)


def thousands(value: float, _position: object = None) -> str:
    """Return a tick's number grouped by thousands, with the decimals it needs.

    Examples
    --------
    >>> thousands(12000.0), thousands(2.5), thousands(-0.0)
    ('12,000', '2.5', '0')
    """
    shown = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"
    return "0" if shown == "-0" else shown
