"""Codes of townships, villages, compartments and sub-compartments of the simulated county.

Codes follow the hierarchy of the forest resource map: XIAN (6 digits), XIANG (3), CUN (3), LIN_BAN (4),
XIAO_BAN (5). Names are made for the demonstration: no real township, village or person is named.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geodata.simulation.noise import FloatArray
from geodata.simulation.partition import IntArray

COUNTY_CODE = "430624"
"""Code of the county whose shape is imitated (GB/T 2260)."""

StringArray = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Administration:
    """Administrative codes of the parcels, in the order of the identifiers."""

    township: StringArray
    """XIANG, 3 digits."""
    village: StringArray
    """CUN, 3 digits, unique within the township."""
    compartment: StringArray
    """LIN_BAN, 4 digits, unique within the village."""
    subcompartment: StringArray
    """XIAO_BAN, 5 digits, unique within the compartment."""
    township_name: StringArray
    """Demonstration name of the township."""
    village_index: IntArray
    """Number of the village in the whole county, from 0."""

    @property
    def parcel_id(self) -> StringArray:
        """XIAN + XIANG + CUN + LIN_BAN + XIAO_BAN, 21 digits."""
        parts = (self.township, self.village, self.compartment, self.subcompartment)
        joined = np.full(self.township.size, COUNTY_CODE, dtype="<U6")
        for part in parts:
            joined = np.strings.add(joined, part)
        return joined


def administer(rng: np.random.Generator, x_m: FloatArray, y_m: FloatArray) -> tuple[Administration, IntArray]:
    """Divide parcels among townships, villages and compartments by nearness.

    Parameters
    ----------
    rng
        Source of the centres.
    x_m, y_m
        A point in each parcel [m].

    Returns
    -------
    Administration
        Codes, ordered by identifier.
    ndarray
        Order of the parcels: element i is the parcel that becomes number i.
    """
    points = np.column_stack([x_m, y_m])
    count = x_m.size
    compartment = _nearest(rng, points, max(8, count // 18))
    village_of = _nearest(rng, compartment[0], int(np.clip(count // 45, 5, 1_500)))
    township_of = _nearest(rng, village_of[0], int(np.clip(count // 150, 3, 19)))
    village = village_of[1][compartment[1]]
    township = township_of[1][village]
    order = np.lexsort((x_m, -y_m, compartment[1], village, township))
    township, village, block = township[order], village[order], compartment[1][order]
    village_number = _number_within(township, village)
    block_number = _number_within(village, block)
    serial = _serial_within(block)
    return (
        Administration(
            township=_digits(township + 101, 3),
            village=_digits(village_number + 201, 3),
            compartment=_digits(block_number + 1, 4),
            subcompartment=_digits(serial + 1, 5),
            township_name=np.strings.add("示范乡镇", _digits(township + 1, 2)),
            village_index=village.astype(np.int64),
        ),
        order,
    )


def _nearest(rng: np.random.Generator, points: FloatArray, count: int) -> tuple[FloatArray, IntArray]:
    """Choose centres among the points and return them with the nearest centre of every point."""
    centres = points[rng.choice(len(points), min(count, len(points)), replace=False)]
    _, nearest = cKDTree(centres).query(points)
    return centres, np.asarray(nearest, dtype=np.int64)


def _number_within(outer: IntArray, inner: IntArray) -> IntArray:
    """Count the inner units from 0 in each outer unit; both are sorted, outer first."""
    new_outer = np.concatenate([[True], np.diff(outer) != 0])
    new_inner = np.concatenate([[True], np.diff(inner) != 0]) | new_outer
    running = np.cumsum(new_inner) - 1
    first = np.maximum.accumulate(np.where(new_outer, running, 0))
    return np.asarray(running - first, dtype=np.int64)


def _serial_within(group: IntArray) -> IntArray:
    """Count the members of each run of equal groups from 0."""
    position = np.arange(group.size)
    new = np.concatenate([[True], np.diff(group) != 0])
    return np.asarray(position - np.maximum.accumulate(np.where(new, position, 0)), dtype=np.int64)


def _digits(number: IntArray, width: int) -> StringArray:
    return np.strings.zfill(number.astype(np.str_), width)
