"""Areas of parcels by one declared rule.

Planar and ellipsoidal areas differ (by 2.85e-4 near 112.9 E in EPSG:4547), so a run fixes one rule, records
it and uses it everywhere. The ellipsoidal area is that of geodesic polygons on the ellipsoid of the layer's
datum (C. F. F. Karney, Algorithms for geodesics, 2013, as PROJ computes it).
"""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.crs import Geometries, label, parse, unit_m
from geodata.errors import CrsError

AreaRule = Literal["ellipsoidal", "planar"]
M2_PER_HA: Final = 10_000.0


def legal_area_ha(geoms: Geometries, crs: str, rule: AreaRule) -> NDArray[np.float64]:
    """Return the area of each geometry [ha].

    Parameters
    ----------
    geoms
        Polygons or multipolygons, shape (n,); what is empty, None or has no finite area has area 0.
    crs
        Their coordinate system.
    rule
        ``ellipsoidal``: geodesic area on the datum's ellipsoid. ``planar``: area in the projection.

    Raises
    ------
    CrsError
        A planar area is asked for in degrees.

    Examples
    --------
    The quadrangle of 0.001 by 0.001 degrees at (112.900, 28.680) has 10 832.2453 m2.

    >>> quad = np.array([shapely.box(112.900, 28.680, 112.901, 28.681)])
    >>> round(float(legal_area_ha(quad, "EPSG:4490", "ellipsoidal")[0]) * 10_000, 4)
    10832.2453
    """
    system = parse(crs)
    if rule == "planar":
        if not system.is_projected:
            raise CrsError("area-planar-in-degrees", crs=label(crs))
        planar: NDArray[np.float64] = shapely.area(geoms) * unit_m(crs) ** 2 / M2_PER_HA
        return np.nan_to_num(planar, nan=0.0)
    return np.nan_to_num(_ellipsoidal_m2(geoms, system), nan=0.0) / M2_PER_HA


def _ellipsoidal_m2(geoms: Geometries, system: Any) -> NDArray[np.float64]:
    """Return the geodesic area of each geometry [m2]: shells less holes, whatever way they turn."""
    parts, owner = shapely.get_parts(geoms, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    # the first ring of a part is its shell
    is_shell = np.ones(part.size, dtype=bool)
    is_shell[1:] = part[1:] != part[:-1]
    lon, lat, ring = _coordinates_deg(rings, system)
    geod = system.get_geod()
    areas = np.zeros(len(rings))
    starts = np.searchsorted(ring, np.arange(len(rings) + 1))
    for number in range(len(rings)):
        begin, end = starts[number], starts[number + 1]
        areas[number] = abs(geod.polygon_area_perimeter(lon[begin:end], lat[begin:end])[0])
    signed = np.where(is_shell, areas, -areas)
    return np.bincount(owner[part], weights=signed, minlength=len(geoms)).astype(np.float64)


def _coordinates_deg(
    rings: Geometries, system: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    if system.is_geographic:
        return coordinates[:, 0], coordinates[:, 1], ring
    from pyproj import Transformer  # noqa: PLC0415 - slow to import

    transformer = Transformer.from_crs(system, system.geodetic_crs, always_xy=True)
    lon, lat = transformer.transform(coordinates[:, 0], coordinates[:, 1])
    return np.asarray(lon), np.asarray(lat), ring
