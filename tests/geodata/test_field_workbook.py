"""The crew's workbook: filled plots, cells that refuse, headings the import reads."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from geodata.field_workbook import STATUSES, FieldTexts, SpeciesRow, write_field_workbook
from geodata.mapping import load_mapping
from geodata.tables import read_table

SPECIES = [SpeciesRow("310", "杉木", "Chinese fir", (2, 70), (1.5, 40))]
TEXTS = FieldTexts({"dbh_cm": "胸径\nDBH"}, "不接受", ["说明", "第一行"], list("abcdefg"))
PLOT = {
    "plot_id": "0042",
    "campaign_year": 2026,
    "x_m": 376792.04,
    "y_m": 3157669.01,
    "area_m2": 666.67,
    "parcel_id": "430624103201000300007",
    "stratum": "杉木",
    "team": "1",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_field_workbook(tmp_path / "w.xlsx", [PLOT, {**PLOT, "plot_id": "0043"}], SPECIES, TEXTS)


def test_it_is_read_back_as_it_was_planned(path: Path) -> None:
    plots, findings = read_table(path, "nfi_workbook", table="plots")
    assert findings == []
    assert plots["plot_id"].tolist() == ["0042", "0043"]
    # 21 digits stay text
    assert plots["parcel_id"].tolist() == ["430624103201000300007"] * 2
    trees, findings = read_table(path, "nfi_workbook", table="trees")
    assert len(trees) == 0
    assert [finding.rule for finding in findings] == ["table-without-rows"]


def test_headings_are_those_of_the_mapping_and_locked(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    assert book.security.lockStructure
    for table in load_mapping("nfi_workbook").values():
        sheet = book[table.sheet[0]]
        assert [cell.value for cell in sheet[1]] == [column.headings[0] for column in table.columns]
        assert sheet.protection.sheet
        assert all(cell.protection.locked for cell in sheet[1])
        assert not sheet.column_dimensions["A"].protection.locked
    assert not book["样地"]["A2"].protection.locked


def test_cells_take_only_what_can_be(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    rules = {str(rule.sqref)[0]: rule for rule in book["样木"].data_validations.dataValidation}
    assert rules["A"].formula1 == "'样地'!$A$2:$A$3"
    assert "COUNTIFS" in rules["C"].formula1
    assert rules["D"].formula1 == "'树种'!$A$2:$A$2"
    assert "E2<=300" in rules["E"].formula1
    assert "ROUND(E2*10,0)" in rules["E"].formula1
    assert (rules["E"].prompt, rules["E"].error) == ("胸径\nDBH", "不接受")
    assert rules["H"].formula1 == '"' + ",".join(STATUSES) + '"'
    fraction = next(
        rule for rule in book["样地"].data_validations.dataValidation if str(rule.sqref).startswith("J")
    )
    assert (fraction.type, fraction.formula1, fraction.formula2) == ("decimal", "0.01", "1")
    assert len(book["样木"].conditional_formatting) == 2


def test_the_same_plan_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    rows = [PLOT, {**PLOT, "plot_id": "0043"}]
    again = write_field_workbook(tmp_path / "again.xlsx", rows, SPECIES, TEXTS)
    assert again.read_bytes() == path.read_bytes()
