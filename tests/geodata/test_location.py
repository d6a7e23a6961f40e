"""Coordinates and the system declared for them must agree; what is missing is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from geodata.errors import CrsError
from geodata.location import check_location, likely_crs, refuse_missing

ESRI_4547 = (
    'PROJCS["CGCS2000_3_Degree_GK_CM_114E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",114.0],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
XIANGYIN = (392_000.0, 3_170_000.0, 393_000.0, 3_180_000.0)


@pytest.mark.parametrize("crs", ["EPSG:4547", ESRI_4547, "EPSG:4546"])
def test_systems_that_fit_the_coordinates_are_accepted(crs: str) -> None:
    check_location("a.shp", crs, XIANGYIN)


@pytest.mark.parametrize(
    ("crs", "bounds", "likely"),
    [
        ("EPSG:4547", (38_392_000.0, 3.17e6, 38_393_000.0, 3.18e6), "EPSG:4526"),
        (ESRI_4547, (38_392_000.0, 3.17e6, 38_393_000.0, 3.18e6), "EPSG:4526"),
        ("EPSG:4526", XIANGYIN, "EPSG:4547, EPSG:4546"),
        ("EPSG:4490", XIANGYIN, "EPSG:4547, EPSG:4546"),
        ("EPSG:4547", (112.9, 28.6, 113.0, 28.7), "EPSG:4490"),
        ("EPSG:4547", (3_170_000.0, 392_000.0, 3_180_000.0, 393_000.0), "-"),  # the axes are swapped
        ("EPSG:4547", (np.nan, np.nan, np.nan, np.nan), "-"),
    ],
)
def test_a_wrong_system_is_refused_and_the_likely_one_named(
    crs: str, bounds: tuple[float, float, float, float], likely: str
) -> None:
    with pytest.raises(CrsError, match="crs-wrong") as caught:
        check_location("a.shp", crs, bounds)
    assert caught.value.params["file"] == "a.shp"
    assert caught.value.params["likely"] == likely


def test_a_missing_system_is_asked_for() -> None:
    with pytest.raises(CrsError, match=r"crs-missing: file=a\.shp; likely=EPSG:4547, EPSG:4546"):
        refuse_missing("a.shp", XIANGYIN)


def test_suggestions_outside_of_china_are_none() -> None:
    assert likely_crs((-108.0, 44.0, -106.8, 45.0)) == ()
    assert likely_crs((19_500_000.0, 3.1e6, 19_510_000.0, 3.2e6)) == ("EPSG:4497",)  # 6-degree zone 19
