"""Write everything that a run shows to people and machines, in one call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from registry.messages import Ruled
from registry.reports.fonts import find_cjk_font
from registry.reports.html import write_html
from registry.reports.label import Edition
from registry.reports.map import ParcelMap, render_error_map, render_map
from registry.reports.model import ReportData
from registry.reports.pdf import missing_remarks, write_pdf
from registry.reports.plots import draw_plots
from registry.reports.summary import write_summary


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """Where the parts of a report are."""

    html: Path
    """The page."""
    summary: Path
    """The figures for machines."""
    pdf: Path | None
    """The PDF; None where it could not be made."""
    map_png: Path | None
    """The map; None where no parcels were given."""
    remarks: tuple[Ruled, ...]
    """What is missing and why, as the page says it too."""


def write_report(
    folder: Path,
    data: ReportData,
    parcels: ParcelMap | None = None,
    *,
    edition: Edition = "both",
    remarks: Iterable[Ruled] = (),
) -> WrittenReport:
    """Write report.html, report.pdf, map.png and summary.json into a folder.

    Without a Chinese font there is no PDF and the figures are in English; the page says so. A PDF
    and a map of an earlier run are removed where none is made now, so that nothing stale stays.

    Parameters
    ----------
    folder
        An existing folder.
    data
        What the report says.
    parcels
        The parcels to map, if there are any.
    edition
        "zh-CN", "en" or "both".
    remarks
        What else to say about this output.
    """
    font = find_cjk_font()
    pictures = draw_plots(data, edition, font)
    map_path, pdf_path = folder / "map.png", folder / "report.pdf"
    map_path.unlink(missing_ok=True)
    pdf_path.unlink(missing_ok=True)
    if parcels is not None and len(parcels.geometry):
        pictures["map"] = render_map(parcels, simulated=data.simulated, edition=edition, font=font)
        map_path.write_bytes(pictures["map"])
        errors = render_error_map(parcels, simulated=data.simulated, edition=edition, font=font)
        pictures |= {} if errors is None else {"map-error": errors}
    reason = write_pdf(pdf_path, data, pictures, font=font, edition=edition)
    said = (*remarks, *missing_remarks(font, reason))
    return WrittenReport(
        html=write_html(folder / "report.html", data, pictures, edition=edition, remarks=said),
        summary=write_summary(folder / "summary.json", data),
        pdf=None if reason else pdf_path,
        map_png=map_path if "map" in pictures else None,
        remarks=said,
    )
