"""The tables of a monitoring dataset: parcels with their areas, classes by year, changes."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.areas import AreaRule, legal_area_ha
from geodata.disturbance import ChangeRecord
from geodata.footprint import Rule
from geodata.landcover import CHANGE_CLASSES, ChangeCounts
from geodata.raster import ClassRaster
from geodata.tables import Table, make_table
from geodata.zonal import Shapes, TransitionTable, ZonalTable, class_areas, transition_areas

Geometries = NDArray[Any]
M2_PER_HA = 10_000


def parcel_table(
    source: str,
    parcel_id: NDArray[Any],
    geoms: Geometries,
    crs: str,
    *,
    area_rule: AreaRule,
    attributes: Mapping[str, Any],
    rows: NDArray[np.int64],
) -> Table:
    """Return the parcels with their legal area, box and geometry as WKB.

    Parameters
    ----------
    source
        File they come from.
    parcel_id, geoms, rows
        Identifier, polygon in `crs`, and row in the person's file.
    crs
        Projected system of the county.
    area_rule
        ``ellipsoidal`` or ``planar``.
    attributes
        Further columns that are carried along.
    """
    area_ha = legal_area_ha(geoms, crs, area_rule)
    west, south, east, north = (np.asarray(column) for column in shapely.bounds(geoms).T)
    columns: dict[str, Any] = {
        "parcel_id": [str(name) for name in parcel_id],
        "area_ha": area_ha,
        "area_m2": np.maximum(np.rint(area_ha * M2_PER_HA), 1).astype(np.int64),
        "west_m": west,
        "south_m": south,
        "east_m": east,
        "north_m": north,
        "geometry": np.array(shapely.to_wkb(geoms), dtype=object),
        **attributes,
    }
    made = make_table(source, columns)
    return Table(source, made.columns, rows)


def class_table(
    parcel_id: NDArray[Any], geoms: Shapes, raster: ClassRaster, rule: Rule
) -> tuple[Table, ZonalTable]:
    """Return the area of each class in each parcel for one year, only what occurs, and the full table.

    The parcels must have passed `geodata.topology.check_topology`; their shapes are not looked at again.
    """
    zonal = class_areas(geoms, raster, rule=rule, validated=True)
    row, column = np.nonzero(zonal.pixels)
    columns = {
        "parcel_id": [str(parcel_id[i]) for i in row],
        "year": np.full(row.size, raster.year or 0, dtype=np.int64),
        "class_code": zonal.classes[column],
        "pixels": zonal.pixels[row, column],
        "area_ha": zonal.area_ha[row, column],
    }
    return make_table(raster.path.name, columns), zonal


def concatenate(source: str, tables: Sequence[Table]) -> Table:
    """Return tables of equal columns one below the other."""
    names = tables[0].columns
    return make_table(source, {name: np.concatenate([table[name] for table in tables]) for name in names})


def transition_table(
    parcel_id: NDArray[Any], geoms: Shapes, first: ClassRaster, last: ClassRaster, rule: Rule
) -> Table:
    """Return the area of each from-to pair of classes in each parcel; the parcels as for `class_table`."""
    found: TransitionTable = transition_areas(geoms, first, last, rule=rule, validated=True)
    size = found.parcel.size
    columns = {
        "parcel_id": [str(parcel_id[i]) for i in found.parcel],
        "first_year": np.full(size, first.year or 0, dtype=np.int64),
        "last_year": np.full(size, last.year or 0, dtype=np.int64),
        "from_code": found.from_code,
        "to_code": found.to_code,
        "pixels": found.pixels,
        "area_ha": found.area_ha,
    }
    return make_table(f"{first.path.name}, {last.path.name}", columns)


def change_map_table(source: str, counts: ChangeCounts) -> Table:
    """Return the cells of each change class of the map; counts, never an estimate of area."""
    names = [name for name in CHANGE_CLASSES if name in counts.pixels]
    pixels = np.array([counts.pixels[name] for name in names], dtype=np.int64)
    return make_table(source, {"change_class": names, "pixels": pixels, "area_ha": pixels * counts.cell_ha})


def hull_parcel(name: str, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[Any], Geometries]:
    """Return one parcel, the convex hull of points, for data that carry plots and no boundary.

    >>> ids, geoms = hull_parcel("A", np.array([0.0, 1, 1, 0]), np.array([0.0, 0, 1, 1]))
    >>> str(ids[0]), float(geoms[0].area)
    ('A', 1.0)
    """
    hull = shapely.convex_hull(shapely.multipoints(np.column_stack([x, y])))
    return np.array([name], dtype=object), np.array([hull], dtype=object)


def stratum_of(codes: NDArray[Any], strata: Mapping[str, Sequence[str]]) -> NDArray[Any]:
    """Return the stratum of each code; an empty text for a code that belongs to none.

    >>> stratum_of(np.array(["310", "9"], dtype=object), {"fir": ["310"]}).tolist()
    ['fir', '']
    """
    by_code = {code: name for name, listed in strata.items() for code in listed}
    return np.array([by_code.get(str(code), "") for code in codes], dtype=object)


def area_by_stratum(table: Table, only: Collection[str] | None = None) -> dict[str, float]:
    """Return the legal area of each stratum of a parcel table [ha], strata without a name left out.

    Parameters
    ----------
    table
        Parcels.
    only
        Identifiers of the parcels that count; None counts all.
    """
    if only is not None:
        table = table.take(np.isin(table["parcel_id"].astype(str), sorted(only)))
    names = table["stratum"].astype(str)
    return {
        str(name): float(np.sum(np.sort(table["area_ha"][names == name])))
        for name in np.unique(names)
        if name
    }


def change_record_table(parcel_id: NDArray[Any], records: Sequence[ChangeRecord]) -> Table:
    """Return losses or gains of forest, one row for each parcel, year and cause."""
    columns = {
        "parcel_id": [str(parcel_id[record.parcel]) for record in records],
        "year": np.array([record.year for record in records], dtype=np.int64),
        "kind": [record.kind for record in records],
        "cause": [record.cause or "" for record in records],
        "area_ha": np.array([record.area_ha for record in records], dtype=np.float64),
        "share_frac": np.array([record.share_frac for record in records], dtype=np.float64),
        "confirmed": np.array([int(record.confirmed) for record in records], dtype=np.int64),
    }
    return make_table("land cover", columns)


def geometries_of(table: Table) -> Geometries:
    """Return the polygons of a parcel table, shape (n,)."""
    made: Geometries = shapely.from_wkb(table["geometry"])
    return made


def is_listed(parcel_id: NDArray[Any], listed: Sequence[Any] | NDArray[Any]) -> NDArray[np.bool_]:
    """Return whether each parcel is in a list.

    >>> is_listed(np.array(["a", "b"], dtype=object), ["b"]).tolist()
    [False, True]
    """
    wanted = {str(name) for name in listed}
    return np.array([str(name) in wanted for name in parcel_id], dtype=bool)


def sum_by(
    table: Table, keys: tuple[str, ...], values: tuple[str, ...]
) -> dict[tuple[Any, ...], tuple[float, ...]]:
    """Return sums of columns by the values of other columns, sorted by them.

    >>> t = make_table("t", {"k": ["a", "b", "a"], "v": [1.0, 2.0, 3.0]})
    >>> sum_by(t, ("k",), ("v",))
    {('a',): (4.0,), ('b',): (2.0,)}
    """
    sums: dict[tuple[Any, ...], list[list[float]]] = {}
    for place, amounts in zip(
        zip(*(table[key].tolist() for key in keys), strict=True),
        zip(*(table[value].tolist() for value in values), strict=True),
        strict=True,
    ):
        sums.setdefault(place, []).append(list(amounts))
    return {
        place: tuple(math.fsum(column) for column in zip(*sums[place], strict=True)) for place in sorted(sums)
    }
