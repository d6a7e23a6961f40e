"""A refused run leaves a marked copy of its workbook; what cannot be written is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from flows.errors import FieldError
from flows.field_import import check_field
from flows.field_marking import mark_refused, write_results
from flows.field_records import FieldRequest
from flows.workspace import open_run
from geodata.findings import Finding
from geodata.marked_workbook import FINDINGS_SHEET


def test_a_refused_run_leaves_a_marked_copy(tiny_county: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(tiny_county, data)
    path = data / "plots" / "plots_2020_2025.xlsx"
    book = openpyxl.load_workbook(path)
    for name in ("样地", "样木"):
        kept = 40
        book[name].delete_rows(kept, book[name].max_row)
    column = {cell.value: cell.column for cell in book["样木"][1]}
    book["样木"].cell(5, column["胸径(cm)"], 1800.0)
    book.save(path)
    run = open_run("xiangyin.toml", data=data, home=tmp_path / "home")
    elsewhere = [Finding("price-gap", "error", "price_series.csv", 2)]
    assert mark_refused(run, elsewhere) is None
    here = [Finding("dbh-absurd", "error", f"{path.name}[样木]", 5, "胸径(cm)", "1800")]
    marked = mark_refused(run, here)
    assert marked == tmp_path / "home" / "field" / "plots_2020_2025.checked.xlsx"
    done = openpyxl.load_workbook(marked)
    assert done["样木"].cell(5, column["胸径(cm)"]).comment.text.startswith("dbh-absurd")
    assert FINDINGS_SHEET in done.sheetnames
    assert marked.with_suffix(".html").is_file()


@pytest.mark.realdata
def test_other_inventories_have_no_workbook(real_data: Path, tmp_path: Path) -> None:
    run = open_run("bartlett.toml", data=real_data / "bartlett_bef", home=tmp_path / "home")
    assert mark_refused(run, [Finding("x", "error", "plots.csv")]) is None


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    plots, trees = tmp_path / "p.csv", tmp_path / "t.csv"
    plots.write_text("plot,year,x,y,area_m2,parcel,stratum\nP1,2025,1,2,600,a,fir\n", "utf-8")
    trees.write_text("plot,year,tree,species,dbh_cm,height_m,status\nP1,2025,1,310,15,12,live\n", "utf-8")
    check = check_field(FieldRequest(plots, trees=trees))
    with pytest.raises(FieldError, match="field-not-writable"):
        write_results(check, plots / "m.xlsx")
