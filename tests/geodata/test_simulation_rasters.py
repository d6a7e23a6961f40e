"""Rasters: what they declare, how often they are right, and a reference sample that finds their errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely

from geodata.simulation.history import YEARS, ClassArray, StandHistory, cover_classes
from geodata.simulation.landscape import Landscape, build_landscape
from geodata.simulation.rasters import (
    NOTICE,
    SAMPLE_SIZES,
    PixelGrid,
    classified_map,
    draw_errors,
    draw_reference,
    make_grid,
    true_map,
    write_raster,
    year_maps,
)


@pytest.fixture(scope="module")
def land() -> Landscape:
    return build_landscape(11, 300)


@pytest.fixture(scope="module")
def classes(land: Landscape) -> ClassArray:
    count = int(land.forest.sum())
    cleared = np.zeros(count, dtype=np.int64)
    cleared[:15] = 2023
    return cover_classes(land, StandHistory(np.where(land.project[land.forest] > 0, 5, 30), cleared))


@pytest.fixture(scope="module")
def grid(land: Landscape) -> PixelGrid:
    return make_grid(land)


def test_the_grid_covers_every_parcel_with_known_land(land: Landscape, grid: PixelGrid) -> None:
    height, width = grid.parcel.shape
    west, north = grid.transform.c, grid.transform.f
    bounds = shapely.total_bounds(land.geometry)
    assert west + 300.0 <= bounds[0]
    assert north - 300.0 >= bounds[3]
    assert west + 30.0 * width - 300.0 >= bounds[2]
    assert north - 30.0 * height + 300.0 <= bounds[1]
    assert grid.known[grid.parcel >= 0].all()
    assert not grid.known.all()


def test_a_pixel_bears_the_parcel_under_its_centre(land: Landscape, grid: PixelGrid) -> None:
    rows, columns = np.nonzero(grid.parcel >= 0)
    some = slice(None, None, 97)
    x_m, y_m = grid.centres(rows[some], columns[some])
    inside = shapely.contains_xy(land.geometry[grid.parcel[rows[some], columns[some]]], x_m, y_m)
    assert inside.mean() > 0.999


def test_the_map_is_right_on_about_96_pixels_of_100(grid: PixelGrid, classes: ClassArray) -> None:
    mapped, truth = year_maps(5, grid, classes)
    assert len(mapped) == len(YEARS)
    inside = grid.parcel >= 0
    for seen, real in zip(mapped, truth, strict=True):
        assert 0.93 < float((seen[inside] == real[inside]).mean()) < 0.985
        assert np.array_equal(seen == 0, real == 0)


def test_most_errors_stay_from_year_to_year(grid: PixelGrid, classes: ClassArray) -> None:
    truth = true_map(grid, classes[:, 0])
    errors = draw_errors(5, truth.shape)
    first, second = (classified_map(5, year, truth, errors) for year in (2020, 2021))
    wrong = (first != truth) & (second != truth)
    assert wrong.sum() > 0.6 * (first != truth).sum()
    assert not np.array_equal(first, second)


def test_a_raster_says_what_it_is(tmp_path: Path, grid: PixelGrid, classes: ClassArray) -> None:
    values = true_map(grid, classes[:, 0])
    write_raster(tmp_path / "a.tif", values, grid.transform)
    write_raster(tmp_path / "b.tif", values, grid.transform, nodata=None)
    with rasterio.open(tmp_path / "a.tif") as raster:
        assert raster.tags()["SIMULATED"] == NOTICE == "simulated data / 模拟数据"
        assert raster.crs.to_epsg() == 4547
        assert (raster.nodata, raster.dtypes, raster.res) == (0, ("uint8",), (30.0, 30.0))
        assert np.array_equal(raster.read(1), values)
    with rasterio.open(tmp_path / "b.tif") as raster:
        assert raster.nodata is None


def test_the_reference_sample_is_stratified_by_the_map_and_finds_errors(
    grid: PixelGrid, classes: ClassArray
) -> None:
    mapped, truth = year_maps(5, grid, classes)
    sample = draw_reference(5, grid, (mapped[0], mapped[-1]), (truth[0], truth[-1]))
    counts = [
        sample.map_class.count(name)
        for name in ("stable_forest", "forest_loss", "forest_gain", "stable_nonforest")
    ]
    assert counts == list(SAMPLE_SIZES)
    right = np.array(sample.map_class) == np.array(sample.reference_class)
    assert 0.8 < right.mean() < 1.0
    column = ((sample.x_m - grid.transform.c) / 30.0).astype(int)
    row = ((grid.transform.f - sample.y_m) / 30.0).astype(int)
    assert (grid.parcel[row, column] >= 0).all()
