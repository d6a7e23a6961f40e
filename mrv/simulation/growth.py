"""How one tree of the simulated county grows, dies or is cut in five years.

The same few functions serve the drawing of trees in plots and the expectation over all trees, so that the
sample is a sample of the truth. ``rel`` is (DBH - 5 cm) over its mean in the stand, and has mean 1.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from mrv.simulation.species import BAMBOO, HEIGHT_CURVES, SPECIES
from mrv.simulation.stands import MIN_DBH_CM, Event, FloatArray, IntArray

GROWTH_SPREAD_FRAC: Final = 0.30
"""Standard deviation of a tree's growth relative to its expectation."""
HEIGHT_SPREAD_FRAC: Final = 0.06
"""Standard deviation of a tree's height relative to its expectation."""
THINNED_FRAC: Final = 0.25
"""Fraction of mean-sized trees that a thinning takes."""
SELECTIVE_FRAC: Final = 0.008
"""Fraction of the trees cut singly in five years where nothing else happened."""
DU_FREQUENCY: Final = (0.26, 0.26, 0.24, 0.16, 0.08)
"""Frequency of the bamboo age classes du 1 to 5 in 2020; one du is two years."""
DU_INGROWTH: Final = (0.42, 0.40, 0.18)
"""Frequency of du 1 to 3 among the culms that sprouted between the campaigns."""
DU_CUT_FRAC: Final = (0.06, 0.18, 0.45, 0.80, 0.92)
"""Fraction of the culms of du 1 to 5 that are harvested in five years."""
DU_STEP: Final = 2
"""Age classes that a culm passes between the campaigns."""
BAMBOO_NUMBER: Final = SPECIES.index(BAMBOO)
"""Number of moso bamboo in `SPECIES`."""


def height_m(species: IntArray, dbh_cm: FloatArray, height_frac: FloatArray) -> FloatArray:
    """Return H = f (1.3 + a (1 - exp(-b D))^c) of trees [m] (the model's assumption, `HEIGHT_CURVES`).

    Parameters
    ----------
    species
        Numbers of the species in `SPECIES`.
    dbh_cm
        Diameters at 1.3 m [cm].
    height_frac
        Height of the tree relative to the curve.
    """
    a, b, c = (np.array(column)[species] for column in zip(*HEIGHT_CURVES.values(), strict=True))
    curve = 1.3 + a * (1.0 - np.exp(-b * dbh_cm)) ** c
    return np.asarray(height_frac * curve, dtype=np.float64)


def grown_dbh_cm(
    dbh_cm: FloatArray, growth_cm: FloatArray, rel: FloatArray, factor: FloatArray
) -> FloatArray:
    """Return the DBH five years on [cm]: large trees grow more, D + g (0.4 + 0.6 rel) x factor."""
    return np.asarray(dbh_cm + growth_cm * (0.4 + 0.6 * rel) * factor, dtype=np.float64)


def cut_frac(species: IntArray, rel: FloatArray, du: IntArray, event: IntArray) -> FloatArray:
    """Return the probability that a tree is cut between the campaigns."""
    thinned = THINNED_FRAC * np.clip(1.5 - 0.5 * rel, 0.2, 1.5)
    frac = np.where(event == Event.THINNED, thinned, SELECTIVE_FRAC)
    frac = np.where(species == BAMBOO_NUMBER, np.array((0.0, *DU_CUT_FRAC))[du], frac)
    frac = np.where(event == Event.CLEARED, 1.0, frac)
    return np.where(event == Event.BURNED, 0.0, frac)


def death_frac(rel: FloatArray, mortality_frac: FloatArray, event: IntArray) -> FloatArray:
    """Return the probability that a tree that was not cut dies; small trees die more often."""
    return np.where(event == Event.BURNED, 1.0, mortality_frac * np.clip(1.6 - 0.6 * rel, 0.3, 1.6))


def aged_du(du: IntArray) -> IntArray:
    """Return the bamboo age class five years on (5 stands for the fifth and all later ones)."""
    return np.where(du > 0, np.minimum(du + DU_STEP, 5), 0).astype(np.int64)


def first_dbh_cm(mean_dbh_cm: FloatArray, rel: FloatArray) -> FloatArray:
    """Return the DBH of trees by their relative size [cm]: 5 + (mean - 5) rel."""
    return np.asarray(MIN_DBH_CM + (mean_dbh_cm - MIN_DBH_CM) * rel, dtype=np.float64)
