"""Where the permanent plots lie: a stratified random sample of points in the parcels of each stratum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.simulation.landscape import Landscape
from geodata.simulation.noise import FloatArray, stream
from geodata.simulation.partition import IntArray

PLOTS_PER_STRATUM: Mapping[str, int] = {
    "杉木": 24,
    "松类": 22,
    "阔叶": 22,
    "杨树": 14,
    "毛竹": 16,
    "项目-杉木": 10,
    "项目-枫香": 10,
}
"""Plots at the default size of the county."""
DEFAULT_PARCELS = 1_200
"""The default size [parcel]."""
FEWEST_PLOTS = 8
"""Plots that each stratum has at least."""


@dataclass(frozen=True, slots=True)
class PlotPoints:
    """The plots, by stratum."""

    stand: IntArray
    """Number of the forest parcel among the forest parcels."""
    stratum: IntArray
    """Number of the stratum."""
    x_m: FloatArray
    """Easting of the plot's middle [m]."""
    y_m: FloatArray
    """Northing of the plot's middle [m]."""


def plot_number(stratum: str, parcels: int) -> int:
    """Return how many plots a stratum gets in a county of a number of parcels.

    Examples
    --------
    >>> [plot_number("杉木", parcels) for parcels in (100, 500, 1200, 200_000)]
    [12, 15, 24, 48]
    """
    scale = float(np.clip(np.sqrt(parcels / DEFAULT_PARCELS), 0.5, 2.0))
    return max(FEWEST_PLOTS, round(PLOTS_PER_STRATUM[stratum] * scale))


def draw_points(seed: int, land: Landscape, stratum: IntArray, names: tuple[str, ...]) -> PlotPoints:
    """Draw the plots: a parcel with probability proportional to its area, then a uniform point in it.

    Parameters
    ----------
    seed
        Seed of the county.
    land
        The parcels.
    stratum
        Number of the stratum of each forest parcel.
    names
        Names of the strata.
    """
    rng = stream(seed, "plots")
    area_ha = land.area_ha[land.forest]
    drawn: list[NDArray[np.int64]] = []
    for number, name in enumerate(names):
        members = np.flatnonzero(stratum == number)
        if members.size:
            weight = area_ha[members] / area_ha[members].sum()
            drawn.append(rng.choice(members, plot_number(name, land.area_ha.size), p=weight))
    stand = np.concatenate(drawn)
    geometry = land.geometry[land.forest][stand]
    points = [_point_in(rng, polygon) for polygon in geometry]
    x_m, y_m = np.round(np.array(points), 2).T
    return PlotPoints(stand, stratum[stand], x_m, y_m)


def _point_in(rng: np.random.Generator, polygon: shapely.Geometry) -> tuple[float, float]:
    west, south, east, north = shapely.bounds(polygon)
    while True:
        x_m, y_m = rng.uniform(west, east), rng.uniform(south, north)
        if shapely.contains_xy(polygon, x_m, y_m):
            return float(x_m), float(y_m)
