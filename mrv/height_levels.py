"""Curves of one level drawn towards those of the level above: H = w own + (1 - w) upper.

The weight is that of a best linear predictor, w = n / (n + k) with k = p s2 / t2: p coefficients, s2 the
variance of trees about their own curves, t2 the variance of true curves about the level above, estimated by
moments (the mean squared distance of own curves from it, less what the error of the coefficients explains).
Many measured trees, or units that differ much, give a curve its own way; few trees fall back on the level
above by themselves. Where fewer than two units have a curve of their own, k is `PRIOR_TREES` p. A unit of 3
to 9 trees bends no curve: its own is the upper one times a factor.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from mrv.height_curves import BREAST_HEIGHT_M, MIN_MEASURED, HeightCurve, Tally, choose_curve
from mrv.moments import Floats

MIN_CURVE: Final = 10
"""Measured trees from which a unit bends a curve of its own [1]."""
PRIOR_TREES: Final = 5.0
"""Trees that the level above counts for, for each coefficient, where its spread cannot be estimated [1]."""
Key = TypeVar("Key", str, tuple[str, str])


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


def shrink_level(
    tallies: Mapping[Key, Tally],
    uppers: Mapping[Key, LevelCurve],
    lowest_cm: float,
    forms: tuple[str, ...] | None,
) -> dict[Key, LevelCurve]:
    """Return the curve of each unit of a level.

    Parameters
    ----------
    tallies
        Unit -> its measured trees; a unit of fewer than three has no curve.
    uppers
        Unit -> the curve above it.
    lowest_cm
        Thinnest tree the curves will be asked for [cm].
    forms
        Forms to choose among; the upper curve's own when None.
    """
    owns: dict[Key, HeightCurve | ScaledCurve] = {}
    for key in sorted(key for key, tally in tallies.items() if tally.n_trees >= MIN_MEASURED):
        tally, upper = tallies[key], uppers[key]
        if tally.n_trees >= MIN_CURVE and tally.dbh_cm.size >= MIN_MEASURED:
            owns[key] = choose_curve(tally, lowest_cm, forms or (upper.form,))
        else:
            owns[key] = ScaledCurve(upper, _factor(tally, upper))
    ratio = _trees_per_coefficient(tallies, uppers, owns)
    found: dict[Key, LevelCurve] = {}
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
    tallies: Mapping[Key, Tally],
    uppers: Mapping[Key, LevelCurve],
    owns: Mapping[Key, HeightCurve | ScaledCurve],
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
