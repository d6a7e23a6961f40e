"""The grid of a raster: its cells, and the way from coordinates to cells.

Only north-up grids are taken; a rotated one is refused with its reason by `geodata.raster`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.errors import RasterError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of cells, half-open."""

    row: int
    """First row."""
    col: int
    """First column."""
    height: int
    """Number of rows."""
    width: int
    """Number of columns."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A north-up grid of cells."""

    crs_wkt: str
    """Coordinate system as WKT2."""
    west: float
    """Western edge [unit of the CRS]."""
    north: float
    """Northern edge [unit of the CRS]."""
    cell_x: float
    """Width of a cell, positive [unit of the CRS]."""
    cell_y: float
    """Height of a cell, positive [unit of the CRS]."""
    height: int
    """Number of rows."""
    width: int
    """Number of columns."""

    @property
    def cell_area(self) -> float:
        """Area of a cell [square unit of the CRS]."""
        return self.cell_x * self.cell_y

    @property
    def cell_area_ha(self) -> float:
        """Area of a cell in the plane of the CRS [ha].

        Raises
        ------
        RasterError
            The CRS is not projected: its cells have no area in a plane.
        """
        from rasterio.crs import CRS  # noqa: PLC0415 - slow to import

        crs = CRS.from_wkt(self.crs_wkt)
        if not crs.is_projected:
            raise RasterError("raster-not-projected", crs=crs.to_string()[:60])
        metres: float = crs.linear_units_factor[1]
        return self.cell_area * metres**2 * 1e-4

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north [unit of the CRS]."""
        south, east = self.north - self.height * self.cell_y, self.west + self.width * self.cell_x
        return self.west, south, east, self.north

    def to_cells(self, xy: Floats) -> Floats:
        """Return (column, row) as fractions of cells from coordinates, shape (n, 2).

        Examples
        --------
        >>> Grid("", 0.0, 90.0, 30.0, 30.0, 3, 3).to_cells(np.array([[45.0, 60.0]])).tolist()
        [[1.5, 1.0]]
        """
        cells = np.empty_like(xy)
        cells[:, 0] = (xy[:, 0] - self.west) / self.cell_x
        cells[:, 1] = (self.north - xy[:, 1]) / self.cell_y
        return cells

    def window_of(self, bounds: tuple[float, float, float, float]) -> Window:
        """Return the cells that a rectangle touches, inside the grid; empty when it touches none."""
        west, south, east, north = bounds
        first_col = min(max(math.floor((west - self.west) / self.cell_x), 0), self.width)
        last_col = max(min(math.ceil((east - self.west) / self.cell_x), self.width), first_col)
        first_row = min(max(math.floor((self.north - north) / self.cell_y), 0), self.height)
        last_row = max(min(math.ceil((self.north - south) / self.cell_y), self.height), first_row)
        return Window(first_row, first_col, last_row - first_row, last_col - first_col)

    def same_cells(self, other: Grid) -> bool:
        """Return whether two grids have the same cells (to a thousandth of a cell) in the same CRS."""
        near = 1e-3
        return (
            (self.height, self.width) == (other.height, other.width)
            and same_crs(self.crs_wkt, other.crs_wkt)
            and abs(self.west - other.west) < near * self.cell_x
            and abs(self.north - other.north) < near * self.cell_y
            and math.isclose(self.cell_x, other.cell_x, rel_tol=1e-9)
            and math.isclose(self.cell_y, other.cell_y, rel_tol=1e-9)
        )

    def contains(self, bounds: tuple[float, float, float, float]) -> bool:
        """Return whether a rectangle lies within the grid."""
        west, south, east, north = self.bounds
        return west <= bounds[0] and south <= bounds[1] and bounds[2] <= east and bounds[3] <= north

    def canonical(self) -> dict[str, Any]:
        """Return the grid as plain values, for a record."""
        return {
            name: getattr(self, name) for name in ("west", "north", "cell_x", "cell_y", "height", "width")
        }


def same_crs(first: str, second: str) -> bool:
    """Return whether two WKT strings mean the same coordinate system.

    Examples
    --------
    >>> same_crs("", "")
    True
    """
    if first == second:
        return True
    from rasterio.crs import CRS  # noqa: PLC0415 - slow to import

    return bool(CRS.from_wkt(first) == CRS.from_wkt(second))
