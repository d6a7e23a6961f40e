"""Parcels laid over a grid: rings in cells, ready for the coverage kernel.

A footprint is prepared once and summed over as many layers of labels as there are years. What a parcel has
outside the grid is cut off, measured and kept as its uncovered area.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import RasterError, VectorError
from geodata.grid import Grid, Window

Rule = Literal["exact", "centre"]
Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SELF_CHECK: Final = 1e-9
"""Largest relative difference of covered and polygon area [1]."""
POLYGON: Final = 3
MULTIPOLYGON: Final = 6


@dataclass(frozen=True, slots=True)
class Footprint:
    """Parcels as rings in cells of a window, and what of them lies outside the grid."""

    window: Window
    """The cells that the parcels touch together."""
    vertices: tuple[Floats, Floats]
    """Column and row of each vertex, counted from the window's corner [cell]."""
    rings: Integers
    """First vertex of each ring, and the end."""
    polygons: Integers
    """First ring of each polygon, and the end."""
    owners: Integers
    """Position of the parcel that each polygon belongs to."""
    covered_cells: Floats
    """Area of each parcel inside the grid [cell]."""
    outside_cells: Floats
    """Area of each parcel outside the grid [cell]."""

    @property
    def whole_cells(self) -> Floats:
        """Area of each parcel, inside the grid and outside [cell]."""
        whole: Floats = self.covered_cells + self.outside_cells
        return whole

    def sum_labels(self, labels: NDArray[Any], n_labels: int, rule: Rule = "exact") -> Floats:
        """Return the covered cells of each label in each parcel, shape (parcels, n_labels) [cell].

        Parameters
        ----------
        labels
            Label of each cell of the window, 0 to ``n_labels - 1``.
        n_labels
            Number of labels.
        rule
            ``exact`` fractions of cells, or cells by their ``centre``.

        Raises
        ------
        VectorError
            The coverage of a parcel is not its area: the check that each exact sum must pass.
        """
        from geodata.coverage import cover  # noqa: PLC0415 - numba is slow to import

        covered = cover(
            self.vertices,
            self.rings,
            self.polygons,
            self.owners,
            np.ascontiguousarray(labels),
            n_owners=self.covered_cells.size,
            n_labels=n_labels,
            exact=rule == "exact",
        )
        if rule == "exact":
            _self_check(covered.sum(axis=1), self.covered_cells)
        return covered


def prepare_footprint(
    geoms: Geometries, grid: Grid, *, source: str = "", validated: bool = False
) -> Footprint:
    """Return parcels as rings in cells of a grid.

    Parameters
    ----------
    geoms
        Valid polygons and multipolygons in the grid's CRS, shape (n,).
    grid
        The grid.
    source
        Name of the raster, for the error.
    validated
        The geometries were checked when they were read; they are not checked again.

    Raises
    ------
    VectorError
        A geometry is missing, no polygon or invalid.
    RasterError
        No parcel touches the grid.
    """
    geoms = np.asarray(geoms, dtype=object)
    if not validated:
        check_polygons(geoms)
    whole = shapely.area(geoms)
    clipped = _clip(geoms, grid)
    inside = shapely.area(clipped)
    if not inside.any():
        raise RasterError("raster-not-covering", file=source, parcels=len(geoms))
    parts, owners = _polygons_of(clipped)
    _, coordinates, offsets = shapely.to_ragged_array(parts, include_z=False)
    window = grid.window_of(tuple(shapely.total_bounds(parts)))
    cells = grid.to_cells(coordinates)
    return Footprint(
        window,
        (cells[:, 0] - window.col, cells[:, 1] - window.row),
        offsets[0].astype(np.int64),
        offsets[1].astype(np.int64),
        owners,
        inside / grid.cell_area,
        np.maximum(whole - inside, 0.0) / grid.cell_area,
    )


def check_polygons(geoms: Geometries) -> None:
    """Refuse geometries that have no area to measure.

    Raises
    ------
    VectorError
        Names the position of the first such geometry, 1 for the first.
    """
    kinds = shapely.get_type_id(geoms)
    missing = shapely.is_missing(geoms) | shapely.is_empty(geoms)
    if missing.any():
        raise VectorError("geometry-missing", **_where(missing))
    other = (kinds != POLYGON) & (kinds != MULTIPOLYGON)
    if other.any():
        raise VectorError("geometry-not-polygon", **_where(other))
    invalid = ~shapely.is_valid(geoms)
    if invalid.any():
        raise VectorError("geometry-invalid", **_where(invalid))


def _where(bad: NDArray[np.bool_]) -> dict[str, int]:
    return {"position": int(np.flatnonzero(bad)[0]) + 1, "count": int(bad.sum())}


def _polygons_of(geoms: Geometries) -> tuple[Geometries, Integers]:
    """Return the polygons that have an area, and the position of the geometry that each belongs to."""
    parts, owners = geoms, np.arange(len(geoms))
    if (shapely.get_type_id(geoms) != POLYGON).any():
        parts, owners = shapely.get_parts(geoms, return_index=True)
    keep = (shapely.get_type_id(parts) == POLYGON) & (shapely.area(parts) > 0)
    return parts[keep], owners[keep].astype(np.int64)


def _clip(geoms: Geometries, grid: Grid) -> Geometries:
    bounds = shapely.bounds(geoms)
    west, south, east, north = grid.bounds
    beyond = (bounds[:, 0] < west) | (bounds[:, 1] < south) | (bounds[:, 2] > east) | (bounds[:, 3] > north)
    if not beyond.any():
        return geoms
    clipped = geoms.copy()
    clipped[beyond] = shapely.intersection(geoms[beyond], shapely.box(west, south, east, north))
    return clipped


def _self_check(covered: Floats, areas: Floats) -> None:
    wrong = np.abs(covered - areas) > SELF_CHECK * np.maximum(areas, 1.0)
    if wrong.any():
        position = int(np.flatnonzero(wrong)[0])
        raise VectorError(
            "coverage-differs",
            position=position + 1,
            covered_cells=float(covered[position]),
            polygon_cells=float(areas[position]),
        )
