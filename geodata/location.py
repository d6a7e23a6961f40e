"""Do coordinates lie where their system says, and which system would fit them.

A layer without a system, and a system that is not the layer's, go wrong without a word. Both are refused by
the coordinates; the systems they look like are named for the person who decides, none is assumed.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from geodata.crs import label, make_transformer, parse
from geodata.errors import CrsError

Bounds = tuple[float, float, float, float]

DEGREE_MARGIN: Final = 1.0
"""How far beyond its area of use a system may be stretched [degree]: counties lie across zone limits."""
ZONED_EASTING: Final = 1e7
"""A Gauss-Krueger easting above this carries its zone number [m]."""
CHINA: Final = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north of China [degree]."""


def likely_crs(bounds: Bounds) -> tuple[str, ...]:
    """Return the systems that coordinates look like, for a Chinese county; empty when nothing fits.

    Examples
    --------
    >>> likely_crs((112.8, 28.6, 113.0, 28.8)), likely_crs((38392000.0, 3.17e6, 38393000.0, 3.18e6))
    (('EPSG:4490',), ('EPSG:4526',))
    >>> likely_crs((392000.0, 3.17e6, 393000.0, 3.18e6))
    ('EPSG:4547', 'EPSG:4546')
    """
    west, south, east, north = bounds
    if CHINA[0] <= west <= east <= CHINA[2] and CHINA[1] <= south <= north <= CHINA[3]:
        return ("EPSG:4490",)
    if not 3e5 < south <= north < 6.1e6:
        return ()
    if west >= ZONED_EASTING:
        zone = int(west // 1e6)
        if 25 <= zone <= 45:
            return (f"EPSG:{4513 + zone - 25}",)
        return (f"EPSG:{4491 + zone - 13}",) if 13 <= zone <= 23 else ()
    return ("EPSG:4547", "EPSG:4546") if 1e5 < west <= east < 9e5 else ()


def check_location(source: str, crs: str, bounds: Bounds) -> None:
    """Refuse coordinates that lie outside the area their system is made for.

    Parameters
    ----------
    source
        File name, for the message.
    crs
        Declared system.
    bounds
        West, south, east, north of the layer [unit of the CRS].

    Raises
    ------
    CrsError
        The declared system is not the one the coordinates are in; likely ones are named.
    """
    area = _area_of_use(crs)
    west, south, east, north = _to_degrees(crs, bounds)
    fits = all(math.isfinite(value) for value in (west, south, east, north))
    if fits and area is not None:
        margin = DEGREE_MARGIN
        fits = area.south - margin <= south <= north <= area.north + margin
        spans = area.west <= area.east  # an area across the date line has none
        fits = fits and (not spans or area.west - margin <= west <= east <= area.east + margin)
    if not fits:
        likely = ", ".join(likely_crs(bounds)) or "-"
        raise CrsError(
            "crs-wrong", file=source, crs=label(crs), degrees=describe_place(crs, bounds), likely=likely
        )


def describe_place(crs: str, bounds: Bounds) -> str:
    """Return where coordinates lie by a system: west, south, east, north [degree].

    Examples
    --------
    >>> describe_place("EPSG:4547", (392000.0, 3.17e6, 393000.0, 3.18e6))
    '112.894, 28.641, 112.906, 28.731'
    """
    return ", ".join(f"{value:.3f}" for value in _to_degrees(crs, bounds))


def _area_of_use(crs: str) -> Any:
    """Return the area a system is made for; an ESRI ``.prj`` has none, the code it stands for has."""
    area, code = parse(crs).area_of_use, label(crs)
    return parse(code).area_of_use if area is None and ":" in code else area


def refuse_missing(source: str, bounds: Bounds) -> None:
    """Raise the error for a layer without a system; the likely ones are named, none is assumed."""
    likely = ", ".join(likely_crs(bounds)) or "-"
    raise CrsError("crs-missing", file=source, likely=likely)


def _to_degrees(crs: str, bounds: Bounds) -> Bounds:
    """Return bounds as longitudes and latitudes of the system's own datum [degree]."""
    parsed = parse(crs)
    if parsed.is_geographic:
        return bounds
    west, south, east, north = bounds
    x = np.array([west, west, east, east])
    y = np.array([south, north, south, north])
    lon, lat = make_transformer(parsed, parsed.geodetic_crs).transform(x, y)
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
