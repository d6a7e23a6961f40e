"""Where forest was lost or gained: by parcel and year, from maps of successive years.

Rules, in this order:

1. Years are taken as they are listed in time; a cell without a class in a year keeps its state of the year
   before (of the first known year where none is before).
2. A state that lasts one single year, between equal states of the year before and the year after, is a flip
   of the map, not a change, and is taken back. This is done forward in time, so that no flip is left. A
   change in the last year cannot be tested so: it is told, but not ``confirmed``.
3. Loss belongs to the first year that is no longer forest, gain to the first that is.
4. A lost cell has a sign of fire when its scheme's burned class stands in the year of the loss or in the
   next, or when the year of the loss is bare ground: in a map of a year, cleared land shows as crops, grass
   or shrub, burned land lies bare. The cause of a parcel's loss is ``fire`` when cells with such a sign make
   up at least `ChangeRules.fire_majority_frac` of it, else ``clearing``. The cause is an indication for a
   visit in the field, and no finding of fact.
5. Changes below `ChangeRules.minimum_ha` in a parcel and year are a map's edge effects, and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from geodata.errors import RasterError
from geodata.footprint import Footprint, Geometries, Rule, prepare_footprint
from geodata.landcover import ClassScheme, is_member
from geodata.raster import ClassRaster
from geodata.zonal import require_same_cells

Kind = Literal["loss", "gain"]
Cause = Literal["fire", "clearing"]
States = NDArray[np.bool_]
_LOSS, _LOSS_WITH_SIGN, _GAIN, _N_LABELS = 1, 2, 3, 4
MU_HA: Final = 1 / 15
"""One mu, the smallest forest patch of China's forest definition [ha]."""


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """What counts as a change, and as fire."""

    minimum_ha: float = MU_HA
    """Smallest change in a parcel and year that is told [ha]."""
    fire_majority_frac: float = 0.5
    """Share of the lost area with a sign of fire from which the cause is fire [1]."""
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
    footprint = prepare_footprint(geoms, ordered[0].grid, validated=validated)
    maps = [raster.read(footprint.window) for raster in ordered]
    forest = forest_states(maps, scheme, years if rules.drop_flips else None)
    records: list[ChangeRecord] = []
    for position in range(1, len(years)):
        labels = _label_changes(forest, maps, position, scheme)
        confirmed = position + 1 < len(years)
        records += _tell(footprint, labels, years[position], cell_ha, rules, confirmed=confirmed)
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


def _label_changes(
    forest: Sequence[States], maps: Sequence[NDArray[Any]], year: int, scheme: ClassScheme
) -> NDArray[np.uint8]:
    """Return the label of each cell's change from the year before to a year."""
    was, is_now = forest[year - 1], forest[year]
    sign = is_member(maps[year], scheme.burned_codes | scheme.bare_codes)
    if year + 1 < len(maps):
        sign = sign | is_member(maps[year + 1], scheme.burned_codes)
    labels = np.zeros(was.shape, dtype=np.uint8)
    labels[was & ~is_now] = _LOSS
    labels[was & ~is_now & sign] = _LOSS_WITH_SIGN
    labels[~was & is_now] = _GAIN
    return labels


def _tell(
    footprint: Footprint,
    labels: NDArray[np.uint8],
    year: int,
    cell_ha: float,
    rules: ChangeRules,
    *,
    confirmed: bool,
) -> list[ChangeRecord]:
    if not labels.any():
        return []
    area_ha = footprint.sum_labels(labels, _N_LABELS, rules.coverage) * cell_ha
    whole_ha = (footprint.covered_cells + footprint.outside_cells) * cell_ha
    lost_ha = area_ha[:, _LOSS] + area_ha[:, _LOSS_WITH_SIGN]
    records = []
    for parcel in np.flatnonzero((lost_ha > 0) & (lost_ha >= rules.minimum_ha)).tolist():
        lost = float(lost_ha[parcel])
        fire_frac = float(area_ha[parcel, _LOSS_WITH_SIGN]) / lost
        cause: Cause = "fire" if fire_frac >= rules.fire_majority_frac else "clearing"
        share_frac = lost / float(whole_ha[parcel])
        records.append(ChangeRecord(parcel, year, "loss", cause, lost, share_frac, fire_frac, confirmed))
    gained_ha = area_ha[:, _GAIN]
    for parcel in np.flatnonzero((gained_ha > 0) & (gained_ha >= rules.minimum_ha)).tolist():
        gained = float(gained_ha[parcel])
        share_frac = gained / float(whole_ha[parcel])
        records.append(ChangeRecord(parcel, year, "gain", None, gained, share_frac, 0.0, confirmed))
    return records
