"""What a check found, as marks and as values for machines."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl

from flows.field_records import FieldCheck, check_record, in_order, mark
from geodata.findings import Finding
from geodata.marked_workbook import FINDINGS_SHEET
from geodata.tables import make_table

LATE = Finding("dbh-absurd", "error", "t.csv", 3, "dbh", "1800", {"plot": "P1", "tree": "1", "limit": 300})
EARLY = Finding("plot-place-missing", "warning", "p.csv", 2, "x", "", {"plot": "P1"})


def check(tmp_path: Path) -> FieldCheck:
    for name in ("p", "t"):
        (tmp_path / f"{name}.csv").write_text("plot,dbh,x\nP1,1800,\nP1,1800,\n", "utf-8")
    tables = [make_table(f"{name}.csv", {"plot_id": np.array(["P1"], object)}) for name in ("p", "t")]
    sources = tuple((tmp_path / f"{name}.csv", ()) for name in ("p", "t"))
    return FieldCheck((tables[0],), (tables[1],), in_order([LATE, EARLY]), sources)


def test_findings_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = check(tmp_path)
    assert [f.rule for f in found.findings] == ["plot-place-missing", "dbh-absurd"]
    assert found.has_errors
    record = check_record(found)
    assert record["counts"] == {"error": 1, "warning": 1, "info": 0}
    assert record["audit"] is None
    assert record["findings"][1]["message"]["zh-CN"] != record["findings"][1]["message"]["en"]
    json.dumps(record, allow_nan=False)


def test_marks_name_rule_and_way_out_in_both_languages(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(mark(check(tmp_path), tmp_path / "m.xlsx"))
    note = book["t"]["B3"].comment.text.splitlines()
    assert note[0] == "dbh-absurd"
    assert len([line for line in note if line.startswith("→")]) == 2
    headings = [cell.value for cell in book[FINDINGS_SHEET][1]]
    assert headings == [
        "序号 no.", "级别 severity", "工作表 sheet", "行 row", "列 column", "样地 plot", "样木 tree",
        "问题", "处理办法", "problem", "way out",
    ]  # fmt: skip
    assert book[FINDINGS_SHEET]["F3"].value == "P1"
