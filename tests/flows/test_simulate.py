"""The simulated county as a whole: complete, honest about itself, the same bytes for the same seed."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import pytest

from flows.simulate import STEPS, SimulationSummary, simulate_county
from geodata.simulation.errors import SimulationError
from geodata.tables import read_table
from mrv.checks import check_inventory
from mrv.inventory import Inventory, build_tree_inventory

FILES = (
    "README.txt",
    *(f"landcover/landcover_{year}.tif" for year in range(2020, 2026)),
    "landcover/reference_sample.csv",
    *(f"parcels/xiaoban_2025.{suffix}" for suffix in ("dbf", "prj", "shp", "shx")),
    "plots/plots_2020_2025.xlsx",
    "prices/price_series.csv",
    "project/project.xlsx",
    "rights/rights.xlsx",
    "truth/truth.json",
    "truth/truth_parcels.csv",
)


def _digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}


def _inventory(folder: Path) -> Inventory:
    path = folder / "plots/plots_2020_2025.xlsx"
    tables = [read_table(path, "nfi_workbook", table=name)[0] for name in ("plots", "trees")]
    return build_tree_inventory(*tables)[0]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> SimulationSummary:
    return simulate_county(tmp_path_factory.mktemp("county") / "a", seed=7, parcels=500)


@pytest.fixture(scope="module")
def small_county(tmp_path_factory: pytest.TempPathFactory) -> SimulationSummary:
    return simulate_county(tmp_path_factory.mktemp("small") / "a", seed=3, parcels=100)


def test_all_files_are_there(county: SimulationSummary) -> None:
    assert county.files == tuple(sorted(FILES))
    assert county.parcels == 500
    assert 280 <= county.forest_parcels <= 350
    assert county.plots >= 7 * 8


def test_the_same_seed_gives_the_same_bytes(county: SimulationSummary, tmp_path: Path) -> None:
    time.sleep(2.1 - time.time() % 2)
    again = simulate_county(tmp_path / "b", seed=7, parcels=500)
    assert _digests(again.folder) == _digests(county.folder)


def test_another_seed_gives_another_county(county: SimulationSummary, tmp_path: Path) -> None:
    other = simulate_county(tmp_path / "c", seed=8, parcels=500)
    first, second = _digests(county.folder), _digests(other.folder)
    same = {name for name in FILES if first[name] == second[name]}
    assert same == {"parcels/xiaoban_2025.prj"}


def test_a_county_of_500_parcels_takes_a_few_seconds(tmp_path: Path) -> None:
    began = time.process_time()
    simulate_county(tmp_path / "d", seed=9, parcels=500)
    assert time.process_time() - began < 5.0


def test_the_plots_raise_no_error_and_only_a_handful_of_warnings(county: SimulationSummary) -> None:
    findings = check_inventory(_inventory(county.folder))
    assert [finding for finding in findings if finding.severity == "error"] == []
    assert 1 <= len(findings) <= 8


def test_the_truth_agrees_with_its_parcels(county: SimulationSummary) -> None:
    truth = json.loads((county.folder / "truth/truth.json").read_text("utf-8"))
    assert truth["simulated"] is True
    assert truth["all"]["parcels"] == county.forest_parcels
    lines = (county.folder / "truth/truth_parcels.csv").read_text("utf-8").splitlines()
    heading = lines[0].split(",")
    place = heading.index("carbon_tc_2025")
    total = sum(float(line.split(",")[place]) for line in lines[1:])
    assert total == pytest.approx(truth["all"]["carbon_tc_2025"], rel=1e-5)
    assert all("模拟数据" in line for line in lines[1:])


def test_readme_says_it_is_simulated(county: SimulationSummary) -> None:
    text = (county.folder / "README.txt").read_text("utf-8")
    assert text.startswith("simulated data / 模拟数据")


def test_a_folder_that_holds_something_is_left_alone(county: SimulationSummary) -> None:
    before = _digests(county.folder)
    with pytest.raises(SimulationError) as caught:
        simulate_county(county.folder, seed=1, parcels=500)
    assert caught.value.rule == "simulation-folder-not-empty"
    assert _digests(county.folder) == before


def test_progress_is_told_step_by_step(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    simulate_county(
        tmp_path / "e",
        seed=1,
        parcels=100,
        progress=lambda name, done, total: told.append((name, done, total)),
    )
    assert told == [(name, place, len(STEPS)) for place, name in enumerate(STEPS)]


@pytest.mark.parametrize(
    ("fault", "folder"),
    [("wrong_crs", "parcels"), ("negative_dbh", "plots"), ("nodata_unset", "landcover")],
)
def test_a_planted_fault_changes_the_files_it_should_and_no_other(
    small_county: SimulationSummary, tmp_path: Path, fault: str, folder: str
) -> None:
    """One fault of each writer; the writers' own tests go through all of them."""
    faulty = simulate_county(tmp_path / "faulty", seed=3, parcels=100, faults=frozenset({fault}))
    clean, spoiled = _digests(small_county.folder), _digests(faulty.folder)
    changed = {name.split("/")[0] for name in FILES if clean[name] != spoiled[name]}
    assert changed == {folder, "README.txt"}
    assert fault in (faulty.folder / "README.txt").read_text("utf-8")
