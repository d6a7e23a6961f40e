"""Chapters on provenance and on words."""

from __future__ import annotations

from dataclasses import replace

from registry.reports.blocks import Table, Terms
from registry.reports.model import ReportData
from registry.reports.sections.provenance import GLOSSARY, glossary_section, provenance_section


def test_digests_are_whole(sample_report_data: ReportData) -> None:
    blocks = provenance_section(sample_report_data).blocks
    terms = next(block for block in blocks if isinstance(block, Terms))
    values = [entry.value.zh for entry in terms.entries]
    assert values[0] == "county-stock-v1 1.0.0"
    assert sum(len(value) == 64 for value in values) == 4
    assert values[-1] == "7"
    manifest = next(block for block in blocks if isinstance(block, Table) and block.name == "manifest")
    assert [cell.zh for cell in manifest.rows[1].cells][:3] == ["plots", "plots_2020_2025.xlsx", "1,204,988"]


def test_what_is_not_there_has_no_row(bare_report_data: ReportData) -> None:
    blocks = provenance_section(bare_report_data).blocks
    terms = next(block for block in blocks if isinstance(block, Terms))
    names = [entry.name.en for entry in terms.entries]
    assert "seed of the simulation" not in names
    assert "digest of the statement" not in names
    assert not any(isinstance(block, Table) for block in blocks)


def test_unverified_parameters_are_named(sample_report_data: ReportData) -> None:
    blocks = provenance_section(sample_report_data).blocks
    table = next(block for block in blocks if isinstance(block, Table) and block.name == "unverified")
    assert [row.cells[0].zh for row in table.rows] == ["species.440.wood_density", "risk.k_frac"]


def test_confirmed_values_name_clause_party_and_record(sample_report_data: ReportData) -> None:
    assert not any(
        getattr(b, "name", "") == "confirmed" for b in provenance_section(sample_report_data).blocks
    )
    confirmed = (("risk_deduction", "6.6", "VVB", "CONF-1"),)
    blocks = provenance_section(replace(sample_report_data, confirmed_parameters=confirmed)).blocks
    table = next(block for block in blocks if isinstance(block, Table) and block.name == "confirmed")
    assert [cell.zh for cell in table.rows[0].cells] == ["risk_deduction", "6.6", "VVB", "CONF-1"]


def test_every_word_of_the_glossary_is_explained_in_both_languages() -> None:
    terms = glossary_section().blocks[0]
    assert isinstance(terms, Terms)
    assert len(terms.entries) == len(GLOSSARY)
    for entry in terms.entries:
        assert entry.value.zh != entry.value.en
        assert not entry.value.en.startswith("report.")
