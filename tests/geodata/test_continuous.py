"""Statistics of measurements in parcels: hand cases, exactextract, and what nodata means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import exactextract
import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from geodata.continuous import ContinuousRaster, open_continuous_raster, zonal_statistics
from geodata.errors import RasterError

Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def make(values: np.ndarray, nodata: float | None = None) -> Path:
        path = tmp_path / "r.tif"
        height, width = values.shape
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            height=height,
            width=width,
            count=1,
            dtype=values.dtype,
            nodata=nodata,
            crs="EPSG:4547",
            transform=from_origin(0, height, 1, 1),
        ) as out:
            out.write(values, 1)
        return path

    return make


def test_the_square_over_nine_cells(write: Writer) -> None:
    """Count 4, mean 5, variance 5, sum 20: cells 1 to 9 under the square from .5 to 2.5."""
    raster = open_continuous_raster(write(np.arange(1.0, 10.0).reshape(3, 3)))
    found = zonal_statistics(np.array([shapely.box(0.5, 0.5, 2.5, 2.5)]), raster)
    assert [found.count[0], found.mean[0], found.variance[0], found.total[0]] == [4.0, 5.0, 5.0, 20.0]
    assert (found.smallest[0], found.largest[0], found.quantiles[0, 1]) == (1.0, 9.0, 5.0)


def test_covers_of_four_cells(write: Writer) -> None:
    """Coverages .5, 0, 1, .25 over values 1 to 4: count 1.75, sum 4.5, mean 2.571."""
    raster = open_continuous_raster(write(np.array([[1.0, 2.0, 3.0, 4.0]])))
    parts = [shapely.box(0, 0, 0.5, 1), shapely.box(2, 0, 3, 1), shapely.box(3, 0, 4, 0.25)]
    found = zonal_statistics(np.array([shapely.union_all(parts)]), raster)
    assert found.count[0] == pytest.approx(1.75)
    assert found.total[0] == pytest.approx(4.5)
    assert found.mean[0] == pytest.approx(2.5714285714)


def test_it_agrees_with_exactextract(write: Writer) -> None:
    rng = np.random.default_rng(6)
    values = rng.normal(20, 5, (120, 110))
    values[rng.random(values.shape) < 0.1] = np.nan
    path = write(values, nodata=float("nan"))
    angles = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    radius = rng.uniform(1, 25, (15, 1)) * rng.uniform(0.5, 1, (15, 20))
    x, y = rng.uniform(20, 90, (15, 1)), rng.uniform(20, 100, (15, 1))
    geoms = shapely.polygons(np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=-1))
    ours = zonal_statistics(geoms, open_continuous_raster(path))
    frame = geopandas.GeoDataFrame(geometry=list(geoms), crs="EPSG:4547")
    wanted = ["count", "sum", "mean", "variance", "min", "max", "quantile(q=0.5)"]
    theirs: Any = exactextract.exact_extract(str(path), frame, wanted, output="pandas")
    assert ours.count == pytest.approx(theirs["count"].to_numpy(), rel=1e-6)
    assert ours.total == pytest.approx(theirs["sum"].to_numpy(), rel=1e-6)
    assert ours.mean == pytest.approx(theirs["mean"].to_numpy(), rel=1e-6)
    assert ours.variance == pytest.approx(theirs["variance"].to_numpy(), rel=1e-5)
    assert ours.smallest == pytest.approx(theirs["min"].to_numpy())
    assert ours.largest == pytest.approx(theirs["max"].to_numpy())
    assert ours.quantiles[:, 1] == pytest.approx(theirs["quantile_50"].to_numpy(), rel=1e-5)
    assert (ours.without_value_cells > 0).any()
    assert ours.count + ours.without_value_cells == pytest.approx(shapely.area(geoms), rel=1e-8)


def test_equal_weights_give_the_common_quantiles(write: Writer) -> None:
    values = np.random.default_rng(1).normal(size=(8, 8))
    found = zonal_statistics(np.array([shapely.box(0, 0, 8, 8)]), open_continuous_raster(write(values)))
    assert found.quantiles[0] == pytest.approx(np.quantile(values, [0.25, 0.5, 0.75]))


def test_a_parcel_without_values_has_no_mean(write: Writer) -> None:
    values = np.ones((4, 4))
    values[:, 2:] = np.nan
    geoms = np.array([shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)])
    found = zonal_statistics(geoms, open_continuous_raster(write(values)))
    assert found.count.tolist() == [4.0, 0.0]
    assert found.without_value_cells.tolist() == [0.0, 4.0]
    assert np.isnan([found.mean[1], found.variance[1], found.smallest[1], found.quantiles[1, 0]]).all()


def test_whole_numbers_without_nodata_are_not_guessed(write: Writer) -> None:
    path = write(np.array([[0, 5], [7, 9]], dtype=np.uint16))
    with pytest.raises(RasterError) as caught:
        open_continuous_raster(path)
    assert caught.value.rule == "raster-nodata-unset"
    everything: ContinuousRaster = open_continuous_raster(path, nodata="none")
    square = np.array([shapely.box(0, 0, 2, 2)])
    assert zonal_statistics(square, everything).mean[0] == pytest.approx(5.25)
    assert zonal_statistics(square, open_continuous_raster(path, nodata=0)).mean[0] == pytest.approx(7.0)
