"""From files to a table: formats, systems, what is refused, what is written."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas
import numpy as np
import pyarrow.parquet as pq
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from geodata.errors import CrsError, RasterError, VectorError
from geodata.zonal_files import ZonalRequest, write_zonal, zonal_of_files

SQUARES = [shapely.box(0, 0, 60, 60), shapely.box(45, 0, 90, 45)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    frame = geopandas.GeoDataFrame({"name": ["a", "b"]}, geometry=SQUARES, crs="EPSG:4547")
    frame.to_file(tmp_path / "p.gpkg", driver="GPKG")
    frame.to_file(tmp_path / "p.shp")
    frame.to_parquet(tmp_path / "p.parquet")
    frame.to_file(tmp_path / "bare.shp")
    (tmp_path / "bare.prj").unlink()
    values = np.array([[1, 1, 2], [1, 2, 2], [2, 2, 2]])
    for name, data, dtype, nodata in (
        ("before", values, "uint8", 0),
        ("after", np.where(values == 1, 3, values), "uint8", 0),
        ("height", values * 1.5, "float64", None),
        ("unset", values, "uint8", None),
    ):
        with rasterio.open(
            tmp_path / f"{name}.tif",
            "w",
            driver="GTiff",
            height=3,
            width=3,
            count=1,
            dtype=dtype,
            nodata=nodata,
            crs="EPSG:4547",
            transform=from_origin(0, 90, 30, 30),
        ) as out:
            out.write(data.astype(dtype), 1)
    return tmp_path


@pytest.mark.parametrize("layer", ["p.gpkg", "p.shp", "p.parquet"])
def test_every_format_gives_the_same_areas(folder: Path, layer: str) -> None:
    found = zonal_of_files(ZonalRequest(folder / layer, (folder / "before.tif",), id_field="name"))
    rows = list(zip(*(found.columns[n].tolist() for n in ("parcel_id", "class_code", "pixels")), strict=True))
    assert rows == [("a", 1, 1.0), ("a", 2, 3.0), ("b", 2, 2.25)]
    assert found.facts["parcel_ha"] == pytest.approx(0.5625)
    assert found.facts["operation"] == "–"


def test_two_years_give_the_changes(folder: Path) -> None:
    found = zonal_of_files(ZonalRequest(folder / "p.gpkg", (folder / "before.tif", folder / "after.tif")))
    assert found.kind == "transitions"
    assert found.columns["parcel_id"].tolist() == ["1", "1", "2"]
    assert found.columns["from_code"].tolist() == [1, 2, 2]
    assert found.columns["to_code"].tolist() == [3, 2, 2]
    assert found.columns["share_frac"].tolist() == pytest.approx([0.25, 0.75, 1.0])


def test_measurements_give_statistics(folder: Path) -> None:
    found = zonal_of_files(ZonalRequest(folder / "p.shp", (folder / "height.tif",), statistics=True))
    assert found.columns["mean"].tolist() == pytest.approx([2.625, 3.0])
    assert {"q25", "q50", "q75", "variance"} <= set(found.columns)


def test_a_layer_in_another_system_of_the_same_datum_is_moved(folder: Path) -> None:
    moved = geopandas.read_file(folder / "p.gpkg").to_crs("EPSG:4526")
    moved.to_parquet(folder / "zone.parquet")
    found = zonal_of_files(ZonalRequest(folder / "zone.parquet", (folder / "before.tif",)))
    assert found.columns["pixels"].tolist() == pytest.approx([1.0, 3.0, 2.25], abs=1e-6)
    assert found.facts["operation"] != "–"


def test_nothing_is_guessed(folder: Path) -> None:
    with pytest.raises(CrsError) as system:
        zonal_of_files(ZonalRequest(folder / "bare.shp", (folder / "before.tif",)))
    assert system.value.rule == "crs-missing"
    with pytest.raises(RasterError) as nodata:
        zonal_of_files(ZonalRequest(folder / "p.shp", (folder / "unset.tif",)))
    assert nodata.value.rule == "raster-nodata-unset"
    with pytest.raises(CrsError) as conflict:
        zonal_of_files(ZonalRequest(folder / "p.shp", (folder / "before.tif",), parcels_crs="EPSG:4546"))
    assert conflict.value.rule == "crs-conflict"
    with pytest.raises(VectorError) as column:
        zonal_of_files(ZonalRequest(folder / "p.shp", (folder / "before.tif",), id_field="village"))
    assert column.value.rule == "layer-column-missing"
    with pytest.raises(VectorError) as missing:
        zonal_of_files(ZonalRequest(folder / "none.gpkg", (folder / "before.tif",)))
    assert missing.value.rule == "layer-missing"


def test_results_are_written_as_csv_and_parquet(folder: Path) -> None:
    found = zonal_of_files(ZonalRequest(folder / "p.gpkg", (folder / "before.tif",), id_field="name"))
    with write_zonal(found, folder / "out" / "t.csv").open(encoding="utf-8-sig") as stream:
        assert [row["class_code"] for row in csv.DictReader(stream)] == ["1", "2", "2"]
    table = pq.read_table(write_zonal(found, folder / "t.parquet"))
    assert table["pixels"].to_pylist() == [1.0, 3.0, 2.25]
    with pytest.raises(VectorError) as caught:
        write_zonal(found, folder / "t.xlsx")
    assert caught.value.rule == "output-format-unknown"
