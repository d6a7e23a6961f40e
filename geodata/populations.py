"""Populations inside boundaries: which plots, which strata with which weights, which area.

A population is a polygon; its strata are the classes of a raster. Weights are counts of cells by their
centres, as forest inventories have published them; the stratum of a plot is the class under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.raster import ClassRaster, sample_at
from geodata.tables import Table, make_table
from geodata.zonal import class_areas

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Population:
    """An area to estimate, in the raster's CRS."""

    id: str
    """Identifier, e.g. ``bighorn`` or ``district:01``."""
    geometry: Any
    """Polygon or multipolygon."""
    area_ha: float
    """Its legal area [ha]."""


def population_tables(
    populations: Sequence[Population],
    raster: ClassRaster,
    plot_id: NDArray[Any],
    x: Floats,
    y: Floats,
) -> dict[str, Table]:
    """Return the tables that post-stratification needs, for each population.

    Parameters
    ----------
    populations
        The areas, in the raster's CRS.
    raster
        Its classes are the strata.
    plot_id, x, y
        The plots, in the raster's CRS.

    Returns
    -------
    dict[str, Table]
        ``assignment`` (population, plot_id, stratum), ``strata`` (population, stratum, pixels) and ``units``
        (population, area_ha).
    """
    order = np.argsort(plot_id.astype(str), kind="stable")
    codes, covered = sample_at(raster, x[order], y[order])
    counted = class_areas(np.array([p.geometry for p in populations]), raster, rule="centre")
    members = [
        np.flatnonzero(covered & shapely.contains_xy(p.geometry, x[order], y[order])) for p in populations
    ]
    who = [population.id for population, found in zip(populations, members, strict=True) for _ in found]
    chosen = np.concatenate(members) if members else np.array([], dtype=np.int64)
    rows, columns = np.nonzero(counted.pixels)
    return {
        "assignment": make_table(
            raster.path.name,
            {
                "population": who,
                "plot_id": [str(name) for name in plot_id[order][chosen]],
                "stratum": [str(code) for code in codes[chosen]],
                "x_m": x[order][chosen],
                "y_m": y[order][chosen],
            },
        ),
        "strata": make_table(
            raster.path.name,
            {
                "population": [populations[int(row)].id for row in rows],
                "stratum": [str(code) for code in counted.classes[columns]],
                "pixels": counted.pixels[rows, columns],
            },
        ),
        "units": make_table(
            raster.path.name,
            {
                "population": [population.id for population in populations],
                "area_ha": [population.area_ha for population in populations],
            },
        ),
    }
