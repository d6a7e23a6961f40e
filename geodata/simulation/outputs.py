"""Write the maps of the simulated county and say how much of each change class there truly is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from geodata.simulation.documents import write_reference
from geodata.simulation.history import CHANGE_CLASSES, YEARS, StandHistory, change_class, cover_classes
from geodata.simulation.landscape import Landscape
from geodata.simulation.rasters import draw_reference, make_grid, write_raster, year_maps


def write_land_cover(
    folder: Path, seed: int, land: Landscape, history: StandHistory, faults: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Write the six rasters and the reference sample; return the true area of each change class.

    Parameters
    ----------
    folder
        The folder ``landcover``.
    seed
        Seed of the county.
    land, history
        The parcels, and the ages and events of their stands.
    faults
        Of `FAULTS`: raster_not_covering, nodata_unset (both on the raster of 2025).
    """
    classes = cover_classes(land, history)
    grid = make_grid(land)
    mapped, truth = year_maps(seed, grid, classes)
    for year, values in zip(YEARS, mapped, strict=True):
        last = year == YEARS[-1]
        cut = values[:, : values.shape[1] // 2] if last and "raster_not_covering" in faults else values
        nodata = None if last and "nodata_unset" in faults else 0
        write_raster(folder / f"landcover_{year}.tif", cut, grid.transform, nodata=nodata)
    sample = draw_reference(seed, grid, (mapped[0], mapped[-1]), (truth[0], truth[-1]))
    write_reference(folder / "reference_sample.csv", sample)
    change = change_class(classes[:, 0], classes[:, -1])
    area_ha = np.bincount(change, land.area_ha, minlength=len(CHANGE_CLASSES))
    inside = grid.parcel >= 0
    pixels = np.bincount(change_class(mapped[0], mapped[-1])[inside], minlength=len(CHANGE_CLASSES))
    return {
        "area_ha": {
            name: round(float(value), 4) for name, value in zip(CHANGE_CLASSES, area_ha, strict=True)
        },
        "mapped_pixels": {name: int(value) for name, value in zip(CHANGE_CLASSES, pixels, strict=True)},
    }
