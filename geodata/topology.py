"""Topology of a layer of parcels: what is broken, doubled or claimed twice.

Geometry is judged in the plane of the layer's projected system. Every pair of neighbours is looked at through
one spatial index, so that a county of a hundred thousand parcels takes seconds. Neighbours that share an edge
do not overlap, whatever rounding does to their last digits: less than the tolerance is no finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.attributes import limit_findings
from geodata.crs import Geometries
from geodata.findings import Finding

OVERLAP_M2: Final = 1.0
"""Overlap of two parcels above which it is a finding [m2] (specification 6.4)."""
_POLYGONAL: Final = (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON))


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two parcels that claim the same land."""

    first: int
    """Position of the one."""
    second: int
    """Position of the other, greater than `first`."""
    area_m2: float
    """Size of what both claim [square of the layer's unit; m2 where the unit is the metre]."""


def check_topology(
    source: str,
    parcel_id: NDArray[Any],
    geoms: Geometries,
    rows: NDArray[np.int64],
    *,
    overlap_m2: float = OVERLAP_M2,
) -> list[Finding]:
    """Return what is wrong with the shapes and identifiers of a layer.

    Parameters
    ----------
    source
        File name, for the findings.
    parcel_id
        Identifier of each parcel, shape (n,).
    geoms
        Polygons in a projected system, shape (n,).
    rows
        Row of each parcel in the person's file, shape (n,).
    overlap_m2
        Overlap that is still taken for rounding [m2].

    Returns
    -------
    list[Finding]
        Invalid shapes, identifiers that stand twice, overlaps; what has no polygon is not looked at.
    """
    broken = _check_shapes(source, parcel_id, geoms, rows)
    doubled = _check_identifiers(source, parcel_id, rows)
    return [*broken, *doubled, *_check_overlaps(source, parcel_id, geoms, rows, overlap_m2)]


def find_parcel_overlaps(geoms: Geometries, tolerance_m2: float = OVERLAP_M2) -> list[Overlap]:
    """Return the pairs of parcels that overlap by more than a tolerance, in order of their positions.

    Shapes that are not valid are made valid for this question alone.

    Parameters
    ----------
    geoms
        Polygons in a projected system, shape (n,).
    tolerance_m2
        Overlap that is still taken for rounding [m2].

    Examples
    --------
    >>> find_parcel_overlaps(np.array([shapely.box(0, 0, 10, 10), shapely.box(8, 0, 20, 10)]))
    [Overlap(first=0, second=1, area_m2=20.0)]
    """
    usable = _usable(geoms)
    positions = np.flatnonzero(usable)
    shapes = geoms[positions]
    invalid = ~shapely.is_valid(shapes)
    if invalid.any():
        shapes = shapes.copy()
        shapes[invalid] = shapely.make_valid(shapes[invalid])
    one, two = shapely.STRtree(shapes).query(shapes)
    ordered = one < two
    one, two = one[ordered], two[ordered]
    # most neighbours share an edge only, which is told more quickly than a shape is cut
    shapely.prepare(shapes)
    meeting = ~shapely.touches(shapes[one], shapes[two])
    one, two = one[meeting], two[meeting]
    area = shapely.area(shapely.intersection(shapes[one], shapes[two]))
    kept = np.flatnonzero(area > tolerance_m2)
    found = [Overlap(int(positions[one[i]]), int(positions[two[i]]), float(area[i])) for i in kept]
    return sorted(found, key=lambda overlap: (overlap.first, overlap.second))


def _usable(geoms: Geometries) -> NDArray[np.bool_]:
    """Return which geometries are polygons with coordinates that are numbers."""
    coordinates, owner = shapely.get_coordinates(geoms, return_index=True)
    astray = np.zeros(len(geoms), dtype=bool)
    astray[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    is_polygon = np.isin(shapely.get_type_id(geoms), _POLYGONAL)
    usable: NDArray[np.bool_] = is_polygon & ~astray & ~shapely.is_empty(geoms)
    return usable


def _check_shapes(
    source: str, parcel_id: NDArray[Any], geoms: Geometries, rows: NDArray[np.int64]
) -> list[Finding]:
    usable = np.flatnonzero(_usable(geoms))
    found = [
        Finding(
            "parcel-invalid",
            "error",
            source,
            int(rows[i]),
            "geometry",
            str(parcel_id[i]),
            {"reason": str(shapely.is_valid_reason(geoms[i]))},
        )
        for i in usable[~shapely.is_valid(geoms[usable])]
    ]
    return limit_findings(found, source)


def _check_identifiers(source: str, parcel_id: NDArray[Any], rows: NDArray[np.int64]) -> list[Finding]:
    first: dict[str, int] = {}
    found: list[Finding] = []
    for value, row in zip(parcel_id, rows, strict=True):
        identifier = str(value)
        if identifier and identifier in first:
            params = {"first_row": first[identifier]}
            found.append(
                Finding("parcel-id-twice", "error", source, int(row), "parcel_id", identifier, params)
            )
        else:
            first[identifier] = int(row)
    return limit_findings(found, source)


def _check_overlaps(
    source: str,
    parcel_id: NDArray[Any],
    geoms: Geometries,
    rows: NDArray[np.int64],
    tolerance_m2: float,
) -> list[Finding]:
    found = [
        Finding(
            "parcels-overlap",
            "error",
            source,
            int(rows[overlap.first]),
            "geometry",
            str(parcel_id[overlap.first]),
            {
                "other": str(parcel_id[overlap.second]),
                "other_row": int(rows[overlap.second]),
                "area_m2": round(overlap.area_m2, 2),
                "tolerance_m2": tolerance_m2,
            },
        )
        for overlap in find_parcel_overlaps(geoms, tolerance_m2)
    ]
    return limit_findings(found, source)
