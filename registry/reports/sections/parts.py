"""Pieces that several chapters share."""

from __future__ import annotations

from registry.reports.blocks import Block, Figure, Paragraph
from registry.reports.model import ReportData, StageName
from registry.reports.sections.cover import stage_badge, stage_reason
from registry.reports.words import say


def opening(data: ReportData, stage: StageName) -> list[Block]:
    """Return the first paragraphs of a stage's chapter: what it does, and why it is not done."""
    blocks: list[Block] = [Paragraph(say(f"report.lead.{stage}"), "quiet")]
    reason = stage_reason(data, stage)
    if reason is not None:
        blocks.append(Paragraph(reason, stage_badge(data, stage).tone))
    return blocks


def figure(name: str, drawn: frozenset[str]) -> list[Block]:
    """Return the place of a picture, or nothing if it was not drawn."""
    return [Figure(name, say(f"report.figure.{name}"))] if name in drawn else []
