"""Coordinate systems: the right one, reached by an operation that is known; everything else is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from rasterio.features import rasterize

from geodata.crs import (
    IDENTITY,
    find_operations,
    label,
    parse,
    same_crs,
    transform,
    transform_points,
    unit_m,
)
from geodata.errors import CrsError

NAD27_SHIFT = "Inverse of NAD27 to WGS 84 (6)"
ACRE_M2 = 4046.872609874252  # US survey acre: 10 square chains of 66 x 1200/3937 m
POINT = np.array([shapely.Point(112.90, 28.68)])
BALLPARK = "Ballpark geographic offset from Xian 1980 to China Geodetic Coordinate System 2000"
ESRI_4547 = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_114E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def test_the_point_of_the_specification_in_4547() -> None:
    """Methodology specification 6.3 and its machine-readable oracle crs_4547."""
    moved, record = transform(POINT, "EPSG:4490", "EPSG:4547")
    assert shapely.get_coordinates(moved)[0] == pytest.approx(
        [392485.1654907315, 3174298.0683675897], rel=1e-9
    )
    assert (record.accuracy_m, record.is_ballpark) == (0.0, False)


def test_the_point_of_the_specification_in_the_zoned_system() -> None:
    """Methodology specification 6.3: 4526 has the zone number in the easting."""
    moved, _ = transform(POINT, "EPSG:4490", "EPSG:4526")
    assert shapely.get_x(moved)[0] == pytest.approx(38_392_485.1655, abs=1e-4)


def test_there_and_back_is_where_it_was() -> None:
    there, _ = transform(POINT, "EPSG:4490", "EPSG:4547")
    back, _ = transform(there, "EPSG:4547", "EPSG:4490")
    assert shapely.get_coordinates(back)[0] == pytest.approx([112.90, 28.68], abs=1e-11)
    assert shapely.get_coordinates(POINT)[0].tolist() == [112.90, 28.68]


def test_an_esri_prj_is_the_system_it_stands_for() -> None:
    assert same_crs(ESRI_4547, "EPSG:4547")
    assert label(ESRI_4547) == "EPSG:4547"
    assert transform(POINT, ESRI_4547, "EPSG:4547")[1] is IDENTITY
    assert not same_crs(ESRI_4547, "EPSG:4546")


def test_nonsense_is_not_a_system() -> None:
    with pytest.raises(CrsError, match="crs-unknown: crs=EPSG:999999"):
        parse("EPSG:999999")


def test_units_of_projections() -> None:
    assert unit_m("EPSG:4547") == 1.0
    assert unit_m("EPSG:3437") == pytest.approx(1200 / 3937)  # US survey foot


def test_xian80_to_cgcs2000_has_only_a_ballpark_and_is_refused() -> None:
    place = np.array([shapely.Point(392_485, 3_174_298)])
    with pytest.raises(CrsError, match="crs-ballpark") as caught:
        transform(place, "EPSG:2383", "EPSG:4547")
    assert BALLPARK in str(caught.value.params["operation"])
    assert find_operations("EPSG:2383", "EPSG:4547", (392_485.0, 3_174_298.0)) == ()


def test_a_ballpark_is_refused_even_by_its_name() -> None:
    place = np.array([shapely.Point(392_485, 3_174_298)])
    with pytest.raises(CrsError, match="crs-operation-not-found"):
        transform(place, "EPSG:2383", "EPSG:4547", operation=BALLPARK)


def test_parameters_of_the_survey_office_are_used_and_recorded() -> None:
    """A shift of the projected plane by (+100, -50) m, given as a whole pipeline."""
    place = np.array([shapely.Point(392_485, 3_174_298)])
    pipeline = "+proj=pipeline +step +proj=affine +xoff=100 +yoff=-50"
    moved, record = transform(place, "EPSG:2383", "EPSG:4547", operation=pipeline)
    assert shapely.get_coordinates(moved)[0].tolist() == [392_585.0, 3_174_248.0]
    assert record.name == "given parameters"
    assert record.definition == pipeline
    assert record.canonical()["accuracy_m"] is None


def test_parameters_that_are_none_are_refused() -> None:
    with pytest.raises(CrsError, match="crs-operation-invalid"):
        transform(POINT, "EPSG:4490", "EPSG:4547", operation="+proj=no-such-thing")


def test_an_operation_that_does_not_exist_names_those_that_do() -> None:
    place = np.array([shapely.Point(-107.5, 44.5)])
    with pytest.raises(CrsError, match="crs-operation-not-found") as caught:
        transform(place, "EPSG:4269", "EPSG:5069", operation="NAD27")
    assert NAD27_SHIFT in str(caught.value.params["candidates"])


def test_each_named_operation_gives_another_place() -> None:
    """(6) is dx 8, dy -159, dz -175; (4) is dx 8, dy -160, dz -176: between 1 and 2 m apart here."""
    place = np.array([shapely.Point(-107.5, 44.5)])
    moved = {
        number: transform(
            place, "EPSG:4269", "EPSG:5069", operation=f"Inverse of NAD27 to WGS 84 ({number})"
        )[0]
        for number in (4, 6)
    }
    assert 1.0 < shapely.distance(moved[4], moved[6])[0] < 2.0


def test_the_direction_may_be_left_out_of_the_name() -> None:
    place = np.array([shapely.Point(-107.5, 44.5)])
    named = [
        transform(place, "EPSG:4269", "EPSG:5069", operation=name)[1]
        for name in (NAD27_SHIFT, "NAD27 to WGS 84 (6)")
    ]
    assert named[0] == named[1]


def test_what_leads_over_wgs_84_is_what_proj_does_in_one_step() -> None:
    """NAD83 to WGS 84 and on, joined by us, against the operation PROJ makes of both."""
    place = np.array([shapely.Point(-107.5, 44.5)])
    names = [record.name for record in find_operations("EPSG:4269", "EPSG:5069", (-107.5, 44.5))]
    assert names[0] == f"NAD83 to WGS 84 (1) + {NAD27_SHIFT} + Conus Albers"
    assert len(names) == len(set(names))
    one_step = transform(place, "EPSG:4269", "EPSG:5069")[0]
    shift, _ = transform(place, "EPSG:4326", "EPSG:4267", operation=NAD27_SHIFT)
    two_steps, _ = transform(shift, "EPSG:4267", "EPSG:5069")
    assert shapely.get_coordinates(one_step) == pytest.approx(shapely.get_coordinates(two_steps), abs=1e-6)


@pytest.mark.realdata
def test_bighorn_has_its_published_area_and_cells(real_data: Path) -> None:
    """README of fiesta_wyoming: 1,112,401.48 US survey acres, 52,289 forest and 19,731 other cells."""
    folder = real_data / "fiesta_wyoming" / "spatial"
    boundary = folder / "WYbighorn_adminbnd.shp"
    _, _, wkb, _ = pyogrio.raw.read(boundary)
    prj = boundary.with_suffix(".prj").read_text("ascii")
    moved, record = transform(shapely.from_wkb(wkb), prj, "EPSG:5069", operation=NAD27_SHIFT)
    assert NAD27_SHIFT in record.name
    assert "helmert x=8 y=-159 z=-175" in record.definition
    assert not record.is_ballpark
    assert shapely.area(moved).sum() / ACRE_M2 == pytest.approx(1_112_401.48, abs=0.1)
    with rasterio.open(folder / "WYbighorn_forest_nonforest_250m.tif") as dataset:
        assert same_crs(dataset.crs.to_wkt(), "EPSG:5069")
        inside = rasterize(
            [(shape, 1) for shape in moved], out_shape=dataset.shape, transform=dataset.transform
        )
        classes = dataset.read(1)[inside == 1]
    assert [int((classes == code).sum()) for code in (1, 2)] == [52_289, 19_731]


def test_points_without_coordinates_stay_without() -> None:
    x, y, _ = transform_points(np.array([112.90, np.nan]), np.array([28.68, 28.68]), "EPSG:4490", "EPSG:4547")
    assert x[0] == pytest.approx(392_485.1655, abs=1e-4)
    assert np.isnan([x[1], y[1]]).all()
    nothing, _, record = transform_points(np.array([np.nan]), np.array([np.nan]), "EPSG:4490", "EPSG:4547")
    assert np.isnan(nothing).all()
    assert record is IDENTITY


def test_one_broken_vertex_does_not_stop_the_layer() -> None:
    with np.errstate(invalid="ignore"):
        broken = shapely.LineString([(112.9, 28.68), (np.nan, 28.69)])
    moved, _ = transform(np.array([POINT[0], broken, None], dtype=object), "EPSG:4490", "EPSG:4547")
    assert shapely.get_x(moved[0]) == pytest.approx(392_485.1655, abs=1e-4)
    assert np.isnan(shapely.get_coordinates(moved[1])[1]).all()
    assert moved[2] is None


def test_coordinates_nothing_can_move_are_refused() -> None:
    with pytest.raises(CrsError, match="crs-not-reachable"):
        transform(np.array([shapely.Point(38_392_485, 3_174_298)]), "EPSG:4547", "EPSG:4490")
    with pytest.raises(CrsError, match="crs-not-reachable"):
        transform(np.array([shapely.Polygon()]), "EPSG:4490", "EPSG:4547")
