"""What the reading step tells of a person's own sheets, and which equations it takes them to."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.steps import measuring
from flows.steps.account_common import tree_inventory
from flows.steps.reading import read_inventory
from flows.workspace import Run, open_run
from geodata.dataset import MonitoringDataset
from geodata.manifest import Manifest
from mrv.profile import load
from mrv.tree_stocks import inventory_stocks
from registry.messages import render, render_fix

PLOTS = "plots/plots_2020_2025.xlsx"


@pytest.fixture
def folder(tiny_county: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_county, tmp_path / "data"))


def open_at(folder: Path, tmp_path: Path) -> Run:
    return open_run("xiangyin.toml", data=folder, home=tmp_path / "home", lang="en")


def test_a_tree_taller_than_its_equation_is_told_by_sheet_row_and_heading(
    folder: Path, tmp_path: Path
) -> None:
    book = load_workbook(folder / PLOTS)
    sheet = book["样木"]
    headings = [str(cell.value) for cell in sheet[1]]
    species, height = headings.index("树种") + 1, headings.index("树高(m)") + 1
    row = next(r for r in range(2, sheet.max_row) if sheet.cell(r, species).value == "310")
    sheet.cell(row, height).value = 44.0
    book.save(folder / PLOTS)
    told = read_inventory(open_at(folder, tmp_path)).findings
    found = [f for f in told if f.rule == "equation-extrapolated"]
    assert [(f.severity, f.source, f.row, f.field, f.value) for f in found] == [
        ("warning", "plots_2020_2025.xlsx[样木]", row, "树高(m)", "44")
    ]
    for lang in ("zh-CN", "en"):
        assert "fir-ly208" in render(found[0], lang)
        assert "44" in render(found[0], lang)
        assert render_fix(found[0], lang)


def test_trees_inside_their_equations_are_no_finding(folder: Path, tmp_path: Path) -> None:
    rules = {finding.rule for finding in read_inventory(open_at(folder, tmp_path)).findings}
    assert "equation-extrapolated" not in rules


def test_the_county_decides_the_region_of_the_equations(folder: Path, tmp_path: Path) -> None:
    tables = read_inventory(open_at(folder, tmp_path)).tables
    for code, region in {"350100": "Fujian", "430624": "Hunan", "56017": ""}.items():
        dataset = MonitoringDataset(code, date(2026, 6, 30), Manifest((), ""), tables, {}, ())
        assert tree_inventory(dataset).region == region


OWN = """\
[[equation]]
id = "fir-county"
response = "stem_volume"
form = "power_height"
coefficients = "a=7.0e-5;b=1.9;c=0.95"
species = "310"
unit = "m3"
source = "a made-up table of this test"
status = "unverified"

[[equation]]
id = "fir-broken"
response = "stem_volume"
form = "power_height"
coefficients = "a=7.0e-2;b=1.9;c=0.95"
species = "310"
unit = "m3"
source = "a made-up table of this test, in litres"
status = "unverified"
"""


def test_a_countys_own_equations_go_first_and_one_that_fails_serves_no_tree(
    folder: Path, tmp_path: Path
) -> None:
    county = tmp_path / "xiangyin.toml"
    bundled = Path(__file__).resolve().parents[2] / "flows" / "counties" / "xiangyin.toml"
    county.write_text(
        bundled.read_text("utf-8").replace("[account]\n", '[account]\nequations = "own.toml"\n'), "utf-8"
    )
    (folder / "own.toml").write_text(OWN, "utf-8")
    run = open_run(str(county), data=folder, home=tmp_path / "home", lang="en")
    assert "equations" in {file.role for file in run.manifest.files}
    read = read_inventory(run)
    refused = [f for f in read.findings if f.rule == "equation-size-absurd"]
    assert [(f.severity, f.source, f.params["equation"]) for f in refused] == [
        ("warning", "own.toml", "fir-broken")
    ]
    meta = measuring.equations_meta(run)
    dataset = MonitoringDataset("430624", date(2026, 6, 30), run.manifest, read.tables, meta, ())
    inventory = tree_inventory(dataset)
    stocks = inventory_stocks(inventory, load("county-stock-v1"))
    fir = stocks.equations.volume.species.index("310")
    choice = stocks.equations.volume.choices[fir]
    assert choice is not None
    assert (choice.equation.id, choice.level) == ("fir-county", "species_region")
    assert any("fir-county" in note.params.get("equations", "") for note in stocks.notes)  # type: ignore[operator]
    assert "equation_library.csv:1" in stocks.equations.unverified()
