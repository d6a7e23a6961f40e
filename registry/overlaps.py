"""Land that two registered parcels claim: the check that a register of rights stands on.

The shapes are those the registry holds, whatever layer and year they came from. Touching neighbours are no
overlap; the tolerance is stated with each finding.
"""

from __future__ import annotations

from typing import Final

import shapely

from geodata.overlay import find_overlaps
from mrv.findings import Finding
from registry.queries import parcel_geometries
from registry.store import Registry

TOLERANCE_M2: Final = 1.0
"""Largest overlap that is left untold [m2] (methodology 6.4)."""


def check_parcel_overlaps(
    registry: Registry, county_code: str, *, tolerance_m2: float = TOLERANCE_M2
) -> list[Finding]:
    """Return a finding for each pair of registered parcels of a county that share land.

    Parameters
    ----------
    registry
        The registry.
    county_code
        County whose parcels are looked at; they are all in the county's own projected system.
    tolerance_m2
        Largest overlap that is left untold [m2].
    """
    rows = parcel_geometries(registry, county_code)
    if not rows:
        return []
    names = [row["parcel_id"] for row in rows]
    shapes = shapely.from_wkb([row["geometry"] for row in rows])
    return [
        Finding(
            "registered-parcels-overlap",
            "error",
            "parcel",
            field="geometry",
            value=names[first],
            params={"other": names[second], "area_m2": area_m2, "tolerance_m2": tolerance_m2},
        )
        for first, second, area_m2 in find_overlaps(shapes, tolerance_m2)
    ]
