"""The report as one HTML file: style and pictures inside, no script, no network.

The page forbids itself to load anything (Content-Security-Policy), so that it can be mailed and
opened on a machine without internet.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from registry.messages import Ruled
from registry.reports.document import build_document
from registry.reports.label import Edition
from registry.reports.model import ReportData
from registry.reports.pictures import picture_width_inch

PX_PER_INCH = 118
"""Size on screen; the widest picture then fills the column."""


def render_html(
    data: ReportData,
    pictures: Mapping[str, bytes] | None = None,
    *,
    edition: Edition = "both",
    remarks: Iterable[Ruled] = (),
) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    data
        What the report says. All its texts are escaped.
    pictures
        PNG pictures by name, from `registry.reports.plots.draw_plots`, and the map as "map".
    edition
        "zh-CN", "en" or "both".
    remarks
        What to say about this output, such as a missing font.
    """
    found = dict(pictures or {})
    document = build_document(data, edition, found, remarks)
    environment = Environment(
        loader=PackageLoader("registry.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    style = resources.files("registry.reports").joinpath("templates", "report.css").read_text("utf-8")
    return environment.get_template("report.html.j2").render(
        document=document,
        pictures={name: _Picture(picture) for name, picture in found.items()},
        style=Markup(style),  # noqa: S704  (our own packaged file)
    )


def write_html(
    path: Path,
    data: ReportData,
    pictures: Mapping[str, bytes] | None = None,
    *,
    edition: Edition = "both",
    remarks: Iterable[Ruled] = (),
) -> Path:
    """Write the report as one HTML file and return its path; the arguments are those of `render_html`."""
    text = render_html(data, pictures, edition=edition, remarks=remarks)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


class _Picture:
    """A picture as the template prints it."""

    def __init__(self, picture: bytes) -> None:
        self.uri = "data:image/png;base64," + base64.b64encode(picture).decode("ascii")
        self.width_px = round(picture_width_inch(picture) * PX_PER_INCH)
