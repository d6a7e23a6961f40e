"""GeoParquet straight into rings: both encodings, and what is refused."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geodata.errors import VectorError
from geodata.geoparquet import read_rings
from geodata.rings import Rings

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
