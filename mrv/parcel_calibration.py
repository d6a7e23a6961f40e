"""From county to parcel: register values held to the plot estimate of their stratum.

A parcel has no sample of its own. Its value is a synthetic prediction with one ratio for each stratum,
C_i = k_h x_i with k_h = T_h / sum x, where x is what the register and the profile's stand model give and
T_h what the plots estimate; so the parcels of a stratum add up to its plot estimate (a ratio benchmark:
Rao and Molina 2015, Small Area Estimation, sections 3.2 and 6.4; Royall 1970 for the ratio predictor).

Prediction variance = x_i^2 V(T_h) / (sum x)^2 + A_i^2 k_h^2 tau^2 m_i mbar_h, with m = x / A: the error of
the ratio, and what parcels differ from the model by (`mrv.parcel_residual`). The covariance of the ratio
with the parcel's own deviation is left out: it is of the order 1 / parcels. A parcel without a model value
takes the mean of its stratum. Model-based throughout, and always flagged so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.errors import EstimationError
from mrv.moments import Floats, Labels
from mrv.parcel_residual import ResidualVariance
from mrv.sampling import Estimate
from mrv.statement_items import Note

Basis = Literal["calibrated", "stratum_mean", "own_plots", "uncalibrated", "none"]
"""How a parcel got its value: register times ratio, mean of the stratum, plots of its own, register alone."""
FAR_FACTORS: Final = (0.5, 2.0)
"""Ratios outside of which register and plots contradict each other; our own bounds, told, not refused."""


@dataclass(frozen=True, slots=True)
class StratumCalibration:
    """One stratum before and after: what its parcels add up to, and what its plots say."""

    stratum: str
    """Name."""
    n_parcels: int
    """Parcels [1]."""
    n_by_mean: int
    """Of them, without a model value [1]."""
    area_ha: float
    """Their area [ha]."""
    model_tc: float
    """Sum of the model values, before [t C]; parcels without one count as nothing."""
    calibrated_tc: float
    """Sum after; the plot estimate where there is one [t C]."""
    standard_error_tc: float
    """Standard error of the plot estimate, which is that of the sum [t C]; NaN without plots."""
    factor: float
    """Ratio of the plot estimate to the model [1]; NaN where there is none."""
    basis: Basis
    """How the most of its parcels got their values."""


@dataclass(frozen=True, slots=True)
class CalibratedParcels:
    """Carbon of each parcel with its prediction error."""

    carbon_tc: Floats
    """Carbon of living trees, shape (n,) [t C]; NaN where nothing tells it."""
    standard_error_tc: Floats
    """Prediction standard error, shape (n,) [t C]; NaN where no plots stand behind it."""
    df: Floats
    """Degrees of freedom of it by Satterthwaite, shape (n,) [1]."""
    basis: Labels
    """`Basis` of each parcel, shape (n,)."""
    strata: tuple[StratumCalibration, ...]
    """Sums side by side, by stratum."""
    notes: tuple[Note, ...]
    """Strata without plots, parcels without a model, register and plots far apart."""
    model_based: bool = True
    """Always, but for parcels whose basis is ``own_plots``."""


@dataclass(frozen=True, slots=True)
class _Stratum:
    """Predictions of one stratum's parcels."""

    carbon_tc: Floats
    variance: Floats
    df: Floats
    basis: Labels
    summary: StratumCalibration


def calibrate_parcels(
    model_tc: ArrayLike,
    area_ha: ArrayLike,
    stratum: ArrayLike,
    totals: Mapping[str, Estimate],
    residual: ResidualVariance | None = None,
) -> CalibratedParcels:
    """Return the parcels held to the plot estimates of their strata, with their prediction errors [t C].

    Parameters
    ----------
    model_tc
        Carbon of each parcel by the stand model [t C]; NaN where the model has no value.
    area_ha
        Area of each parcel [ha].
    stratum
        Stratum of each parcel; empty for land that belongs to none, which is not touched.
    totals
        Stratum -> plot estimate of its carbon [t C].
    residual
        How far parcels lie from the calibrated model (`estimate_residual`); None counts only the error of
        the ratio, which is told.

    Examples
    --------
    >>> plots = Estimate(90.0, 81.0, 9, "t C", 10, "stratified")
    >>> found = calibrate_parcels([20.0, 40.0], [1.0, 2.0], ["fir", "fir"], {"fir": plots})
    >>> found.carbon_tc.tolist(), found.standard_error_tc.tolist()
    ([30.0, 60.0], [3.0, 6.0])
    """
    model, area = np.asarray(model_tc, dtype=np.float64), np.asarray(area_ha, dtype=np.float64)
    names: Labels = np.asarray(stratum, dtype=np.str_)
    if not (model.shape == area.shape == names.shape):
        raise EstimationError("parcel-columns-length", parcels=area.size, values=model.size)
    if (model < 0).any() or not (area > 0).all():
        raise EstimationError("parcel-value-negative", count=int(((model < 0) | ~(area > 0)).sum()))
    carbon, variance = model.copy(), np.full(model.shape, np.nan)
    df = np.full(model.shape, np.inf)
    basis = np.where(np.isfinite(model) & (model > 0), "uncalibrated", "none").astype("<U12")
    strata = []
    for name in sorted(str(item) for item in np.unique(names) if item):
        rows = np.flatnonzero(names == name)
        part = _one_stratum(name, model[rows], area[rows], totals.get(name), residual)
        carbon[rows], variance[rows], df[rows] = part.carbon_tc, part.variance, part.df
        basis[rows] = part.basis
        strata.append(part.summary)
    notes = _notes(strata, names, basis, residual)
    return CalibratedParcels(carbon, np.sqrt(variance), df, basis, tuple(strata), notes)


def _one_stratum(
    name: str, model: Floats, area: Floats, total: Estimate | None, residual: ResidualVariance | None
) -> _Stratum:
    known: NDArray[np.bool_] = np.isfinite(model)
    held = math.fsum(model[known])
    whole = math.fsum(area)
    by_mean = ~known if held > 0 else np.ones(model.shape, dtype=bool)
    before = (name, model.size, int(by_mean.sum()), whole, held)
    if total is None:
        basis = np.where(known, "uncalibrated", "none").astype("<U12")
        none = np.full(model.shape, np.nan)
        before = (name, model.size, int((~known).sum()), whole, held)
        summary = StratumCalibration(*before, held, math.nan, math.nan, "uncalibrated")
        return _Stratum(model, none, np.full(model.shape, np.inf), basis, summary)
    share = area / whole
    if held > 0:
        share = np.where(known, np.nan_to_num(model) / held * (math.fsum(area[known]) / whole), share)
    carbon = _exact_split(total.value, share)
    own = _own_variance(total.value, area, share, by_mean, residual)
    ratio = share**2 * total.variance
    factor = total.value * math.fsum(area[known]) / whole / held if held > 0 else math.nan
    basis = np.where(by_mean, "stratum_mean", "calibrated").astype("<U12")
    mostly: Basis = "calibrated" if not by_mean.all() else "stratum_mean"
    summary = StratumCalibration(*before, total.value, total.standard_error, factor, mostly)
    df = _satterthwaite(ratio, total.df, own, residual.df if residual else math.inf)
    return _Stratum(carbon, ratio + own, df, basis, summary)


def _exact_split(total: float, share: Floats) -> Floats:
    """Return shares of a total that add up to it as nearly as floating point allows."""
    carbon: Floats = total * share / math.fsum(share)
    largest = int(np.argmax(carbon))
    carbon[largest] += total - math.fsum(carbon)
    return carbon


def _own_variance(
    total: float, area: Floats, share: Floats, by_mean: NDArray[np.bool_], residual: ResidualVariance | None
) -> Floats:
    """Return A^2 k^2 tau^2 m mbar of each parcel, with k m = its calibrated density [(t C)^2]."""
    if residual is None:
        return np.zeros(area.shape)
    density, mean = total * share / area, total / math.fsum(area)
    tau2 = np.where(by_mean, residual.between_frac2, residual.tau2_frac2)
    own: Floats = area**2 * tau2 * density * mean
    return own


def _satterthwaite(first: Floats, first_df: float, second: Floats, second_df: float) -> Floats:
    whole = first + second
    parts = first**2 / first_df + second**2 / second_df
    with np.errstate(divide="ignore", invalid="ignore"):
        df: Floats = np.where(parts > 0, whole**2 / np.where(parts > 0, parts, 1.0), np.inf)
    return df


def _notes(
    strata: list[StratumCalibration], names: Labels, basis: Labels, residual: ResidualVariance | None
) -> tuple[Note, ...]:
    notes = []
    low, high = FAR_FACTORS
    for item in strata:
        if math.isnan(item.standard_error_tc):
            notes.append(
                Note("parcels-stratum-without-plots", {"stratum": item.stratum, "count": item.n_parcels})
            )
        elif item.n_by_mean:
            notes.append(Note("parcels-by-stratum-mean", {"stratum": item.stratum, "count": item.n_by_mean}))
        if math.isfinite(item.factor) and item.calibrated_tc > 0 and not low <= item.factor <= high:
            notes.append(Note("parcels-factor-far", {"stratum": item.stratum, "factor": item.factor}))
        if item.calibrated_tc == 0 and item.standard_error_tc == 0 and item.model_tc > 0:
            notes.append(Note("parcels-stratum-all-zero", {"stratum": item.stratum}))
    outside = int(((names == "") & (basis == "uncalibrated")).sum())
    if outside:
        notes.append(Note("parcels-outside-strata", {"count": outside}))
    if residual is None and strata:
        notes.append(Note("parcels-without-residual", {"count": int(names.size)}))
    return tuple(notes)
