"""A clerk's workbook with planted faults comes back with each of them marked at its cell."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from flows.cli import main
from flows.errors import FieldError
from flows.field_import import check_field
from flows.field_marking import crew_lines, write_results
from flows.field_records import FieldRequest, check_record
from geodata.marked_workbook import FINDINGS_SHEET
from geodata.workbooks import write_workbook

PLOTS, TREES = "样地", "样木"


@pytest.fixture(scope="module")
def clean(tiny_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook with twelve of the simulated plots."""
    path = tmp_path_factory.mktemp("clean") / "plots.xlsx"
    source = tiny_county / "plots" / "plots_2020_2025.xlsx"
    book = openpyxl.load_workbook(source, read_only=True)
    rows = {name: list(book[name].iter_rows(values_only=True)) for name in (PLOTS, TREES)}
    kept = sorted({str(row[0]) for row in rows[PLOTS][1:]})[:12]
    write_workbook(
        path,
        {
            name: [cells[0], *(row for row in cells[1:] if str(row[0]) in kept)]
            for name, cells in rows.items()
        },
    )
    return path


@pytest.fixture
def workbook(clean: Path, tmp_path: Path) -> Path:
    """Return a copy of them with faults, each in a row we know."""
    path = tmp_path / "plots.xlsx"
    shutil.copy(clean, path)
    book = openpyxl.load_workbook(path)
    trees, plots = book[TREES], book[PLOTS]
    column = {cell.value: cell.column for cell in trees[1]}
    trees.cell(5, column["胸径(cm)"], 1800.0)
    trees.cell(6, column["胸径(cm)"], "十二")
    trees.cell(7, column["树种"], "999")
    trees.cell(8, column["检尺类型"], "风倒")
    place = {cell.value: cell.column for cell in plots[1]}
    plots.cell(3, place["横坐标(m)"], plots.cell(3, place["横坐标(m)"]).value + 50_000)
    plots.cell(4, place["样地面积(m2)"], 0)
    book.save(path)
    return path


def at(check_findings: object, rule: str) -> list[tuple[str, int | None]]:
    return [(f.source.partition("[")[2].rstrip("]"), f.row) for f in check_findings if f.rule == rule]  # type: ignore[attr-defined]


def test_each_fault_is_found_at_its_row(workbook: Path, tiny_county: Path) -> None:
    found = check_field(FieldRequest(workbook, county="xiangyin.toml", data=tiny_county))
    assert at(found.findings, "dbh-absurd") == [(TREES, 5)]
    # a cell that cannot be read is told once, not again as an absurd diameter
    assert at(found.findings, "cell-not-a-number") == [(TREES, 6)]
    assert at(found.findings, "species-unknown") == [(TREES, 7)]
    assert at(found.findings, "tree-status-unknown") == [(TREES, 8)]
    assert at(found.findings, "plot-outside-parcels") == [(PLOTS, 3)]
    assert at(found.findings, "plot-area-missing") == [(PLOTS, 4)]
    assert found.has_errors


def test_the_copy_and_the_list(workbook: Path, tmp_path: Path) -> None:
    found = check_field(FieldRequest(workbook))
    marked, summary = write_results(found, tmp_path / "out" / "marked.xlsx")
    book = openpyxl.load_workbook(marked)
    column = {cell.value: cell.column for cell in book[TREES][1]}
    note = book[TREES].cell(5, column["胸径(cm)"]).comment.text
    assert note.startswith("dbh-absurd")
    assert "胸径" in note
    assert "DBH" in note
    assert "→" in note
    assert book[FINDINGS_SHEET].max_row == len(found.findings) + 1
    assert TREES in summary.read_text("utf-8")
    assert any("样木" in line for line in crew_lines(found, "zh-CN"))


def test_a_sheet_of_parts_is_checked(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    page = book.create_sheet("样地部分")
    page.append(["样地号", "调查年度", "部分", "面积比例", "属于总体"])
    page.append(["0001", 2020, "A", 0.6, "是"])
    page.append(["0001", 2020, "B", 0.6, "否"])
    book.save(workbook)
    found = check_field(FieldRequest(workbook))
    assert [(f.row, f.field) for f in found.findings if f.rule == "part-fractions-over"] == [(3, "面积比例")]
    page.cell(3, 4, "half")
    book.save(workbook)
    found = check_field(FieldRequest(workbook))
    assert ("样地部分", 3) in at(found.findings, "cell-not-a-number")


def test_rows_that_cannot_be_placed_do_not_hide_the_others(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    column = {cell.value: cell.column for cell in book[TREES][1]}
    book[TREES].cell(9, column["调查年度"], "二〇二〇")
    book.save(workbook)
    found = check_field(FieldRequest(workbook))
    assert at(found.findings, "cell-not-a-number") == [(TREES, 6), (TREES, 9)]
    assert at(found.findings, "dbh-absurd") == [(TREES, 5)]
    assert at(found.findings, "campaign-year-absurd") == []


def test_english_csv(tmp_path: Path) -> None:
    plots, trees = tmp_path / "p.csv", tmp_path / "t.csv"
    plots.write_text("plot,year,x,y,area_m2,parcel,stratum,team\nP1,2025,1,2,600,a,fir,7\n", "utf-8")
    trees.write_text(
        "plot,year,tree,species,dbh_cm,height_m,status\nP1,2025,1,310,15,12,live\nP1,2025,1,310,16,12,live\n",
        "utf-8",
    )
    found = check_field(FieldRequest(plots, trees=trees))
    assert [(f.rule, f.row, f.field) for f in found.findings] == [("tree-duplicated", 3, "tree")]
    assert crew_lines(found, "en")[0] == "plot P1 · team 7"


def test_a_blind_check_feeds_the_error_budget(workbook: Path, tmp_path: Path) -> None:
    audit = tmp_path / "audit.xlsx"
    book = openpyxl.load_workbook(workbook)
    column = {cell.value: cell.column for cell in book[TREES][1]}
    for row in range(2, book[TREES].max_row + 1):
        cell = book[TREES].cell(row, column["胸径(cm)"])
        if isinstance(cell.value, int | float):
            cell.value = round(cell.value + (0.2 if row % 2 else -0.2), 1)
    for row, value in ((6, 12.0), (7, 15.0)):
        book[TREES].cell(row, column["胸径(cm)"], value)
    book.save(audit)
    record = check_record(check_field(FieldRequest(workbook, audit=audit)))
    assert record["audit"]["dbh"]["sd"] == pytest.approx(0.2, rel=0.6)
    assert record["audit"]["measurement_error"]["dbh_sd_cm"] > 0
    json.dumps(record, allow_nan=False)


def test_the_command(workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "m.xlsx"
    assert run(["field", "check", str(workbook), "--out", str(out), "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["counts"]["error"] >= 5
    assert Path(record["marked"]).is_file()
    assert {"zh-CN", "en"} <= set(record["findings"][0]["message"])
    assert run(["field", "check", str(workbook), "--out", str(out), "--lang", "zh-CN"]) == 1
    assert "标记后的副本" in capsys.readouterr().out
    assert run(["field", "check", str(tmp_path / "none.xlsx"), "--lang", "en"]) == 2
    assert run(["field", "check", str(workbook), "--out", str(workbook), "--lang", "en"]) == 2


def test_a_clean_workbook_is_0(clean: Path, tmp_path: Path) -> None:
    assert run(["field", "check", str(clean), "--out", str(tmp_path / "m.xlsx"), "--json"]) == 0


def test_what_cannot_be_checked(workbook: Path) -> None:
    with pytest.raises(FieldError, match="field-county-other-kind"):
        check_field(FieldRequest(workbook, county="bartlett.toml"))
    with pytest.raises(FieldError, match="field-mapping-incomplete"):
        check_field(FieldRequest(workbook, mapping="price_series"))


def run(words: list[str]) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)
