"""A plot design goes from the county file through the dataset to the account."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.county import load_county
from flows.field_import import check_field
from flows.field_records import FieldRequest
from flows.steps.account_common import tree_inventory
from flows.workspace import COUNTIES
from geodata.dataset import MonitoringDataset
from geodata.manifest import build_manifest
from geodata.tables import make_table, read_table
from mrv.errors import InventoryError
from mrv.expansion import expand
from mrv.plot_design import FIXED

PLOTS = "plot,year,x,y,parcel,stratum\nP1,2025,1,2,a,fir\nP2,2025,9,9,a,fir\n"
TREES = "plot,year,tree,species,dbh_cm,height_m,status\nP1,2025,1,310,20,15,live\nP1,2025,2,310,10,9,live\n"
ANGLE = '[inventory.plot_design]\nkind = "angle_count"\nbaf_m2_per_ha = 1.0\n'


def county_file(folder: Path, design: str) -> Path:
    text = (COUNTIES / "xiangyin.toml").read_text("utf-8")
    stated = f'path = "plots.csv"\ntrees = "trees.csv"\nmapping = "nfi_workbook_no_area"\n\n{design}'
    path = folder / "county.toml"
    path.write_text(text.replace('path = "plots/plots_2020_2025.xlsx"\n', stated), "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plots.csv").write_text(PLOTS, "utf-8")
    (tmp_path / "trees.csv").write_text(TREES, "utf-8")
    return tmp_path


def test_an_angle_count_needs_no_area(folder: Path) -> None:
    path = county_file(folder, ANGLE)
    county = load_county(path)
    assert county.inventory.plot_design.design.baf_m2_per_ha == 1.0  # type: ignore[union-attr]
    assert county.inventory.tree_path == Path("trees.csv")  # type: ignore[union-attr]
    stated = FieldRequest(folder / "plots.csv", folder / "trees.csv", county=str(path))
    assert [f.rule for f in check_field(stated).findings if f.severity == "error"] == []
    with pytest.raises(InventoryError, match=r"inventory-column-missing.*area_m2"):
        _fixed(folder)


def _fixed(folder: Path) -> None:
    from mrv.inventory import build_tree_inventory  # noqa: PLC0415

    plots, _ = read_table(folder / "plots.csv", "nfi_workbook_no_area", table="plots")
    trees, _ = read_table(folder / "trees.csv", "nfi_workbook_no_area", table="trees")
    build_tree_inventory(plots, trees)


def test_the_dataset_carries_the_design_to_the_account(folder: Path) -> None:
    county = load_county(county_file(folder, ANGLE))
    tables = {
        name: read_table(folder / f"{name}.csv", "nfi_workbook_no_area", table=name)[0]
        for name in ("plots", "trees")
    }
    meta = {"plot_design": county.inventory.plot_design.design.canonical}  # type: ignore[union-attr]
    manifest = build_manifest({"plots": folder / "plots.csv"})
    dataset = MonitoringDataset("430624", date(2026, 6, 30), manifest, tables, meta, ())
    found = expand(tree_inventory(dataset))
    # BAF 1: a tree of 20 cm stands for 31.83 trees per hectare, one of 10 cm for four times as many
    assert found.share == pytest.approx([31.830989, 127.323954], rel=1e-7)


def test_parts_of_plots_reach_the_account(folder: Path) -> None:
    columns = {
        "plot_id": ["P1", "P1"],
        "campaign_year": [2025, 2025],
        "part_id": ["A", "B"],
        "part_frac": [0.7, 0.3],
        "in_population": ["是", "否"],
    }
    tables = {
        name: read_table(folder / f"{name}.csv", "nfi_workbook_no_area", table=name)[0]
        for name in ("plots", "trees")
    }
    tables["plot_parts"] = make_table("w.xlsx[样地部分]", columns)
    manifest = build_manifest({"plots": folder / "plots.csv"})
    meta = {"plot_design": {"kind": "angle_count", "baf_m2_per_ha": 1.0}}
    dataset = MonitoringDataset("430624", date(2026, 6, 30), manifest, tables, meta, ())
    assert tree_inventory(dataset).plots.sampled_frac.tolist() == [0.7, 1.0]


def test_without_the_table_plots_are_of_fixed_area(folder: Path) -> None:
    county = load_county(county_file(folder, ""))
    assert county.inventory.plot_design.design == FIXED  # type: ignore[union-attr]


def test_a_design_that_is_none_is_refused_by_name(folder: Path) -> None:
    wrong = '[inventory.plot_design]\nkind = "nested"\n'
    with pytest.raises(InventoryError, match="plot-design-invalid: field=rings"):
        load_county(county_file(folder, wrong))
