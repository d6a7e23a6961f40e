"""The harness of the benchmarks: what it collects, keeps and writes."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def run(project_root: Path) -> Iterator[ModuleType]:
    """Load tests/benchmarks/run.py as its script does: with its own folder on the path."""
    folder = str(project_root / "tests" / "benchmarks")
    sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location("bench_run", f"{folder}/run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(folder)


def row(run: ModuleType, name: str, ours: float | None, met: bool | None) -> object:
    """Return a row of goal ``name``."""
    return run.Row(name, ours, 2.0, None, 4.0, "aim | text", met, "note")


def test_a_new_row_takes_the_place_of_the_old_one_and_the_others_stay(run: ModuleType) -> None:
    old = [row(run, "B2", 1.0, False), row(run, "B1", 3.0, True)]
    kept = run.merged(old, [row(run, "B2", 9.0, True)])
    assert [(r.id, r.ours) for r in kept] == [("B1", 3.0), ("B2", 9.0)]


def test_goals_stand_in_the_order_of_their_numbers(run: ModuleType) -> None:
    names = ("B10", "A5 121", "A5 16", "B2", "B3b", "B3")
    kept = run.merged([], [row(run, name, 1.0, True) for name in names])
    assert [r.id for r in kept] == ["A5 16", "A5 121", "B2", "B3", "B3b", "B10"]


def test_rows_go_through_json_unchanged(run: ModuleType, tmp_path: Path) -> None:
    rows = [row(run, "B1", 1.0, None)]
    path = tmp_path / "bench.json"
    path.write_text(json.dumps([r.as_dict() for r in rows]), "utf-8")
    assert run.stored(path) == rows
    assert run.stored(tmp_path / "absent.json") == []


def test_the_document_says_what_is_met_missed_and_not_measured(run: ModuleType) -> None:
    rows = [row(run, "B1", 1.0, True), row(run, "B2", 12345.6, False), row(run, "B3", None, None)]
    text = run.document(rows, "a machine", "2026-11-23")
    assert "Last run: 2026-11-23, on a machine." in text
    assert "| B1 | aim / text | 1 s | 2 s | - | 4x | yes |" in text
    assert "| B2 | aim / text | 12,346 s |" in text
    assert "| B3 | aim / text | - | 2 s | - | 4x | not measured |" in text


def test_one_failure_is_told_and_does_not_stop_the_others(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = ModuleType("bench_good"), ModuleType("bench_bad")
    good.run = lambda: [row(run, "Z1", 1.0, True)]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bench_good", good)
    monkeypatch.setitem(sys.modules, "bench_bad", bad)
    rows, failures = run.collect(["bench_bad", "bench_good"])
    assert [r.id for r in rows] == ["Z1"]
    assert len(failures) == 1
    assert "bench_bad failed" in failures[0]


def test_a_name_that_is_not_there_is_refused(run: ModuleType) -> None:
    with pytest.raises(SystemExit, match="no such benchmark: bench_nothing"):
        run.names(["nothing"])


def test_a_ratio_is_the_median_over_pairs(run: ModuleType) -> None:
    harness = sys.modules["harness"]
    ours, peer = harness.Timing((1.0, 2.0, 4.0)), harness.Timing((10.0, 2.0, 8.0))
    assert harness.Alternation(ours, peer).ratio == 2.0
