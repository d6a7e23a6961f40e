"""The document: all chapters, only drawn pictures, every word in the catalogue."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

from registry.messages import catalogue, entries
from registry.reports.blocks import Document, Figure
from registry.reports.document import build_document
from registry.reports.label import Label
from registry.reports.model import Remark, ReportData

ALL = ("map", "land-cover", "transitions", "estimates", "waterfall", "units", "valuation", "prices")


def labels(value: object) -> Iterator[Label]:
    if isinstance(value, Label):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from labels(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from labels(getattr(value, field.name))


def figures(document: Document) -> list[str]:
    return [
        block.name for section in document.sections for block in section.blocks if isinstance(block, Figure)
    ]


def test_no_word_is_missing_from_the_catalogue(
    sample_report_data: ReportData, bare_report_data: ReportData
) -> None:
    for data in (sample_report_data, bare_report_data):
        for label in labels(build_document(data, "both", ALL)):
            assert not label.zh.startswith("report."), label.zh


def test_figures_have_a_place_only_if_drawn(sample_report_data: ReportData) -> None:
    assert sorted(figures(build_document(sample_report_data, "both", ALL))) == sorted(ALL)
    assert figures(build_document(sample_report_data, "both", ("units",))) == ["units"]
    assert figures(build_document(sample_report_data)) == []


def test_rows_have_as_many_cells_as_columns(sample_report_data: ReportData) -> None:
    document = build_document(sample_report_data)
    assert len(document.tables) >= 20
    for table in document.tables:
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}, table.name
    names = [table.name for table in document.tables]
    assert len(names) == len(set(names))


def test_simulated_data_are_marked(sample_report_data: ReportData) -> None:
    assert build_document(sample_report_data).watermark == Label("模拟数据", "simulated data")
    assert build_document(replace(sample_report_data, simulated=False)).watermark is None


def test_remarks_stand_at_the_head(sample_report_data: ReportData) -> None:
    plain = build_document(sample_report_data)
    more = build_document(sample_report_data, remarks=(Remark("report-no-cjk-font"),))
    assert len(more.notices) == len(plain.notices) + 1
    assert "fonts-noto-cjk" in more.notices[-1].text.en


def test_every_entry_of_the_catalogue_is_used(project_root: Path) -> None:
    """An entry that nobody says is a leftover; keys built from a state are matched by their stem."""
    literals: set[str] = set()
    stems: set[str] = set()
    for path in (project_root / "registry" / "reports").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                literals.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                stems.add(str(node.values[0].value))
    ours = [key for key, entry in entries().items() if entry.package == "reports"]
    stems = {stem for stem in stems if stem.startswith("report.")}
    unused = [key for key in ours if key not in literals and not key.startswith(tuple(stems))]
    assert ours
    assert [key for key in unused if key != "report.unit.ha"] == []


def test_every_literal_word_is_in_the_catalogue(project_root: Path) -> None:
    for path in (project_root / "registry" / "reports").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_key = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_key and node.value.startswith("report.") and " " not in node.value:  # type: ignore[attr-defined]
                key = node.value  # type: ignore[attr-defined]
                known = catalogue.find_entry(key) is not None
                assert known or key.endswith(".") or "." in key[-6:], key
