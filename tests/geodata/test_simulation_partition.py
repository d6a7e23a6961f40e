"""The partition: neighbours share every vertex of an edge, nothing overlaps, nothing crosses itself."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from geodata.simulation.noise import stream
from geodata.simulation.partition import Cells, draw_regions, make_cells, merge_cells

SPACING_M = 120.0


@pytest.fixture(scope="module")
def cells() -> Cells:
    return make_cells(stream(3, "cells"), 2_000.0, 2_000.0, SPACING_M)


@pytest.fixture(scope="module")
def region(cells: Cells) -> NDArray[np.int64]:
    inside = np.hypot(cells.x_m, cells.y_m) < 1_500.0
    sources = stream(3, "sources").choice(np.flatnonzero(inside), 150, replace=False)
    cover = (cells.x_m > 0).astype(np.int64)
    return merge_cells(stream(3, "merge"), cells, inside, cover, sources)


def test_the_left_cell_of_an_edge_lies_on_its_left(cells: Cells) -> None:
    bounded = (cells.edge_vertices >= 0).all(axis=1)
    start, end = (cells.vertices[cells.edge_vertices[bounded, side]] for side in (0, 1))
    left = cells.edge_cells[bounded, 0]
    seed = np.column_stack([cells.x_m, cells.y_m])[left]
    turn = (end[:, 0] - start[:, 0]) * (seed[:, 1] - start[:, 1])
    turn -= (end[:, 1] - start[:, 1]) * (seed[:, 0] - start[:, 0])
    assert (turn > 0).all()


def test_each_source_gives_one_region(region: NDArray[np.int64]) -> None:
    assert set(region[region >= 0].tolist()) == set(range(150))


def test_without_slivers_the_parcels_are_an_exact_coverage(cells: Cells, region: NDArray[np.int64]) -> None:
    polygons = draw_regions(stream(3, "edges"), cells, region, sliver_frac=0.0)
    assert len(polygons) == 150
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons)
    covered = shapely.union_all(polygons).area
    assert shapely.area(polygons).sum() == pytest.approx(covered, rel=1e-9)
    expected_m2 = np.count_nonzero(region >= 0) * SPACING_M**2 * 0.9
    assert covered == pytest.approx(expected_m2, rel=0.1)


def test_edges_are_ragged_and_on_the_millimetre(cells: Cells, region: NDArray[np.int64]) -> None:
    polygons = draw_regions(stream(3, "edges"), cells, region, sliver_frac=0.0)
    assert 40 <= np.median(shapely.get_num_coordinates(polygons)) <= 130
    coordinates = shapely.get_coordinates(polygons)
    assert np.array_equal(coordinates, np.round(coordinates, 3))
    compactness = 4.0 * np.pi * shapely.area(polygons) / shapely.length(polygons) ** 2
    assert np.median(compactness) < 0.65


def test_slivers_open_gaps_but_no_overlap_above_a_square_metre(
    cells: Cells, region: NDArray[np.int64]
) -> None:
    whole = draw_regions(stream(3, "edges"), cells, region, sliver_frac=0.0)
    gappy = draw_regions(stream(3, "edges"), cells, region, sliver_frac=0.2)
    assert shapely.area(gappy).sum() < shapely.area(whole).sum() - 10.0
    first, second = shapely.STRtree(gappy).query(gappy, predicate="overlaps")
    once = first < second
    shared = shapely.area(shapely.intersection(gappy[first[once]], gappy[second[once]]))
    assert (shared < 1.0).all()


def test_the_same_streams_give_the_same_parcels(cells: Cells, region: NDArray[np.int64]) -> None:
    twice = [draw_regions(stream(3, "edges"), cells, region, sliver_frac=0.01) for _ in range(2)]
    assert shapely.to_wkb(twice[0]).tolist() == shapely.to_wkb(twice[1]).tolist()
