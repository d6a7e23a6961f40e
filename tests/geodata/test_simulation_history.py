"""What a satellite sees: planting grows into forest, clearing and fire take it away."""

from __future__ import annotations

import numpy as np
import pytest

from geodata.simulation.history import (
    BARREN,
    FOREST,
    GRASSLAND,
    SHRUB,
    StandHistory,
    change_class,
    cover_classes,
)
from geodata.simulation.landscape import Landscape, build_landscape


@pytest.fixture(scope="module")
def land() -> Landscape:
    return build_landscape(11, 300)


def test_old_forest_stays_forest_and_a_cleared_one_does_not(land: Landscape) -> None:
    count = int(land.forest.sum())
    cleared = np.zeros(count, dtype=np.int64)
    natural = np.flatnonzero(land.project[land.forest] == 0)
    cleared[natural[0]] = 2022
    classes = cover_classes(land, StandHistory(np.full(count, 30), cleared))[land.forest]
    assert classes[natural[1]].tolist() == [FOREST] * 6
    assert classes[natural[0]].tolist() == [FOREST, FOREST, BARREN, GRASSLAND, GRASSLAND, SHRUB]


def test_the_project_is_bare_in_2020_and_forest_in_2025(land: Landscape) -> None:
    count = int(land.forest.sum())
    age = np.full(count, 5)
    classes = cover_classes(land, StandHistory(age, np.zeros(count, dtype=np.int64)))[land.project > 0]
    assert np.isin(classes[:, 0], [GRASSLAND, BARREN]).all()
    assert (classes[:, 1] == BARREN).all()
    assert (classes[:, -1] == FOREST).all()


def test_a_stand_younger_than_the_series_was_bare_before(land: Landscape) -> None:
    count = int(land.forest.sum())
    history = StandHistory(np.full(count, 6), np.zeros(count, dtype=np.int64))
    natural = land.forest & (land.project == 0)
    assert cover_classes(land, history)[natural][0].tolist() == [
        GRASSLAND,
        GRASSLAND,
        SHRUB,
        SHRUB,
        FOREST,
        FOREST,
    ]


def test_land_without_a_stand_keeps_its_class(land: Landscape) -> None:
    count = int(land.forest.sum())
    classes = cover_classes(land, StandHistory(np.full(count, 30), np.zeros(count, dtype=np.int64)))
    assert (classes[~land.forest] == classes[~land.forest][:, :1]).all()


def test_change_classes_are_those_of_the_reference_sample() -> None:
    assert change_class(np.uint8([2, 2, 1, 1]), np.uint8([2, 1, 2, 1])).tolist() == [0, 1, 2, 3]
