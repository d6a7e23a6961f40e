"""Chapter 5, supervision: findings by severity, duties, the seal of the registry."""

from __future__ import annotations

from collections.abc import Iterable

from registry.reports.blocks import Block, Paragraph, Row, Section, Table, Term, Terms, Tone
from registry.reports.label import Label
from registry.reports.model import FindingLike, RegistrySeal, ReportData
from registry.reports.sections.cover import stage_badge
from registry.reports.sections.parts import opening
from registry.reports.sections.trading import state_badge
from registry.reports.words import column, day, say, tell, tell_fix, whole

FINDINGS_SHOWN = 200
"""Findings in the table; the rest are counted, and all are in the registry."""

_SEVERITIES = ("error", "warning", "info")


def supervising_section(data: ReportData) -> Section:
    """Return the chapter on supervision."""
    blocks: list[Block] = [*opening(data, "supervise"), *_findings(data.findings), *_duties(data)]
    blocks += _seal(data.seal)
    badge = stage_badge(data, "supervise")
    return Section("supervise", say("report.stage.supervise"), tuple(blocks), badge, "5")


def count_findings(findings: Iterable[FindingLike]) -> dict[str, int]:
    """Return the number of findings of each severity, zeros included."""
    counts = dict.fromkeys(_SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts


def _findings(findings: tuple[FindingLike, ...]) -> list[Block]:
    if not findings:
        return [Paragraph(say("report.findings.none"), "good")]
    counts = count_findings(findings)
    summary = Paragraph(say("report.findings.count", **counts))
    columns = (
        column("report.column.severity"),
        column("report.column.finding"),
        column("report.column.way-out"),
    )
    worst_first = sorted(findings, key=lambda finding: _SEVERITIES.index(finding.severity))
    rows = tuple(_finding(finding) for finding in worst_first[:FINDINGS_SHOWN])
    left = len(findings) - len(rows)
    note = say("report.findings.more", left=left) if left else None
    return [summary, Table("findings", say("report.table.findings"), columns, rows, note)]


def _finding(finding: FindingLike) -> Row:
    tones: dict[str, Tone] = {"error": "error", "warning": "warning", "info": "info"}
    severity = say(f"report.severity.{finding.severity}")
    return Row((severity, tell(finding), tell_fix(finding)), tone=tones[finding.severity])


def _duties(data: ReportData) -> list[Block]:
    if not data.duties:
        return []
    columns = (
        column("report.column.state"),
        column("report.column.duty"),
        column("report.column.responsible"),
        column("report.column.due-on"),
        column("report.column.done-on"),
    )
    order = {"late": 0, "due": 1, "undetermined": 2, "done": 3, "not_applicable": 4}
    rows = []
    for duty in sorted(data.duties, key=lambda duty: order[duty.state]):
        badge = state_badge(duty.state)
        cells = (badge.text, duty.label, duty.responsible, day(duty.due_date), day(duty.done_date))
        rows.append(Row(cells, tone=badge.tone))
    return [Table("duties", say("report.table.duties"), columns, tuple(rows))]


def _seal(seal: RegistrySeal | None) -> list[Block]:
    if seal is None:
        return []
    state = {True: "good", False: "broken", None: "unknown"}[seal.verified]
    items = (
        Term(say("report.term.verified"), say(f"report.seal.{state}")),
        Term(say("report.term.tree-size"), whole(seal.tree_size)),
        Term(say("report.term.root"), Label(seal.root_sha256), code=True),
        Term(say("report.term.checkpoint"), Label(seal.checkpoint_fingerprint), code=True),
    )
    return [Paragraph(say("report.lead.seal"), "quiet"), Terms(items)]
