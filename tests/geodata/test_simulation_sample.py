"""Plots: enough of them in each stratum, each inside the parcel it is said to be in, drawn by area."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geodata.simulation.landscape import Landscape, build_landscape
from geodata.simulation.sample import PLOTS_PER_STRATUM, PlotPoints, draw_points, plot_number

NAMES = tuple(PLOTS_PER_STRATUM)


@pytest.fixture(scope="module")
def land() -> Landscape:
    return build_landscape(11, 300)


@pytest.fixture(scope="module")
def points(land: Landscape) -> PlotPoints:
    count = int(land.forest.sum())
    return draw_points(1, land, np.arange(count) % len(NAMES), NAMES)


def test_every_stratum_has_at_least_eight_plots() -> None:
    assert all(plot_number(name, size) >= 8 for name in NAMES for size in (100, 500, 1_200, 200_000))
    county = [plot_number(name, 1_200) for name in NAMES[:5]]
    assert sum(county) == 98
    assert all(12 <= number <= 25 for number in county)
    assert [plot_number(name, 1_200) for name in NAMES[5:]] == [10, 10]


def test_plots_lie_in_their_parcel_and_stratum(land: Landscape, points: PlotPoints) -> None:
    parcels = land.geometry[land.forest][points.stand]
    distance_m = shapely.distance(parcels, shapely.points(points.x_m, points.y_m))
    assert (distance_m < 0.01).all()
    assert np.array_equal(points.stand % len(NAMES), points.stratum)
    counts = np.bincount(points.stratum).tolist()
    assert counts == [plot_number(name, 300) for name in NAMES]


def test_large_parcels_are_drawn_in_proportion_to_their_area(land: Landscape) -> None:
    count = int(land.forest.sum())
    one = np.zeros(count, dtype=np.int64)
    area_ha = land.area_ha[land.forest]
    drawn = np.concatenate([draw_points(seed, land, one, NAMES[:1]).stand for seed in range(150)])
    expected = float((area_ha**2).sum() / area_ha.sum())
    error = float(area_ha[drawn].std() / np.sqrt(drawn.size))
    assert abs(float(area_ha[drawn].mean()) - expected) < 4.0 * error
