"""Heights that were not measured: a height-diameter model for each species.

Naslund's curve H = 1.3 + (D / (a + b D))^2 is fitted by least squares to the measured trees of
all campaigns. A species with few measured trees takes the curve of all species together; which
ones did is said by `HeightModels.pooled`. The residual standard deviation is kept for error budgets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

from mrv.allometry import BAMBOO
from mrv.errors import InventoryError
from mrv.moments import Floats

MIN_MEASURED: Final = 10
"""A species with fewer measured trees has no curve of its own."""


@dataclass(frozen=True, slots=True)
class HeightModel:
    """Naslund's curve of one species."""

    a: float
    """Coefficient [cm m^-0.5]."""
    b: float
    """Coefficient [m^-0.5]."""
    residual_sd_m: float
    """Standard deviation of measured heights about the curve [m]."""
    n_trees: int
    """Measured trees it was fitted to [1]."""

    def height_m(self, dbh_cm: ArrayLike) -> Floats:
        """Return the height [m] at a DBH [cm]: H = 1.3 + (D / (a + b D))^2 (Naslund 1936)."""
        D = np.asarray(dbh_cm, dtype=np.float64)
        height: Floats = 1.3 + (D / (self.a + self.b * D)) ** 2
        return height


@dataclass(frozen=True, slots=True)
class HeightModels:
    """Curves of all species of an inventory."""

    by_species: Mapping[str, HeightModel]
    """Species code -> its curve, its own or the pooled one."""
    pooled: tuple[str, ...]
    """Species that take the curve of all species together."""


def fit_height_model(dbh_cm: ArrayLike, height_m: ArrayLike) -> HeightModel:
    """Fit Naslund's curve to measured trees by least squares in metres.

    Parameters
    ----------
    dbh_cm, height_m
        Measured DBH [cm] and height [m]; heights at or under 1.3 m are left out.
    """
    D, H = np.asarray(dbh_cm, dtype=np.float64), np.asarray(height_m, dtype=np.float64)
    use = np.isfinite(D) & np.isfinite(H) & (D > 0) & (H > 1.3)
    D, H = D[use], H[use]
    if D.size < 3:
        raise InventoryError("heights-too-few", count=int(D.size), needed=3)
    # D / sqrt(H - 1.3) = a + b D is linear, and gives the start
    linear = D / np.sqrt(H - 1.3)
    spread = float(((D - D.mean()) ** 2).sum())
    slope = float(((D - D.mean()) * (linear - linear.mean())).sum()) / spread if spread > 0 else 0.2
    start = np.array([max(float(linear.mean()) - slope * float(D.mean()), 0.1), max(slope, 0.01)])
    fit = least_squares(
        lambda p: 1.3 + (D / (p[0] + p[1] * D)) ** 2 - H, start, bounds=([1e-3, 1e-3], [100.0, 10.0])
    )
    residual_sd = float(np.sqrt((fit.fun**2).sum() / max(D.size - 2, 1)))
    return HeightModel(float(fit.x[0]), float(fit.x[1]), residual_sd, int(D.size))


def fit_height_models(species_code: ArrayLike, dbh_cm: ArrayLike, height_m: ArrayLike) -> HeightModels:
    """Fit a curve for each species, bamboo aside.

    Parameters
    ----------
    species_code
        Species of each tree.
    dbh_cm, height_m
        DBH [cm] and height [m], NaN where it was not measured.

    Raises
    ------
    InventoryError
        Heights are missing and fewer than three were measured at all.
    """
    codes = np.asarray(species_code, dtype=np.str_)
    D, H = np.asarray(dbh_cm, dtype=np.float64), np.asarray(height_m, dtype=np.float64)
    tree = codes != BAMBOO
    measured = tree & np.isfinite(H)
    found: dict[str, HeightModel] = {}
    pooled: list[str] = []
    common: HeightModel | None = None
    for code in (str(item) for item in np.unique(codes[tree])):
        rows = measured & (codes == code)
        if int(rows.sum()) >= MIN_MEASURED:
            found[code] = fit_height_model(D[rows], H[rows])
        elif not np.isfinite(H[codes == code]).all():
            common = common or fit_height_model(D[measured], H[measured])
            found[code] = common
            pooled.append(code)
    return HeightModels(found, tuple(pooled))


def fill_heights_m(
    species_code: ArrayLike, dbh_cm: ArrayLike, height_m: ArrayLike, models: HeightModels
) -> Floats:
    """Return heights [m], the measured ones as they are and the others from the curves.

    Bamboo keeps its NaN: its culm equation asks for no height.
    """
    codes = np.asarray(species_code, dtype=np.str_)
    D = np.asarray(dbh_cm, dtype=np.float64)
    filled = np.array(height_m, dtype=np.float64)
    for code in (str(item) for item in np.unique(codes)):
        rows = (codes == code) & ~np.isfinite(filled)
        if code != BAMBOO and rows.any():
            filled[rows] = models.by_species[code].height_m(D[rows])
    return filled
