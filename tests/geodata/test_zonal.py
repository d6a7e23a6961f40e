"""The zonal engine against worked cases, exactextract and published counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import exactextract
import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.features import geometry_mask
from rasterio.transform import from_origin

from geodata.errors import RasterError, VectorError
from geodata.raster import ClassRaster, open_class_raster
from geodata.zonal import check_uncovered, class_areas, transition_areas

Writer = Callable[..., ClassRaster]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def make(values: Any, cell: float = 1.0, name: str = "r.tif", nodata: int | None = None) -> ClassRaster:
        values = np.asarray(values)
        height, width = values.shape
        path = tmp_path / name
        profile = {"driver": "GTiff", "height": height, "width": width, "count": 1, "dtype": values.dtype}
        transform = from_origin(0.0, height * cell, cell, cell)
        with rasterio.open(path, "w", crs="EPSG:4547", transform=transform, nodata=nodata, **profile) as out:
            out.write(values, 1)
        return open_class_raster(path, nodata="declared" if nodata is not None else "none")

    return make


def test_a_square_over_nine_cells_covers_quarters_and_halves(write: Writer) -> None:
    """Worked case: 3 x 3 grid 1..9, square [.5, 2.5]^2."""
    raster = write(np.arange(1, 10, dtype=np.uint8).reshape(3, 3))
    table = class_areas(np.array([shapely.box(0.5, 0.5, 2.5, 2.5)]), raster)
    assert table.pixels[0].tolist() == [0.25, 0.5, 0.25, 0.5, 1.0, 0.5, 0.25, 0.5, 0.25]


def test_classes_of_rows(write: Writer) -> None:
    """Worked case: class rows 1, 2, 3 give fractions .25, .5, .25; a corner gives class 3 alone."""
    raster = write(np.repeat(np.array([[1], [2], [3]], dtype=np.uint8), 3, axis=1))
    table = class_areas(np.array([shapely.box(0.5, 0.5, 2.5, 2.5), shapely.box(0.5, 0.5, 1, 1)]), raster)
    shares = table.pixels / table.pixels.sum(axis=1, keepdims=True)
    assert shares[0].tolist() == [0.25, 0.5, 0.25]
    assert shares[1].tolist() == [0.0, 0.0, 1.0]


def test_a_hole_and_two_parts_are_counted_once(write: Writer) -> None:
    raster = write(np.ones((10, 10), dtype=np.uint8))
    ring = shapely.box(1, 1, 6, 6).difference(shapely.box(2, 2, 4, 4))
    both = shapely.union_all([ring, shapely.box(7, 7, 9, 9)])
    assert class_areas(np.array([both]), raster).pixels[0, 0] == pytest.approx(25 - 4 + 4, abs=1e-12)


def test_nodata_and_what_lies_outside_are_told(write: Writer) -> None:
    values = np.ones((4, 4), dtype=np.uint8)
    values[:, 0] = 0
    table = class_areas(np.array([shapely.box(0, 0, 8, 4)]), write(values, nodata=0))
    assert table.classes.tolist() == [1]
    assert table.pixels[0, 0] == pytest.approx(12)
    assert table.nodata_ha[0] == pytest.approx(4e-4)
    assert table.uncovered_ha[0] == pytest.approx(16e-4)


def test_a_raster_elsewhere_is_refused(write: Writer) -> None:
    with pytest.raises(RasterError) as caught:
        class_areas(np.array([shapely.box(50, 50, 60, 60)]), write(np.ones((4, 4), dtype=np.uint8)))
    assert caught.value.rule == "raster-not-covering"


@pytest.mark.parametrize(
    ("geometry", "rule"),
    [
        (shapely.Point(1, 1), "geometry-not-polygon"),
        (shapely.Polygon(), "geometry-missing"),
        (None, "geometry-missing"),
        (shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), "geometry-invalid"),
    ],
)
def test_what_has_no_area_is_refused(write: Writer, geometry: Any, rule: str) -> None:
    with pytest.raises(VectorError) as caught:
        class_areas(np.array([shapely.box(0, 0, 1, 1), geometry]), write(np.ones((4, 4), dtype=np.uint8)))
    assert caught.value.rule == rule
    assert caught.value.params["position"] == 2


def blobs(seed: int, n: int, extent: float) -> Any:
    rng = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    centres = rng.uniform(0.05 * extent, 0.95 * extent, (n, 2))
    radii = rng.lognormal(np.log(extent / 40), 0.6, n)[:, None] * rng.uniform(0.5, 1.0, (n, 40))
    rings = centres[:, None, :] + radii[..., None] * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return shapely.make_valid(shapely.polygons(rings))


@given(st.integers(0, 2**31), st.sampled_from([0.7, 3.0, 30.0]))
@settings(max_examples=25, deadline=None)
def test_it_agrees_with_exactextract(
    tmp_path_factory: pytest.TempPathFactory, seed: int, cell: float
) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(1, 5, (150, 140), dtype=np.uint8)
    path = tmp_path_factory.mktemp("agree") / "r.tif"
    profile = {"driver": "GTiff", "height": 150, "width": 140, "count": 1, "dtype": "uint8"}
    with rasterio.open(
        path, "w", crs="EPSG:4547", transform=from_origin(0, 150 * cell, cell, cell), **profile
    ) as out:
        out.write(values, 1)
    geoms = blobs(seed, 12, 140 * cell)
    geoms = geoms[np.isin(shapely.get_type_id(geoms), (3, 6))]
    ours = class_areas(geoms, open_class_raster(path, nodata="none"))
    frame = geopandas.GeoDataFrame(geometry=list(geoms), crs="EPSG:4547")
    theirs = exactextract.exact_extract(str(path), frame, ["unique", "frac", "count"])
    for position, feature in enumerate(theirs):
        found = feature["properties"]
        expected = dict(zip(found["unique"], np.array(found["frac"]) * found["count"], strict=True))
        mine = dict(zip(ours.classes.tolist(), ours.pixels[position], strict=True))
        for code in range(1, 5):
            assert mine.get(code, 0.0) == pytest.approx(expected.get(code, 0.0), abs=1e-6)
    assert ours.pixels.sum(axis=1) + ours.uncovered_ha * 1e4 / cell**2 == pytest.approx(
        shapely.area(geoms) / cell**2, rel=1e-9
    )


def test_the_centre_rule_is_that_of_rasterio(write: Writer) -> None:
    raster = write(np.ones((120, 120), dtype=np.uint8))
    geoms = blobs(5, 30, 120.0)
    geoms = geoms[np.isin(shapely.get_type_id(geoms), (3, 6))]
    counts = class_areas(geoms, raster, rule="centre").pixels.sum(axis=1)
    for geometry, count in zip(geoms, counts, strict=True):
        mask = geometry_mask([geometry], (120, 120), from_origin(0.0, 120.0, 1.0, 1.0), invert=True)
        assert count == mask.sum()


def test_transitions_add_up_to_the_classes(write: Writer) -> None:
    rng = np.random.default_rng(3)
    first = write(rng.integers(1, 4, (60, 60), dtype=np.uint8), name="a.tif")
    second = write(rng.integers(1, 4, (60, 60), dtype=np.uint8), name="b.tif")
    geoms = blobs(9, 8, 60.0)
    geoms = geoms[np.isin(shapely.get_type_id(geoms), (3, 6))]
    moves = transition_areas(geoms, first, second)
    before = class_areas(geoms, first)
    for position in range(len(geoms)):
        for k, code in enumerate(before.classes):
            chosen = (moves.parcel == position) & (moves.from_code == code)
            assert moves.pixels[chosen].sum() == pytest.approx(before.pixels[position, k], abs=1e-9)


def test_rasters_on_other_cells_are_refused(write: Writer) -> None:
    first = write(np.ones((4, 4), dtype=np.uint8), name="a.tif")
    second = write(np.ones((5, 4), dtype=np.uint8), name="b.tif")
    with pytest.raises(RasterError) as caught:
        transition_areas(np.array([shapely.box(0, 0, 1, 1)]), first, second)
    assert caught.value.rule == "rasters-differ"


@dataclass(frozen=True)
class Named:
    parcel_id: Any
    rows: Any
    source: str = "parcels.shp"


PAIR = Named(np.array(["P1", "P2"], dtype=object), np.array([2, 3]))


def test_what_parcels_lack_is_found_with_its_share(write: Writer) -> None:
    """Of 32 cells 16 lie outside and 4 have no class; a limit above the share makes it a warning."""
    values = np.ones((4, 4), dtype=np.uint8)
    values[:, 0] = 0
    raster = write(values, cell=100.0, nodata=0)
    geoms = np.array([shapely.box(0, 0, 800, 400), shapely.box(100, 0, 200, 100)])
    table = class_areas(geoms, raster)
    assert table.parcel_ha == pytest.approx([32.0, 1.0])
    outside, unclassed = check_uncovered(table, raster, PAIR)
    assert (outside.rule, outside.severity) == ("raster-parcels-uncovered", "error")
    assert outside.params == {
        "parcels": 1,
        "area_ha": 16.0,
        "share": pytest.approx(16 / 33),
        "layer": "parcels.shp",
        "first": "P1",
        "first_row": 2,
    }
    assert (unclassed.rule, unclassed.params["area_ha"]) == ("raster-parcels-nodata", 4.0)
    assert [f.severity for f in check_uncovered(table, raster, PAIR, limit_frac=0.6)] == ["warning"] * 2


def test_one_parcel_mostly_outside_is_an_error_whatever_its_share(write: Writer) -> None:
    raster = write(np.ones((40, 40), dtype=np.uint8))
    big = shapely.box(0, 0, 39.9, 40)
    for right, severity in ((40.9, "warning"), (42.1, "error")):
        table = class_areas(np.array([big, shapely.box(39, 0, right, 1)]), raster)
        (found,) = check_uncovered(table, raster, PAIR)
        assert (found.severity, found.params["first"], found.params["first_row"]) == (severity, "P2", 3)


def test_parcels_that_lack_nothing_have_no_findings(write: Writer) -> None:
    raster = write(np.ones((4, 4), dtype=np.uint8))
    assert check_uncovered(class_areas(np.array([shapely.box(0, 0, 4, 4)]), raster), raster, PAIR) == []


def test_cells_in_degrees_have_no_area(tmp_path: Path) -> None:
    path = tmp_path / "degrees.tif"
    profile = {"driver": "GTiff", "height": 2, "width": 2, "count": 1, "dtype": "uint8", "nodata": 0}
    with rasterio.open(path, "w", crs="EPSG:4490", transform=from_origin(113, 29, 1, 1), **profile) as out:
        out.write(np.ones((2, 2), dtype=np.uint8), 1)
    with pytest.raises(RasterError) as caught:
        class_areas(np.array([shapely.box(113, 28, 114, 29)]), open_class_raster(path))
    assert caught.value.rule == "raster-not-projected"


def test_large_codes_and_more_classes_than_a_byte_holds(write: Writer) -> None:
    values = (np.arange(400, dtype=np.int32) * 1000 + 7).reshape(20, 20)
    table = class_areas(np.array([shapely.box(0, 0, 20, 20)]), write(values, nodata=7))
    assert table.classes.tolist() == list(range(1007, 400_000, 1000))
    assert table.pixels[0].tolist() == [1.0] * 399
    assert table.nodata_ha[0] == pytest.approx(1e-4)


def test_a_raster_without_any_class_gives_no_columns(write: Writer) -> None:
    raster = write(np.zeros((4, 4), dtype=np.uint8), nodata=0)
    table = class_areas(np.array([shapely.box(0, 0, 2, 2)]), raster)
    assert table.pixels.shape == (1, 0)
    assert table.nodata_ha[0] == pytest.approx(4e-4)
    assert transition_areas(np.array([shapely.box(0, 0, 2, 2)]), raster, raster).parcel.size == 0


def test_geometries_that_were_checked_are_not_checked_again(write: Writer) -> None:
    raster = write(np.ones((4, 4), dtype=np.uint8))
    bow = np.array([shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])])
    with pytest.raises(VectorError, match="geometry-invalid"):
        class_areas(bow, raster)
    good = np.array([shapely.box(0.3, 0.3, 2.2, 3.1)])
    assert (class_areas(good, raster, validated=True).pixels == class_areas(good, raster).pixels).all()


@pytest.mark.realdata
def test_new_guinea_by_ecoregion(real_data: Path) -> None:
    """Ecoregions do not overlap: by the centre rule their transitions are at most those of the map."""
    folder = real_data / "landcover_newguinea_2001_2015"
    first, second = (open_class_raster(folder / f"landcover{year}.tif", year=year) for year in (2001, 2015))
    geoms = np.asarray(geopandas.read_file(folder / "ecoregions.gpkg").geometry, dtype=object)
    centres = transition_areas(geoms, first, second, rule="centre")
    exact = transition_areas(geoms, first, second)
    stayed = [int(t.pixels[(t.from_code == 2) & (t.to_code == 2)].sum()) for t in (centres, exact)]
    assert stayed[0] <= 7_988_226
    assert stayed[0] == pytest.approx(7_988_226, rel=0.02)
    assert stayed[1] == pytest.approx(stayed[0], rel=1e-3)


@pytest.mark.realdata
def test_bighorn_forest_by_district(real_data: Path) -> None:
    """Cells with NAD27 taken for NAD83 (a null shift): 52,241 and 19,778, see the description of the data."""
    folder = real_data / "fiesta_wyoming" / "spatial"
    raster = open_class_raster(folder / "WYbighorn_forest_nonforest_250m.tif", nodata="none")
    boundary = geopandas.read_file(folder / "WYbighorn_adminbnd.shp").set_crs(4267, allow_override=True)
    geoms = np.asarray(boundary.to_crs(raster.grid.crs_wkt).geometry, dtype=object)
    assert class_areas(geoms, raster, rule="centre").pixels[0].tolist() == [52_241.0, 19_778.0]
