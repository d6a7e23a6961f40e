"""The folder: refused when it holds something, complete or not there at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.simulation.errors import SimulationError
from geodata.simulation.folder import FOLDERS, check_request, county_folder


@pytest.mark.parametrize(
    ("seed", "parcels", "rule"),
    [
        (1, 99, "simulation-parcels-range"),
        (1, 500_001, "simulation-parcels-range"),
        (-1, 500, "simulation-seed-negative"),
    ],
)
def test_parameters_out_of_range_are_refused(tmp_path: Path, seed: int, parcels: int, rule: str) -> None:
    with pytest.raises(SimulationError) as caught:
        check_request(tmp_path / "new", seed, parcels)
    assert caught.value.rule == rule


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    check_request(tmp_path, 0, 500)
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SimulationError) as caught:
        check_request(tmp_path, 0, 500)
    assert caught.value.rule == "simulation-folder-not-empty"
    assert str(tmp_path) in str(caught.value)


def test_it_appears_when_all_is_written(tmp_path: Path) -> None:
    out = tmp_path / "county"
    out.mkdir()
    with county_folder(out) as folder:
        assert folder != out
        (folder / "README.txt").write_text("done")
    assert sorted(path.name for path in out.iterdir()) == sorted([*FOLDERS, "README.txt"])
    assert [path.name for path in tmp_path.iterdir()] == ["county"]


def test_an_error_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), county_folder(tmp_path / "county"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_what_an_interrupted_run_left_is_swept_away(tmp_path: Path) -> None:
    left = tmp_path / ".county.partial"
    left.mkdir()
    (left / "old.txt").write_text("old")
    with county_folder(tmp_path / "county"):
        pass
    assert not (tmp_path / "county/old.txt").exists()
    assert not left.exists()
