"""Bighorn National Forest: the same estimator with map strata of its own, against published figures.

Source of the expected values: USDAForestService/FIESTA, article FIESTA_tutorial_GB (spGetStrata; modGBarea
2.1 and 2.2): 1,112,401 acres (1,112,401.48 planar), 52,289 and 19,731 pixels, 41 and 15 plots.
"""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio

from mrv.fia_population import FiaPopulation, make_population
from mrv.fiadb import FiaTables, estimate_fiadb, fia_totals, forest_land
from mrv.sampling import EstimationUnit
from mrv.units import HA_PER_US_SURVEY_ACRE

pytestmark = pytest.mark.realdata
ACRES = 1_112_401.48
PIXELS = {"1": 52_289.0, "2": 19_731.0}


@pytest.fixture(scope="module")
def population(real_data: Path, wyoming: FiaTables) -> FiaPopulation:
    folder = real_data / "fiesta_wyoming" / "spatial"
    boundary = geopandas.read_file(folder / "WYbighorn_adminbnd.shp").geometry.iloc[0]
    lon, lat = wyoming.plots["lon_public"], wyoming.plots["lat_public"]
    points = geopandas.GeoSeries(geopandas.points_from_xy(lon, lat), crs="EPSG:4269")
    inside = points.within(boundary).to_numpy()
    with rasterio.open(folder / "WYbighorn_forest_nonforest_250m.tif") as raster:
        placed = points[inside].to_crs(raster.crs)
        classes = [str(value[0]) for value in raster.sample(zip(placed.x, placed.y, strict=True))]
    unit = EstimationUnit("bighorn", ACRES * HA_PER_US_SURVEY_ACRE, PIXELS)
    return make_population("bighorn", wyoming.plots["cn"][inside], classes, units=(unit,))


def test_plots_by_stratum(population: FiaPopulation) -> None:
    names, counts = np.unique(population.stratum, return_counts=True)
    assert dict(zip(names.tolist(), counts.tolist(), strict=True)) == {"1": 41, "2": 15}


def test_forest_area(wyoming: FiaTables, population: FiaPopulation) -> None:
    found = estimate_fiadb(wyoming, population, year=2013)
    area = found.estimates[0].estimate
    assert (found.estimates[0].domain, found.estimates[0].quantity) == ("bighorn", "forest_area")
    assert area.value / HA_PER_US_SURVEY_ACRE == pytest.approx(665_942.4, abs=0.1)
    assert area.n_plots == 56
    assert "strata-collapsed" not in [note.rule for note in found.notes]


def test_lodgepole_group(wyoming: FiaTables, population: FiaPopulation) -> None:
    conditions = wyoming.conditions
    group = forest_land(wyoming) & (conditions["fortypgrpcd"] == 280)
    area = fia_totals(wyoming, population, group, ()).estimate(0, "ha")
    assert area.value / HA_PER_US_SURVEY_ACRE == pytest.approx(407_294.1, abs=0.1)
    calm = group & (conditions["dstrbcd1"] == 0)
    undisturbed = fia_totals(wyoming, population, calm, ()).estimate(0, "ha")
    # published from the area rounded to a whole acre
    assert undisturbed.value / HA_PER_US_SURVEY_ACRE == pytest.approx(352_292.769, rel=1e-6)
    assert undisturbed.standard_error / HA_PER_US_SURVEY_ACRE == pytest.approx(64_343.621, rel=1e-6)


def test_carbon_has_an_interval(wyoming: FiaTables, population: FiaPopulation) -> None:
    found = {e.quantity: e.estimate for e in estimate_fiadb(wyoming, population, year=2013).estimates}
    carbon = found["carbon_stock_ag"]
    low, high = carbon.interval(0.90)
    assert 0 < low < carbon.value < high
    assert carbon.df == 54
    # the ratio is the total over the forest area
    assert found["carbon_stock_ag_per_ha"].value == pytest.approx(carbon.value / found["forest_area"].value)
