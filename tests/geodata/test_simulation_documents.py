"""Workbooks and text tables, read back with the packaged mappings; each planted fault by itself."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook

from geodata.simulation import documents
from geodata.simulation.landscape import Landscape, build_landscape
from geodata.simulation.rights import draw_rights
from geodata.simulation.sample import PLOTS_PER_STRATUM, PlotPoints, draw_points
from geodata.tables import read_table

NAMES = tuple(PLOTS_PER_STRATUM)
NOTICE = "simulated data / 模拟数据"


@pytest.fixture(scope="module")
def land() -> Landscape:
    return build_landscape(11, 200)


@pytest.fixture(scope="module")
def points(land: Landscape) -> PlotPoints:
    return draw_points(1, land, np.arange(int(land.forest.sum())) % len(NAMES), NAMES)


def _tally() -> dict[str, Any]:
    return {
        "plot": np.array([0, 0, 0, 0]),
        "year": np.array([2020, 2020, 2025, 2025]),
        "tree": np.array([1, 2, 1, 2]),
        "species_code": np.array(["310", "660", "310", "660"]),
        "dbh_cm": np.array([10.1, 9.0, 12.3, 9.0]),
        "height_m": np.array([8.0, np.nan, 9.5, np.nan]),
        "du": np.array([0, 1, 0, 3]),
        "status": np.array(["活立木", "活立木", "活立木", "采伐"]),
    }


def _write(path: Path, land: Landscape, points: PlotPoints, *faults: str) -> Path:
    species = np.full(points.stand.size, "310")
    documents.write_plots(path, land, points, NAMES, species, _tally(), frozenset(faults))
    return path


def _sheet(path: Path, name: str) -> list[tuple[Any, ...]]:
    return list(load_workbook(path)[name].iter_rows(values_only=True))


def test_the_plot_workbook_is_read_by_the_packaged_mapping(
    tmp_path: Path, land: Landscape, points: PlotPoints
) -> None:
    path = _write(tmp_path / "plots.xlsx", land, points)
    plots, problems = read_table(path, "nfi_workbook", table="plots")
    assert problems == []
    assert len(plots.rows) == 2 * points.stand.size
    assert plots.columns["plot_id"][0] == "0001"
    assert set(plots.columns["area_m2"].tolist()) == {666.6724}
    trees, problems = read_table(path, "nfi_workbook", table="trees")
    assert problems == []
    assert trees.columns["tree_id"].tolist() == ["001", "002", "001", "002"]
    assert np.isnan(trees.columns["height_m"]).tolist() == [False, True, False, True]


def test_plots_without_trees_are_kept(tmp_path: Path, land: Landscape, points: PlotPoints) -> None:
    path = _write(tmp_path / "plots.xlsx", land, points)
    with_trees = {row[0] for row in _sheet(path, "样木")[1:]}
    assert {row[0] for row in _sheet(path, "样地")[1:]} > with_trees == {"0001"}


@pytest.mark.parametrize(
    ("fault", "sheet", "row", "column", "value"),
    [
        ("negative_dbh", "样木", 3, 4, -12.3),
        ("absurd_dbh", "样木", 3, 4, 412.0),
        ("unknown_species", "样木", 3, 3, "999"),
        ("duplicate_tree", "样木", 2, 2, "001"),
        ("campaign_before", "样木", 3, 1, 2015),
    ],
)
def test_a_fault_changes_one_thing(
    tmp_path: Path,
    land: Landscape,
    points: PlotPoints,
    fault: str,
    sheet: str,
    row: int,
    column: int,
    value: Any,
) -> None:
    clean = _sheet(_write(tmp_path / "clean.xlsx", land, points), sheet)
    spoiled = _sheet(_write(tmp_path / "spoiled.xlsx", land, points, fault), sheet)
    assert spoiled[row][column] == value != clean[row][column]
    if fault != "campaign_before":
        differing = [
            place for place, pair in enumerate(zip(clean, spoiled, strict=True)) if pair[0] != pair[1]
        ]
        assert differing == [row]


def test_a_doubled_plot_and_a_missing_column(tmp_path: Path, land: Landscape, points: PlotPoints) -> None:
    path = _write(tmp_path / "plots.xlsx", land, points, "duplicate_plot", "missing_column")
    plots = _sheet(path, "样地")
    assert plots[-1] == plots[-2]
    assert "胸径(cm)" not in _sheet(path, "样木")[0]
    assert len(_sheet(path, "样木")[1]) == 8


def test_rights_and_project_are_read_by_the_packaged_mappings(tmp_path: Path, land: Landscape) -> None:
    tables = draw_rights(11, land)
    documents.write_rights(tmp_path / "rights.xlsx", tables)
    documents.write_project(tmp_path / "project.xlsx", land, ("项目-杉木", "项目-枫香"), "XYP001")
    for name, table, rows in (
        ("rights", "holders", len(tables.holders)),
        ("rights", "rights", len(tables.rights)),
        ("project", "project", 1),
        ("project", "parcels", int((land.project > 0).sum())),
    ):
        read, problems = read_table(tmp_path / f"{name}.xlsx", f"{name}_workbook", table=table)
        assert problems == []
        assert len(read.rows) == rows


def test_every_workbook_says_it_is_simulated(tmp_path: Path, land: Landscape, points: PlotPoints) -> None:
    _write(tmp_path / "plots.xlsx", land, points)
    documents.write_rights(tmp_path / "rights.xlsx", draw_rights(11, land))
    documents.write_project(tmp_path / "project.xlsx", land, ("a", "b"), "XYP001")
    for path in tmp_path.glob("*.xlsx"):
        assert (load_workbook(path).sheetnames[0], _sheet(path, "说明")[1][1]) == ("说明", NOTICE)


def test_prices_are_weekly_with_gaps_between_60_and_80(tmp_path: Path) -> None:
    documents.write_prices(tmp_path / "prices.csv", 7)
    read, problems = read_table(tmp_path / "prices.csv", "price_series", table="prices")
    assert problems == []
    prices = read.columns["price_cny_per_t"]
    assert 60.0 <= prices.min() < prices.max() <= 80.0
    assert 100 < prices.size < 130
    assert set(read.columns["note"].tolist()) == {NOTICE}


def test_the_truth_is_written_in_full(tmp_path: Path, land: Landscape) -> None:
    count = int(land.forest.sum())
    documents.write_truth(
        tmp_path, land, {"county": {"carbon_tc_2025": 1.5}}, {"carbon_tc_2025": np.ones(count)}
    )
    document = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert document["simulated"] is True
    assert document["notice"] == NOTICE
    assert document["county"] == {"carbon_tc_2025": 1.5}
    with (tmp_path / "truth_parcels.csv").open(encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    assert len(rows) == count
    assert rows[0]["parcel_id"] == land.administration.parcel_id[land.forest][0]


def test_the_notice_names_what_was_planted(tmp_path: Path) -> None:
    documents.write_notice(tmp_path / "README.txt", seed=7, parcels=500, faults=frozenset({"no_prj"}))
    text = (tmp_path / "README.txt").read_text("utf-8")
    assert text.startswith(NOTICE)
    assert "no_prj" in text
    assert "500" in text
