"""The chain: end to end, a second time, and killed at every commit."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows import workspace
from registry.queries import content_hash
from registry.verification import verify

Chain = Callable[..., None]


def summary_of(home: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((home / "summary.json").read_text("utf-8"))
    return content


def state_of(home: Path) -> tuple[str, int, list[Any]]:
    """Return (content hash, number of leaves, findings of verify) of a home's registry."""
    with workspace.open_registry(home) as registry:
        findings = verify(registry, home / "checkpoints")
        return content_hash(registry), checkpoint_size(home), findings


def checkpoint_size(home: Path) -> int:
    content = json.loads((home / "checkpoints" / "checkpoint.json").read_text("utf-8"))
    size: int = content["tree_size"]
    return size


@pytest.fixture
def run_once(plain_chain: Chain, simulated_county: Path) -> Callable[[Path], None]:
    def run(home: Path) -> None:
        plain_chain("xiangyin.toml", str(simulated_county), str(home), None, "en")

    return run


def test_the_demo_county_goes_from_plots_to_units(run_once: Callable[[Path], None], tmp_path: Path) -> None:
    run_once(tmp_path)
    summary = summary_of(tmp_path)
    assert summary["simulated"] is True
    units = summary["units"]
    assert units["issued"] > 0
    assert units["retired"] > 0
    assert units["pledged"] > 0
    assert 0 < units["tradable"] < units["issued"]
    assert set(summary["stages"].values()) == {"done"}
    assert (tmp_path / "report.html").stat().st_size > 50_000
    for name in ("map.png", "parcels.gpkg", "parcels.csv"):
        assert (tmp_path / name).exists(), name
    assert state_of(tmp_path)[2] == []


def test_the_second_run_changes_nothing(run_once: Callable[[Path], None], tmp_path: Path) -> None:
    run_once(tmp_path)
    before = state_of(tmp_path)
    database = (tmp_path / "registry.sqlite").stat().st_size
    run_once(tmp_path)
    assert state_of(tmp_path) == before
    assert (tmp_path / "registry.sqlite").stat().st_size == database


def test_killed_at_every_commit_it_ends_the_same(
    plain_chain: Chain, tiny_county: Path, crash_after: Callable[[int | None], list[int]], tmp_path: Path
) -> None:
    def run_once(home: Path) -> None:
        plain_chain("xiangyin.toml", str(tiny_county), str(home), None, "en")

    commits = crash_after(None)
    run_once(tmp_path / "whole")
    total = len(commits)
    assert total > 10
    expected = state_of(tmp_path / "whole")[0]
    home = tmp_path / "killed"
    kills = 0
    while True:
        crash_after(1)
        try:
            run_once(home)
        except BaseException as crash:
            if type(crash).__name__ != "SimulatedCrash":
                raise
            kills += 1
            continue
        break
    assert kills == total
    crash_after(None)
    assert state_of(home)[0] == expected
    assert state_of(home)[2] == []


def test_another_day_is_another_run(plain_chain: Chain, simulated_county: Path, tmp_path: Path) -> None:
    for day in (date(2026, 6, 30), date(2026, 7, 31)):
        plain_chain("xiangyin.toml", str(simulated_county), str(tmp_path), day, "en")
    assert summary_of(tmp_path)["as_of"] == "2026-07-31"
    assert state_of(tmp_path)[2] == []


@pytest.mark.postgres
def test_postgresql_holds_the_same_content_as_sqlite(
    plain_chain: Chain,
    tiny_county: Path,
    postgres_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain_chain("xiangyin.toml", str(tiny_county), str(tmp_path / "sqlite"), None, "en")
    expected = state_of(tmp_path / "sqlite")
    monkeypatch.setenv("TANHUI_DATABASE_URL", postgres_database)
    plain_chain("xiangyin.toml", str(tiny_county), str(tmp_path / "postgres"), None, "en")
    assert state_of(tmp_path / "postgres") == expected
    assert not (tmp_path / "postgres" / "registry.sqlite").exists()
