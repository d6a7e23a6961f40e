"""Overlaps of parcels and the parcel a point lies in, against brute force."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import VectorError
from geodata.overlay import NOWHERE, find_overlaps, find_overlaps_between, locate_points


def boxes(seed: int, n: int) -> Any:
    rng = np.random.default_rng(seed)
    west, south = rng.integers(0, 20, n), rng.integers(0, 20, n)
    return shapely.box(west, south, west + rng.integers(1, 6, n), south + rng.integers(1, 6, n))


def test_shared_edges_and_corners_do_not_overlap() -> None:
    tiles = np.array([shapely.box(x, y, x + 10, y + 10) for x in (0, 10, 20) for y in (0, 10)])
    assert find_overlaps(tiles, tolerance_m2=0.0) == ()


def test_the_tolerance_is_the_largest_untold() -> None:
    pair = np.array([shapely.box(0, 0, 10, 10), shapely.box(9.9, 0, 20, 10)])
    assert find_overlaps(pair, tolerance_m2=1.01) == ()
    ((i, j, area_m2),) = find_overlaps(pair, tolerance_m2=0.99)
    assert (i, j) == (0, 1)
    assert area_m2 == pytest.approx(1.0)


def test_a_parcel_drawn_twice_and_one_inside_another() -> None:
    geoms = np.array([shapely.box(0, 0, 10, 10), shapely.box(0, 0, 10, 10), shapely.box(2, 2, 4, 4)])
    assert find_overlaps(geoms) == ((0, 1, 100.0), (0, 2, 4.0), (1, 2, 4.0))


def test_a_parcel_in_the_hole_of_another_does_not_overlap_it() -> None:
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(2, 2, 4, 4))
    assert find_overlaps(np.array([ring, shapely.box(2, 2, 4, 4)])) == ()


@given(st.integers(0, 2**31), st.integers(1, 25))
@settings(max_examples=40, deadline=None)
def test_overlaps_are_those_of_all_pairs(seed: int, n: int) -> None:
    geoms = boxes(seed, n)
    expected = tuple(
        (i, j, float(area))
        for i in range(n)
        for j in range(i + 1, n)
        if (area := shapely.area(shapely.intersection(geoms[i], geoms[j]))) > 1.0
    )
    assert find_overlaps(geoms) == expected


def test_two_layers() -> None:
    ours = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])
    theirs = np.array([shapely.box(5, 0, 12, 10), shapely.box(50, 50, 60, 60)])
    assert find_overlaps_between(ours, theirs) == ((0, 0, 50.0), (1, 0, 20.0))


def test_invalid_and_missing_parcels_are_refused() -> None:
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    for geometry in (bow, None, shapely.Point(0, 0)):
        with pytest.raises(VectorError):
            find_overlaps(np.array([shapely.box(0, 0, 1, 1), geometry]))


def test_an_empty_layer_has_no_overlaps_and_holds_no_points() -> None:
    empty: Any = np.array([], dtype=object)
    assert find_overlaps(empty) == ()
    assert locate_points(np.array([1.0]), np.array([1.0]), empty).tolist() == [NOWHERE]
    assert locate_points(np.array([]), np.array([]), boxes(1, 3)).tolist() == []


def test_a_point_on_a_shared_edge_belongs_to_the_first() -> None:
    tiles = np.array([shapely.box(10, 0, 20, 10), shapely.box(0, 0, 10, 10)])
    assert locate_points(np.array([10.0, 5.0, 30.0]), np.array([5.0, 5.0, 5.0]), tiles).tolist() == [0, 1, -1]


@given(st.integers(0, 2**31))
@settings(max_examples=30, deadline=None)
def test_points_are_found_as_by_looking_at_each_parcel(seed: int) -> None:
    geoms = boxes(seed, 12)
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 26, 60), rng.uniform(0, 26, 60)
    expected = [
        next((k for k, geometry in enumerate(geoms) if geometry.intersects(shapely.Point(a, b))), NOWHERE)
        for a, b in zip(x, y, strict=True)
    ]
    assert locate_points(x, y, geoms).tolist() == expected
