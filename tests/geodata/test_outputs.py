"""Layers and tables that are written are read back by other programs, with their meaning."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from geodata.errors import VectorError
from geodata.outputs import NOTICE, write_csv, write_geopackage

COLUMNS = {
    "parcel_id": np.array(["430624001001000100001", "430624001001000100002"], dtype=object),
    "area_ha": np.array([1.5, np.nan]),
    "n_plots": np.array([3, 0]),
}
SHAPES = np.array(
    [
        shapely.box(392000, 3174000, 392100, 3174100),
        shapely.MultiPolygon(
            [shapely.box(392100, 3174000, 392200, 3174100), shapely.box(393000, 3174000, 393010, 3174010)]
        ),
    ]
)
ALIASES = {"parcel_id": "小班号", "area_ha": "面积（公顷）", "n_plots": "样地数"}


def test_a_geopackage_comes_back_as_it_was(tmp_path: Path) -> None:
    path = write_geopackage(tmp_path / "parcels.gpkg", "parcels", COLUMNS, SHAPES, "EPSG:4547")
    info, _, geometry, values = pyogrio.raw.read(path, layer="parcels")
    assert info["crs"] == "EPSG:4547"
    assert list(info["fields"]) == ["parcel_id", "area_ha", "n_plots"]
    assert values[0].tolist() == COLUMNS["parcel_id"].tolist()
    assert values[1][0] == 1.5
    assert np.isnan(values[1][1])
    assert values[2].tolist() == [3, 0]
    back = shapely.from_wkb(geometry)
    assert shapely.area(back).tolist() == [10_000.0, 10_100.0]
    assert {shape.geom_type for shape in back} == {"MultiPolygon"}


def test_aliases_stand_in_the_schema_extension(tmp_path: Path) -> None:
    path = write_geopackage(
        tmp_path / "p.gpkg", "parcels", COLUMNS, SHAPES, "EPSG:4547", aliases=ALIASES, simulated=True
    )
    with closing(sqlite3.connect(path)) as connection:
        named = dict(connection.execute("SELECT column_name, name FROM gpkg_data_columns"))
        extensions = {row[0] for row in connection.execute("SELECT extension_name FROM gpkg_extensions")}
    assert named == {**ALIASES, "data_note": "数据说明"}
    assert "gpkg_schema" in extensions


def test_two_columns_with_one_alias_are_told_apart(tmp_path: Path) -> None:
    aliases = {"area_ha": "面积", "n_plots": "面积"}
    path = write_geopackage(tmp_path / "p.gpkg", "p", COLUMNS, SHAPES, "EPSG:4547", aliases=aliases)
    with closing(sqlite3.connect(path)) as connection:
        named = dict(connection.execute("SELECT column_name, name FROM gpkg_data_columns"))
    assert named == {"area_ha": "面积 area_ha", "n_plots": "面积 n_plots"}


def test_simulated_rows_say_so_everywhere(tmp_path: Path) -> None:
    layer = write_geopackage(tmp_path / "p.gpkg", "p", COLUMNS, SHAPES, "EPSG:4547", simulated=True)
    info, _, _, values = pyogrio.raw.read(layer)
    assert values[list(info["fields"]).index("data_note")].tolist() == [NOTICE, NOTICE]
    table = write_csv(tmp_path / "p.csv", COLUMNS, simulated=True)
    with table.open(encoding="utf-8-sig", newline="") as stream:
        assert [row["data_note"] for row in csv.DictReader(stream)] == [NOTICE, NOTICE]


def test_real_data_carry_no_notice(tmp_path: Path) -> None:
    assert NOTICE not in write_csv(tmp_path / "p.csv", COLUMNS).read_text("utf-8-sig")


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    paths = [
        write_geopackage(tmp_path / name / "p.gpkg", "p", COLUMNS, SHAPES, "EPSG:4547", aliases=ALIASES)
        for name in ("a", "b")
    ]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert [entry.name for entry in paths[0].parent.iterdir()] == ["p.gpkg"]


def test_a_geopackage_is_replaced_and_not_added_to(tmp_path: Path) -> None:
    for _ in range(2):
        path = write_geopackage(tmp_path / "p.gpkg", "p", COLUMNS, SHAPES, "EPSG:4547", aliases=ALIASES)
    assert pyogrio.read_info(path)["features"] == 2


def test_a_system_without_a_code_is_kept(tmp_path: Path) -> None:
    crs = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +ellps=GRS80 +units=m"
    path = write_geopackage(tmp_path / "p.gpkg", "p", COLUMNS, SHAPES, crs)
    assert "Albers" in pyogrio.read_info(path)["crs"]


def test_a_csv_has_a_mark_chinese_headings_and_all_digits(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", COLUMNS, aliases=ALIASES)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[:3] == [
        "小班号,面积（公顷）,样地数",
        "430624001001000100001,1.5,3",
        "430624001001000100002,,0",
    ]


def test_a_cell_is_never_a_formula(tmp_path: Path) -> None:
    columns = {"note": np.array(["=cmd|' /C calc'!A0", "@x", "-12.5", "+12"], dtype=object)}
    path = write_csv(tmp_path / "p.csv", columns)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        cells = [row[0] for row in csv.reader(stream)][1:]
    assert cells == ["'=cmd|' /C calc'!A0", "'@x", "-12.5", "+12"]


def test_columns_of_another_length_are_refused(tmp_path: Path) -> None:
    columns = {**COLUMNS, "short": np.array([1.0])}
    with pytest.raises(VectorError, match="column-length: field=short"):
        write_geopackage(tmp_path / "p.gpkg", "p", columns, SHAPES, "EPSG:4547")
    with pytest.raises(VectorError, match="column-length: field=short"):
        write_csv(tmp_path / "p.csv", columns)
    assert list(tmp_path.iterdir()) == []
