"""The map: every kind of parcel drawn, marked when simulated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from registry.reports.fonts import find_cjk_font
from registry.reports.map import MOST_STRATA, ParcelMap, bar_length_m, render_error_map, render_map


@pytest.mark.parametrize("font", [None, "found"])
def test_map_is_drawn_and_reproducible(parcel_map: ParcelMap, font: str | None) -> None:
    family = find_cjk_font() if font else None
    picture = render_map(parcel_map, simulated=True, font=family)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 20_000
    assert render_map(parcel_map, simulated=True, font=family) == picture


def test_what_is_to_be_seen_changes_the_picture(parcel_map: ParcelMap) -> None:
    nothing = np.zeros(len(parcel_map.geometry), dtype=bool)
    shown = render_map(parcel_map, simulated=False)
    assert render_map(parcel_map, simulated=True) != shown
    assert render_map(replace(parcel_map, disturbed=nothing), simulated=False) != shown
    assert render_map(replace(parcel_map, in_project=nothing), simulated=False) != shown
    assert render_map(replace(parcel_map, metres_per_unit=None), simulated=False) != shown
    assert render_map(replace(parcel_map, metres_per_unit=0.3048), simulated=False) != shown


def width_px(picture: bytes) -> int:
    return int.from_bytes(picture[16:20], "big")


def test_panels_follow_the_data(parcel_map: ParcelMap) -> None:
    count = len(parcel_map.geometry)
    two = width_px(render_map(parcel_map, simulated=False))
    unknown = replace(parcel_map, carbon_tc_per_ha=np.full(count, np.nan))
    assert width_px(render_map(unknown, simulated=False)) < two
    many = replace(parcel_map, stratum=tuple(f"s{place % (MOST_STRATA + 1)}" for place in range(count)))
    assert width_px(render_map(many, simulated=False)) < two
    nothing_known = replace(unknown, stratum=("",) * count)
    assert render_map(nothing_known, simulated=False).startswith(b"\x89PNG")


def test_odd_shapes_do_not_break_it(parcel_map: ParcelMap) -> None:
    shapes = parcel_map.geometry.copy()
    shapes[0] = shapely.MultiPolygon([shapely.box(0, 0, 90, 90), shapely.box(200, 200, 300, 300)])
    shapes[1] = shapely.Polygon()
    shapes[2] = shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(500, 500, 600, 600)])
    assert render_map(replace(parcel_map, geometry=shapes), simulated=False).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("width_m", "expected_m"), [(41_000, 10_000), (4_100, 1_000), (2_500, 500), (80, 20)]
)
def test_scale_bar_is_round_and_about_a_quarter(width_m: float, expected_m: float) -> None:
    assert bar_length_m(width_m) == expected_m


def test_errors_get_a_map_where_parcels_have_them(parcel_map: ParcelMap) -> None:
    assert render_error_map(parcel_map, simulated=False) is None
    error = np.linspace(0.0, 4.0, len(parcel_map.geometry))
    told = replace(parcel_map, standard_error_tc_per_ha=error)
    picture = render_error_map(told, simulated=False)
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert render_error_map(replace(told, standard_error_tc_per_ha=error[::-1]), simulated=False) != picture
    assert render_map(told, simulated=False) != render_map(parcel_map, simulated=False)
    nothing = replace(parcel_map, standard_error_tc_per_ha=np.full(error.shape, np.nan))
    assert render_error_map(nothing, simulated=False) is None
