"""Populations inside boundaries: plots, strata weights, areas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from geodata.populations import Population, population_tables
from geodata.raster import ClassRaster, open_class_raster


@pytest.fixture
def raster(tmp_path: Path) -> ClassRaster:
    values = np.ones((10, 10), dtype=np.uint8)
    values[:, 5:] = 2
    path = tmp_path / "strata.tif"
    profile = {"driver": "GTiff", "height": 10, "width": 10, "count": 1, "dtype": "uint8"}
    transform = from_origin(0, 100, 10, 10)
    with rasterio.open(path, "w", crs="EPSG:4547", transform=transform, **profile) as out:
        out.write(values, 1)
    return open_class_raster(path, nodata="none")


def test_plots_strata_and_areas_of_two_populations(raster: ClassRaster) -> None:
    populations = [
        Population("whole", shapely.box(0, 0, 100, 100), 1.0),
        Population("west", shapely.box(0, 0, 40, 100), 0.4),
    ]
    names = np.array(["c", "a", "b", "far"], dtype=object)
    x, y = np.array([90.0, 10.0, 45.0, 500.0]), np.array([50.0, 50.0, 50.0, 50.0])
    tables = population_tables(populations, raster, names, x, y)
    assigned = list(
        zip(*(tables["assignment"][c] for c in ("population", "plot_id", "stratum")), strict=True)
    )
    assert assigned == [("whole", "a", "1"), ("whole", "b", "1"), ("whole", "c", "2"), ("west", "a", "1")]
    strata = list(zip(*(tables["strata"][c] for c in ("population", "stratum", "pixels")), strict=True))
    assert strata == [("whole", "1", 50.0), ("whole", "2", 50.0), ("west", "1", 40.0)]
    assert tables["units"]["area_ha"].tolist() == [1.0, 0.4]


def test_a_plot_without_coordinates_is_in_no_population(raster: ClassRaster) -> None:
    nowhere = np.array([np.nan])
    population = [Population("whole", shapely.box(0, 0, 100, 100), 1.0)]
    tables = population_tables(population, raster, np.array(["a"], dtype=object), nowhere, nowhere)
    assert len(tables["assignment"]) == 0
