"""Chapter on supervision."""

from __future__ import annotations

from dataclasses import replace

from mrv.findings import Finding
from registry.reports.blocks import Paragraph, Table, Terms
from registry.reports.model import ReportData
from registry.reports.sections.supervising import FINDINGS_SHOWN, count_findings, supervising_section


def table(data: ReportData, name: str) -> Table:
    blocks = supervising_section(data).blocks
    return next(block for block in blocks if isinstance(block, Table) and block.name == name)


def test_gravest_findings_first(sample_report_data: ReportData) -> None:
    rows = table(sample_report_data, "findings").rows
    assert [row.tone for row in rows] == ["error", "warning", "info"]
    assert "xiaoban_2025.shp" in rows[0].cells[1].zh


def test_counts(sample_report_data: ReportData) -> None:
    assert count_findings(sample_report_data.findings) == {"error": 1, "warning": 1, "info": 1}
    assert count_findings(()) == {"error": 0, "warning": 0, "info": 0}


def test_too_many_findings_are_counted_not_hidden(sample_report_data: ReportData) -> None:
    many = tuple(Finding("odd", "info", "a.csv", row=row) for row in range(FINDINGS_SHOWN + 7))
    found = table(replace(sample_report_data, findings=many), "findings")
    assert len(found.rows) == FINDINGS_SHOWN
    assert found.note is not None
    assert "7" in found.note.en


def test_no_findings_is_said(bare_report_data: ReportData) -> None:
    tones = [
        block.tone for block in supervising_section(bare_report_data).blocks if isinstance(block, Paragraph)
    ]
    assert "good" in tones


def test_late_duties_first(sample_report_data: ReportData) -> None:
    rows = table(sample_report_data, "duties").rows
    assert [row.cells[0].en for row in rows] == ["late", "due", "done"]


def test_seal_and_its_state(sample_report_data: ReportData) -> None:
    assert sample_report_data.seal is not None
    for verified, word in ((True, "intact"), (False, "broken"), (None, "not verified")):
        data = replace(sample_report_data, seal=replace(sample_report_data.seal, verified=verified))
        seal = next(block for block in supervising_section(data).blocks if isinstance(block, Terms))
        assert word in seal.entries[0].value.en
        assert seal.entries[1].value.zh == "42"
