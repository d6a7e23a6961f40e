"""Kept coverage: the same areas as the direct way, for the same polygons and grid alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import sparse
from geodata.footprint import prepare_footprint
from geodata.grid import Grid
from geodata.rings import Rings
from geodata.sparse import CoverageShelf, SparseCoverage, coverage_key, prepare_coverage

GRID = Grid("", 0.0, 90.0, 1.0, 1.0, 90, 70)


def blobs(seed: int, n: int = 30) -> np.ndarray:
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = rng.uniform(0.2, 14, (n, 1)) * rng.uniform(0.5, 1.0, (n, 24))
    x, y = rng.uniform(-3, 73, (n, 1)), rng.uniform(-3, 93, (n, 1))
    made: np.ndarray = shapely.polygons(
        np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=-1)
    )
    return made


@given(st.integers(0, 2**31))
@settings(max_examples=25, deadline=None)
def test_it_agrees_with_the_direct_sums(seed: int) -> None:
    geoms = blobs(seed)
    geoms[3] = shapely.union_all([shapely.box(2, 2, 5, 5), shapely.box(40, 40, 60, 60)])
    footprint = prepare_footprint(geoms, GRID)
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 5, (footprint.window.height, footprint.window.width)).astype(np.uint8)
    kept = prepare_coverage(footprint)
    assert kept.sum_labels(labels, 5) == pytest.approx(footprint.sum_labels(labels, 5), abs=1e-6)
    assert kept.outside_cells.tolist() == footprint.outside_cells.tolist()


def test_entries_are_every_covered_cell_once_in_order() -> None:
    ring = shapely.box(2.5, 2.5, 9.5, 8.5).difference(shapely.box(4.25, 4.25, 6, 6))
    kept = prepare_coverage(prepare_footprint(np.array([ring, shapely.box(20, 20, 22, 21)]), GRID))
    parcel, cells, weights = kept.entries()
    assert weights[parcel == 0].sum() == pytest.approx(ring.area, abs=1e-8)
    assert weights[parcel == 1].tolist() == [1.0, 1.0]
    assert (np.diff(cells[parcel == 0]) > 0).all()
    assert kept.run_lengths.sum() == (weights == 1.0).sum()


def test_threads_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    footprint = prepare_footprint(blobs(8), GRID)
    labels = np.arange(footprint.window.height * footprint.window.width) % 7
    labels = labels.reshape(footprint.window.height, footprint.window.width).astype(np.uint8)
    kept = prepare_coverage(footprint)
    one = kept.sum_labels(labels, 7)
    monkeypatch.setattr(sparse, "FEW_CELLS", 0)
    monkeypatch.setattr(sparse.os, "cpu_count", lambda: 4)
    assert np.array_equal(kept.sum_labels(labels, 7), one)


def test_another_polygon_or_another_grid_has_another_key() -> None:
    rings = Rings.from_geometries(blobs(1))
    key = coverage_key(rings, GRID)
    moved = replace(rings, x=np.where(np.arange(rings.x.size) == 5, rings.x + 1e-9, rings.x))
    assert key == coverage_key(Rings.from_geometries(blobs(1)), GRID)
    assert key != coverage_key(moved, GRID)
    assert key != coverage_key(rings, replace(GRID, west=30.0))
    assert key != coverage_key(replace(rings, owners=rings.owners + 1), GRID)


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    kept = prepare_coverage(prepare_footprint(blobs(3), GRID))
    kept.save(tmp_path / "coverage")
    read = SparseCoverage.load(tmp_path / "coverage", kept.key)
    assert read is not None
    assert read.window == kept.window
    for name in ("cells", "weights", "cell_offsets", "run_starts", "run_lengths", "run_offsets"):
        assert np.array_equal(getattr(read, name), getattr(kept, name))
    assert [p.name for p in (tmp_path / "coverage").iterdir()] == [f"{kept.key}.npz"]


def test_a_damaged_file_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    kept = prepare_coverage(prepare_footprint(blobs(3), GRID))
    path = kept.save(tmp_path)
    path.write_bytes(path.read_bytes()[:500])
    assert SparseCoverage.load(tmp_path, kept.key) is None
    assert SparseCoverage.load(tmp_path, "0" * 64) is None


def test_a_shelf_makes_each_coverage_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = sparse.prepare_coverage

    def count(footprint: Any, *, key: str | None = None) -> SparseCoverage:
        made.append(str(key))
        return real(footprint, key=key)

    monkeypatch.setattr(sparse, "prepare_coverage", count)
    geoms = blobs(3)
    shelf = CoverageShelf(tmp_path)
    first = shelf.over(geoms, GRID)
    assert shelf.over(geoms, GRID) is first
    assert list(tmp_path.iterdir()) == []
    shelf.keep()
    assert np.array_equal(CoverageShelf(tmp_path).over(geoms, GRID).weights, first.weights)
    assert len(made) == 1
    CoverageShelf(tmp_path).over(geoms[1:], GRID)
    CoverageShelf().over(geoms, GRID)
    assert len(set(made)) == 2
    assert len(made) == 3
