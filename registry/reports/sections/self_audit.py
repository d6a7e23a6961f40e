"""One page for each statement: what it finds when it audits itself."""

from __future__ import annotations

from typing import Final

from registry.reports.blocks import Badge, Column, Paragraph, Row, Section, Table, Term, Terms, Tone
from registry.reports.label import Label
from registry.reports.model import ReportData
from registry.reports.parcels import AuditLine, AuditPage, Verdict
from registry.reports.words import capital, column, say, tell

_TONES: Final[dict[Verdict, Tone]] = {"ok": "good", "look": "warning", "fail": "error"}
_GRAVEST: Final[tuple[Verdict, ...]] = ("fail", "look", "ok")


def audit_sections(data: ReportData) -> tuple[Section, ...]:
    """Return a chapter for each statement that carries a self-audit."""
    return tuple(_page(page) for page in data.audits)


def _page(page: AuditPage) -> Section:
    gravest: Verdict = next((verdict for verdict in _GRAVEST if page.count(verdict)), "ok")
    name = say(f"report.kind.{page.kind}")
    title = Label(
        say("report.heading.self-audit", statement=name.zh).zh,
        say("report.heading.self-audit", statement=name.en).en,
    )
    columns: tuple[Column, ...] = (column("report.column.verdict"), column("report.column.check"))
    rows = tuple(_row(line) for verdict in _GRAVEST for line in page.lines if line.verdict == verdict)
    caption = say(
        "report.table.self-audit", fail=page.count("fail"), look=page.count("look"), ok=page.count("ok")
    )
    return Section(
        name=f"audit-{page.kind}",
        title=title,
        blocks=(
            Paragraph(say("report.lead.self-audit"), "quiet"),
            Terms((Term(say("report.word.statement"), Label(page.statement_sha256), code=True),)),
            Table(f"audit-lines-{page.kind}", caption, columns, rows),
        ),
        badge=Badge(say(f"verdict-{gravest}"), _TONES[gravest]),
        own_page=True,
    )


def _row(line: AuditLine) -> Row:
    return Row((say(f"verdict-{line.verdict}"), capital(tell(line.check))), tone=_TONES[line.verdict])
