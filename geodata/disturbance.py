"""Where forest was lost or gained: by parcel and year, from maps of successive years.

Rules, in this order:

1. Years are taken as they are listed in time; a cell without a class in a year keeps its state of the year
   before (of the first known year where none is before).
2. A state that lasts one single year, between equal states of the year before and the year after, is a flip
   of the map, not a change, and is taken back. This is done forward in time, so that no flip is left. A
   change in the last year cannot be tested so: it is told, but not ``confirmed``.
3. Loss belongs to the first year that is no longer forest, gain to the first that is.
4. A lost cell has a sign of fire when its scheme's burned class stands in the year of the loss or in the
   next. Bare ground is such a sign only where `ChangeRules.bare_is_fire` says so, since a clear-cut lies bare
   as well. A lost cell is put to use when it shows as cropland or settlement in the year of the loss.
   The cause of a parcel's loss is ``fire`` when cells with a sign of fire make up at least
   `ChangeRules.majority_frac` of it; else ``clearing`` when the scheme could have shown fire and did not, or
   when cells put to use make up that share; else ``unknown``: maps without a burned class cannot tell. The
   cause is an indication for a visit in the field, and no finding of fact.
5. Changes below `ChangeRules.minimum_ha` in a parcel and year are a map's edge effects, and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geodata.errors import RasterError
from geodata.footprint import Geometries, Rule, prepare_footprint
from geodata.landcover import ClassScheme, is_member
from geodata.raster import ClassRaster
from geodata.rings import Floats
from geodata.zonal import require_same_cells

Kind = Literal["loss", "gain"]
Cause = Literal["fire", "clearing", "unknown"]
States = NDArray[np.bool_]
_LOSS, _LOSS_BURNED, _LOSS_USED, _GAIN, _N_LABELS = 1, 2, 3, 4, 5
MU_HA: Final = 1 / 15
"""One mu, the smallest forest patch of China's forest definition [ha]."""


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """What counts as a change, and as fire."""

    minimum_ha: float = MU_HA
    """Smallest change in a parcel and year that is told [ha]."""
    majority_frac: float = 0.5
    """Share of the lost area from which a sign tells the cause [1]."""
    bare_is_fire: bool = False
    """Whether bare ground in the year of the loss is a sign of fire."""
    drop_flips: bool = True
    """Whether a state of one single year is taken back."""
    coverage: Rule = "exact"
    """Exact fractions of cells, or cells by their centres."""


@dataclass(frozen=True, slots=True, order=True)
class ChangeRecord:
    """Forest lost or gained in one parcel and one year."""

    parcel: int
    """Position of the parcel."""
    year: int
    """First year in the new state."""
    kind: Kind
    """Loss or gain."""
    cause: Cause | None
    """What the maps say of a loss; None for a gain."""
    area_ha: float
    """Changed area, planar [ha]."""
    share_frac: float
    """Changed share of the parcel's whole area [1]."""
    fire_frac: float
    """Share of the lost area with a sign of fire [1]; 0 for a gain."""
    confirmed: bool
    """Whether a later year shows the new state too."""


def detect_changes(
    geoms: Geometries,
    rasters: Sequence[ClassRaster],
    scheme: ClassScheme,
    rules: ChangeRules | None = None,
    *,
    validated: bool = False,
) -> tuple[ChangeRecord, ...]:
    """Return the losses and gains of forest in parcels, sorted by parcel, year and kind.

    Parameters
    ----------
    geoms
        Valid polygons and multipolygons in the rasters' CRS, shape (n,).
    rasters
        Maps of at least two different years on the same cells, in any order.
    scheme
        Their class scheme.
    rules
        What counts as a change; the defaults of `ChangeRules` when not given.
    validated
        The geometries were checked when they were read; they are not checked again.

    Raises
    ------
    RasterError
        Years are missing or repeated, the maps differ in their cells, or touch no parcel.
    """
    rules = rules or ChangeRules()
    ordered, years = _order(rasters)
    cell_ha = ordered[0].grid.cell_area_ha
    footprint = prepare_footprint(geoms, ordered[0].grid, source=ordered[0].source, validated=validated)
    maps = [raster.read(footprint.window) for raster in ordered]
    forest = forest_states(maps, scheme, years if rules.drop_flips else None)
    whole_ha = footprint.whole_cells * cell_ha
    shows_fire = bool(scheme.burned_codes) or rules.bare_is_fire
    records: list[ChangeRecord] = []
    for position in range(1, len(years)):
        labels = _label_changes(forest, maps, position, scheme, bare_is_fire=rules.bare_is_fire)
        if labels.any():
            area_ha = footprint.sum_labels(labels, _N_LABELS, rules.coverage) * cell_ha
            layer = _Layer(years[position], area_ha, whole_ha, position + 1 < len(years))
            records += _tell_losses(layer, rules, shows_fire=shows_fire)
            records += _tell_gains(layer, rules)
    return tuple(sorted(records, key=lambda record: (record.parcel, record.year, record.kind)))


def detect_losses(
    geoms: Geometries,
    rasters: Sequence[ClassRaster],
    scheme: ClassScheme,
    rules: ChangeRules | None = None,
    *,
    validated: bool = False,
) -> tuple[ChangeRecord, ...]:
    """Return the losses alone; see `detect_changes`."""
    changes = detect_changes(geoms, rasters, scheme, rules, validated=validated)
    return tuple(record for record in changes if record.kind == "loss")


def detect_gains(
    geoms: Geometries,
    rasters: Sequence[ClassRaster],
    scheme: ClassScheme,
    rules: ChangeRules | None = None,
    *,
    validated: bool = False,
) -> tuple[ChangeRecord, ...]:
    """Return the gains alone; see `detect_changes`."""
    changes = detect_changes(geoms, rasters, scheme, rules, validated=validated)
    return tuple(record for record in changes if record.kind == "gain")


def _order(rasters: Sequence[ClassRaster]) -> tuple[list[ClassRaster], list[int]]:
    years = [raster.year for raster in rasters if raster.year is not None]
    if len(years) < len(rasters) or len(set(years)) < max(len(years), 2):
        told = ", ".join(str(raster.year) for raster in rasters)
        raise RasterError("rasters-years", years=told or "-")
    ordered = sorted(rasters, key=lambda raster: raster.year or 0)
    for raster in ordered[1:]:
        require_same_cells(ordered[0], raster)
    return ordered, sorted(years)


def forest_states(
    maps: Sequence[NDArray[Any]], scheme: ClassScheme, years: Sequence[int] | None = None
) -> list[States]:
    """Return whether each cell is forest in each year, gaps filled and single-year flips taken back.

    A cell without a class in any year is never forest.

    Parameters
    ----------
    maps
        Class codes of successive years, same shape.
    scheme
        Their class scheme.
    years
        Years of the maps, ascending; flips are left as they are when not given.

    Examples
    --------
    >>> from geodata.landcover import load_scheme
    >>> cells = [np.array([2, 2]), np.array([1, 1]), np.array([2, 1])]
    >>> [state.tolist() for state in forest_states(cells, load_scheme("clcd"), [2020, 2021, 2022])]
    [[True, True], [True, False], [True, False]]
    """
    states = [is_member(values, scheme.forest_codes) for values in maps]
    known = [is_member(values, scheme.codes) for values in maps]
    for year in range(1, len(states)):
        states[year] = np.where(known[year], states[year], states[year - 1])
        known[year] = known[year] | known[year - 1]
    for year in range(len(states) - 2, -1, -1):
        states[year] = np.where(known[year], states[year], states[year + 1])
        known[year] = known[year] | known[year + 1]
    for year in range(1, len(states) - 1):
        if years is not None and years[year + 1] - years[year - 1] == 2:
            before, after = states[year - 1], states[year + 1]
            states[year] = np.where(before == after, before, states[year])
    return states


@dataclass(frozen=True, slots=True)
class _Layer:
    """The changes of one year."""

    year: int
    area_ha: Floats
    whole_ha: Floats
    confirmed: bool


def _label_changes(
    forest: Sequence[States],
    maps: Sequence[NDArray[Any]],
    year: int,
    scheme: ClassScheme,
    *,
    bare_is_fire: bool,
) -> NDArray[np.uint8]:
    """Return the label of each cell's change from the year before to a year."""
    lost, gained = forest[year - 1] & ~forest[year], ~forest[year - 1] & forest[year]
    burned = is_member(maps[year], scheme.burned_codes | (scheme.bare_codes if bare_is_fire else frozenset()))
    if year + 1 < len(maps):
        burned = burned | is_member(maps[year + 1], scheme.burned_codes)
    labels = np.zeros(lost.shape, dtype=np.uint8)
    labels[lost] = _LOSS
    labels[lost & is_member(maps[year], scheme.used_codes)] = _LOSS_USED
    labels[lost & burned] = _LOSS_BURNED
    labels[gained] = _GAIN
    return labels


def _tell_losses(layer: _Layer, rules: ChangeRules, *, shows_fire: bool) -> list[ChangeRecord]:
    lost_ha = layer.area_ha[:, [_LOSS, _LOSS_BURNED, _LOSS_USED]].sum(axis=1)
    records = []
    for parcel in np.flatnonzero((lost_ha > 0) & (lost_ha >= rules.minimum_ha)).tolist():
        lost = float(lost_ha[parcel])
        fire_frac = float(layer.area_ha[parcel, _LOSS_BURNED]) / lost
        used_frac = float(layer.area_ha[parcel, _LOSS_USED]) / lost
        cause: Cause = "clearing" if shows_fire or used_frac >= rules.majority_frac else "unknown"
        if fire_frac >= rules.majority_frac:
            cause = "fire"
        share_frac = lost / float(layer.whole_ha[parcel])
        found = ChangeRecord(parcel, layer.year, "loss", cause, lost, share_frac, fire_frac, layer.confirmed)
        records.append(found)
    return records


def _tell_gains(layer: _Layer, rules: ChangeRules) -> list[ChangeRecord]:
    gained_ha = layer.area_ha[:, _GAIN]
    share_frac = gained_ha / layer.whole_ha
    told = np.flatnonzero((gained_ha > 0) & (gained_ha >= rules.minimum_ha)).tolist()
    return [
        ChangeRecord(
            parcel,
            layer.year,
            "gain",
            None,
            float(gained_ha[parcel]),
            float(share_frac[parcel]),
            0.0,
            layer.confirmed,
        )
        for parcel in told
    ]
