"""Handheld files say the right place in the right order, and the same plots give the same bytes."""

from __future__ import annotations

import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from geodata.field_outputs import (
    FieldPlots,
    degrees_system,
    field_plots,
    plot_columns,
    write_gpx,
    write_kml,
    write_plots_geopackage,
)
from geodata.sampling_points import PlotPlaces

GPX = "{http://www.topografix.com/GPX/1/1}"
KML = "{http://www.opengis.net/kml/2.2}"


@pytest.fixture
def plots() -> FieldPlots:
    # the first place is that of a published transformation: 112.9 E, 28.68 N in EPSG:4547
    places = PlotPlaces(
        plot_id=np.array(["P1", "N0001", "N0002"], object),
        stratum=np.array(["杉木", "<松>", "杉木"], object),
        parcel_id=np.array(["1", "2", "3"], object),
        x_m=np.array([392485.1654907315, 392600.0, 392700.0]),
        y_m=np.array([3174298.0683675897, 3174300.0, 3174400.0]),
        role=np.array(["existing", "new", "reserve"], object),
        order=np.arange(1, 4),
    )
    return field_plots(places, "EPSG:4547", teams=2)


def test_degrees_are_those_of_the_systems_own_datum(plots: FieldPlots) -> None:
    assert plots.datum == "EPSG:4490"
    assert (plots.lon[0], plots.lat[0]) == pytest.approx((112.9, 28.68), abs=1e-8)
    assert plots.team.tolist() == [1, 2, 0]
    assert degrees_system("EPSG:32649") == "EPSG:4326"


def test_gpx_has_every_plot_and_a_route_for_each_team(plots: FieldPlots, tmp_path: Path) -> None:
    root = ET.parse(write_gpx(tmp_path / "p.gpx", plots, "计划 & plan")).getroot()  # noqa: S314 - ours
    points = root.findall(f"{GPX}wpt")
    assert [p.findtext(f"{GPX}name") for p in points] == ["P1", "N0001", "N0002"]
    assert (points[0].get("lat"), points[0].get("lon")) == ("28.6800000", "112.9000000")
    assert [len(r.findall(f"{GPX}rtept")) for r in root.findall(f"{GPX}rte")] == [1, 1]


def test_kml_has_a_folder_for_each_stratum(plots: FieldPlots, tmp_path: Path) -> None:
    document = ET.parse(write_kml(tmp_path / "p.kml", plots, "计划")).getroot()[0]  # noqa: S314 - ours
    folders = {f.findtext(f"{KML}name"): f for f in document.findall(f"{KML}Folder")}
    assert set(folders) == {"杉木", "<松>"}
    assert len(folders["杉木"].findall(f"{KML}Placemark")) == 2
    where = folders["杉木"].find(f".//{KML}coordinates")
    assert where is not None
    assert where.text == "112.9000000,28.6800000"


def test_the_geopackage_holds_points_with_their_columns(plots: FieldPlots, tmp_path: Path) -> None:
    import pyogrio  # noqa: PLC0415

    path = write_plots_geopackage(tmp_path / "p.gpkg", plots, simulated=True)
    info = pyogrio.read_info(path)
    assert (info["geometry_type"], info["features"]) == ("Point", 3)
    assert "EPSG:4547" in info["crs"]
    assert set(info["fields"]) == {*plot_columns(plots), "data_note"}
    with closing(sqlite3.connect(path)) as connection:
        names = dict(connection.execute("SELECT column_name, name FROM gpkg_data_columns"))
    assert names["access_order"] == "行进顺序 access order"


def test_the_same_plots_give_the_same_bytes(plots: FieldPlots, tmp_path: Path) -> None:
    for write, name in ((write_gpx, "gpx"), (write_kml, "kml")):
        one, two = (write(tmp_path / f"{k}.{name}", plots, "t").read_bytes() for k in (1, 2))
        assert one == two
