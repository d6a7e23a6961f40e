"""Tables with columns that no mapping declares."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from geodata.open_tables import read_open_table


def test_declared_and_other_columns(tmp_path: Path) -> None:
    path = tmp_path / "trees.csv"
    path.write_text("样地号,胸径,树种,等级,备注\n01,12.5,杉木,1,\n02,8,马尾松,,好\n", "utf-8")
    table, findings = read_open_table(path, "plots_and_trees", "trees")
    assert findings == []
    assert table["plot_id"].tolist() == ["01", "02"]
    assert table["dbh_cm"].tolist() == [12.5, 8.0]
    assert table["树种"].tolist() == ["杉木", "马尾松"]
    assert np.array_equal(table["等级"], [1.0, np.nan], equal_nan=True)
    assert table["备注"].tolist() == ["", "好"]
    assert "树种" in table.headings


def test_a_heading_that_stands_twice_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "plots.csv"
    path.write_text("plot_id,note,note,unit\nA,1,2,u\n", "utf-8")
    table, _ = read_open_table(path, "plots_and_trees", "plots")
    assert set(table.columns) == {"plot_id", "unit"}


def test_an_other_column_hides_no_declared_one(tmp_path: Path) -> None:
    path = tmp_path / "trees.csv"
    # the second heading is another one of the same declared column
    path.write_text("plot_id,plot,dbh_cm\nA,77,10\n", "utf-8")
    table, _ = read_open_table(path, "plots_and_trees", "trees")
    assert table["plot_id"].tolist() == ["A"]
    assert set(table.columns) == {"plot_id", "dbh_cm"}


def test_a_bad_cell_is_a_finding_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "trees.csv"
    path.write_text("plot_id,dbh_cm\nA,10\nB,thick\n", "utf-8")
    _, findings = read_open_table(path, "plots_and_trees", "trees")
    assert [(f.rule, f.row, f.field, f.value) for f in findings] == [
        ("cell-not-a-number", 3, "dbh_cm", "thick")
    ]
