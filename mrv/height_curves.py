"""Height-diameter curves: three forms, fitted by least squares in metres, compared by AICc.

Naslund H = 1.3 + (D / (a + b D))^2, Chapman-Richards H = 1.3 + a (1 - exp(-b D))^c and the logarithm
H = 1.3 + a + b ln D (formulas in `mrv.equations.forms`). A fit needs no more than the mean height of
each diameter, so a million measured trees cost what a few hundred do; diameters are taken to the half
millimetre for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares

from mrv.equations.forms import FORMS
from mrv.errors import InventoryError
from mrv.moments import Floats

BREAST_HEIGHT_M: Final = 1.3
"""Height at which DBH is measured [m]."""
MIN_MEASURED: Final = 3
"""Fewer measured trees than this make no curve [1]."""
_BINS_PER_CM: Final = 20
_POLISH: Final = 30
_SEARCH: Final = 500
_COMPLEX_STEP: Final = 1e-20
_BOUNDS: Final[Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]] = MappingProxyType(
    {
        "naslund": ((1e-3, 1e-3), (100.0, 10.0)),
        "chapman_richards": ((0.5, 1e-4, 0.1), (120.0, 1.0, 10.0)),
        "log": ((-100.0, 1e-3), (100.0, 60.0)),
    }
)
HEIGHT_FORMS: Final = tuple(_BOUNDS)
"""Forms of height curves, as `mrv.equations.forms.FORMS` names them."""


@dataclass(frozen=True, slots=True)
class HeightCurve:
    """A fitted height-diameter curve."""

    form: str
    """One of `HEIGHT_FORMS`."""
    coefficients: tuple[float, ...]
    """Coefficients in the order of the form [m, cm]."""
    residual_sd_m: float
    """Standard deviation of measured heights about the curve [m]."""
    n_trees: int
    """Measured trees it was fitted to [1]."""
    aicc: float = math.nan
    """Akaike's criterion for small samples; the less the better among curves of the same trees."""

    def height_m(self, dbh_cm: ArrayLike) -> Floats:
        """Return the height [m] at a DBH [cm]; never under breast height.

        Examples
        --------
        >>> HeightCurve("naslund", (2.0, 0.2), 1.0, 30).height_m([20.0]).round(4).tolist()
        [12.4111]
        """
        form = FORMS[self.form]
        names = dict(zip(form.coefficients, self.coefficients, strict=True))
        height = form.compute(names, {"dbh_cm": np.asarray(dbh_cm, dtype=np.float64)})
        return np.maximum(height, BREAST_HEIGHT_M)


@dataclass(frozen=True, slots=True)
class Tally:
    """Measured trees of one unit, by diameter: all that a fit in least squares needs."""

    dbh_cm: Floats
    """Diameters [cm], rising."""
    count: Floats
    """Trees of each [1]."""
    height_m: Floats
    """Their mean height [m]."""
    within_m2: float
    """Sum of squares of heights about the means [m2]."""

    @property
    def n_trees(self) -> int:
        """Measured trees [1]."""
        return int(self.count.sum())

    def residual_m2(self, height_m: Floats) -> float:
        """Return the sum of squares about a curve's heights at the diameters [m2]."""
        return float((self.count * (self.height_m - height_m) ** 2).sum()) + self.within_m2


def tally_heights(
    unit: NDArray[np.intp], n_units: int, dbh_cm: Floats, height_m: Floats
) -> tuple[Tally, ...]:
    """Return the measured trees of each unit by diameter.

    Parameters
    ----------
    unit
        Unit of each tree, 0 to `n_units` - 1.
    n_units
        Number of units [1].
    dbh_cm, height_m
        Measured DBH [cm] and height [m]; trees of 1.3 m and less, and missing values, are left out.
    """
    use = np.isfinite(dbh_cm) & np.isfinite(height_m) & (dbh_cm > 0) & (height_m > BREAST_HEIGHT_M)
    D, H = dbh_cm[use], height_m[use]
    bins = np.rint(D * _BINS_PER_CM).astype(np.intp)
    width = int(bins.max()) + 1 if bins.size else 1
    key = unit[use] * width + bins
    count = np.bincount(key, minlength=n_units * width).reshape(n_units, width).astype(np.float64)
    sums = [np.bincount(key, v, n_units * width).reshape(n_units, width) for v in (D, H, H * H)]
    return tuple(_tally(count[i], *(column[i] for column in sums)) for i in range(n_units))


def _tally(count: Floats, dbh: Floats, height: Floats, square: Floats) -> Tally:
    seen = count > 0
    n, mean = count[seen], height[seen] / count[seen]
    within = np.maximum(square[seen] - n * mean**2, 0.0)
    # one tree of a diameter has no spread; what is left over is rounding
    return Tally(dbh[seen] / n, n, mean, float(within[n > 1].sum()))


def merge_tallies(tallies: tuple[Tally, ...]) -> Tally:
    """Return the trees of several units as one unit.

    Examples
    --------
    >>> one = Tally(np.array([10.0]), np.array([1.0]), np.array([8.0]), 0.0)
    >>> both = merge_tallies((one, Tally(np.array([10.0]), np.array([3.0]), np.array([12.0]), 0.0)))
    >>> both.n_trees, both.height_m.tolist(), both.within_m2
    (4, [11.0], 12.0)
    """
    dbh = np.concatenate([tally.dbh_cm for tally in tallies])
    bins, at = np.unique(np.rint(dbh * _BINS_PER_CM), return_inverse=True)
    n = np.concatenate([tally.count for tally in tallies])
    height = np.concatenate([tally.height_m for tally in tallies])
    count: Floats = np.bincount(at, n, bins.size).astype(np.float64)
    mean = np.bincount(at, n * height, bins.size) / count
    between = float((n * (height - mean[at]) ** 2).sum())
    within = sum(tally.within_m2 for tally in tallies) + between
    return Tally(np.bincount(at, n * dbh, bins.size) / count, count, mean, within)


def fit_curve(tally: Tally, form: str) -> HeightCurve:
    """Fit one form to measured trees by least squares in metres.

    Raises
    ------
    InventoryError
        Fewer than three trees were measured.
    """
    n = tally.n_trees
    if n < MIN_MEASURED:
        raise InventoryError("heights-too-few", count=n, needed=MIN_MEASURED)
    names, compute = FORMS[form].coefficients, FORMS[form].compute
    D, root = {"dbh_cm": tally.dbh_cm}, np.sqrt(tally.count)

    def residuals(p: Floats) -> Floats:
        return root * (compute(dict(zip(names, p, strict=True)), D) - tally.height_m)

    low, high = (np.array(bound) for bound in _BOUNDS[form])
    start = np.clip(_start(tally, form), low * (1 + 1e-6 * np.sign(low)), high)
    fit = least_squares(
        residuals, start, "cs", bounds=(low, high), x_scale=np.maximum(np.abs(start), 1e-3),
        ftol=1e-15, xtol=1e-12, gtol=1e-15, max_nfev=_SEARCH,
    )  # fmt: skip
    best = _polished(residuals, fit.x, low, high)
    rss, k = float((residuals(best) ** 2).sum()) + tally.within_m2, len(names)
    sd = math.sqrt(rss / max(n - k, 1))
    return HeightCurve(form, tuple(float(value) for value in best), sd, n, _aicc(rss, n, k))


def _polished(residuals: Callable[[Any], Any], found: Floats, low: Floats, high: Floats) -> Floats:
    """Return the minimum to the last bits, by Newton steps on a gradient that is exact to rounding.

    The search stops where the sum of squares no longer falls, which leaves half of the digits to chance:
    the last bit of an input, or another processor, would show in a statement. A coefficient that the
    search pressed against its bound is put there, exactly; a curve that is worse is not taken.
    """
    margin = 1e-4 * (high - low)
    free = (found > low + margin) & (found < high - margin)
    best = np.where(free, found, np.where(found < (low + high) / 2, low, high))
    for _ in range(_POLISH if free.any() else 0):
        step = _newton_step(residuals, best, free)
        best[free] += step
        if not ((best >= low) & (best <= high)).all():
            return found
        if (np.abs(step) <= 1e-13 * np.abs(best[free])).all():
            break
    worse = (residuals(best) ** 2).sum() > (residuals(found) ** 2).sum() * (1 + 1e-9)
    return found if worse else best


def _newton_step(residuals: Callable[[Any], Any], at: Floats, free: NDArray[np.bool_]) -> Floats:
    """Return the Newton step of half the sum of squares in the free coefficients."""

    def gradient(p: Floats) -> Floats:
        value, slopes = residuals(p), []
        for position in np.flatnonzero(free):
            moved = p.astype(np.complex128)
            moved[position] += _COMPLEX_STEP * 1j
            slopes.append(np.imag(residuals(moved)) / _COMPLEX_STEP)
        return np.asarray(np.stack(slopes) @ value, dtype=np.float64)

    columns = []
    for position in np.flatnonzero(free):
        width = 1e-6 * max(abs(float(at[position])), 1e-6)
        up, down = at.copy(), at.copy()
        up[position] += width
        down[position] -= width
        columns.append((gradient(up) - gradient(down)) / (2 * width))
    found = np.linalg.lstsq(np.stack(columns, axis=1), -gradient(at), rcond=None)[0]
    return np.asarray(found, dtype=np.float64)


def _aicc(rss: float, n: int, k: int) -> float:
    """Return n ln(RSS / n) + 2 K + 2 K (K + 1) / (n - K - 1), K = k + 1 (Hurvich and Tsai 1989)."""
    K = k + 1
    if n - K - 1 <= 0:
        return math.inf
    return n * math.log(max(rss, 1e-12 * n) / n) + 2 * K + 2 * K * (K + 1) / (n - K - 1)


def choose_curve(tally: Tally, lowest_dbh_cm: float, forms: tuple[str, ...] = HEIGHT_FORMS) -> HeightCurve:
    """Return the form with the least AICc among those that stay above breast height.

    Parameters
    ----------
    tally
        Measured trees.
    lowest_dbh_cm
        Thinnest tree the curve will be asked for [cm].
    forms
        Forms to compare; the first one where the trees are too few for the criterion.
    """
    curves = [fit_curve(tally, form) for form in forms]
    # a logarithm falls under breast height for thin trees; such a curve is no curve for them
    sound = [c for c in curves if float(c.height_m(lowest_dbh_cm)) > BREAST_HEIGHT_M]
    return min(sound or curves[:1], key=lambda curve: curve.aicc)


def _start(tally: Tally, form: str) -> Floats:
    """Return where the search begins, from the linear form of the curve."""
    D, H, n = tally.dbh_cm, tally.height_m - BREAST_HEIGHT_M, tally.count
    if form == "chapman_richards":
        return np.array([1.1 * float(H.max()), 0.05, 1.0])
    x, y = (np.log(D), H) if form == "log" else (D, D / np.sqrt(H))
    mean_x, mean_y = float(np.average(x, weights=n)), float(np.average(y, weights=n))
    spread = float((n * (x - mean_x) ** 2).sum())
    slope = float((n * (x - mean_x) * (y - mean_y)).sum()) / spread if spread > 0 else 0.2
    slope = max(slope, 0.01)
    intercept = mean_y - slope * mean_x
    return np.array([intercept if form == "log" else max(intercept, 0.1), slope])
