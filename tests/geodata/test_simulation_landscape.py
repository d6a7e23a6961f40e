"""The simulated land: exact size, plausible cover, valid geometry, project and fire in their places."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely

from geodata.simulation.landscape import Cover, Landscape, build_landscape, ellipsoidal_area_ha


@pytest.fixture(scope="module")
def land() -> Landscape:
    return build_landscape(11, 500)


def test_it_has_exactly_the_parcels_asked_for(land: Landscape) -> None:
    assert len(land.geometry) == land.area_ha.size == land.cover.size == 500
    assert shapely.is_valid(land.geometry).all()


def test_a_few_parcels_have_two_parts(land: Landscape) -> None:
    parts = shapely.get_num_geometries(land.geometry)
    assert np.count_nonzero(parts == 2) == 3
    assert parts.max() == 2


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_about_six_parcels_in_ten_carry_a_stand(seed: int) -> None:
    assert 0.56 < float(build_landscape(seed, 400).forest.mean()) < 0.70


def test_parcels_are_of_the_size_a_bureau_has(land: Landscape) -> None:
    assert 2.0 < float(np.median(land.area_ha)) < 5.0
    assert 55 <= np.median(shapely.get_num_coordinates(land.geometry)) <= 100


def test_it_lies_around_the_county_whose_form_it_follows(land: Landscape) -> None:
    to_degrees = pyproj.Transformer.from_crs(4547, 4490, always_xy=True)
    longitude, latitude = to_degrees.transform(land.x_m, land.y_m)
    assert 112.5 < min(longitude) < max(longitude) < 113.0
    assert 28.3 < min(latitude) < max(latitude) < 29.05


def test_area_is_that_on_the_ellipsoid(land: Landscape) -> None:
    to_degrees = pyproj.Transformer.from_crs(4547, 4490, always_xy=True)
    geod = pyproj.Geod(ellps="GRS80")
    for index in range(0, 500, 50):
        lonlat = shapely.transform(
            land.geometry[index], lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1]))
        )
        geodesic_ha = abs(geod.geometry_area_perimeter(lonlat)[0]) / 10_000.0
        assert land.area_ha[index] == pytest.approx(geodesic_ha, rel=1e-6)


def test_area_differs_from_the_plane_as_the_specification_says() -> None:
    """Methodology 6.3: 10 832.2453 m2 on the ellipsoid, 10 835.3318 m2 in the plane at 112.9 E, 28.68 N."""
    to_plane = pyproj.Transformer.from_crs(4490, 4547, always_xy=True)
    corners = [(112.8995, 28.6795), (112.9005, 28.6795), (112.9005, 28.6805), (112.8995, 28.6805)]
    quad = shapely.Polygon([to_plane.transform(*corner) for corner in corners])
    assert quad.area == pytest.approx(10_835.3318, rel=1e-5)
    assert ellipsoidal_area_ha(np.array([quad]))[0] == pytest.approx(1.08322453, rel=1e-5)


def test_the_project_is_bare_land_in_two_parts(land: Landscape) -> None:
    chosen = land.project > 0
    assert set(land.project[chosen].tolist()) == {1, 2}
    assert 8 <= np.count_nonzero(chosen) <= 12
    assert np.isin(land.cover[chosen], [Cover.GRASS, Cover.BARREN]).all()


def test_the_fire_burned_neighbouring_forest_outside_the_project(land: Landscape) -> None:
    assert np.count_nonzero(land.burned) >= 3
    assert (land.cover[land.burned] == Cover.FOREST).all()
    assert not (land.burned & (land.project > 0)).any()
    spread_m = np.ptp(land.x_m[land.burned]) + np.ptp(land.y_m[land.burned])
    assert spread_m < 2_500.0


def test_seed_and_size_give_the_same_land(land: Landscape) -> None:
    again = build_landscape(11, 500)
    assert shapely.to_wkb(again.geometry).tolist() == shapely.to_wkb(land.geometry).tolist()
    assert shapely.to_wkb(build_landscape(12, 500).geometry[0]) != shapely.to_wkb(land.geometry[0])
