"""Heights that were not measured: a curve for each species and stratum, drawn towards the group's.

Three levels, each a mixture with the one above it:

    group     all measured trees together (bamboo aside), form by AICc
    species   H = w own + (1 - w) group
    stratum   H = w own + (1 - w) species, for the species' trees in one stratum

The weight is that of a best linear predictor, w = n / (n + k) with k = p s2 / t2: p coefficients,
s2 the variance of trees about their own curves, t2 the variance of true curves about the level above,
estimated by moments (the mean squared distance of own curves from it, less what the error of the
coefficients explains). Many measured trees, or units that differ much, give a curve its own way; few
trees fall back on the group by themselves. Where fewer than two units have a curve of their own, k is
`PRIOR_TREES` p. A unit of 3 to 9 trees bends no curve: its own is the upper one times a factor.

The residual standard deviation of each curve is kept for error budgets, and each filled tree says
which level filled it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from mrv.allometry import BAMBOO
from mrv.equations.selection import factorise
from mrv.errors import InventoryError
from mrv.height_curves import (
    BREAST_HEIGHT_M,
    HEIGHT_FORMS,
    MIN_MEASURED,
    HeightCurve,
    Tally,
    choose_curve,
    merge_tallies,
    tally_heights,
)
from mrv.moments import Floats, Labels

MIN_CURVE: Final = 10
"""Measured trees from which a unit bends a curve of its own [1]."""
PRIOR_TREES: Final = 5.0
"""Trees that the level above counts for, for each coefficient, where its spread cannot be estimated [1]."""
_Key = TypeVar("_Key", str, tuple[str, str])
LEVELS: Final = ("measured", "stratum", "species", "group", "none")
"""What gave a tree its height; ``none`` for bamboo, whose culm equation asks for no height."""


@dataclass(frozen=True, slots=True)
class ScaledCurve:
    """The curve above, its rise over breast height times a factor."""

    upper: LevelCurve
    """Curve of the level above."""
    factor: float
    """Factor [1]."""

    def height_m(self, dbh_cm: ArrayLike) -> Floats:
        """Return the height [m] at a DBH [cm]."""
        height: Floats = BREAST_HEIGHT_M + self.factor * (self.upper.height_m(dbh_cm) - BREAST_HEIGHT_M)
        return height


@dataclass(frozen=True, slots=True)
class LevelCurve:
    """The curve of a group, of a species, or of a species in a stratum."""

    own: HeightCurve | ScaledCurve
    """What its own measured trees say."""
    weight: float
    """Weight of its own curve; the rest is the upper one's [1]."""
    upper: LevelCurve | None
    """Curve of the level above; None for the group."""
    residual_sd_m: float
    """Standard deviation of measured heights about the mixture [m]."""
    n_trees: int
    """Measured trees of its own [1]."""

    def height_m(self, dbh_cm: ArrayLike) -> Floats:
        """Return the height [m] at a DBH [cm]: w own + (1 - w) upper."""
        own = self.own.height_m(dbh_cm)
        if self.upper is None or self.weight == 1:
            return own
        mixed: Floats = self.weight * own + (1 - self.weight) * self.upper.height_m(dbh_cm)
        return mixed

    @property
    def form(self) -> str:
        """Form of its own curve."""
        return self.own.form if isinstance(self.own, HeightCurve) else self.own.upper.form


@dataclass(frozen=True, slots=True)
class HeightModels:
    """Curves of all species and strata of an inventory."""

    group: LevelCurve | None
    """Curve of all measured trees; None where no height is missing."""
    by_species: Mapping[str, LevelCurve]
    """Species -> its curve; the group's for a species with fewer than three measured trees."""
    by_stratum: Mapping[tuple[str, str], LevelCurve]
    """(species, stratum) -> its curve; one with fewer than three measured trees takes the species'."""
    pooled: tuple[str, ...]
    """Species that miss heights and take the group's curve as it is."""

    def curve(self, species: str, stratum: str) -> tuple[str, LevelCurve]:
        """Return (level, curve) for the trees of a species in a stratum."""
        if (species, stratum) in self.by_stratum:
            return "stratum", self.by_stratum[species, stratum]
        if species not in self.by_species:
            raise InventoryError("heights-too-few", count=0, needed=MIN_MEASURED)
        return "group" if species in self.pooled else "species", self.by_species[species]


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
        return HeightModels(None, MappingProxyType({}), MappingProxyType({}), ())
    strata, place = factorise(np.full(H.shape, "") if stratum is None else stratum)
    width = len(strata)
    cells = tally_heights((species * width + place)[tree], len(names) * width, D[tree], H[tree])
    rows = {name: cells[i * width : (i + 1) * width] for i, name in enumerate(names) if name != BAMBOO}
    whole = {name: merge_tallies(row) for name, row in rows.items()}
    lowest = float(D[tree & (D > 0)].min())
    best = choose_curve(merge_tallies(tuple(whole.values())), lowest, forms)
    group = LevelCurve(best, 1.0, None, best.residual_sd_m, best.n_trees)
    by_species = _level(whole, dict.fromkeys(whole, group), lowest, forms)
    parts = {
        (name, part): cell
        for name in by_species
        for part, cell in zip(strata, rows[name], strict=True)
        if stratum is not None
    }
    by_stratum = _level(parts, {key: by_species[key[0]] for key in parts}, lowest, None)
    poor = sorted({names[i] for i in np.unique(species[missing]).tolist()} - set(by_species))
    curves = MappingProxyType(by_species | dict.fromkeys(poor, group))
    return HeightModels(group, curves, MappingProxyType(by_stratum), tuple(poor))


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


def _level(
    tallies: Mapping[_Key, Tally],
    uppers: Mapping[_Key, LevelCurve],
    lowest_cm: float,
    forms: tuple[str, ...] | None,
) -> dict[_Key, LevelCurve]:
    """Return the curve of each unit of a level; its form is the upper one's where none is given."""
    owns: dict[_Key, HeightCurve | ScaledCurve] = {}
    for key in sorted(key for key, tally in tallies.items() if tally.n_trees >= MIN_MEASURED):
        tally, upper = tallies[key], uppers[key]
        if tally.n_trees >= MIN_CURVE and tally.dbh_cm.size >= MIN_MEASURED:
            owns[key] = choose_curve(tally, lowest_cm, forms or (upper.form,))
        else:
            owns[key] = ScaledCurve(upper, _factor(tally, upper))
    ratio = _trees_per_coefficient(tallies, uppers, owns)
    found: dict[_Key, LevelCurve] = {}
    for key, own in owns.items():
        n, p = tallies[key].n_trees, _coefficients(own)
        weight = n / (n + p * ratio) if math.isfinite(ratio) else 0.0
        curve = LevelCurve(own, weight, uppers[key], uppers[key].residual_sd_m, n)
        if isinstance(own, HeightCurve):
            squares = tallies[key].residual_m2(curve.height_m(tallies[key].dbh_cm))
            curve = replace(curve, residual_sd_m=math.sqrt(squares / max(n - weight * p, 1.0)))
        found[key] = curve
    return found


def _trees_per_coefficient(
    tallies: Mapping[_Key, Tally],
    uppers: Mapping[_Key, LevelCurve],
    owns: Mapping[_Key, HeightCurve | ScaledCurve],
) -> float:
    """Return s2 / t2, the trees that the level above counts for, for each coefficient [1]."""
    bent = {key: own for key, own in owns.items() if isinstance(own, HeightCurve)}
    if len(bent) < 2:
        return PRIOR_TREES
    p = {key: _coefficients(own) for key, own in bent.items()}
    squares = sum(tallies[key].residual_m2(own.height_m(tallies[key].dbh_cm)) for key, own in bent.items())
    s2 = squares / max(sum(tallies[key].n_trees - p[key] for key in bent), 1)
    apart = [
        _distance_m2(tallies[key], own, uppers[key]) - p[key] * s2 / tallies[key].n_trees
        for key, own in bent.items()
    ]
    t2 = max(float(np.mean(apart)), 0.0)
    if t2 > 0:
        return s2 / t2
    return math.inf if s2 > 0 else 0.0


def _distance_m2(tally: Tally, own: HeightCurve, upper: LevelCurve) -> float:
    """Return the mean squared distance of two curves over the measured trees [m2]."""
    apart = own.height_m(tally.dbh_cm) - upper.height_m(tally.dbh_cm)
    return float(np.average(apart**2, weights=tally.count))


def _coefficients(own: HeightCurve | ScaledCurve) -> int:
    return len(own.coefficients) if isinstance(own, HeightCurve) else 1


def _factor(tally: Tally, upper: LevelCurve) -> float:
    """Return the factor on the upper curve's rise that fits best in least squares [1]."""
    rise, seen = upper.height_m(tally.dbh_cm) - BREAST_HEIGHT_M, tally.height_m - BREAST_HEIGHT_M
    return float((tally.count * rise * seen).sum() / (tally.count * rise**2).sum())
