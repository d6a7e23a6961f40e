"""The layer of parcels that a county file names, in the county's own system, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.county import County, ParcelsTable
from flows.steps.parcels import PUBLIC_CRS
from geodata.crs import transform
from geodata.vector import ParcelLayer, read_parcels


def county_layer(county: County, stated: ParcelsTable, folder: Path) -> tuple[ParcelLayer, Any]:
    """Return the layer as it was read, and its polygons in the county's system.

    Parameters
    ----------
    county
        County file.
    stated
        Its table of parcels.
    folder
        Folder that its paths are relative to.
    """
    foreign = stated.operation is not None
    layer = read_parcels(
        folder / stated.path,
        schema=stated.schema_id,
        crs=stated.crs or (PUBLIC_CRS if foreign else None),
        encoding=stated.encoding,
        county_crs=None if foreign else county.county.crs,
    )
    geometry, _ = transform(layer.geometry, layer.crs, county.county.crs, operation=stated.operation)
    return layer, geometry
