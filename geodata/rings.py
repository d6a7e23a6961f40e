"""Polygons as plain arrays of vertices: what the coverage kernel works on.

Parcels come as shapely geometries, as GeoArrow columns or as WKB; all end as the same five arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
POLYGON = 3


@dataclass(frozen=True, slots=True)
class Rings:
    """Polygons of many parcels as rings of vertices."""

    x: Floats
    """First coordinate of each vertex, rings closed [unit of the CRS]."""
    y: Floats
    """Second coordinate of each vertex [unit of the CRS]."""
    rings: Integers
    """First vertex of each ring, and the end."""
    polygons: Integers
    """First ring of each polygon, and the end; its first ring is the outer one."""
    owners: Integers
    """Position of the parcel that each polygon belongs to, ascending."""
    n_parcels: int
    """Number of parcels [1]."""

    @property
    def most_vertices(self) -> int:
        """Vertices of the largest polygon [1]."""
        return int(np.diff(self.rings[self.polygons]).max(initial=0))

    @property
    def most_rings(self) -> int:
        """Rings of the polygon with most of them [1]."""
        return int(np.diff(self.polygons).max(initial=0))

    @classmethod
    def from_geometries(cls, geoms: NDArray[Any]) -> Rings:
        """Return the rings of polygons and multipolygons, shape (n,); parts without an area are left out.

        Examples
        --------
        >>> made = Rings.from_geometries(np.array([shapely.box(0, 0, 1, 1)]))
        >>> made.rings.tolist(), made.polygons.tolist(), made.owners.tolist()
        ([0, 5], [0, 1], [0])
        """
        parts, owners = geoms, np.arange(len(geoms))
        if (shapely.get_type_id(geoms) != POLYGON).any():
            parts, owners = shapely.get_parts(geoms, return_index=True)
            keep = (shapely.get_type_id(parts) == POLYGON) & ~shapely.is_empty(parts)
            parts, owners = parts[keep], owners[keep]
        if not len(parts):
            nothing = np.zeros(1, dtype=np.int64)
            return cls(np.zeros(0), np.zeros(0), nothing, nothing, np.zeros(0, np.int64), len(geoms))
        _, xy, (rings, polygons) = shapely.to_ragged_array(parts, include_z=False)
        return cls(
            np.ascontiguousarray(xy[:, 0]),
            np.ascontiguousarray(xy[:, 1]),
            rings.astype(np.int64),
            polygons.astype(np.int64),
            owners.astype(np.int64),
            len(geoms),
        )

    def to_geometries(self) -> NDArray[Any]:
        """Return polygons and multipolygons, shape (n,); None for a parcel without a polygon."""
        parts = shapely.from_ragged_array(
            shapely.GeometryType.POLYGON, np.column_stack([self.x, self.y]), (self.rings, self.polygons)
        )
        made = np.full(self.n_parcels, None, dtype=object)
        ends = np.searchsorted(self.owners, np.arange(self.n_parcels + 1))
        for position, (first, last) in enumerate(pairwise(ends)):
            if last == first + 1:
                made[position] = parts[first]
            elif last > first:
                made[position] = shapely.MultiPolygon(list(parts[first:last]))
        return made
