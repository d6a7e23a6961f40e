"""The report as PDF, set by typst from the same document as the HTML page.

All texts reach typst as one JSON file of strings, never as markup, so no text of a person can
become a command. The same data and `as_of` give the same bytes: the time stamp is the day of the
report, not the clock.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from registry.messages import Ruled
from registry.reports import words
from registry.reports.blocks import Block, Document, Figure, Heading, KeyFigure, Paragraph, Table, Terms
from registry.reports.document import build_document
from registry.reports.fonts import FALLBACK_FAMILY
from registry.reports.label import Edition, Label
from registry.reports.model import Remark, ReportData
from registry.reports.pictures import picture_width_inch


def write_pdf(
    path: Path,
    data: ReportData,
    pictures: Mapping[str, bytes] | None = None,
    *,
    font: str | None,
    edition: Edition = "both",
) -> Remark | None:
    """Write the report as PDF, or say why there is none.

    Parameters
    ----------
    path
        Where to write; nothing is written where a reason is returned.
    data
        What the report says.
    pictures
        PNG pictures by name.
    font
        Chinese font of this machine, from `registry.reports.fonts.find_cjk_font`.
    edition
        "zh-CN", "en" or "both".

    Returns
    -------
    Remark or None
        None when the file was written; else the reason, to be given to the HTML report.
    """
    if font is None:
        return Remark("report-no-cjk-font")
    found = dict(pictures or {})
    document = build_document(data, edition, found)
    try:
        values = document_values(document, font)
        values["widths_inch"] = {name: picture_width_inch(picture) for name, picture in found.items()}
        content = _compile(values, found, data)
    except typst.TypstError as error:
        return Remark("report-pdf-failed", {"reason": str(error)})
    path.write_bytes(content)
    return None


def _compile(values: dict[str, Any], pictures: Mapping[str, bytes], data: ReportData) -> bytes:
    day = data.as_of
    stamp = datetime(day.year, day.month, day.day, tzinfo=UTC)
    with tempfile.TemporaryDirectory(prefix="tanhui-pdf-") as folder:
        root = Path(folder)
        template = resources.files("registry.reports").joinpath("templates", "report.typ")
        (root / "report.typ").write_text(template.read_text("utf-8"), encoding="utf-8")
        (root / "report.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        for name, picture in pictures.items():
            (root / f"{name}.png").write_bytes(picture)
        content: bytes = typst.compile(str(root / "report.typ"), root=str(root), timestamp=stamp)
    return content


def document_values(document: Document, font: str) -> dict[str, Any]:
    """Return the document as plain values for the template: each label as its two texts."""

    def say(label: Label | None) -> list[str] | None:
        return None if label is None else list(label.parts(document.edition))

    say_contents = words.say("report.heading.contents")
    return {
        "fonts": [font, FALLBACK_FAMILY],
        "contents": list(say_contents.parts(document.edition)),
        "lang": "en" if document.edition == "en" else "zh",
        "title": say(document.title),
        "subtitle": say(document.subtitle),
        "running_head": document.running_head.parts(document.edition)[0],
        "watermark": None if document.watermark is None else document.watermark.plain(document.edition),
        "notices": [_block(notice, document.edition) for notice in document.notices],
        "key_figures": [_key_figure(one, document.edition) for one in document.key_figures],
        "steps": [
            {"title": say(step.title), "state": say(step.badge.text), "tone": step.badge.tone,
             "reason": say(step.reason)}
            for step in document.steps
        ],
        "sections": [
            {"name": section.name, "number": section.number, "title": say(section.title),
             "own_page": section.own_page,
             "state": None if section.badge is None else say(section.badge.text),
             "tone": "" if section.badge is None else section.badge.tone,
             "blocks": [_block(block, document.edition) for block in section.blocks]}
            for section in document.sections
        ],
    }  # fmt: skip


def _key_figure(figure: KeyFigure, edition: Edition) -> dict[str, Any]:
    texts = {"question": figure.question, "value": figure.value, "detail": figure.detail}
    return {"unit": figure.unit, **{name: label.parts(edition) for name, label in texts.items()}}


def _block(block: Block, edition: Edition) -> dict[str, Any]:
    match block:
        case Table():
            return _table(block, edition)
        case Figure():
            return {"kind": "figure", "name": block.name, "caption": block.caption.parts(edition)}
        case Terms():
            entries = [
                {"name": one.name.parts(edition), "value": one.value.parts(edition), "code": one.code}
                for one in block.entries
            ]
            return {"kind": "terms", "entries": entries}
        case Heading() | Paragraph():
            tone = block.tone if isinstance(block, Paragraph) else ""
            return {"kind": block.kind, "text": block.text.parts(edition), "tone": tone}


def _table(table: Table, edition: Edition) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": table.caption.parts(edition),
        "columns": [
            {"heading": one.heading.parts(edition), "unit": one.unit, "kind": one.kind}
            for one in table.columns
        ],
        "rows": [
            {"strong": row.strong, "tone": row.tone, "cells": [cell.parts(edition) for cell in row.cells]}
            for row in table.rows
        ],
        "note": None if table.note is None else table.note.parts(edition),
    }


def missing_remarks(font: str | None, pdf_reason: Ruled | None = None) -> tuple[Ruled, ...]:
    """Return what the HTML report must say about missing parts, without repeating itself."""
    reasons: Iterable[Ruled | None] = (Remark("report-no-cjk-font") if font is None else None, pdf_reason)
    by_rule = {reason.rule: reason for reason in reasons if reason is not None}
    return tuple(by_rule.values())
