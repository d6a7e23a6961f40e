"""The self-audit page of a statement."""

from __future__ import annotations

from dataclasses import replace

from registry.reports.blocks import Table
from registry.reports.document import build_document
from registry.reports.model import Remark, ReportData
from registry.reports.parcels import AuditLine, AuditPage, Verdict
from registry.reports.sections.self_audit import audit_sections


def page(*verdicts: Verdict) -> AuditPage:
    lines = tuple(AuditLine(Remark("audit-overlaps", {"count": i}), v) for i, v in enumerate(verdicts))
    return AuditPage("project_removals", "ab" * 32, lines)


def test_the_gravest_come_first_and_give_the_page_its_badge(sample_report_data: ReportData) -> None:
    (section,) = audit_sections(replace(sample_report_data, audits=(page("ok", "fail", "look"),)))
    table = next(block for block in section.blocks if isinstance(block, Table))
    assert [row.cells[0].en for row in table.rows] == ["fail", "look", "ok"]
    assert [row.tone for row in table.rows] == ["error", "warning", "good"]
    assert table.rows[0].cells[1].en == "Overlaps of parcels or rights: 1"
    assert section.badge is not None
    assert (section.badge.text.zh, section.badge.tone) == ("不合格", "error")
    assert table.caption.en == "1 fail, 1 to look at, 1 ok"
    assert section.own_page


def test_each_statement_has_a_page_in_the_document(sample_report_data: ReportData) -> None:
    pages = (replace(page("ok"), kind="county_stock"), page("look"))
    document = build_document(replace(sample_report_data, audits=pages))
    names = [section.name for section in document.sections]
    assert [name for name in names if name.startswith("audit-")] == [
        "audit-county_stock",
        "audit-project_removals",
    ]
    assert audit_sections(sample_report_data) == ()
