"""Stem volume of single trees, from DBH and height.

Equations come from `mrv/tables/volume_equations.csv`, each with its source and its tested range;
a tree outside the range is counted by `outside_range`, never dropped.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mrv.coefficients import VolumeEquation, volume_equation_of
from mrv.equations.forms import FORMS
from mrv.equations.selection import factorise
from mrv.errors import InventoryError
from mrv.moments import Floats


def volume_m3(dbh_cm: ArrayLike, height_m: ArrayLike, equation: VolumeEquation) -> Floats:
    """Return the over-bark stem volume of trees [m3].

    V = a D^(b1 + b2 (D + H)) H^(c1 + c2 (D + H)); with b2 = c2 = 0 the common form a D^b H^c of
    LY 208-77.

    Parameters
    ----------
    dbh_cm
        Diameter over bark at 1.3 m [cm].
    height_m
        Total height [m].
    equation
        One of `mrv.coefficients.volume_equations`.

    Examples
    --------
    A Chinese fir of 20 cm and 15 m; the printed two-way table gives .139 m3 at 20 cm and 8 m.

    >>> volume_m3([20, 20], [15, 8], volume_equation_of("310")).round(6).tolist()
    [0.24352, 0.138612]
    """
    coefficients = {name: getattr(equation, name) for name in ("a", "b1", "b2", "c1", "c2")}
    measured = {
        "dbh_cm": np.asarray(dbh_cm, dtype=np.float64),
        "height_m": np.asarray(height_m, dtype=np.float64),
    }
    return FORMS["power_variable"].compute(coefficients, measured)


def tree_volume_m3(species_code: ArrayLike, dbh_cm: ArrayLike, height_m: ArrayLike) -> Floats:
    """Return the stem volume of trees of many species [m3]; 0 for bamboo, which has no growing stock.

    Parameters
    ----------
    species_code
        Three-digit species codes.
    dbh_cm, height_m
        DBH [cm] and height [m]; a height that is not known must be filled first (`mrv.heights`).
    """
    names, index = factorise(species_code)
    D, H = np.asarray(dbh_cm, dtype=np.float64), np.asarray(height_m, dtype=np.float64)
    volume = np.zeros(index.shape)
    for position, code in enumerate(names):
        if code == BAMBOO:
            continue
        rows = np.flatnonzero(index == position)
        volume[rows] = volume_m3(D[rows], H[rows], volume_equation_of(code))
    if not np.isfinite(volume).all():
        raise InventoryError("tree-volume-not-finite", index=int(np.flatnonzero(~np.isfinite(volume))[0]))
    return volume


BAMBOO = "660"
"""Species code of moso bamboo, counted by culms and not by volume."""


def outside_range(species_code: ArrayLike, dbh_cm: ArrayLike, height_m: ArrayLike) -> int:
    """Return how many trees lie outside the tested range of their volume equation [1]."""
    codes = np.asarray(species_code, dtype=np.str_)
    D, H = np.asarray(dbh_cm, dtype=np.float64), np.asarray(height_m, dtype=np.float64)
    outside = 0
    for code in np.unique(codes):
        if code == BAMBOO:
            continue
        equation, rows = volume_equation_of(str(code)), codes == code
        (low_d, high_d), (low_h, high_h) = equation.dbh_range_cm, equation.height_range_m
        inside = (D[rows] >= low_d) & (D[rows] <= high_d) & (H[rows] >= low_h) & (H[rows] <= high_h)
        outside += int((~inside).sum())
    return outside
