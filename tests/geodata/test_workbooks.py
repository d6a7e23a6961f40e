"""Workbooks are read back as written, and the same cells give the same bytes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from geodata.sheets import read_sheet
from geodata.workbooks import write_workbook

SHEETS = {
    "说明": [["simulated data / 模拟数据"]],
    "样地": [["样地号", "年度", "胸径"], ["0012", 2020, 12.5], ["40404728010690", 2025, None]],
}


def test_cells_come_back(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", SHEETS)
    sheet = read_sheet(tmp_path / "a.xlsx", "样地")
    assert sheet.headings == ("样地号", "年度", "胸径")
    assert [cells[0] for _, cells in sheet.rows] == ["0012", "40404728010690"]
    assert sheet.rows[0][1][1:] == (2020.0, 12.5)
    assert read_sheet(tmp_path / "a.xlsx").source == "a.xlsx[说明]"


def test_the_same_cells_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, {**SHEETS, "日期": [["开工"], [date(2021, 3, 1)]]})
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_other_cells_give_other_bytes(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", SHEETS)
    write_workbook(tmp_path / "b.xlsx", {"样地": [["样地号"], ["0013"]]})
    assert (tmp_path / "a.xlsx").read_bytes() != (tmp_path / "b.xlsx").read_bytes()
