"""What a check of the field was asked for and found, and how it is told: marks, and values for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from geodata.findings import Finding, count_by_severity
from geodata.marked_workbook import Mark, write_marked
from geodata.tables import Table
from mrv.blind_checks import BlindCheck, measurement_error
from mrv.errors import EstimationError
from registry.messages import LANGUAGES, render, render_fix, text

SCHEMA = "tanhui/field-check/1"
HEADINGS = ("number", "severity", "sheet", "row", "column", "plot", "tree")
SAID = ("message", "way-out")


@dataclass(frozen=True)
class FieldRequest:
    """What is to be checked."""

    workbook: Path
    """The clerk's workbook, or the CSV of the plots, or the folder of a data set in several periods."""
    trees: Path | None = None
    """CSV of the trees, where plots and trees do not share a workbook."""
    mapping: str = "nfi_workbook"
    county: str | None = None
    """County file: its mapping, plot design and parcels are used."""
    data: Path | None = None
    audit: Path | None = None
    """Workbook of a blind check of some of the plots."""
    plan: Path | None = None
    """``plan.json`` of the campaign, to hold what came back against it."""
    rules: Path | None = None
    """File of limits for the blind check."""
    plot_area_m2: float | None = None
    """Size of a plot, where the data set does not say it and somebody knows."""


@dataclass(frozen=True)
class FieldCheck:
    """What the check found."""

    plots: tuple[Table, ...]
    """Tables of plots, one for each period of a data set in periods, else one."""
    trees: tuple[Table, ...]
    """Tables of trees."""
    findings: tuple[Finding, ...]
    """Findings of the clerk's own sheets, in the order of file and row."""
    sources: tuple[tuple[Path, tuple[str, ...]], ...]
    """File and sheets of plots and trees."""
    audit: BlindCheck | None = None
    """Agreement with the blind check, if there was one."""
    periods: tuple[dict[str, Any], ...] = ()
    """Stock of the periods of a data set in periods, as plain values."""

    @property
    def has_errors(self) -> bool:
        """Whether a finding of severity error stands."""
        return any(finding.severity == "error" for finding in self.findings)


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings by file and row."""
    return tuple(sorted(findings, key=lambda f: (f.source, f.row or 0, f.rule, f.field or "")))


def mark(check: FieldCheck, target: Path) -> Path:
    """Write the marked copy of what was checked."""
    headings = [f"{text(f'field.list.{key}', 'zh-CN')} {text(f'field.list.{key}', 'en')}" for key in HEADINGS]
    headings += [text(f"field.list.{key}", lang) for lang in LANGUAGES for key in SAID]
    return write_marked(check.sources, target, [_mark(finding) for finding in check.findings], headings)


def _mark(finding: Finding) -> Mark:
    said = {lang: (render(finding, lang), render_fix(finding, lang)) for lang in LANGUAGES}
    lines = [line for lang in LANGUAGES for line in (said[lang][0], f"→ {said[lang][1]}") if line != "→ "]
    sheet = finding.source.partition("[")[2].rstrip("]") or finding.source
    cells = [
        f"{text(f'field.severity.{finding.severity}', 'zh-CN')} {finding.severity}",
        sheet,
        finding.row,
        finding.field,
        finding.params.get("plot"),
        finding.params.get("tree"),
        *said["zh-CN"],
        *said["en"],
    ]
    note = "\n".join([finding.rule, *lines])
    return Mark(finding.source, finding.row, finding.field, finding.severity, note, cells)


def check_record(check: FieldCheck) -> dict[str, Any]:
    """Return what was found, for machines."""
    return {
        "schema": SCHEMA,
        "files": sorted({path.name for path, _ in check.sources}),
        "plots": sum(len(table) for table in check.plots),
        "trees": sum(len(table) for table in check.trees),
        "periods": list(check.periods),
        "counts": count_by_severity(check.findings),
        "audit": None if check.audit is None else audit_record(check.audit),
        "findings": [
            {
                **{
                    name: getattr(f, name) for name in ("rule", "severity", "source", "row", "field", "value")
                },
                "params": dict(f.params),
                "message": {lang: render(f, lang) for lang in LANGUAGES},
                "way_out": {lang: render_fix(f, lang) for lang in LANGUAGES},
            }
            for f in check.findings
        ],
    }


def audit_record(audit: BlindCheck) -> dict[str, Any]:
    """Return a blind check as plain values; what was not measured is None."""
    record: dict[str, Any] = {
        "plots": audit.plots,
        "missed": audit.missed,
        "invented": audit.invented,
        "passed": audit.passed,
        "rules": asdict(audit.rules),
    }
    for name in ("dbh", "height", "count"):
        kind = getattr(audit, name)
        values = asdict(kind) | {"share_within": kind.share_within}
        record[name] = {
            key: None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN
            for key, value in values.items()
        }
    try:
        record["measurement_error"] = asdict(measurement_error(audit))
    except EstimationError:
        record["measurement_error"] = None
    return record
