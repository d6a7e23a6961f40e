"""The stock of parcels in the years between and after campaigns: growth plus what monitoring recorded.

Each year a parcel first loses the share of its stock that stood on the area recorded as lost, then what
stands grows: by the increment of its stratum's mean curve at the age of the stand, or, where no curve or no
age is known and where part of the parcel is gone, by the mean annual net change of the stratum's undisturbed
plots; in either case times the area that stands.
A planted parcel begins to grow in its planting year; lost area does not grow until the next campaign. At a
campaign the parcels are held to the plot estimate again, and the difference is told. Model-based
throughout; it carries no interval of its own and is never issued.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.errors import EstimationError
from mrv.growth_curves import GrowthCurve
from mrv.moments import Floats, Labels
from mrv.parcel_calibration import CalibratedParcels
from mrv.sampling import Estimate

FLAG: Final = "model-based update"
"""What every value of a year without a campaign is called."""


@dataclass(frozen=True, slots=True)
class StratumGrowth:
    """How the undisturbed land of a stratum grows."""

    stratum: str
    """Name."""
    net_tc_per_ha_year: float
    """Mean annual net change of its undisturbed plots [t C/ha/a]."""
    n_plots: int
    """Plots it rests on [1]."""
    period: tuple[int, int]
    """The two campaigns."""
    curve: GrowthCurve | None = None
    """Curve of its density over age; None where the plots do not tell one."""
    age_range_year: tuple[float, float] = (1.0, math.inf)
    """Ages that the curve was fitted to; younger and older stands grow as those at its ends [a]."""
    reason: str = ""
    """Catalogue key of why there is no curve; empty where there is one."""


@dataclass(frozen=True, slots=True)
class RecordedLosses:
    """Forest that monitoring saw go, one element for each parcel and year."""

    parcel: NDArray[np.intp]
    """Position of the parcel."""
    year: NDArray[np.int64]
    """First year without the forest."""
    area_ha: Floats
    """Area lost [ha]."""


@dataclass(frozen=True, slots=True)
class Land:
    """What the update must know of the parcels, shape (n,) each."""

    area_ha: Floats
    """Area [ha]."""
    stratum: Labels
    """Stratum; empty for land that belongs to none."""
    age_year: Floats
    """Age of the stand in `age_at` [a]; NaN where unknown."""
    planting_year: Floats
    """Year in which it was planted between campaigns; NaN where it was not."""
    age_at: int
    """Year for which the ages hold."""


@dataclass(frozen=True, slots=True)
class Recalibration:
    """What a campaign said of the update since the one before."""

    year: int
    """Campaign."""
    stratum: str
    """Stratum; empty for all of them."""
    updated_tc: float
    """Sum of the parcels by growth and recorded changes alone [t C]."""
    estimate_tc: float
    """Plot estimate they were held to [t C]."""
    standard_error_tc: float
    """Its standard error [t C]."""

    @property
    def difference_tc(self) -> float:
        """Estimate less update [t C]."""
        return self.estimate_tc - self.updated_tc


@dataclass(frozen=True, slots=True)
class YearlyStock:
    """Carbon of each parcel and year."""

    years: tuple[int, ...]
    """Years, the first campaign first."""
    carbon_tc: Floats
    """Shape (n, years) [t C]; NaN where nothing tells it."""
    campaigns: tuple[int, ...]
    """Years held to a plot estimate; all others are a `FLAG`."""
    recalibrations: tuple[Recalibration, ...]
    """Difference at each campaign after the first, by stratum and in all."""

    def totals_tc(self, rows: ArrayLike | None = None) -> Floats:
        """Return the sum of parcels by year, of all or of chosen rows, shape (years,) [t C]."""
        chosen = self.carbon_tc if rows is None else self.carbon_tc[np.asarray(rows)]
        return np.array([math.fsum(column[np.isfinite(column)]) for column in chosen.T])


def update_stock(
    carbon_tc: ArrayLike,
    first_year: int,
    last_year: int,
    land: Land,
    growth: Mapping[str, StratumGrowth],
    losses: RecordedLosses,
) -> Floats:
    """Return the stock of each parcel in the years after a campaign, shape (n, years) [t C].

    Parameters
    ----------
    carbon_tc
        Stock at the campaign, shape (n,) [t C].
    first_year, last_year
        The campaign, and the last year asked for; the columns are first_year + 1 to last_year.
    land, growth, losses
        The parcels, how their strata grow, and what was recorded.

    Examples
    --------
    >>> land = Land(np.array([2.0]), np.array(["fir"]), np.array([20.0]), np.array([np.nan]), 2025)
    >>> lost = RecordedLosses(np.array([0]), np.array([2027]), np.array([1.0]))
    >>> grown = {"fir": StratumGrowth("fir", 1.5, 10, (2020, 2025))}
    >>> update_stock([60.0], 2025, 2027, land, grown, lost).tolist()
    [[63.0, 33.0]]
    """
    if last_year < first_year:
        raise EstimationError("campaigns-reversed", first=first_year, second=last_year)
    stock = np.array(carbon_tc, dtype=np.float64)
    standing = land.area_ha.copy()
    columns = []
    for year in range(first_year + 1, last_year + 1):
        now = losses.year == year
        lost = np.minimum(np.bincount(losses.parcel[now], losses.area_ha[now], stock.size), standing)
        stock = stock * (1 - np.divide(lost, standing, out=np.zeros(lost.shape), where=standing > 0))
        standing = standing - lost
        stock = stock + _grown(stock, standing, year, land, growth)
        columns.append(stock)
    return np.column_stack(columns) if columns else np.empty((stock.size, 0))


def _grown(
    stock: Floats,
    standing: Floats,
    year: int,
    land: Land,
    growth: Mapping[str, StratumGrowth],
) -> Floats:
    """Return what the standing forest of each parcel adds in one year [t C]."""
    added = np.zeros(stock.shape)
    for name, rule in growth.items():
        rows = np.flatnonzero(land.stratum == name)
        added[rows] = rule.net_tc_per_ha_year * _planted_rate(land.planting_year[rows], rule) * standing[rows]
        if rule.curve is not None:
            low, high = rule.age_range_year
            age = land.age_year[rows] - land.age_at + year - 1
            known = np.isfinite(age) & (age >= 0) & (standing[rows] == land.area_ha[rows])
            begin = np.clip(np.where(known, age, low), low, max(low, high - 1))
            by_curve = rule.curve.increment(begin, begin + 1) * standing[rows]
            added[rows] = np.where(known, by_curve, added[rows])
    return np.where(_waits(year, land) | np.isnan(stock), 0.0, np.maximum(added, -stock))


def _planted_rate(planting_year: Floats, rule: StratumGrowth) -> Floats:
    """Return by how much faster a parcel planted between the campaigns grew than its plots' mean [1].

    Its whole change came about in the years from its planting on.
    """
    first, second = rule.period
    begin = np.clip(np.nan_to_num(planting_year, nan=first + 1.0), first + 1.0, second)
    return np.asarray((second - first) / (second - begin + 1), dtype=np.float64)


def _waits(year: int, land: Land) -> NDArray[np.bool_]:
    """Return whether a parcel is yet to be planted."""
    return np.nan_to_num(land.planting_year, nan=-np.inf) > year


def backcast(
    model_tc: ArrayLike,
    year: int,
    land: Land,
    growth: Mapping[str, StratumGrowth],
    losses: RecordedLosses,
    density_tc_per_ha: Mapping[str, float],
) -> Floats:
    """Return model values of an earlier year from those of the register's year, shape (n,) [t C].

    What stands goes back along the curve of its stratum (or stays, where there is none: the ratio then
    takes its level); area lost since gets the mean density its stratum had. Planted land had nothing.

    Parameters
    ----------
    model_tc
        Model values in `Land.age_at` [t C].
    year
        Year to go back to.
    land, growth, losses
        As for `update_stock`.
    density_tc_per_ha
        Mean density of each stratum in that year [t C/ha].
    """
    model = np.array(model_tc, dtype=np.float64)
    for name, rule in growth.items():
        if rule.curve is None:
            continue
        rows = np.flatnonzero((land.stratum == name) & np.isfinite(land.age_year))
        low, high = rule.age_range_year
        then = np.clip(land.age_year[rows] - (land.age_at - year), low, high)
        now = np.clip(land.age_year[rows], low, high)
        model[rows] *= rule.curve.ratio(now, then)
    since = (losses.year > year) & (losses.year <= land.age_at)
    lost = np.minimum(np.bincount(losses.parcel[since], losses.area_ha[since], model.size), land.area_ha)
    density = np.array([density_tc_per_ha.get(str(name), 0.0) for name in land.stratum])
    model = np.where(np.isnan(model), np.nan, model + lost * density)
    return np.where(np.nan_to_num(land.planting_year, nan=-np.inf) > year, 0.0, model)


def yearly_stock(
    campaigns: Sequence[tuple[int, CalibratedParcels, Mapping[str, Estimate]]],
    last_year: int,
    land: Land,
    growth: Mapping[str, StratumGrowth],
    losses: RecordedLosses,
) -> YearlyStock:
    """Return the stock of each parcel from the first campaign to a last year, held to each campaign.

    Parameters
    ----------
    campaigns
        Year, calibrated parcels and plot estimates of the strata, rising.
    last_year
        Last year asked for; not before the last campaign.
    land, growth, losses
        As for `update_stock`.
    """
    if not campaigns:
        raise EstimationError("yearly-update-without-campaign", year=last_year)
    columns: list[Floats] = []
    told: list[Recalibration] = []
    for position, (year, held, totals) in enumerate(campaigns):
        if columns:
            told += _difference(year, columns.pop(), land, totals)
        columns.append(held.carbon_tc)
        until = campaigns[position + 1][0] if position + 1 < len(campaigns) else max(last_year, year)
        after = update_stock(held.carbon_tc, year, until, land, growth, losses)
        columns += list(after.T)
    first = campaigns[0][0]
    return YearlyStock(
        years=tuple(range(first, first + len(columns))),
        carbon_tc=np.column_stack(columns),
        campaigns=tuple(year for year, _, _ in campaigns),
        recalibrations=tuple(told),
    )


def _difference(
    year: int, updated: Floats, land: Land, totals: Mapping[str, Estimate]
) -> list[Recalibration]:
    found = []
    for name in sorted(str(item) for item in totals):
        part = updated[land.stratum == name]
        summed = math.fsum(part[np.isfinite(part)])
        found.append(Recalibration(year, name, summed, totals[name].value, totals[name].standard_error))
    whole = math.fsum(item.updated_tc for item in found)
    value = math.fsum(item.estimate_tc for item in found)
    error = math.sqrt(math.fsum(item.standard_error_tc**2 for item in found))
    return [*found, Recalibration(year, "", whole, value, error)]
