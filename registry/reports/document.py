"""Build the document of a report from its data: the same for the HTML page and the PDF."""

from __future__ import annotations

from collections.abc import Iterable

from registry.messages import Ruled
from registry.reports.blocks import Document
from registry.reports.label import Edition, Label
from registry.reports.model import ReportData
from registry.reports.sections.accounting import accounting_section, details_section
from registry.reports.sections.cover import cover_figures, cover_notices, cover_steps
from registry.reports.sections.financing import financing_section
from registry.reports.sections.monitoring import monitoring_section
from registry.reports.sections.provenance import glossary_section, provenance_section
from registry.reports.sections.self_audit import audit_sections
from registry.reports.sections.supervising import supervising_section
from registry.reports.sections.trading import trading_section
from registry.reports.words import day, say


def build_document(
    data: ReportData,
    edition: Edition = "both",
    drawn: Iterable[str] = (),
    remarks: Iterable[Ruled] = (),
) -> Document:
    """Return the report as sections of finished labels.

    Parameters
    ----------
    data
        What the report says.
    edition
        "zh-CN", "en" or "both".
    drawn
        Names of the pictures at hand; a figure that was not drawn gets no place.
    remarks
        What to say about this very output, such as a missing font.
    """
    names = tuple(drawn)
    return Document(
        edition=edition,
        title=_title(data),
        subtitle=_dated("report.cover.subtitle", data),
        running_head=_dated("report.running-head", data),
        watermark=say("report.watermark") if data.simulated else None,
        notices=cover_notices(data, remarks),
        key_figures=cover_figures(data),
        steps=cover_steps(data),
        sections=(
            monitoring_section(data, names),
            accounting_section(data, names),
            trading_section(data, names),
            financing_section(data, names),
            supervising_section(data),
            *audit_sections(data),
            *details_section(data),
            provenance_section(data),
            glossary_section(),
        ),
    )


def _title(data: ReportData) -> Label:
    name = data.county_name
    return Label(
        say("report.cover.title", county=name.zh).zh,
        say("report.cover.title", county=name.en or name.zh).en,
    )


def _dated(key: str, data: ReportData) -> Label:
    when, name = day(data.as_of), data.county_name
    return Label(
        say(key, county=name.zh, code=data.county_code, day=when.zh).zh,
        say(key, county=name.en or name.zh, code=data.county_code, day=when.en).en,
    )
