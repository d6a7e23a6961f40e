"""Field sheets: one A4 page for each plot, with its place printed and lines for its trees.

Set by typst as the report is; texts reach it as one JSON file of strings, never as markup. The same plots
give the same bytes.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst

from registry.messages import Ruled, text
from registry.reports.fonts import FALLBACK_FAMILY
from registry.reports.model import Remark

LINES: Final = 34
"""Lines for trees on a sheet."""
FACTS: Final = ("lon", "lat", "x", "y", "parcel", "area", "team", "year")
"""What is printed of a plot, by the keys of the catalogue."""
BLANKS: Final = ("date", "crew", "slope", "measured-x", "measured-y", "fraction", "land-class", "remarks")
"""What a crew writes down of a plot."""
COLUMNS: Final = (
    ("tree", 0.7), ("species", 1.0), ("dbh", 1.0), ("height", 1.0), ("status", 1.2), ("du", 0.6),
    ("azimuth", 0.9), ("distance", 0.9), ("column-note", 1.6),
)  # fmt: skip
"""Columns of the tally, with their widths."""


@dataclass(frozen=True, slots=True)
class SheetPlot:
    """One plot as its sheet prints it."""

    plot_id: str
    """Plot number."""
    stratum: str
    """Stratum."""
    role: str
    """new, existing or reserve."""
    order: int
    """Place in the order of access [1]."""
    facts: Sequence[str]
    """Values of `FACTS`, as they are printed."""


def write_field_sheets(
    path: Path, title: str, plots: Sequence[SheetPlot], *, font: str | None, day: date, simulated: bool
) -> Ruled | None:
    """Write the sheets as PDF, or say why there are none.

    Parameters
    ----------
    path
        Where to write.
    title
        Head of each page.
    plots
        The plots, in the order of access.
    font
        Chinese font of this machine, from `registry.reports.fonts.find_cjk_font`.
    day
        Day that the document bears.
    simulated
        Whether each page must say that the data are simulated.

    Returns
    -------
    Ruled or None
        None when the file was written; else the reason.
    """
    if font is None:
        return Remark("report-no-cjk-font")
    values = sheet_values(title, plots, font=font, simulated=simulated)
    try:
        path.write_bytes(_compile(values, day))
    except typst.TypstError as error:
        return Remark("report-pdf-failed", {"reason": str(error)})
    return None


def sheet_values(title: str, plots: Sequence[SheetPlot], *, font: str, simulated: bool) -> dict[str, Any]:
    """Return everything the template prints, as plain values."""
    facts = [_both(f"field.sheet.{key}") for key in FACTS]
    return {
        "fonts": [font, FALLBACK_FAMILY],
        "title": title,
        "watermark": _both("report.watermark") if simulated else None,
        "foot": _both("field.sheet.foot"),
        "note": _both("field.sheet.note"),
        "words": {"order": _both("field.sheet.order")},
        "blanks": [_both(f"field.sheet.{key}") for key in BLANKS],
        "columns": [[_both(f"field.sheet.{key}"), width] for key, width in COLUMNS],
        "lines": LINES,
        "plots": [
            {
                "plot_id": plot.plot_id,
                "stratum": plot.stratum,
                "role": _both(f"field.role.{plot.role}"),
                "order": str(plot.order),
                "facts": [[name, value] for name, value in zip(facts, plot.facts, strict=True)],
            }
            for plot in plots
        ],
    }


def _both(key: str) -> str:
    return f"{text(key, 'zh-CN')} {text(key, 'en')}"


def _compile(values: dict[str, Any], day: date) -> bytes:
    stamp = datetime(day.year, day.month, day.day, tzinfo=UTC)
    with tempfile.TemporaryDirectory(prefix="tanhui-sheets-") as folder:
        root = Path(folder)
        template = resources.files("registry.reports").joinpath("templates", "field_sheets.typ")
        (root / "sheets.typ").write_text(template.read_text("utf-8"), encoding="utf-8")
        (root / "sheets.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        content: bytes = typst.compile(str(root / "sheets.typ"), root=str(root), timestamp=stamp)
    return content
