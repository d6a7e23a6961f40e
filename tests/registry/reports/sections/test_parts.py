"""Openings and places of pictures."""

from __future__ import annotations

from registry.reports.blocks import Figure, Paragraph
from registry.reports.model import ReportData
from registry.reports.sections.parts import figure, opening


def test_a_stage_that_is_not_done_says_why(sample_report_data: ReportData) -> None:
    assert len(opening(sample_report_data, "monitor")) == 1
    blocks = opening(sample_report_data, "supervise")
    assert len(blocks) == 2
    assert isinstance(blocks[1], Paragraph)
    assert blocks[1].tone == "warning"


def test_a_picture_has_a_place_only_if_drawn() -> None:
    assert figure("units", frozenset()) == []
    (block,) = figure("units", frozenset({"units"}))
    assert isinstance(block, Figure)
