"""Areas of land-cover classes in parcels, and of their changes: exact fractions of cells.

Cells are counted by the fraction a parcel covers (``exact``) or by their centres (``centre``). What lies
outside the raster or under nodata is counted and reported, never dropped. With exact fractions the sum of the
coverage must be the parcel's area to 1e-9 of it: a free check of every parcel, every time.

Areas are planar, in the plane of the raster's CRS.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from geodata.errors import RasterError
from geodata.findings import Finding, Severity
from geodata.footprint import Geometries, Rule, prepare_footprint
from geodata.labels import read_codes, read_pairs, split_pairs, sum_codes, sum_kept_codes
from geodata.raster import ClassRaster
from geodata.rings import Floats, Integers, Rings
from geodata.sparse import SparseCoverage

Shapes = Geometries | Rings | SparseCoverage
NEGLIGIBLE_HA: Final = 1e-6
"""Area below which a parcel lacks nothing: the rounding of coordinates [ha]."""
MOSTLY: Final = 0.5
"""Share of a parcel above which it is not covered, whatever the rest of the county is [1]."""


class NamedParcels(Protocol):
    """Parcels by the names and rows they have in the person's file."""

    @property
    def source(self) -> str:
        """Name of the file."""

    @property
    def parcel_id(self) -> NDArray[Any]:
        """Identifier of each parcel, shape (n,)."""

    @property
    def rows(self) -> NDArray[Any]:
        """Row of each parcel in the file, shape (n,)."""


@dataclass(frozen=True, slots=True)
class ZonalTable:
    """Cells and areas of each class in each parcel."""

    classes: Integers
    """Class codes, ascending, shape (k,)."""
    pixels: Floats
    """Covered cells, shape (parcels, k) [cell]."""
    area_ha: Floats
    """Planar area, shape (parcels, k) [ha]."""
    nodata_ha: Floats
    """Area under cells without a class, shape (parcels,) [ha]."""
    uncovered_ha: Floats
    """Area outside the raster, shape (parcels,) [ha]."""

    @property
    def parcel_ha(self) -> Floats:
        """Planar area of each parcel, shape (parcels,) [ha]."""
        total: Floats = self.area_ha.sum(axis=1) + self.nodata_ha + self.uncovered_ha
        return total


@dataclass(frozen=True, slots=True)
class TransitionTable:
    """Areas of change between two rasters, only what occurs, sorted by parcel, from and to."""

    parcel: Integers
    """Position of the parcel."""
    from_code: Integers
    """Class in the first raster."""
    to_code: Integers
    """Class in the second raster."""
    pixels: Floats
    """Covered cells [cell]."""
    area_ha: Floats
    """Planar area [ha]."""


def class_areas(
    geoms: Shapes, raster: ClassRaster, *, rule: Rule = "exact", validated: bool = False
) -> ZonalTable:
    """Return the area of each class in each parcel.

    Parameters
    ----------
    geoms
        Valid polygons and multipolygons in the raster's CRS, shape (n,); their rings; or their kept exact
        coverage of the raster's cells, for which `rule` and `validated` say nothing more.
    raster
        The class raster, in a projected CRS.
    rule
        Exact fractions of cells, or cells by their centres.
    validated
        The geometries were checked when they were read; they are not checked again.

    Raises
    ------
    VectorError
        A geometry is missing, no polygon or invalid.
    RasterError
        No parcel touches the raster, or its CRS has no areas.
    """
    cell_ha = raster.grid.cell_area_ha
    if isinstance(geoms, SparseCoverage):
        codes, covered = sum_kept_codes(geoms, lambda window: read_codes(raster, window))
        outside = geoms.outside_cells
    else:
        footprint = prepare_footprint(geoms, raster.grid, source=raster.source, validated=validated)
        codes, covered = sum_codes(footprint, lambda strip: read_codes(raster, strip), rule)
        outside = footprint.outside_cells
    pixels = covered[:, 1:]
    return ZonalTable(codes, pixels, pixels * cell_ha, covered[:, 0] * cell_ha, outside * cell_ha)


def class_areas_streamed(
    batches: Iterable[Rings], raster: ClassRaster, *, rule: Rule = "exact"
) -> ZonalTable:
    """Return the area of each class in each parcel of many batches, with the memory of one batch.

    The figures are those of `class_areas` to the last bit.

    Parameters
    ----------
    batches
        Rings in the raster's CRS, e.g. of `geodata.geoparquet.iterate_rings`.
    raster, rule
        As for `class_areas`.
    """
    parts = [class_areas(rings, raster, rule=rule) for rings in batches]
    codes = np.unique(np.concatenate([part.classes for part in parts]))
    return ZonalTable(
        codes,
        np.vstack([_spread_columns(part.pixels, part.classes, codes) for part in parts]),
        np.vstack([_spread_columns(part.area_ha, part.classes, codes) for part in parts]),
        np.concatenate([part.nodata_ha for part in parts]),
        np.concatenate([part.uncovered_ha for part in parts]),
    )


def _spread_columns(values: Floats, codes: Integers, wanted: Integers) -> Floats:
    """Return columns by code as columns by the wanted codes, zero where there is none."""
    spread = np.zeros((values.shape[0], wanted.size))
    spread[:, np.searchsorted(wanted, codes)] = values
    return spread


def transition_areas(
    geoms: Shapes,
    first: ClassRaster,
    second: ClassRaster,
    *,
    rule: Rule = "exact",
    validated: bool = False,
) -> TransitionTable:
    """Return the area of each from-to pair of classes in each parcel.

    Cells without a class in either raster are left out; so is what lies outside (`class_areas` tells both).

    Parameters
    ----------
    geoms
        As for `class_areas`.
    first, second
        Class rasters on the same cells.
    rule
        Exact fractions of cells, or cells by their centres.
    validated
        The geometries were checked when they were read; they are not checked again.

    Raises
    ------
    RasterError
        The rasters differ in their cells, touch no parcel, or have no areas.
    """
    require_same_cells(first, second)
    cell_ha = first.grid.cell_area_ha
    if isinstance(geoms, SparseCoverage):
        pairs, covered = sum_kept_codes(geoms, lambda window: read_pairs(first, second, window))
    else:
        footprint = prepare_footprint(geoms, first.grid, source=first.source, validated=validated)
        pairs, covered = sum_codes(footprint, lambda strip: read_pairs(first, second, strip), rule)
    parcel, position = np.nonzero(covered[:, 1:])
    pixels = covered[parcel, position + 1]
    from_code, to_code = split_pairs(pairs[position])
    return TransitionTable(parcel.astype(np.int64), from_code, to_code, pixels, pixels * cell_ha)


def check_uncovered(
    table: ZonalTable, raster: ClassRaster, parcels: NamedParcels, *, limit_frac: float = 0.01
) -> list[Finding]:
    """Return what parcels have outside the raster, and under cells without a class.

    A parcel of which most lies outside the raster is an error by itself; gaps inside the raster (cloud) are
    one by their share of the whole area alone.

    Parameters
    ----------
    table
        Areas of the parcels in this raster.
    raster
        The raster, for its name.
    parcels
        The parcels, for the name and row of the first that lacks something.
    limit_frac
        Share of the parcels' whole area above which the finding is an error [1].
    """
    whole_ha = float(table.parcel_ha.sum()) or 1.0
    findings = []
    outside = _lacking(table.uncovered_ha, whole_ha, parcels)
    if outside:
        mostly = bool((table.uncovered_ha > MOSTLY * table.parcel_ha).any())
        severity: Severity = "error" if mostly or outside["share"] > limit_frac else "warning"
        findings.append(Finding("raster-parcels-uncovered", severity, raster.source, params=outside))
    unclassed = _lacking(table.nodata_ha, whole_ha, parcels)
    if unclassed:
        severity = "error" if unclassed["share"] > limit_frac else "warning"
        findings.append(Finding("raster-parcels-nodata", severity, raster.source, params=unclassed))
    return findings


def _lacking(area_ha: Floats, whole_ha: float, parcels: NamedParcels) -> dict[str, Any]:
    lacks = area_ha > NEGLIGIBLE_HA
    if not lacks.any():
        return {}
    first = int(np.argmax(lacks))
    lacking_ha = float(area_ha[lacks].sum())
    return {
        "parcels": int(lacks.sum()),
        "area_ha": round(lacking_ha, 4),
        "share": lacking_ha / whole_ha,
        "layer": parcels.source,
        "first": str(parcels.parcel_id[first]),
        "first_row": int(parcels.rows[first]),
    }


def require_same_cells(first: ClassRaster, second: ClassRaster) -> None:
    """Refuse two rasters whose cells are not the same."""
    if not first.grid.same_cells(second.grid):
        raise RasterError("rasters-differ", first=first.source, second=second.source)
