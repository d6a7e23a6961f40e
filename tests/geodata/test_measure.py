"""The tables of a monitoring dataset."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from geodata import measure
from geodata.landcover import change_map_counts, load_scheme
from geodata.raster import ClassRaster, open_class_raster
from geodata.tables import make_table

NAMES = np.array(["p1", "p2"], dtype=object)
GEOMS = np.array([shapely.box(0, 0, 60, 100), shapely.box(60, 0, 100, 100)])


@pytest.fixture
def maps(tmp_path: Path) -> tuple[ClassRaster, ClassRaster]:
    """Return two years of a map: forest (2), of which 10 cells become cropland (1)."""
    made = []
    for year, lost in ((2020, 0), (2025, 1)):
        values = np.full((10, 10), 2, dtype=np.uint8)
        values[:, :lost] = 1
        path = tmp_path / f"{year}.tif"
        profile = {"driver": "GTiff", "height": 10, "width": 10, "count": 1, "dtype": "uint8"}
        transform = from_origin(0, 100, 10, 10)
        with rasterio.open(path, "w", crs="EPSG:4547", transform=transform, nodata=0, **profile) as out:
            out.write(values, 1)
        made.append(open_class_raster(path, year=year, scheme="clcd"))
    return made[0], made[1]


def test_parcels_keep_area_box_geometry_and_row() -> None:
    table = measure.parcel_table(
        "x.shp",
        NAMES,
        GEOMS,
        "EPSG:4547",
        area_rule="planar",
        attributes={"stratum": ["fir", ""]},
        rows=np.array([2, 3]),
    )
    assert table["area_ha"].tolist() == pytest.approx([0.6, 0.4])
    assert table["area_m2"].tolist() == [6000, 4000]
    assert table["east_m"].tolist() == [60.0, 100.0]
    assert table.rows.tolist() == [2, 3]
    assert shapely.equals(measure.geometries_of(table), GEOMS).all()
    assert measure.area_by_stratum(table) == pytest.approx({"fir": 0.6})


def test_classes_and_changes_by_parcel(maps: tuple[ClassRaster, ClassRaster]) -> None:
    table, zonal = measure.class_table(NAMES, GEOMS, maps[1], "exact")
    rows = list(zip(table["parcel_id"], table["class_code"], table["pixels"], strict=True))
    assert rows == [("p1", 1, 10.0), ("p1", 2, 50.0), ("p2", 2, 40.0)]
    assert zonal.uncovered_ha.tolist() == [0.0, 0.0]
    moves = measure.transition_table(NAMES, GEOMS, *maps, "exact")
    found = list(zip(moves["parcel_id"], moves["from_code"], moves["to_code"], moves["pixels"], strict=True))
    assert found == [("p1", 2, 1, 10.0), ("p1", 2, 2, 50.0), ("p2", 2, 2, 40.0)]
    assert set(moves["last_year"].tolist()) == {2025}


def test_the_change_map_is_counted_not_estimated(maps: tuple[ClassRaster, ClassRaster]) -> None:
    counts = change_map_counts(*maps, load_scheme("clcd"))
    table = measure.change_map_table("maps", counts)
    by_class = dict(zip(table["change_class"], table["pixels"], strict=True))
    assert by_class["forest_loss"] == 10
    assert by_class["stable_forest"] == 90
    assert table["area_ha"].sum() == pytest.approx(1.0)


def test_tables_of_the_same_columns_are_joined() -> None:
    one = make_table("a", {"k": ["x"], "v": [1.0]})
    joined = measure.concatenate("both", [one, one])
    assert joined["k"].tolist() == ["x", "x"]
    assert len(joined) == 2


def test_a_hull_stands_for_a_boundary_that_is_not_there() -> None:
    names, hull = measure.hull_parcel("A", np.array([0.0, 4, 4, 0, 2]), np.array([0.0, 0, 3, 3, 1]))
    assert names.tolist() == ["A"]
    assert hull[0].area == pytest.approx(12.0)


def test_no_record_of_change_is_an_empty_table() -> None:
    assert len(measure.change_record_table(NAMES, [])) == 0
