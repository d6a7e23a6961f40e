"""Areas by both rules, against published and independent figures."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Geod

from geodata.areas import legal_area_ha
from geodata.crs import transform
from geodata.errors import CrsError

QUAD = np.array([shapely.box(112.900, 28.680, 112.901, 28.681)])


def test_the_quadrangle_of_the_specification_on_the_ellipsoid() -> None:
    """Methodology specification 6.3: geodesic 10 832.2453 m2."""
    assert legal_area_ha(QUAD, "EPSG:4490", "ellipsoidal")[0] * 1e4 == pytest.approx(10_832.2453, abs=1e-4)


def test_the_quadrangle_of_the_specification_in_the_plane() -> None:
    """Methodology specification 6.3: planar in EPSG:4547 10 835.3318 m2."""
    moved, _ = transform(QUAD, "EPSG:4490", "EPSG:4547")
    assert legal_area_ha(moved, "EPSG:4547", "planar")[0] * 1e4 == pytest.approx(10_835.3318, abs=3e-4)


def test_the_projection_does_not_matter_on_the_ellipsoid() -> None:
    for target in ("EPSG:4547", "EPSG:4526"):
        moved, _ = transform(QUAD, "EPSG:4490", target)
        area_m2 = legal_area_ha(moved, target, "ellipsoidal")[0] * 1e4
        assert area_m2 == pytest.approx(10_832.2453, abs=1e-3)


def test_holes_and_parts_count_whatever_way_they_turn() -> None:
    """Against PROJ's own geodesic area of oriented geometries, one by one."""
    ring = shapely.box(112.90, 28.68, 112.91, 28.69).difference(shapely.box(112.903, 28.683, 112.905, 28.685))
    two = shapely.MultiPolygon([shapely.box(112.95, 28.68, 112.96, 28.69), ring])
    turned = shapely.reverse(two)
    areas = legal_area_ha(np.array([ring, two, turned]), "EPSG:4490", "ellipsoidal") * 1e4
    geod = Geod(ellps="GRS80")
    expected = [
        abs(geod.geometry_area_perimeter(shapely.geometry.polygon.orient(ring))[0]),
        sum(abs(geod.geometry_area_perimeter(shapely.geometry.polygon.orient(p))[0]) for p in two.geoms),
    ]
    assert areas == pytest.approx([*expected, expected[1]], rel=1e-9)


def test_feet_become_hectares() -> None:
    """EPSG:3437 is in US survey feet: 1000 ft x 1000 ft = 0.3048006096^2 km2."""
    square = np.array([shapely.box(1_076_000, 571_000, 1_077_000, 572_000)])
    assert legal_area_ha(square, "EPSG:3437", "planar")[0] == pytest.approx(9.290341161, rel=1e-9)


def test_nothing_has_no_area() -> None:
    geoms = np.array([None, shapely.Polygon(), shapely.box(392000, 3174000, 392100, 3174100)], dtype=object)
    assert legal_area_ha(geoms, "EPSG:4547", "planar").tolist() == [0.0, 0.0, 1.0]
    ellipsoidal = legal_area_ha(geoms, "EPSG:4547", "ellipsoidal")
    assert ellipsoidal[:2].tolist() == [0.0, 0.0]
    assert ellipsoidal[2] == pytest.approx(1.0, rel=5e-4)


def test_a_shape_with_a_coordinate_that_is_no_number_has_no_area() -> None:
    with np.errstate(invalid="ignore"):
        broken = shapely.Polygon([(392000, 3174000), (392010, 3174000), (np.nan, 3174010), (392000, 3174000)])
    for rule in ("planar", "ellipsoidal"):
        assert legal_area_ha(np.array([broken]), "EPSG:4547", rule).tolist() == [0.0]  # type: ignore[arg-type]


def test_a_layer_without_a_polygon_has_no_areas() -> None:
    assert legal_area_ha(np.array([], dtype=object), "EPSG:4490", "ellipsoidal").tolist() == []


def test_degrees_have_no_planar_area() -> None:
    with pytest.raises(CrsError, match="area-planar-in-degrees: crs=EPSG:4490"):
        legal_area_ha(QUAD, "EPSG:4490", "planar")
