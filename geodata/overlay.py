"""Which parcels overlap, and in which parcel a point lies.

Parcels that share an edge do not overlap; slivers below the tolerance are rounding of coordinates.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.footprint import Geometries, check_polygons

NOWHERE: Final = -1
"""Position of a point that lies in no parcel."""


def find_overlaps(geoms: Geometries, tolerance_m2: float = 1.0) -> tuple[tuple[int, int, float], ...]:
    """Return (i, j, area) of each pair of parcels that overlap by more than a tolerance, i < j [m2].

    Parameters
    ----------
    geoms
        Valid polygons and multipolygons in one CRS in metres, shape (n,).
    tolerance_m2
        Largest overlap that is left untold [m2].

    Raises
    ------
    VectorError
        A geometry is missing, no polygon or invalid: its overlap could not be told.

    Examples
    --------
    >>> find_overlaps(np.array([shapely.box(0, 0, 4, 4), shapely.box(3, 0, 6, 4), shapely.box(6, 0, 7, 4)]))
    ((0, 1, 4.0),)
    """
    geoms = np.asarray(geoms, dtype=object)
    check_polygons(geoms)
    first, second = shapely.STRtree(geoms).query(geoms, predicate="intersects")
    once = first < second
    return measure_pairs(geoms, first[once], geoms, second[once], tolerance_m2)


def find_overlaps_between(
    geoms: Geometries, others: Geometries, tolerance_m2: float = 1.0
) -> tuple[tuple[int, int, float], ...]:
    """Return (i, j, area) of each parcel ``i`` and other parcel ``j`` that overlap [m2].

    Parameters
    ----------
    geoms, others
        Two layers of valid polygons in one CRS in metres.
    tolerance_m2
        Largest overlap that is left untold [m2].
    """
    geoms, others = np.asarray(geoms, dtype=object), np.asarray(others, dtype=object)
    check_polygons(geoms)
    check_polygons(others)
    first, second = shapely.STRtree(others).query(geoms, predicate="intersects")
    return measure_pairs(geoms, first, others, second, tolerance_m2)


def measure_pairs(
    geoms: Geometries,
    first: NDArray[Any],
    others: Geometries,
    second: NDArray[Any],
    tolerance_m2: float,
) -> tuple[tuple[int, int, float], ...]:
    """Return the pairs whose common area is above a tolerance, sorted by position [m2]."""
    area_m2 = shapely.area(shapely.intersection(geoms[first], others[second]))
    kept = np.flatnonzero(area_m2 > tolerance_m2)
    return tuple(sorted((int(first[k]), int(second[k]), float(area_m2[k])) for k in kept))


def locate_points(x: NDArray[np.float64], y: NDArray[np.float64], geoms: Geometries) -> NDArray[np.int64]:
    """Return the position of the parcel that each point lies in, shape (n,); -1 where there is none.

    A point on a shared edge, or in an overlap, belongs to the parcel that stands first.

    Parameters
    ----------
    x, y
        Coordinates in the parcels' CRS, shape (n,).
    geoms
        Polygons, shape (m,).

    Examples
    --------
    >>> xy = np.array([0.5, 9.0])
    >>> locate_points(xy, xy, np.array([shapely.box(0, 0, 1, 1)])).tolist()
    [0, -1]
    """
    points: NDArray[Any] = shapely.points(  # type: ignore[assignment]
        np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    )
    found = np.full(points.shape, NOWHERE, dtype=np.int64)
    if len(geoms) and points.size:
        point, parcel = shapely.STRtree(np.asarray(geoms, dtype=object)).query(points, predicate="intersects")
        order = np.lexsort((-parcel, point))
        found[point[order]] = parcel[order]
    return found
