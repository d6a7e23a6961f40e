"""The marked copy keeps what the clerk made, and each finding stands at its cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from geodata.errors import TableError
from geodata.marked_workbook import FINDINGS_SHEET, Mark, write_marked

HEADINGS = ["序号", "级别", "工作表", "行", "列", "样地", "样木", "问题", "办法", "message", "way out"]


def mark(
    row: int | None, field: str | None, severity: str = "error", note: str = "dbh-absurd\n胸径…"
) -> Mark:
    cells = [severity, "样木", row, field, "P1", "1", "问题", "办法", "message", "=way"]
    return Mark("w.xlsx[样木]", row, field, severity, note, cells)  # type: ignore[arg-type]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "样木"
    sheet.append(["某县样地", None, None])
    sheet.append(["样地号", "胸径(cm)", "备注"])
    for k in range(3):
        sheet.append([f"P{k}", 10.0 + k, None])
    sheet["A3"].font = Font(bold=True, color="FF123456")
    sheet["C3"].fill = PatternFill("solid", start_color="FF00FF00")
    sheet["B4"].comment = Comment("看不清", "clerk")
    sheet.column_dimensions["A"].width = 33
    book.create_sheet("别的")["A1"] = "=1+1"
    path = tmp_path / "w.xlsx"
    book.save(path)
    return path


def test_marks_stand_at_their_cells(workbook: Path, tmp_path: Path) -> None:
    # the first row that is not empty holds the headings; here a title stands above them
    book = openpyxl.load_workbook(workbook)
    book["样木"].delete_rows(1)
    book.save(workbook)
    before = workbook.read_bytes()
    marks = [
        mark(3, "胸径(cm)", "warning", "first"),
        mark(3, "胸径(cm)", "error", "second"),
        mark(2, "没有这列", "info"),
        mark(None, None),
    ]
    target = write_marked([(workbook, "样木")] * 2, tmp_path / "m.xlsx", marks, HEADINGS)
    assert workbook.read_bytes() == before
    sheet = openpyxl.load_workbook(target)["样木"]
    assert sheet["B3"].fill.start_color.rgb == "FFF4B6AE"  # the worse of the two
    assert "first" in sheet["B3"].comment.text
    assert "second" in sheet["B3"].comment.text
    assert sheet["B3"].comment.text.startswith("看不清")  # the clerk's own note stays
    assert sheet["A2"].fill.start_color.rgb == "FFD6E6F2"  # an unknown column: the row's first cell
    assert sheet["B2"].comment is None


def test_the_clerks_own_work_stays(workbook: Path, tmp_path: Path) -> None:
    target = write_marked([(workbook, "样木")], tmp_path / "m.xlsx", [mark(5, "样地号")], HEADINGS)
    book = openpyxl.load_workbook(target)
    sheet = book["样木"]
    assert [cell.value for cell in sheet[3]] == ["P0", 10, None]
    assert sheet["A3"].font.b
    assert sheet["A3"].font.color.rgb == "FF123456"
    assert sheet["C3"].fill.start_color.rgb == "FF00FF00"
    assert sheet.column_dimensions["A"].width == 33
    assert book["别的"]["A1"].value == "=1+1"


def test_the_list_leads_to_the_cells(workbook: Path, tmp_path: Path) -> None:
    marks = [mark(4, "样地号"), mark(None, None, "warning")]
    book = openpyxl.load_workbook(write_marked([(workbook, "样木")], tmp_path / "m.xlsx", marks, HEADINGS))
    page = book[FINDINGS_SHEET]
    assert [cell.value for cell in page[1]] == HEADINGS
    assert page.max_row == 3
    assert page["D2"].hyperlink.location == "'样木'!A4" or page["D2"].hyperlink.target == "#'样木'!A4"
    assert page["D3"].hyperlink is None
    assert page["K2"].data_type == "s"  # never a formula
    assert book.active.title == FINDINGS_SHEET
    again = write_marked([(tmp_path / "m.xlsx", "样木")], tmp_path / "n.xlsx", marks[:1], HEADINGS)
    assert openpyxl.load_workbook(again)[FINDINGS_SHEET].max_row == 2


def test_text_files_become_a_workbook(tmp_path: Path) -> None:
    plots, trees = tmp_path / "plots.csv", tmp_path / "trees.csv"
    plots.write_text("plot,year\nP1,2020\n", "utf-8")
    trees.write_text("plot,dbh_cm\nP1,=9\n", "utf-8")
    found = Mark("trees.csv", 2, "dbh_cm", "error", "n", ["error"] * 10)
    sources: list[tuple[Path, str]] = [(plots, "样地"), (trees, "样木")]
    book = openpyxl.load_workbook(write_marked(sources, tmp_path / "m.xlsx", [found], HEADINGS))
    assert book.sheetnames == ["plots", "trees", FINDINGS_SHEET]
    assert book["trees"]["B2"].value == "=9"
    assert book["trees"]["B2"].data_type == "s"
    assert book["trees"]["B2"].comment is not None


def test_the_original_is_never_overwritten(workbook: Path, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="marked-over-source"):
        write_marked([(workbook, "样木")], tmp_path / "." / "w.xlsx", [], HEADINGS)
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(b"no workbook")
    with pytest.raises(Exception, match=r"workbook-unreadable|not a zip file"):
        write_marked([(broken, "样木")], tmp_path / "m.xlsx", [], HEADINGS)
