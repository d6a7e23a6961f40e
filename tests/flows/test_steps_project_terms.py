"""The terms of a project's account from its county file."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from flows.county import load_county
from flows.steps.project_terms import fires_not_stated, project_terms_of
from flows.workspace import Run
from geodata.dataset import MonitoringDataset
from mrv.profile import load

HERE = Path(__file__).resolve().parent
COUNTIES = HERE.parents[1] / "flows" / "counties"


def run_of(path: Path) -> Run:
    """Return as much of a run as the step looks at."""
    made: Any = SimpleNamespace(county=load_county(path))
    return cast("Run", made)


@pytest.fixture
def stated(tmp_path: Path) -> Run:
    path = tmp_path / "county.toml"
    inputs = (HERE / "project_inputs.toml").read_text("utf-8")
    path.write_text((COUNTIES / "xiangyin.toml").read_text("utf-8") + inputs, "utf-8")
    return run_of(path)


def test_a_county_without_a_project_has_no_terms(tmp_path: Path) -> None:
    text = (COUNTIES / "xiangyin.toml").read_text("utf-8")
    before, _, after = text.partition("[project]")
    path = tmp_path / "county.toml"
    path.write_text(before + after[after.index("[rights]") :], "utf-8")
    assert project_terms_of(run_of(path), load("demo"), 1000.0) is None


def test_a_project_that_states_nothing_changes_nothing() -> None:
    found = project_terms_of(run_of(COUNTIES / "xiangyin.toml"), load("demo"), 1000.0)
    assert found is not None
    assert dict(found.amounts_tco2e) == {}


def test_what_the_file_states_becomes_amounts(stated: Run) -> None:
    found = project_terms_of(stated, load("cdm-ar-tool14-v4.2"), 10_000.0)
    assert found is not None
    amounts = found.amounts_tco2e
    assert amounts["project_emissions"] == pytest.approx(54.135 + 387.75)
    assert amounts["leakage"] == 0.0
    assert amounts["baseline_change"] == pytest.approx(129.25)
    pools = {term.term: term.value_tco2e for term in found.terms if term.account_term == "other_pools_change"}
    assert pools["soil"] == pytest.approx(5 * 57.75)
    assert pools["shrub"] == pytest.approx(-43.428)
    assert "harvested_wood" not in pools
    assert [note.params["pool_en"] for note in found.notes if note.rule == "pool-left-out"] == [
        "harvested wood products"
    ]


def test_the_demonstration_counts_no_pool_but_the_trees(stated: Run) -> None:
    found = project_terms_of(stated, load("demo"), 10_000.0)
    assert found is not None
    assert set(found.amounts_tco2e) == {"project_emissions", "baseline_change", "leakage"}
    assert sum(note.rule == "pool-left-out" for note in found.notes) == 6


def monitored(*losses: tuple[str, int, str, float]) -> MonitoringDataset:
    """Return as much of a dataset as the step looks at: one project parcel, P1, and losses."""
    names = ("parcel_id", "year", "cause", "area_ha")
    table = {name: [row[i] for row in losses] for i, name in enumerate(names)}
    made: Any = SimpleNamespace(tables={"disturbances": table, "project_parcels": {"parcel_id": ["P1"]}})
    return cast("MonitoringDataset", made)


def test_a_fire_that_monitoring_saw_and_nobody_stated_is_noted() -> None:
    seen = monitored(
        ("P1", 2022, "fire", 1.5),
        ("P1", 2022, "fire", 0.5),
        ("P1", 2023, "clearing", 9.0),
        ("P2", 2022, "fire", 9.0),
        ("P1", 2019, "fire", 9.0),
    )
    (note,) = fires_not_stated(seen, set(), range(2021, 2026))
    assert note.rule == "fire-not-stated"
    assert note.params == {"year": 2022, "count": 2, "area_ha": 2.0}
    assert fires_not_stated(seen, {2022}, range(2021, 2026)) == ()


def test_the_note_goes_with_the_terms(stated: Run) -> None:
    seen = monitored(("P1", 2022, "fire", 1.5), ("P1", 2023, "fire", 1.5))
    found = project_terms_of(stated, load("demo"), 10_000.0, None, seen)
    assert found is not None
    assert [note.params["year"] for note in found.notes if note.rule == "fire-not-stated"] == [2022]
