"""Every row of the published table `oracle.csv`, reproduced by our own code from the data beside it.

The rows are read from the file, so that a row without a computation fails. Wyoming is asked through a FIADB
built of its tables, Bighorn through boundary, map and public coordinates, as a county run does.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from flows.estimating import FiadbQuestion, Presentation, estimate_fiadb
from geodata.crs import transform, transform_points
from geodata.populations import Population, population_tables
from geodata.raster import open_class_raster
from geodata.tables import Table
from geodata.vector import legal_area_ha, read_parcels
from mrv.estimate import Estimate
from mrv.fia_population import FiaPopulation, population_from_pixels
from mrv.fiadb import FiaTables, fia_totals, forest_land
from mrv.units import HA_PER_US_SURVEY_ACRE
from tests.wyoming_fiadb import write_folder, wyoming_tables

pytestmark = pytest.mark.realdata
OPERATION = "Inverse of NAD27 to WGS 84 (6)"
US = Presentation(units="us")
UNITS = {f"wy_forest_area_unit{unit}": unit for unit in (1, 11, 13, 15, 17, 19)}


@dataclass(frozen=True)
class Found:
    """What we computed for a row."""

    value: float
    error: float | None
    n_plots: int | None


@dataclass(frozen=True)
class Bighorn:
    """The forest as the monitoring stage sees it."""

    acres: float
    tables: dict[str, Table]


@pytest.fixture(scope="module")
def fiadb(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(wyoming_tables(real_data), tmp_path_factory.mktemp("oracle"))


@pytest.fixture(scope="module")
def bighorn(real_data: Path, wyoming: FiaTables) -> Bighorn:
    folder = real_data / "fiesta_wyoming" / "spatial"
    layer = read_parcels(folder / "WYbighorn_adminbnd.shp", schema="bighorn_admin", crs="EPSG:4269")
    moved, _ = transform(layer.geometry, layer.crs, "EPSG:5069", operation=OPERATION)
    area_ha = float(legal_area_ha(moved, "EPSG:5069", "planar")[0])
    raster = open_class_raster(folder / "WYbighorn_forest_nonforest_250m.tif", nodata="none")
    x, y, _ = transform_points(
        wyoming.plots["lon_public"],
        wyoming.plots["lat_public"],
        "EPSG:4269",
        "EPSG:5069",
        operation=OPERATION,
    )
    forest = Population("bighorn", moved[0], area_ha)
    tables = population_tables([forest], raster, wyoming.plots["cn"].astype(object), x, y)
    return Bighorn(area_ha / HA_PER_US_SURVEY_ACRE, tables)


def of_estimate(estimate: Estimate, factor: float = 1.0, n_plots: int | None = None) -> Found:
    return Found(estimate.value * factor, estimate.standard_error * factor, n_plots or estimate.n_plots)


def of_wyoming(fiadb: Path, population: FiaPopulation, row: dict[str, str]) -> Found:
    name = row["id"]
    if name in UNITS:
        groups = estimate_fiadb(fiadb, FiadbQuestion("area", by=("ESTN_UNIT",)), US).rows[1:]
        chosen = next(item for item in groups if item.group["ESTN_UNIT"] == str(UNITS[name]))
        # the table counts the plots of the unit alone; a unit is independent of the others
        return of_estimate(chosen.estimate, n_plots=int((population.unit == str(UNITS[name])).sum()))
    if name == "wy_ratio_vol_timberland":
        asked = FiadbQuestion("volume", per_area=True, land="timber")
        by_unit = estimate_fiadb(fiadb, FiadbQuestion("area", land="timber", by=("ESTN_UNIT",)), US).rows[1:]
        # the table counts the plots of the units that have timberland
        units = [item.group["ESTN_UNIT"] for item in by_unit]
        count = int(np.isin(population.unit, units).sum())
        return of_estimate(estimate_fiadb(fiadb, asked, US).rows[0].estimate, n_plots=count)
    asked = {
        "wy_forest_area": FiadbQuestion("area"),
        "wy_area_type281": FiadbQuestion("area", where="FORTYPCD = 281"),
        "wy_vol_live": FiadbQuestion("volume"),
    }[name]
    return of_estimate(estimate_fiadb(fiadb, asked, US).rows[0].estimate)


def of_bighorn(bighorn: Bighorn, wyoming: FiaTables, name: str) -> Found:
    assignment, strata, units = (bighorn.tables[key].columns for key in ("assignment", "strata", "units"))
    if name == "bh_area_total":
        return Found(bighorn.acres, None, len(bighorn.tables["assignment"]))
    if name.startswith("bh_pixels"):
        code = "1" if name == "bh_pixels_forest" else "2"
        pixels = strata["pixels"][strata["stratum"] == code]
        return Found(float(pixels[0]), None, int((assignment["stratum"] == code).sum()))
    population = population_from_pixels("bighorn", assignment, strata, units)
    conditions = wyoming.conditions
    group = conditions["fortypgrpcd"] == 280
    domain = {
        "bh_forest_area": np.ones_like(group),
        "bh_area_lodgepole": group,
        "bh_area_undisturbed_280": group & (conditions["dstrbcd1"] == 0),
    }[name]
    found = fia_totals(wyoming, population, forest_land(wyoming) & domain, ()).estimate(0, "ha")
    return of_estimate(found, 1 / HA_PER_US_SURVEY_ACRE)


def half_of_last_digit(text: str) -> float:
    digits = len(text.partition(".")[2])
    return 0.5 * 10.0**-digits


def faults(row: dict[str, str], found: Found) -> list[tuple[str, str, float | None, float]]:
    """Return what of a row differs by more than its last digit allows."""
    share = None if found.error is None else 100 * found.error / found.value
    wrong = []
    for field, value in (
        ("estimate", found.value),
        ("se", found.error),
        ("pse_percent", share),
        ("n_plots", found.n_plots),
    ):
        if row[field] == "":
            continue
        expected = float(row[field])
        if value is None or abs(value - expected) > half_of_last_digit(row[field]):
            wrong.append((row["id"], field, value, expected))
    return wrong


def test_every_row_of_the_table(
    real_data: Path, bighorn: Bighorn, wyoming: FiaTables, wyoming_population: FiaPopulation, fiadb: Path
) -> None:
    with (real_data / "fiesta_wyoming" / "oracle.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 16
    wrong = []
    for row in rows:
        if row["id"].startswith("wy_"):
            found = of_wyoming(fiadb, wyoming_population, row)
        else:
            found = of_bighorn(bighorn, wyoming, row["id"])
        wrong += faults(row, found)
    assert wrong == []


def test_a_wrong_figure_would_be_seen() -> None:
    row = {"id": "x", "estimate": "100.5", "se": "", "pse_percent": "2.37", "n_plots": "3"}
    assert faults(row, Found(100.52, 2.382, 3)) == []
    assert [fault[1] for fault in faults(row, Found(100.6, 2.4, 4))] == ["estimate", "pse_percent", "n_plots"]
