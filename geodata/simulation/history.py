"""What a satellite would see of each parcel from year to year.

Classes are those of the annual China land cover data (CLCD). The stands' ages and events come from outside as
plain arrays: nothing is known here of trees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.simulation.landscape import Cover, Landscape
from geodata.simulation.partition import BoolArray, IntArray

YEARS = (2020, 2021, 2022, 2023, 2024, 2025)
"""Years of the land-cover rasters."""
CROPLAND, FOREST, SHRUB, GRASSLAND, WATER, BARREN, IMPERVIOUS, WETLAND = 1, 2, 3, 4, 5, 7, 8, 9
"""Codes of the classes; 6 (snow) does not occur."""
COVER_CLASS = {
    Cover.LAKE: WATER,
    Cover.RIVER: WATER,
    Cover.PADDY: CROPLAND,
    Cover.DRY_FIELD: CROPLAND,
    Cover.ORCHARD: SHRUB,
    Cover.VILLAGE: IMPERVIOUS,
    Cover.GRASS: GRASSLAND,
    Cover.BARREN: BARREN,
    Cover.FOREST: FOREST,
}
"""Class of what a parcel was in 2020."""
CHANGE_CLASSES = ("stable_forest", "forest_loss", "forest_gain", "stable_nonforest")
"""Names of the change classes 2020 to 2025; their place is the number used in this package."""

ClassArray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class StandHistory:
    """Ages and events of the stands, one element for each forest parcel in order."""

    age_year: IntArray
    """Age in 2025 [year]."""
    cleared_year: IntArray
    """Year in which the stand was cleared or burned, 0 for none."""


def cover_classes(land: Landscape, history: StandHistory) -> ClassArray:
    """Return the true class of each parcel in each year, (parcels, 6).

    Parameters
    ----------
    land
        The parcels.
    history
        Ages and events of those of them that carry a stand.
    """
    base = np.array([COVER_CLASS[Cover(code)] for code in range(len(Cover))], dtype=np.uint8)
    classes = np.repeat(base[land.cover][:, None], len(YEARS), axis=1)
    forest = np.flatnonzero(land.forest)
    year = np.array(YEARS)[None, :]
    planted = land.project[forest] > 0
    age = history.age_year[:, None] - (YEARS[-1] - year)
    seen = np.where(planted[:, None], _planted_class(age, classes[forest]), _stand_class(age))
    since = year - history.cleared_year[:, None]
    cleared = (history.cleared_year[:, None] > 0) & (since >= 0)
    classes[forest] = np.where(cleared, _after_clearing(since), seen)
    return classes


def _stand_class(age_year: IntArray) -> ClassArray:
    young = np.where(age_year >= 3, SHRUB, np.where(age_year >= 1, GRASSLAND, BARREN))
    return np.where(age_year >= 5, FOREST, young).astype(np.uint8)


def _planted_class(age_year: IntArray, before: ClassArray) -> ClassArray:
    grown = np.where(age_year >= 5, FOREST, np.where(age_year >= 3, SHRUB, GRASSLAND))
    return np.where(age_year <= 0, before, np.where(age_year == 1, BARREN, grown)).astype(np.uint8)


def _after_clearing(since_year: IntArray) -> ClassArray:
    later = np.where(since_year >= 3, SHRUB, GRASSLAND)
    return np.where(since_year == 0, BARREN, later).astype(np.uint8)


def change_class(first: ClassArray, last: ClassArray) -> ClassArray:
    """Return the number of the change class of pairs of classes (`CHANGE_CLASSES`).

    Examples
    --------
    >>> change_class(np.uint8([2, 2, 4, 1]), np.uint8([2, 7, 2, 8])).tolist()
    [0, 1, 2, 3]
    """
    was: BoolArray = np.asarray(first) == FOREST
    now: BoolArray = np.asarray(last) == FOREST
    return np.where(was & now, 0, np.where(was, 1, np.where(now, 2, 3))).astype(np.uint8)
