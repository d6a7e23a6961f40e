"""What the reading step tells of a person's own sheets, and which equations it takes them to."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.steps.account_common import tree_inventory
from flows.steps.reading import read_inventory
from flows.workspace import Run, open_run
from geodata.dataset import MonitoringDataset
from geodata.manifest import Manifest
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
