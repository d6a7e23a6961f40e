"""Invalid shapes, doubled identifiers and land claimed twice are found; shared edges are not."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.findings import Finding
from geodata.topology import Overlap, check_topology, find_parcel_overlaps

BOWTIE = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


def check(shapes: list[Any], ids: list[str] | None = None) -> list[Finding]:
    geoms = np.array(shapes, dtype=object)
    names = ids or [f"p{i}" for i in range(len(shapes))]
    return check_topology(
        "a.shp", np.array(names, dtype=object), geoms, np.arange(2, len(shapes) + 2, dtype=np.int64)
    )


def test_neighbours_that_share_an_edge_are_clean() -> None:
    assert check([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), shapely.box(0, 10, 20, 20)]) == []


def test_a_bow_tie_is_invalid_and_says_where() -> None:
    (found,) = check([shapely.box(20, 0, 30, 10), BOWTIE])
    assert (found.rule, found.severity, found.row, found.value) == ("parcel-invalid", "error", 3, "p1")
    assert found.params == {"reason": "Self-intersection[5 5]"}


def test_an_overlap_names_both_parcels_and_its_size() -> None:
    (found,) = check([shapely.box(0, 0, 10, 10), shapely.box(8, 0, 20, 10)])
    assert (found.rule, found.row, found.value) == ("parcels-overlap", 2, "p0")
    assert found.params == {"other": "p1", "other_row": 3, "area_m2": 20.0, "tolerance_m2": 1.0}


def test_one_square_metre_is_still_rounding() -> None:
    """Specification 6.4: no overlap above 1 m2."""
    one = shapely.box(0, 0, 10, 10)
    assert check([one, shapely.box(9.9, 0, 20, 10)]) == []  # 0.1 x 10 m = 1.0 m2
    assert [f.rule for f in check([one, shapely.box(9.89, 0, 20, 10)])] == ["parcels-overlap"]


def test_a_parcel_inside_another_overlaps_it() -> None:
    geoms = np.array([shapely.box(0, 0, 100, 100), shapely.box(40, 40, 50, 50)])
    assert find_parcel_overlaps(geoms) == [Overlap(0, 1, 100.0)]


def test_a_parcel_in_the_hole_of_another_does_not() -> None:
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 50, 50))
    assert find_parcel_overlaps(np.array([ring, shapely.box(40, 40, 50, 50)])) == []


def test_the_same_shape_twice_overlaps_wholly() -> None:
    geoms = np.array([shapely.box(0, 0, 10, 10)] * 3)
    assert [(o.first, o.second) for o in find_parcel_overlaps(geoms)] == [(0, 1), (0, 2), (1, 2)]


def test_an_invalid_shape_is_still_held_against_its_neighbours() -> None:
    found = check([BOWTIE, shapely.box(0, 3, 2, 7)])
    assert [f.rule for f in found] == ["parcel-invalid", "parcels-overlap"]
    assert found[1].params["area_m2"] == pytest.approx(8.0)


def test_an_identifier_that_stands_twice_names_the_first_row() -> None:
    squares = [shapely.box(i * 20, 0, i * 20 + 10, 10) for i in range(3)]
    (found,) = check(squares, ["430624001", "430624002", "430624001"])
    assert (found.rule, found.row, found.value, found.params) == (
        "parcel-id-twice",
        4,
        "430624001",
        {"first_row": 2},
    )


def test_what_is_no_polygon_is_left_to_the_reading() -> None:
    with np.errstate(invalid="ignore"):
        broken = shapely.Polygon([(0, 0), (10, 0), (np.nan, 10), (0, 0)])
    assert check([None, shapely.Polygon(), shapely.Point(1, 1), broken], ["a", "", "", "b"]) == []


def test_many_findings_are_counted_and_not_all_listed() -> None:
    squares = [shapely.box(i * 20, 0, i * 20 + 10, 10) for i in range(203)]
    found = check(squares, ["same"] * 203)
    assert len(found) == 201
    assert found[-1].rule == "findings-more"
    assert found[-1].params == {"kind": "parcel-id-twice", "count": 202, "shown": 200}


def test_the_input_is_left_as_it_was() -> None:
    geoms = np.array([BOWTIE, shapely.box(0, 0, 10, 10)])
    before = shapely.to_wkb(geoms).tolist()
    find_parcel_overlaps(geoms)
    assert shapely.to_wkb(geoms).tolist() == before


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 12), st.integers(1, 12)),
        min_size=2,
        max_size=8,
    )
)
def test_overlaps_are_those_of_every_pair(rectangles: list[tuple[int, int, int, int]]) -> None:
    geoms = np.array([shapely.box(x, y, x + w, y + h) for x, y, w, h in rectangles])
    expected = {}
    for i, (x, y, w, h) in enumerate(rectangles):
        for j, (x2, y2, w2, h2) in enumerate(rectangles[i + 1 :], start=i + 1):
            wide = min(x + w, x2 + w2) - max(x, x2)
            high = min(y + h, y2 + h2) - max(y, y2)
            if wide > 0 and high > 0 and wide * high > 1:
                expected[i, j] = float(wide * high)
    assert {(o.first, o.second): o.area_m2 for o in find_parcel_overlaps(geoms)} == expected


def test_a_county_of_1200_parcels_takes_seconds_at_most() -> None:
    """Voronoi cells whose edges are shared exactly, as a parcel layer's are; about 300 vertices each."""
    points = np.random.default_rng(7).uniform(0, 30_000, (1200, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
    geoms = np.asarray(shapely.segmentize(cells, 20.0))
    begin = time.process_time()
    found = check_topology("a.shp", np.arange(1200).astype(str).astype(object), geoms, np.arange(1200))
    assert found == []
    assert time.process_time() - begin < 6.0
