"""Parcels laid over a grid: windows, parts outside, and the check of every sum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import RasterError, VectorError
from geodata.footprint import prepare_footprint
from geodata.grid import Grid

GRID = Grid("", 500_000.0, 3_200_000.0, 30.0, 30.0, 40, 50)


def cells(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a box by columns and by rows from the top."""
    x, y = GRID.west, GRID.north
    return shapely.box(x + 30 * west, y - 30 * north, x + 30 * east, y - 30 * south)


def test_the_window_holds_all_parcels_and_no_more() -> None:
    footprint = prepare_footprint(np.array([cells(2.5, 3, 4, 5), cells(10, 20.1, 11, 21)]), GRID)
    window = footprint.window
    assert (window.row, window.col, window.height, window.width) == (3, 2, 18, 9)


def test_one_parcel_in_three_parts_of_the_grid() -> None:
    """Inside, over the western and northern edge, and outside: 4, 2.5 of 10, and 0 of 4 cells."""
    geoms = np.array([cells(1, 1, 3, 3), cells(-3, -1, 1, 1.5), cells(60, 60, 62, 62)])
    footprint = prepare_footprint(geoms, GRID)
    assert footprint.covered_cells == pytest.approx([4.0, 1.5, 0.0])
    assert footprint.outside_cells == pytest.approx([0.0, 8.5, 4.0])
    window = footprint.window
    labels = np.zeros((window.height, window.width), dtype=np.uint8)
    assert footprint.sum_labels(labels, 1)[:, 0] == pytest.approx([4.0, 1.5, 0.0])


def test_what_is_left_of_the_grid_does_not_wrap_into_the_row_before() -> None:
    """A parcel across the western edge covers cells of its own rows alone."""
    footprint = prepare_footprint(np.array([cells(-5, 10, 2, 12)]), GRID)
    window = footprint.window
    labels = np.arange(window.height * window.width, dtype=np.int32).reshape(window.height, window.width)
    assert footprint.sum_labels(labels, labels.size)[0] == pytest.approx([1.0] * 4)


def test_parcels_elsewhere_are_refused() -> None:
    with pytest.raises(RasterError) as caught:
        prepare_footprint(np.array([cells(60, 60, 62, 62)]), GRID, source="a.tif")
    assert caught.value.rule == "raster-not-covering"
    assert caught.value.params == {"file": "a.tif", "parcels": 1}


def test_an_empty_layer_is_refused() -> None:
    with pytest.raises(RasterError) as caught:
        prepare_footprint(np.array([], dtype=object), GRID)
    assert caught.value.rule == "raster-not-covering"


def test_the_first_odd_geometry_and_their_number_are_named() -> None:
    geoms = np.array([cells(1, 1, 2, 2), None, shapely.Polygon()])
    with pytest.raises(VectorError) as caught:
        prepare_footprint(geoms, GRID)
    assert caught.value.params == {"position": 2, "count": 2}


@pytest.mark.parametrize("clockwise", [True, False])
def test_the_direction_of_rings_does_not_matter(clockwise: bool) -> None:
    ring = cells(5, 5, 15, 15).difference(cells(7, 7, 9, 9))
    turned = shapely.orient_polygons(np.array([ring]), exterior_cw=clockwise)
    footprint = prepare_footprint(turned, GRID)
    labels = np.zeros((footprint.window.height, footprint.window.width), dtype=np.uint8)
    assert footprint.sum_labels(labels, 1)[0, 0] == pytest.approx(96.0, abs=1e-9)


@pytest.mark.parametrize("reverse_hole", [True, False])
def test_a_hole_may_run_as_its_outer_ring_does(reverse_hole: bool) -> None:
    outer, hole = cells(5, 5, 15, 15).exterior.coords[:], cells(7, 7, 9, 9).exterior.coords[:]
    polygon = shapely.Polygon(outer, [hole[::-1] if reverse_hole else hole])
    footprint = prepare_footprint(np.array([polygon]), GRID)
    labels = np.zeros((footprint.window.height, footprint.window.width), dtype=np.uint8)
    assert footprint.sum_labels(labels, 1)[0, 0] == pytest.approx(96.0, abs=1e-9)


def test_a_sum_that_is_not_the_area_is_refused() -> None:
    footprint = prepare_footprint(np.array([cells(1, 1, 3, 3), cells(5, 5, 7, 7)]), GRID)
    labels = np.zeros((footprint.window.height, footprint.window.width), dtype=np.uint8)
    wrong = replace(footprint, covered_cells=footprint.covered_cells * (1.0, 1 + 1e-8))
    with pytest.raises(VectorError) as caught:
        wrong.sum_labels(labels, 1)
    assert (caught.value.rule, caught.value.params["position"]) == ("coverage-differs", 2)


def test_slivers_of_lines_left_by_cutting_have_no_area() -> None:
    """A parcel that touches the grid's edge from outside and reaches in elsewhere."""
    comb = shapely.union_all([cells(-4, 0, 0, 10), cells(-1, 2, 3, 3)])
    footprint = prepare_footprint(np.array([comb]), GRID)
    assert footprint.covered_cells[0] == pytest.approx(3.0)


@given(st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_parts_inside_and_outside_add_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radius = rng.uniform(20, 900, (5, 1)) * rng.uniform(0.4, 1.0, (5, 24))
    x = GRID.west + rng.uniform(-200, 1700, (5, 1)) + radius * np.cos(angles)
    y = GRID.north - rng.uniform(-200, 1400, (5, 1)) + radius * np.sin(angles)
    geoms = shapely.polygons(np.stack([x, y], axis=-1))
    grid_box = shapely.box(*GRID.bounds)
    if not shapely.area(shapely.intersection(geoms, grid_box)).any():
        return
    footprint = prepare_footprint(geoms, GRID)
    labels = np.zeros((footprint.window.height, footprint.window.width), dtype=np.uint8)
    covered = footprint.sum_labels(labels, 1)[:, 0]
    assert covered + footprint.outside_cells == pytest.approx(shapely.area(geoms) / 900.0, rel=1e-9, abs=1e-9)
