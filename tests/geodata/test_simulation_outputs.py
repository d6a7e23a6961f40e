"""The land-cover folder: six maps, a reference sample, and the true area of each change class."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely

from geodata.simulation.history import StandHistory
from geodata.simulation.landscape import Landscape, build_landscape
from geodata.simulation.outputs import write_land_cover
from geodata.tables import read_table


@pytest.fixture(scope="module")
def land() -> Landscape:
    return build_landscape(11, 200)


@pytest.fixture(scope="module")
def history(land: Landscape) -> StandHistory:
    planted = land.project[land.forest] > 0
    cleared = np.zeros(planted.size, dtype=np.int64)
    cleared[np.flatnonzero(~planted)[:10]] = 2023
    return StandHistory(np.where(planted, 5, 30), cleared)


def test_it_writes_six_maps_and_a_sample(tmp_path: Path, land: Landscape, history: StandHistory) -> None:
    write_land_cover(tmp_path, 1, land, history)
    maps = [f"landcover_{year}.tif" for year in range(2020, 2026)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [*maps, "reference_sample.csv"]
    sample, problems = read_table(tmp_path / "reference_sample.csv", "reference_sample", table="points")
    assert problems == []
    assert len(sample.rows) > 100


def test_the_true_change_is_that_of_the_parcels(
    tmp_path: Path, land: Landscape, history: StandHistory
) -> None:
    change = write_land_cover(tmp_path, 1, land, history)["area_ha"]
    cleared = np.flatnonzero(land.forest)[history.cleared_year > 0]
    assert change["forest_loss"] == pytest.approx(land.area_ha[cleared].sum(), abs=1e-3)
    assert change["forest_gain"] == pytest.approx(land.area_ha[land.project > 0].sum(), abs=1e-3)
    assert sum(change.values()) == pytest.approx(land.area_ha.sum(), abs=1e-3)


def test_the_faults_are_on_the_last_map_alone(tmp_path: Path, land: Landscape, history: StandHistory) -> None:
    write_land_cover(tmp_path, 1, land, history, frozenset({"raster_not_covering", "nodata_unset"}))
    east = shapely.total_bounds(land.geometry)[2]
    with rasterio.open(tmp_path / "landcover_2024.tif") as good:
        assert good.nodata == 0
        assert good.bounds.right > east
    with rasterio.open(tmp_path / "landcover_2025.tif") as bad:
        assert bad.nodata is None
        assert bad.bounds.right < east
