"""Polygons as arrays of vertices: what is kept, what is left out."""

from __future__ import annotations

import numpy as np
import shapely

from geodata.rings import Rings


def test_parts_and_holes_keep_their_parcel() -> None:
    ring = shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 4, 4))
    both = shapely.MultiPolygon([shapely.box(20, 0, 21, 1), shapely.box(30, 0, 31, 1)])
    made = Rings.from_geometries(np.array([ring, both]))
    assert made.owners.tolist() == [0, 1, 1]
    assert made.polygons.tolist() == [0, 2, 3, 4]
    assert np.diff(made.rings).tolist() == [5, 5, 5, 5]
    assert (made.most_vertices, made.most_rings, made.n_parcels) == (10, 2, 2)


def test_lines_and_empty_parts_are_left_out() -> None:
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (5, 5)])])
    made = Rings.from_geometries(np.array([mixed, shapely.Polygon()]))
    assert made.owners.tolist() == [0]
    assert made.n_parcels == 2


def test_no_polygons_at_all() -> None:
    made = Rings.from_geometries(np.array([shapely.Point(0, 0)]))
    assert made.owners.size == 0
    assert (made.most_vertices, made.most_rings) == (0, 0)
