"""Last chapters: from what and by what rules the figures were made, and the words explained."""

from __future__ import annotations

from registry.reports.blocks import Block, Paragraph, Row, Section, Table, Term, Terms
from registry.reports.label import Label
from registry.reports.model import ReportData
from registry.reports.words import code_column, column, say, whole

GLOSSARY = (
    "subcompartment", "plot", "growing-stock", "carbon-stock", "net-change", "standard-error", "interval",
    "model-based", "error-adjusted", "county-stock", "project-removals", "statement", "verification",
    "unit", "vintage", "pledge", "retirement", "manifest", "checkpoint",
)  # fmt: skip
"""Terms explained, in the order of the chain."""


def provenance_section(data: ReportData) -> Section:
    """Return the chapter on digests, versions, inputs and unverified parameters."""
    blocks: list[Block] = [Paragraph(say("report.lead.provenance"), "quiet"), _terms(data)]
    blocks += [*_manifest(data), *_confirmed(data), *_unverified(data)]
    return Section("provenance", say("report.heading.provenance"), tuple(blocks))


def glossary_section() -> Section:
    """Return the words of the report, explained."""
    items = tuple(
        Term(say(f"report.glossary.{name}"), say(f"report.glossary.{name}.text")) for name in GLOSSARY
    )
    return Section("glossary", say("report.heading.glossary"), (Terms(items),))


def _terms(data: ReportData) -> Terms:
    source = data.provenance
    pairs = (
        ("profile", f"{source.profile_id} {source.profile_version}"),
        ("profile-digest", source.profile_sha256),
        ("manifest-digest", source.manifest_sha256),
        ("dataset-digest", source.dataset_sha256),
        ("statement-digest", source.statement_sha256),
        ("code-version", source.code_version),
        ("seed", "" if source.seed is None else str(source.seed)),
    )
    return Terms(
        tuple(Term(say(f"report.term.{name}"), Label(value), code=True) for name, value in pairs if value)
    )


def _manifest(data: ReportData) -> list[Block]:
    if not data.manifest:
        return []
    columns = (
        column("report.column.role"),
        code_column("report.column.file"),
        column("report.column.size", "B"),
        code_column("report.column.sha256"),
    )
    rows = tuple(
        Row((Label(file.role), Label(file.name), whole(file.size_bytes), Label(file.sha256)))
        for file in data.manifest
    )
    return [Table("manifest", say("report.table.manifest"), columns, rows)]


def _confirmed(data: ReportData) -> list[Block]:
    if not data.confirmed_parameters:
        return []
    columns = (
        code_column("report.column.parameter"),
        column("report.column.clause"),
        code_column("report.column.confirmed-by"),
        code_column("report.column.confirmation"),
    )
    rows = tuple(Row(tuple(Label(cell) for cell in cells)) for cells in data.confirmed_parameters)
    return [Table("confirmed", say("report.table.confirmed"), columns, rows)]


def _unverified(data: ReportData) -> list[Block]:
    if not data.unverified_parameters:
        return []
    columns = (code_column("report.column.parameter"), column("report.column.state"))
    rows = tuple(
        Row((Label(name), say("report.state.unverified")), tone="warning")
        for name in data.unverified_parameters
    )
    note = say("report.note.unverified")
    return [Table("unverified", say("report.table.unverified"), columns, rows, note)]
