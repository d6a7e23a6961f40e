"""Heights that were not measured: a curve for each species and stratum, drawn towards the group's.

Levels, each a mixture with the one above it (`mrv.height_levels`):

    all       all measured trees together (bamboo aside), form by AICc
    group     trees of one group of `mrv/tables/species.csv`: conifers, hard and soft broadleaf
    species   trees of one species
    stratum   trees of one species in one stratum

The residual standard deviation of each curve is kept for error budgets, and each filled tree says which
level filled it: the finest one that has at least three measured trees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from mrv.allometry import BAMBOO
from mrv.coefficients import species_table
from mrv.equations.selection import factorise
from mrv.errors import InventoryError
from mrv.height_curves import HEIGHT_FORMS, MIN_MEASURED, Tally, choose_curve, merge_tallies, tally_heights
from mrv.height_levels import LevelCurve, shrink_level
from mrv.moments import Floats, Labels

LEVELS: Final = ("measured", "stratum", "species", "group", "all", "none")
"""What gave a tree its height; ``none`` for bamboo, whose culm equation asks for no height."""


@dataclass(frozen=True, slots=True)
class HeightModels:
    """Curves of all species and strata of an inventory."""

    common: LevelCurve | None
    """Curve of all measured trees; None where no height is missing."""
    by_group: Mapping[str, LevelCurve]
    """Group of species -> its curve; one with fewer than three measured trees is not there."""
    by_species: Mapping[str, LevelCurve]
    """Species -> its curve; the one above for a species with fewer than three measured trees."""
    by_stratum: Mapping[tuple[str, str], LevelCurve]
    """(species, stratum) -> its curve; one with fewer than three measured trees is not there."""
    pooled: Mapping[str, str]
    """Species that misses heights and has fewer than three measured trees -> level whose curve it takes."""

    def curve(self, species: str, stratum: str) -> tuple[str, LevelCurve]:
        """Return (level, curve) for the trees of a species in a stratum."""
        if (species, stratum) in self.by_stratum:
            return "stratum", self.by_stratum[species, stratum]
        if species not in self.by_species:
            raise InventoryError("heights-too-few", count=0, needed=MIN_MEASURED)
        return self.pooled.get(species, "species"), self.by_species[species]


@dataclass(frozen=True, slots=True)
class FilledHeights:
    """Heights of all trees and where each comes from."""

    height_m: Floats
    """Height [m]; NaN for bamboo."""
    level: Labels
    """One of `LEVELS` for each tree."""
    residual_sd_m: Floats
    """Standard deviation of a tree's height about its curve [m]; 0 where it was measured."""

    def counts(self) -> dict[str, int]:
        """Return how many trees each level gave [1], levels without trees left out."""
        return {level: n for level in LEVELS if (n := int((self.level == level).sum()))}


def fit_height_models(
    species_code: ArrayLike,
    dbh_cm: ArrayLike,
    height_m: ArrayLike,
    stratum: ArrayLike | None = None,
    *,
    forms: tuple[str, ...] = HEIGHT_FORMS,
) -> HeightModels:
    """Fit curves to the measured trees, bamboo aside; none where no height is missing.

    Parameters
    ----------
    species_code
        Species of each tree.
    dbh_cm, height_m
        DBH [cm] and height [m], NaN where it was not measured.
    stratum
        Stratum of each tree; the level is left out when None.
    forms
        Forms of curve to choose among by AICc; one form states it.

    Raises
    ------
    InventoryError
        Heights are missing and fewer than three were measured at all.
    """
    names, species = factorise(species_code)
    D, H = np.asarray(dbh_cm, dtype=np.float64), np.asarray(height_m, dtype=np.float64)
    tree = np.array([name != BAMBOO for name in names] or [False])[species]
    missing = tree & ~np.isfinite(H)
    if not missing.any():
        return HeightModels(None, *(MappingProxyType({}) for _ in range(4)))
    strata, place = factorise(np.full(H.shape, "") if stratum is None else stratum)
    width = len(strata)
    cells = tally_heights((species * width + place)[tree], len(names) * width, D[tree], H[tree])
    rows = {name: cells[i * width : (i + 1) * width] for i, name in enumerate(names) if name != BAMBOO}
    whole = {name: merge_tallies(row) for name, row in rows.items()}
    lowest = float(D[tree & (D > 0)].min())
    best = choose_curve(merge_tallies(tuple(whole.values())), lowest, forms)
    common = LevelCurve(best, 1.0, None, best.residual_sd_m, best.n_trees)
    by_group = _group_curves(whole, common, lowest, forms)
    above = {name: by_group.get(group_of(name), common) for name in whole}
    by_species = shrink_level(whole, _uppers(whole, above, common), lowest, forms)
    parts = {
        (name, part): cell
        for name in by_species
        for part, cell in zip(strata, rows[name], strict=True)
        if stratum is not None
    }
    by_stratum = shrink_level(parts, {key: by_species[key[0]] for key in parts}, lowest, None)
    poor = sorted({names[i] for i in np.unique(species[missing]).tolist()} - set(by_species))
    pooled = {name: "group" if group_of(name) in by_group else "all" for name in poor}
    curves = by_species | {name: above[name] for name in poor}
    return HeightModels(common, *map(MappingProxyType, (by_group, curves, by_stratum, pooled)))


def _group_curves(
    whole: Mapping[str, Tally], common: LevelCurve, lowest_cm: float, forms: tuple[str, ...]
) -> dict[str, LevelCurve]:
    """Return the curve of each group of species; none where all trees are of one group."""
    members: dict[str, list[Tally]] = {}
    for name, tally in whole.items():
        if group := group_of(name):
            members.setdefault(group, []).append(tally)
    if len(members) < 2:
        return {}
    tallies = {group: merge_tallies(tuple(parts)) for group, parts in members.items()}
    return shrink_level(tallies, dict.fromkeys(tallies, common), lowest_cm, forms)


def _uppers(
    whole: Mapping[str, Tally], above: Mapping[str, LevelCurve], common: LevelCurve
) -> dict[str, LevelCurve]:
    """Return what each species is drawn to: not to a group of which it is the only one measured."""
    measured = Counter(group_of(name) for name, tally in whole.items() if tally.n_trees)
    return {name: curve if measured[group_of(name)] > 1 else common for name, curve in above.items()}


def group_of(species: str) -> str:
    """Return the group of a species; empty for one that is not in the table.

    Examples
    --------
    >>> group_of("310"), group_of("Quercus robur")
    ('conifer', '')
    """
    table = species_table()
    return table[species].group if species in table else ""


def fill_heights(
    species_code: ArrayLike,
    dbh_cm: ArrayLike,
    height_m: ArrayLike,
    models: HeightModels,
    stratum: ArrayLike | None = None,
) -> FilledHeights:
    """Return heights [m], the measured ones as they are and the others from the curves.

    Bamboo keeps its NaN: its culm equation asks for no height.
    """
    names, species = factorise(species_code)
    D, filled = np.asarray(dbh_cm, dtype=np.float64), np.array(height_m, dtype=np.float64)
    strata, place = factorise(np.full(filled.shape, "") if stratum is None else stratum)
    level = np.zeros(filled.shape, dtype=np.intp)
    residual = np.zeros(filled.shape)
    gaps = np.flatnonzero(~np.isfinite(filled))
    unit = species[gaps] * len(strata) + place[gaps]
    for value in np.unique(unit).tolist():
        rows, name = gaps[unit == value], names[value // len(strata)]
        if name == BAMBOO:
            level[rows] = LEVELS.index("none")
            continue
        how, curve = models.curve(name, strata[value % len(strata)])
        filled[rows], residual[rows] = curve.height_m(D[rows]), curve.residual_sd_m
        level[rows] = LEVELS.index(how)
    return FilledHeights(filled, np.array(LEVELS)[level], residual)


def fill_heights_m(
    species_code: ArrayLike,
    dbh_cm: ArrayLike,
    height_m: ArrayLike,
    models: HeightModels,
    stratum: ArrayLike | None = None,
) -> Floats:
    """Return the heights alone of `fill_heights` [m]."""
    return fill_heights(species_code, dbh_cm, height_m, models, stratum).height_m
