"""Columns are typed as the mapping says, and each cell that cannot be is a finding with its row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook

from geodata.errors import TableError
from geodata.tables import MAX_FINDINGS_PER_COLUMN, Table, make_table, read_table

MAPPING = """
[trees]
[trees.columns]
plot_id = { heading = ["样地号", "plot"], type = "text" }
year = { heading = "调查年度", type = "integer" }
dbh_cm = { heading = "胸径(mm)", type = "float", factor = 0.1 }
height_m = { heading = "树高(m)", type = "float", null = "nan" }
du = { heading = "竹度", type = "integer", null = "nan", optional = true }
volume_m3 = { heading = "蓄积", type = "float", null = "zero", optional = true }
measured_date = { heading = "日期", type = "date", null = "empty", optional = true }
"""
HEAD = "样地号,调查年度,胸径(mm),树高(m),竹度,蓄积,日期\n"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "m.toml"
    path.write_text(MAPPING, "utf-8")
    return path


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    path = tmp_path / "trees.csv"
    path.write_text(
        HEAD + "00040404728010,2020,125,11.6,2,,2020/7/5\n00040404728011,2025,86,,,0.5,2025年7月5日\n",
        "utf-8",
    )
    return path


def test_columns_have_our_names_types_and_units(csv_file: Path, mapping: Path) -> None:
    table, findings = read_table(csv_file, mapping)
    assert findings == []
    assert table["plot_id"].tolist() == ["00040404728010", "00040404728011"]
    assert table["year"].dtype == np.int64
    assert table["dbh_cm"].tolist() == pytest.approx([12.5, 8.6])
    assert np.array_equal(table["height_m"], [11.6, np.nan], equal_nan=True)
    assert np.array_equal(table["du"], [2.0, np.nan], equal_nan=True)
    assert table["volume_m3"].tolist() == [0.0, 0.5]
    assert table["measured_date"].tolist() == ["2020-07-05", "2025-07-05"]
    assert table.rows.tolist() == [2, 3]
    assert (table.source, len(table)) == ("trees.csv", 2)


@pytest.mark.parametrize(
    ("line", "rule", "field", "value"),
    [
        (",2020,125,11,,,", "cell-empty", "样地号", ""),
        ("1,2020.5,125,11,,,", "cell-not-a-number", "调查年度", "2020.5"),
        ("1,2020,12·5,11,,,", "cell-not-a-number", "胸径(mm)", "12·5"),
        ("1,2020,,11,,,", "cell-empty", "胸径(mm)", ""),
        ("1,2020,inf,11,,,", "cell-not-a-number", "胸径(mm)", "inf"),
        ("1,2020,125,11米,,,", "cell-not-a-number", "树高(m)", "11米"),
        ("1,2020,125,11,,,2020-13-01", "cell-not-a-date", "日期", "2020-13-01"),
        ("1,2020,125,11,,,七月", "cell-not-a-date", "日期", "七月"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(
    tmp_path: Path, mapping: Path, line: str, rule: str, field: str, value: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEAD}0,2020,1,1,,,\n{line}\n", "utf-8")
    _, (found,) = read_table(path, mapping)
    assert (found.rule, found.severity, found.source) == (rule, "error", "bad.csv")
    assert (found.row, found.field, found.value) == (3, field, value)


def test_a_row_that_ends_early_has_empty_cells(tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text(f"{HEAD}1,2020\n", "utf-8")
    _, findings = read_table(path, mapping)
    assert [(f.rule, f.row, f.field) for f in findings] == [("cell-empty", 2, "胸径(mm)")]


def test_many_bad_cells_are_counted(tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEAD + "1,2020,x,1,,,\n" * 60, "utf-8")
    _, findings = read_table(path, mapping)
    assert len(findings) == MAX_FINDINGS_PER_COLUMN + 1
    assert findings[-1].rule == "cells-more"
    assert findings[-1].params == {"count": 60, "shown": MAX_FINDINGS_PER_COLUMN}


def test_the_first_heading_that_is_there_counts(tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("plot,调查年度,胸径(mm),树高(m)\n7,2020,100,9\n", "utf-8")
    table, _ = read_table(path, mapping)
    assert table["plot_id"].tolist() == ["7"]
    assert "du" not in table.columns
    assert table.headings == {
        "plot_id": "plot",
        "year": "调查年度",
        "dbh_cm": "胸径(mm)",
        "height_m": "树高(m)",
    }
    assert table.take(np.array([True])).headings == table.headings


def test_a_finding_names_the_heading_the_file_has(tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("plot,调查年度,胸径(mm),树高(m)\n,2020,100,9\n", "utf-8")
    _, (found,) = read_table(path, mapping)
    assert (found.rule, found.row, found.field) == ("cell-empty", 2, "plot")


def test_a_missing_column_names_those_there_are(tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("样地号,调查年度,直径\n7,2020,100\n", "utf-8")
    with pytest.raises(TableError, match="column-missing") as caught:
        read_table(path, mapping)
    assert caught.value.params == {
        "source": "t.csv",
        "heading": "胸径(mm)",
        "headings": "样地号, 调查年度, 直径",
    }


def test_headings_without_records_are_a_finding(tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n\nplot,调查年度,胸径(mm),树高(m)\n", "utf-8")
    table, (found,) = read_table(path, mapping)
    assert len(table) == 0
    assert (found.rule, found.severity, found.source, found.row) == (
        "table-without-rows",
        "error",
        "t.csv",
        3,
    )


def test_a_heading_that_stands_twice_is_refused(tmp_path: Path, mapping: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("样地号,样地号,调查年度,胸径(mm),树高(m)\n1,2,3,4,5\n", "utf-8")
    with pytest.raises(TableError, match=r"column-twice: source=t\.csv; heading=样地号"):
        read_table(path, mapping)


def test_a_table_of_a_mapping_must_be_named(csv_file: Path) -> None:
    with pytest.raises(TableError, match="mapping-table-unknown") as caught:
        read_table(csv_file, "nfi_workbook")
    assert caught.value.params["tables"] == "plots, trees, parts"


def workbook_of(path: Path, rows: list[list[object]]) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_identifiers_typed_as_numbers_keep_their_digits(tmp_path: Path, mapping: Path) -> None:
    head = HEAD.strip().split(",")[:4]
    path = workbook_of(tmp_path / "t.xlsx", [head, [40404728010690, 2020.0, 125, 11.6], ["0012", 2020, 1, 1]])
    table, findings = read_table(path, mapping)
    assert findings == []
    assert table["plot_id"].tolist() == ["40404728010690", "0012"]
    assert table["year"].tolist() == [2020, 2020]


def test_an_identifier_longer_than_a_number_can_hold_is_a_finding(tmp_path: Path, mapping: Path) -> None:
    """A spreadsheet keeps 15 digits of a number; a parcel has 21."""
    head = HEAD.strip().split(",")[:4]
    path = workbook_of(tmp_path / "t.xlsx", [head, [430624001001000100001, 2020, 125, 11.6]])
    _, (found,) = read_table(path, mapping)
    assert (found.rule, found.row, found.field) == ("cell-digits-lost", 2, "样地号")


def test_parts_of_a_table_keep_their_rows() -> None:
    table = make_table("made", {"name": ["a", "b", "c"], "n": [1, 2, 3]})
    part = table.take(np.array([False, True, True]))
    assert (part["name"].tolist(), part.rows.tolist()) == (["b", "c"], [2, 3])
    assert isinstance(part, Table)


def test_a_made_table_has_columns_of_one_length() -> None:
    with pytest.raises(TableError, match="columns-unequal: source=made"):
        make_table("made", {"a": [1], "b": [1, 2]})
    assert len(make_table("made", {})) == 0


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("table", "file", "rows"),
    [
        ("plots", "WYplt", 3047),
        ("conditions", "WYcond", 3224),
        ("trees", "WYtree", 18574),
        ("assignment", "WYpltassgn", 3047),
        ("strata", "WYstratalut", 35),
        ("unit_areas", "WYunitarea", 23),
    ],
)
def test_fiadb_tables_are_read_whole(real_data: Path, table: str, file: str, rows: int) -> None:
    """Row counts of the README of fiesta_wyoming."""
    found, findings = read_table(
        real_data / "fiesta_wyoming" / "tables" / f"{file}.csv", "fiadb", table=table
    )
    assert (len(found), findings) == (rows, [])


@pytest.mark.realdata
def test_identifiers_of_fiadb_have_fourteen_digits_and_match(real_data: Path) -> None:
    folder = real_data / "fiesta_wyoming" / "tables"
    plots, _ = read_table(folder / "WYplt.csv", "fiadb", table="plots")
    trees, _ = read_table(folder / "WYtree.csv", "fiadb", table="trees")
    assert {len(cn) for cn in plots["cn"]} == {14}
    assert set(trees["plt_cn"]) <= set(plots["cn"])
    assert int(np.isfinite(trees["carbon_ag"]).sum()) == 17936  # README: 17936 filled
    strata, _ = read_table(folder / "WYstratalut.csv", "fiadb", table="strata")
    assert set(strata["evalid"].tolist()) == {561301}


@pytest.mark.realdata
def test_bartlett_has_its_published_means(real_data: Path) -> None:
    """README of bartlett_bef: 206,309 and 230,043, change 23,733.851 kg/ha; 22 plots zero in both years."""
    table, findings = read_table(real_data / "bartlett_bef" / "BEF.dat.tsv", "bartlett")
    first, second = table["biomass_1991_kg_per_ha"], table["biomass_2002_kg_per_ha"]
    assert (len(table), findings) == (437, [])
    assert (round(first.mean()), round(second.mean())) == (206_309, 230_043)
    assert (second - first).mean() == pytest.approx(23_733.851, abs=5e-4)
    assert int(((first == 0) & (second == 0)).sum()) == 22


def test_constants_codes_and_recodes(tmp_path: Path) -> None:
    mapping, path = tmp_path / "m.toml", tmp_path / "t.csv"
    mapping.write_text(
        '[t.columns]\nsp = { heading = "S", type = "code", recode = { "412" = "410" } }\n'
        'year = { value = "2005", type = "integer" }\n',
        "utf-8",
    )
    path.write_text("S\n412.0\n410\n99\n99.0\n0310\n", "utf-8")
    table, findings = read_table(path, mapping)
    assert table["sp"].tolist() == ["410", "410", "99", "99", "0310"]
    assert table["year"].tolist() == [2005] * 5
    assert table["year"].dtype == np.int64
    assert [(f.rule, f.row, f.value, f.params["count"]) for f in findings] == [
        ("code-not-mapped", 4, "99", 2),
        ("code-not-mapped", 6, "0310", 1),
    ]


def test_a_sheet_that_need_not_be_there(tmp_path: Path) -> None:
    from geodata.tables import read_optional  # noqa: PLC0415
    from geodata.workbooks import write_workbook  # noqa: PLC0415

    path, text = tmp_path / "w.xlsx", tmp_path / "w.csv"
    heading = ["plot", "year", "part", "part_frac", "in_population"]
    write_workbook(path, {"parts": [heading, ["P1", 2020, "A", 0.5, "是"]]})
    found, findings = read_optional(path, "nfi_workbook", table="parts")
    assert findings == []
    assert found is not None
    assert found["part_frac"].tolist() == [0.5]
    write_workbook(path, {"parts": [heading]})
    assert read_optional(path, "nfi_workbook", table="parts") == (None, [])
    write_workbook(path, {"other": [["a"]]})
    assert read_optional(path, "nfi_workbook", table="parts") == (None, [])
    assert read_optional(path, "price_series", table="parts") == (None, [])
    text.write_text("a\n", "utf-8")
    assert read_optional(text, "nfi_workbook", table="parts") == (None, [])
    with pytest.raises(TableError, match="table-file-missing"):
        read_optional(tmp_path / "none.xlsx", "nfi_workbook", table="parts")
