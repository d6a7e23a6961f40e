"""Layers of parcels as a bureau has them: GBK without .cpg, wrong systems, broken shapes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from rasterio.features import geometry_mask
from rasterio.transform import from_origin

from geodata import vector
from geodata.areas import legal_area_ha
from geodata.crs import transform
from geodata.errors import CrsError, VectorError
from geodata.raster import open_class_raster
from geodata.vector import ParcelLayer, read_parcels
from geodata.zonal import class_areas

Writer = Callable[..., Path]
EAST, NORTH = 392_000.0, 3_174_000.0
ACRE_HA = 0.404_687_260_987_4
"""US survey acre [ha]."""
TRANSFORM = from_origin(-945_375.0, 2_505_125.0, 250.0, 250.0)
"""Grid of the forest raster of Bighorn."""


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Write a layer of 100 m squares beside one another; GBK and without .cpg where it is a shapefile."""

    def make(
        shapes: list[Any] | None = None,
        name: str = "xiaoban.shp",
        crs: str | None = "EPSG:4547",
        **changes: Any,
    ) -> Path:
        shapes = shapes or [
            shapely.box(EAST + 100 * i, NORTH, EAST + 100 * (i + 1), NORTH + 100) for i in (0, 1)
        ]
        count = len(shapes)
        columns = {
            "XIAN": ["430624"] * count,
            "XIANG": ["001"] * count,
            "CUN": ["001"] * count,
            "LIN_BAN": ["0001"] * count,
            "XIAO_BAN": [f"{i:05d}" for i in range(1, count + 1)],
            "MIAN_JI": [1.0] * count,
            "DI_LEI": ["030101"] * count,
            "XIANGNAME": ["示范乡镇01"] * count,
            "BZ": ["模拟数据"] * count,
            **changes,
        }
        path = tmp_path / name
        frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=crs)
        if path.suffix == ".shp":
            frame.to_file(path, engine="pyogrio", encoding="GBK")
            path.with_suffix(".cpg").unlink(missing_ok=True)
        else:
            frame.to_file(path, engine="pyogrio")
        return path

    return make


def read(path: Path, **options: Any) -> ParcelLayer:
    return read_parcels(path, schema="yzt_2020", **options)


def test_gbk_without_a_cpg_is_read(write: Writer) -> None:
    layer = read(write())
    assert layer.columns["XIANGNAME"].tolist() == ["示范乡镇01", "示范乡镇01"]
    assert (layer.encoding, layer.encoding_proof) == ("gb18030", "strict-gb18030")
    assert (layer.crs, layer.findings, layer.rows.tolist()) == ("EPSG:4547", (), [2, 3])
    assert layer.parcel_id.tolist() == ["430624001001000100001", "430624001001000100002"]
    assert layer.measurable.all()
    assert len(layer) == 2


def test_a_wrong_cpg_is_not_believed(write: Writer) -> None:
    path = write()
    path.with_suffix(".cpg").write_text("UTF-8")
    assert read(path).columns["BZ"][0] == "模拟数据"


def test_a_geopackage_is_read(write: Writer) -> None:
    layer = read(write(name="xiaoban.gpkg"))
    assert (layer.encoding_proof, layer.columns["BZ"][0]) == ("format", "模拟数据")


def test_codes_that_lost_their_zeros_make_the_same_identifier(write: Writer) -> None:
    layer = read(write(XIANG=[1, 1], LIN_BAN=[1, 1], XIAO_BAN=[1, 2]))
    assert layer.parcel_id.tolist() == ["430624001001000100001", "430624001001000100002"]
    assert {finding.rule for finding in layer.findings} == {"code-padded"}


def test_mojibake_is_refused_with_row_and_field(write: Writer) -> None:
    spoilt = "模拟数据".encode().decode("gb18030")
    with pytest.raises(VectorError) as refused:
        read(write(BZ=["", spoilt]))
    assert (refused.value.rule, refused.value.params["row"]) == ("layer-mojibake", 3)
    assert refused.value.params["field"] == "BZ"


def test_a_stated_encoding_that_does_not_decode_is_refused(write: Writer) -> None:
    with pytest.raises(VectorError, match="layer-encoding-unproven"):
        read(write(), encoding="utf-8")


def test_a_missing_system_is_refused_and_likely_ones_named(write: Writer) -> None:
    path = write()
    path.with_suffix(".prj").unlink()
    with pytest.raises(CrsError) as refused:
        read(path, county_crs="EPSG:4547")
    assert refused.value.rule == "crs-missing"
    assert "EPSG:4547" in str(refused.value.params["likely"])
    assert read(path, crs="EPSG:4547").crs == "EPSG:4547"


def test_coordinates_outside_their_system_are_refused(write: Writer) -> None:
    path = write(crs="EPSG:4490")
    with pytest.raises(CrsError) as refused:
        read(path)
    assert refused.value.rule == "crs-wrong"
    assert "EPSG:4547" in str(refused.value.params["likely"])


def test_a_system_that_is_not_the_countys_is_refused(write: Writer) -> None:
    path = write(crs="EPSG:4548")
    with pytest.raises(CrsError, match="crs-not-the-countys") as refused:
        read(path, county_crs="EPSG:4547")
    by_declared, by_county = (
        [float(degree) for degree in str(refused.value.params[name]).split(", ")]
        for name in ("degrees", "degrees_county")
    )
    # one zone of three degrees lies between the two
    assert by_declared[0] - by_county[0] == pytest.approx(3.0, abs=1e-3)
    with pytest.raises(CrsError, match="crs-conflict"):
        read(path, crs="EPSG:4547")


@pytest.mark.parametrize("ending", [".dbf", ".shx"])
def test_a_missing_part_is_named(write: Writer, ending: str) -> None:
    path = write()
    path.with_suffix(ending).unlink()
    with pytest.raises(VectorError) as refused:
        read(path)
    assert (refused.value.rule, refused.value.params["part"]) == ("layer-part-missing", ending)


def test_a_missing_layer_is_named(tmp_path: Path) -> None:
    with pytest.raises(VectorError, match="layer-missing"):
        read(tmp_path / "no.shp")


def test_what_is_no_layer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    path.write_bytes(b"no layer")
    with pytest.raises(VectorError, match="layer-unreadable"):
        read(path)


@pytest.mark.parametrize(
    ("ending", "kept", "rule"),
    [
        (".shp", 0.0, "layer-unreadable"),
        (".shp", 0.4, "layer-empty"),
        (".shx", 0.5, "layer-unreadable"),
        (".dbf", 0.9, "layer-unreadable"),
    ],
)
def test_a_part_that_was_cut_off_is_noticed(write: Writer, ending: str, kept: float, rule: str) -> None:
    path = write()
    part = path.with_suffix(ending)
    content = part.read_bytes()
    part.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(VectorError) as refused:
        read(path)
    assert refused.value.rule == rule


def test_a_shape_that_was_cut_off_is_a_finding(write: Writer) -> None:
    path = write()
    path.write_bytes(path.read_bytes()[:-20])
    assert [(finding.rule, finding.row) for finding in read(path).findings] == [("parcel-empty", 3)]


def test_an_empty_layer_is_refused(write: Writer, tmp_path: Path) -> None:
    frame = geopandas.read_file(write(name="full.gpkg")).iloc[:0]
    frame.to_file(tmp_path / "empty.gpkg")
    with pytest.raises(VectorError, match="layer-empty"):
        read(tmp_path / "empty.gpkg")


def test_a_file_with_two_layers_is_refused(write: Writer, tmp_path: Path) -> None:
    frame = geopandas.read_file(write(name="two.gpkg"))
    frame.to_file(tmp_path / "two.gpkg", layer="more")
    with pytest.raises(VectorError, match="layer-layers"):
        read(tmp_path / "two.gpkg")


def test_a_missing_field_is_named(write: Writer, tmp_path: Path) -> None:
    frame = geopandas.read_file(write(name="full.gpkg")).drop(columns="DI_LEI")
    frame.to_file(tmp_path / "less.gpkg")
    with pytest.raises(VectorError, match="field=DI_LEI"):
        read(tmp_path / "less.gpkg")


def test_parcels_without_an_area_are_findings(write: Writer) -> None:
    square = shapely.box(EAST, NORTH, EAST + 100, NORTH + 100)
    broken = shapely.Polygon([(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9)])
    with np.errstate(invalid="ignore"):
        nowhere = shapely.Polygon([(EAST, NORTH), (EAST + 9, NORTH), (np.nan, NORTH + 9), (EAST, NORTH)])
    line = shapely.LineString([(EAST, NORTH), (EAST + 9, NORTH)])
    layer = read(write([square, None, nowhere, line, broken], name="odd.gpkg"))
    assert [(finding.rule, finding.row) for finding in layer.findings] == [
        ("parcel-empty", 3),
        ("parcel-not-finite", 4),
        ("parcel-not-polygon", 5),
    ]
    assert layer.measurable.tolist() == [True, False, False, False, False]


def test_the_public_names_of_the_module() -> None:
    assert sorted(vector.__all__) == ["ParcelLayer", "check_topology", "legal_area_ha", "read_parcels"]


@pytest.mark.realdata
def test_the_districts_of_bighorn(real_data: Path) -> None:
    """Planar acres in EPSG:5069: 1,112,401.48 for the forest (data set fiesta_wyoming, README)."""
    folder = real_data / "fiesta_wyoming" / "spatial"
    layer = read_parcels(folder / "WYbighorn_districtbnd.shp", schema="bighorn_district", crs="EPSG:4269")
    assert layer.parcel_id.tolist() == ["020203", "020201", "020206"]
    assert layer.columns["DISTRICTNA"][2] == "Tongue Ranger District"
    forest = read_parcels(folder / "WYbighorn_adminbnd.shp", schema="bighorn_admin", crs="EPSG:4269")
    moved, used = transform(
        forest.geometry, forest.crs, "EPSG:5069", operation="Inverse of NAD27 to WGS 84 (6)"
    )
    assert not used.is_ballpark
    acres = legal_area_ha(moved, "EPSG:5069", "planar")[0] / ACRE_HA
    assert acres == pytest.approx(1_112_401.48, abs=0.1)


@pytest.mark.realdata
def test_without_its_prj_the_forest_is_refused(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "fiesta_wyoming" / "spatial"
    for ending in (".shp", ".shx", ".dbf"):
        shutil.copy(folder / f"WYbighorn_adminbnd{ending}", tmp_path)
    with pytest.raises(CrsError, match="crs-missing"):
        read_parcels(tmp_path / "WYbighorn_adminbnd.shp", schema="bighorn_admin")


@pytest.mark.realdata
def test_the_pixels_of_bighorn(real_data: Path) -> None:
    """52,289 forest and 19,731 other cells by the centre rule (oracle.csv of fiesta_wyoming, published).

    The counts of the districts were computed here and by rasterio's mask; they need not add up to the forest.
    """
    folder = real_data / "fiesta_wyoming" / "spatial"
    raster = open_class_raster(folder / "WYbighorn_forest_nonforest_250m.tif", nodata="none")
    counts = {}
    for name, schema in (("adminbnd", "bighorn_admin"), ("districtbnd", "bighorn_district")):
        layer = read_parcels(folder / f"WYbighorn_{name}.shp", schema=schema, crs="EPSG:4269")
        moved, _ = transform(layer.geometry, layer.crs, "EPSG:5069", operation="NAD27 to WGS 84 (6)")
        table = class_areas(moved, raster, rule="centre")
        assert table.classes.tolist() == [1, 2]
        masks = [geometry_mask([shape], (474, 341), TRANSFORM, invert=True) for shape in moved]
        values = raster.read()
        assert table.pixels.tolist() == [[(values[mask] == code).sum() for code in (1, 2)] for mask in masks]
        counts |= dict(zip(layer.parcel_id.tolist(), table.pixels.tolist(), strict=True))
    assert counts["0202"] == [52_289, 19_731]
    assert [counts[code] for code in ("020203", "020201", "020206")] == [
        [14_472, 9_145],
        [15_251, 6_398],
        [22_588, 4_182],
    ]
