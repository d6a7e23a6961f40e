"""Coordinate systems: missing and wrong ones are refused, changes of datum are known or refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.crs import (
    IDENTITY,
    OperationRecord,
    check_location,
    label,
    likely_crs,
    parse,
    refuse_missing,
    same_crs,
    transform,
    transform_points,
    unit_m,
)
from geodata.errors import CrsError

XIANGYIN = np.array([shapely.Point(112.90, 28.68)], dtype=object)
PROJECTED = (392_000.0, 3_174_000.0, 393_000.0, 3_175_000.0)
BIGHORN = np.array([shapely.Point(-107.3, 44.5)], dtype=object)
"""A place in the Bighorn mountains, EPSG:4269."""


def test_the_published_point_of_xiangyin() -> None:
    """(112.90 E, 28.68 N) is E 392,485.1655 N 3,174,298.0684 in EPSG:4547 (methodology 6.3)."""
    moved, used = transform(XIANGYIN, "EPSG:4490", "EPSG:4547")
    assert shapely.get_x(moved[0]) == pytest.approx(392_485.165_490_7, abs=1e-6)
    assert shapely.get_y(moved[0]) == pytest.approx(3_174_298.068_367_6, abs=1e-6)
    assert (used.is_ballpark, used.accuracy_m) == (False, 0.0)


def test_the_zoned_system_adds_its_zone() -> None:
    moved, _ = transform(XIANGYIN, "EPSG:4490", "EPSG:4526")
    assert shapely.get_x(moved[0]) == pytest.approx(38_392_485.165_490_7, abs=1e-6)


def test_the_same_system_moves_nothing() -> None:
    moved, used = transform(XIANGYIN, "EPSG:4490", parse("EPSG:4490").to_wkt())
    assert moved is XIANGYIN
    assert used == IDENTITY


def test_there_and_back_is_the_same_place() -> None:
    there, _ = transform(XIANGYIN, "EPSG:4490", "EPSG:4547")
    back, _ = transform(there, "EPSG:4547", "EPSG:4490")
    assert shapely.distance(back[0], XIANGYIN[0]) < 1e-11


def test_a_ballpark_operation_is_refused() -> None:
    """Xian 80 to CGCS2000 has no operation with parameters, and PROJ goes ahead all the same."""
    place = np.array([shapely.Point(392_485, 3_174_298)], dtype=object)
    with pytest.raises(CrsError) as refused:
        transform(place, "EPSG:2383", "EPSG:4547")
    assert refused.value.rule == "crs-ballpark"
    assert "allpark" in str(refused.value.params["operation"])


def test_a_ballpark_operation_must_be_named_to_be_used() -> None:
    place = np.array([shapely.Point(392_485, 3_174_298)], dtype=object)
    _, used = transform(
        place, "EPSG:2383", "EPSG:4547", operation="Ballpark geographic offset from Xian 1980"
    )
    assert used.is_ballpark
    assert used.canonical()["accuracy_m"] is None


def test_the_operation_that_was_used_counts_not_the_list_of_candidates() -> None:
    """From NAD83 to NAD27 without grids PROJ lists only a ballpark operation, but uses another here."""
    _, used = transform(BIGHORN, "EPSG:4269", "EPSG:5069")
    assert not used.is_ballpark
    assert "Inverse of NAD27 to WGS 84 (6)" in used.name
    assert used.accuracy_m == 11.0
    assert "x=8" in used.definition


def test_a_named_operation_is_the_one_that_is_used() -> None:
    given, _ = transform(BIGHORN, "EPSG:4269", "EPSG:5069", operation="Inverse of NAD27 to WGS 84 (6)")
    null, other = transform(BIGHORN, "EPSG:4269", "EPSG:5069", operation="Ballpark")
    assert other.is_ballpark
    assert 10 < shapely.distance(given[0], null[0]) < 100


def test_a_recorded_pipeline_gives_the_same_coordinates_again() -> None:
    first, used = transform(BIGHORN, "EPSG:4269", "EPSG:5069")
    again, _ = transform(BIGHORN, "EPSG:4269", "EPSG:5069", operation=used.definition)
    assert shapely.equals(first[0], again[0])


def test_a_named_operation_that_is_not_to_be_had_is_refused_with_the_others() -> None:
    with pytest.raises(CrsError) as refused:
        transform(BIGHORN, "EPSG:4269", "EPSG:5069", operation="No such shift (9)")
    assert refused.value.rule == "crs-operation-not-found"
    assert "NAD27" in str(refused.value.params["candidates"])


def test_a_pipeline_that_is_none_is_refused() -> None:
    with pytest.raises(CrsError, match="crs-operation-invalid"):
        transform(BIGHORN, "EPSG:4269", "EPSG:5069", operation="+proj=nonsense")


def test_a_place_that_cannot_be_reached_is_refused() -> None:
    place = np.array([shapely.Point(1e9, 1e9)], dtype=object)
    with pytest.raises(CrsError, match="crs-not-reachable"):
        transform(place, "EPSG:4547", "EPSG:4490")


def test_points_without_coordinates_stay_so() -> None:
    x, y, used = transform_points(
        np.array([112.90, np.nan]), np.array([28.68, 1.0]), "EPSG:4490", "EPSG:4547"
    )
    assert x[0] == pytest.approx(392_485.165_5, abs=1e-3)
    assert np.isnan([x[1], y[1]]).all()
    assert not used.is_ballpark
    nothing = transform_points(np.array([np.nan]), np.array([0.0]), "EPSG:4490", "EPSG:4547")
    assert nothing[2] == IDENTITY


@pytest.mark.parametrize(
    ("bounds", "likely"),
    [
        ((112.8, 28.6, 113.0, 28.8), ("EPSG:4490",)),
        (PROJECTED, ("EPSG:4547", "EPSG:4546")),
        ((38_392_000.0, 3.1e6, 38_393_000.0, 3.2e6), ("EPSG:4526",)),
        ((37_392_000.0, 3.1e6, 37_393_000.0, 3.2e6), ("EPSG:4525",)),
        ((-107.0, 44.0, -106.0, 45.0), ()),
        ((99_000_000.0, 3.1e6, 99_000_001.0, 3.2e6), ()),
    ],
)
def test_likely_systems(bounds: tuple[float, float, float, float], likely: tuple[str, ...]) -> None:
    assert likely_crs(bounds) == likely


def test_a_missing_system_is_refused_with_likely_ones() -> None:
    with pytest.raises(CrsError, match=r"crs-missing: file=a\.shp; likely=EPSG:4547, EPSG:4546"):
        refuse_missing("a.shp", PROJECTED)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4526", "EPSG:4534"])
def test_coordinates_outside_their_system_are_refused(crs: str) -> None:
    with pytest.raises(CrsError) as refused:
        check_location("a.shp", crs, PROJECTED)
    assert refused.value.rule == "crs-wrong"
    assert "EPSG:4547" in str(refused.value.params["likely"])


def test_coordinates_inside_their_system_are_taken() -> None:
    check_location("a.shp", "EPSG:4547", PROJECTED)
    check_location("a.tif", "+proj=cea +lon_0=140.8 +lat_ts=5.5 +datum=WGS84", (0.0, 0.0, 1e5, 1e5))


def test_names_units_and_sameness() -> None:
    assert label(parse("EPSG:4547").to_wkt()) == "EPSG:4547"
    assert unit_m("EPSG:3437") == pytest.approx(1200 / 3937)
    assert same_crs("EPSG:4547", parse("EPSG:4547"))
    assert not same_crs("EPSG:4546", "EPSG:4547")
    with pytest.raises(CrsError, match="crs-unknown"):
        parse("EPSG:999999")


def test_a_record_is_plain_values() -> None:
    assert OperationRecord("x", 1.0, False, "proj=noop").canonical() == {
        "name": "x",
        "accuracy_m": 1.0,
        "is_ballpark": False,
        "definition": "proj=noop",
    }


@pytest.mark.realdata
def test_the_forest_raster_is_conus_albers_on_nad27(real_data: Path) -> None:
    import rasterio  # noqa: PLC0415

    path = real_data / "fiesta_wyoming" / "spatial" / "WYbighorn_forest_nonforest_250m.tif"
    with rasterio.open(path) as dataset:
        assert same_crs(dataset.crs.to_wkt(), "EPSG:5069")
