"""GeoParquet straight into rings: both encodings, and what is refused."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from pyproj import CRS
from rasterio.transform import from_origin

from geodata.errors import VectorError
from geodata.geoparquet import iterate_rings, read_rings
from geodata.raster import open_class_raster
from geodata.rings import Rings
from geodata.zonal import class_areas, class_areas_streamed

RING = shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 4, 4))
SINGLE = np.array([RING, shapely.box(3, 3, 4, 5)])
MULTI = np.array([shapely.MultiPolygon([RING, shapely.box(20, 0, 21, 1)]), shapely.MultiPolygon([SINGLE[1]])])


def write(path: Path, geoms: object, encoding: str = "WKB", crs: str | None = "EPSG:4547") -> Path:
    frame = geopandas.GeoDataFrame({"parcel_id": ["a", "b"]}, geometry=list(geoms), crs=crs)  # type: ignore[call-overload]
    frame.to_parquet(path, geometry_encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
@pytest.mark.parametrize("geoms", [SINGLE, MULTI], ids=["polygon", "multipolygon"])
def test_both_encodings_give_the_rings(tmp_path: Path, encoding: str, geoms: np.ndarray) -> None:
    found = read_rings(write(tmp_path / "p.parquet", geoms, encoding), ("parcel_id",))
    expected = Rings.from_geometries(geoms)
    for name in ("x", "y", "rings", "polygons", "owners", "n_parcels"):
        assert np.array_equal(getattr(found.rings, name), getattr(expected, name))
    assert found.columns["parcel_id"].tolist() == ["a", "b"]
    assert CRS.from_wkt(found.crs_wkt) == CRS.from_epsg(4547)


def refusal(path: Path, columns: tuple[str, ...] = ()) -> VectorError:
    with pytest.raises(VectorError) as caught:
        read_rings(path, columns)
    return caught.value


def test_what_is_no_geoparquet_is_refused_by_name(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.parquet").rule == "layer-missing"
    (tmp_path / "text.parquet").write_text("not parquet")
    assert refusal(tmp_path / "text.parquet").rule == "layer-unreadable"
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "plain.parquet")
    assert refusal(tmp_path / "plain.parquet").rule == "parquet-not-geo"


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_points_and_missing_geometries_are_refused(tmp_path: Path, encoding: str) -> None:
    points = write(tmp_path / "points.parquet", [shapely.Point(0, 0), shapely.Point(1, 1)], encoding)
    assert refusal(points).rule == "geometry-not-polygon"
    gap = refusal(write(tmp_path / "gap.parquet", [RING, None], encoding))
    assert (gap.rule, gap.params["position"]) == ("geometry-missing", 2)


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = refusal(write(tmp_path / "p.parquet", SINGLE), ("village",))
    assert (found.rule, found.params["field"]) == ("layer-column-missing", "village")


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_batches_are_the_whole(tmp_path: Path, encoding: str) -> None:
    rng = np.random.default_rng(3)
    west, south = rng.uniform(0, 50, 25), rng.uniform(0, 50, 25)
    boxes = shapely.box(west, south, west + 5, south + 7)
    frame = geopandas.GeoDataFrame({"parcel_id": [f"p{i}" for i in range(25)]}, geometry=boxes, crs=4547)
    frame.to_parquet(tmp_path / "p.parquet", geometry_encoding=encoding)
    whole = read_rings(tmp_path / "p.parquet", ("parcel_id",))
    batches = list(iterate_rings(tmp_path / "p.parquet", ("parcel_id",), rows=10))
    assert [batch.rings.n_parcels for batch in batches] == [10, 10, 5]
    assert np.array_equal(np.concatenate([batch.rings.x for batch in batches]), whole.rings.x)
    names = np.concatenate([batch.columns["parcel_id"] for batch in batches])
    assert names.tolist() == whole.columns["parcel_id"].tolist()


def test_streamed_areas_have_the_same_bits(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    values = rng.integers(0, 6, (60, 60)).astype(np.uint8)
    values[:30][values[:30] == 5] = 1
    path = tmp_path / "r.tif"
    profile = {"driver": "GTiff", "height": 60, "width": 60, "count": 1, "dtype": "uint8", "nodata": 0}
    with rasterio.open(path, "w", crs="EPSG:4547", transform=from_origin(0, 60, 1, 1), **profile) as out:
        out.write(values, 1)
    south = np.sort(rng.uniform(0, 50, 25))
    west = rng.uniform(0, 50, 25)
    boxes = shapely.box(west, south, west + 5.5, south + 7.25)
    geopandas.GeoDataFrame(geometry=boxes, crs=4547).to_parquet(tmp_path / "p.parquet")
    raster = open_class_raster(path)
    batches = (batch.rings for batch in iterate_rings(tmp_path / "p.parquet", rows=10))
    streamed, whole = class_areas_streamed(batches, raster), class_areas(boxes, raster)
    for name in ("classes", "pixels", "area_ha", "nodata_ha", "uncovered_ha"):
        assert np.array_equal(getattr(streamed, name), getattr(whole, name))
