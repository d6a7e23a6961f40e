"""The parcels of a county: held to the plots at each campaign, and carried through the years between.

The register describes the parcels as of the last campaign; what it would have said at an earlier one is
gone back to (`mrv.yearly_update.backcast`), and both are held to the plot estimates of their strata.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.inventory import Inventory
from mrv.moments import Labels
from mrv.parcel_calibration import CalibratedParcels, calibrate_parcels
from mrv.parcel_residual import ResidualVariance, estimate_residual
from mrv.parcels import ParcelStock, stock_of_columns
from mrv.plot_stocks import VARIABLES, PlotStocks, plot_stocks
from mrv.profile import Profile
from mrv.sampling import Estimate
from mrv.statement_items import DomainEstimate, Note
from mrv.stratum_growth import reasons, stratum_growth
from mrv.tree_stocks import TreeStocks, inventory_stocks
from mrv.yearly_update import (
    Land,
    RecordedLosses,
    StratumGrowth,
    YearlyStock,
    backcast,
    yearly_stock,
)

_CARBON = VARIABLES.index("carbon_stock")
_STRATUM = "stratum:"


@dataclass(frozen=True, slots=True)
class CountyParcels:
    """What is known of the parcels of a county, model-based throughout."""

    register: ParcelStock
    """Values of the register and the stand model alone, before any plot was asked."""
    calibrated: CalibratedParcels
    """Held to the plots of the last campaign."""
    year: int
    """The last campaign, for which the register holds."""
    residual: ResidualVariance | None
    """How far parcels lie from the calibrated model; None where too few plots tell it."""
    yearly: YearlyStock
    """Stock by parcel and year."""
    growth: Mapping[str, StratumGrowth]
    """How the strata grow between campaigns."""
    county: Mapping[int, Estimate]
    """Plot estimate of the whole by campaign [t C]."""
    notes: tuple[Note, ...]
    """What the reader must know."""


@dataclass(frozen=True, slots=True)
class ParcelRecords:
    """What monitoring recorded of parcels, by their identifiers."""

    lost_parcel: ArrayLike = ()
    """Parcels that lost forest, one element for each record."""
    lost_year: ArrayLike = ()
    """First year without it."""
    lost_area_ha: ArrayLike = ()
    """Area [ha]."""
    planted: Mapping[str, int] | None = None
    """Parcel -> year in which it was planted."""


def county_parcels(
    columns: Mapping[str, ArrayLike],
    inventory: Inventory,
    estimates: tuple[DomainEstimate, ...],
    profile: Profile,
    records: ParcelRecords,
    last_year: int,
    *,
    stocks: TreeStocks | None = None,
) -> CountyParcels:
    """Return the parcels of a county, held to its plots and carried to a year.

    Parameters
    ----------
    columns
        parcel_id, area_ha and stratum; the register's columns of `stock_of_columns`, and age_year.
    inventory
        Plots and trees.
    estimates
        Of the county stock; ``carbon_stock`` of ``stratum:<name>`` by campaign.
    profile
        That the estimates were made with.
    records
        Losses and plantings.
    last_year
        Year to carry the stock to.
    stocks
        What each tree of the inventory holds, where it is known already.
    """
    register = stock_of_columns(columns, {})
    land = _land(columns, records, inventory.campaigns[-1])
    at = {str(name): i for i, name in enumerate(np.asarray(columns["parcel_id"], dtype=np.str_))}
    losses = _losses(records, at)
    stocks = stocks or inventory_stocks(inventory, profile)
    plots = [plot_stocks(inventory, stocks, year) for year in inventory.campaigns]
    places = [_places(inventory, year, at) for year in inventory.campaigns]
    growth = _growth(plots, places, land)
    held: list[tuple[int, CalibratedParcels, Mapping[str, Estimate]]] = []
    residual = None
    for data, where in zip(plots, places, strict=True):
        totals = stratum_totals(estimates, data.year)
        model = register.carbon_tc
        if data.year != land.age_at:
            model = backcast(model, data.year, land, growth, losses, _densities(totals, land))
        density = data.per_ha[:, _CARBON]
        residual = estimate_residual(density, where, data.stratum, model, land.area_ha, land.stratum, totals)
        found = calibrate_parcels(model, land.area_ha, land.stratum, totals, residual)
        held.append((data.year, found, totals))
    year, last, _ = held[-1]
    yearly = yearly_stock(held, max(last_year, year), land, growth, losses)
    notes = (*last.notes, *_notes(register, growth, residual, yearly))
    whole = {
        item.year: item.estimate
        for item in estimates
        if item.quantity == "carbon_stock" and ":" not in item.domain and item.year is not None
    }
    return CountyParcels(register, last, year, residual, yearly, growth, whole, notes)


def stratum_totals(estimates: tuple[DomainEstimate, ...], year: int) -> dict[str, Estimate]:
    """Return the plot estimate of the carbon of each stratum in a year [t C]."""
    return {
        item.domain.removeprefix(_STRATUM): item.estimate
        for item in estimates
        if item.domain.startswith(_STRATUM) and item.quantity == "carbon_stock" and item.year == year
    }


def _land(columns: Mapping[str, ArrayLike], records: ParcelRecords, year: int) -> Land:
    names: Labels = np.asarray(columns["parcel_id"], dtype=np.str_)
    planted = records.planted or {}
    unknown = np.full(names.shape, np.nan)
    return Land(
        area_ha=np.asarray(columns["area_ha"], dtype=np.float64),
        stratum=np.asarray(columns["stratum"], dtype=np.str_),
        age_year=np.asarray(columns.get("age_year", unknown), dtype=np.float64),
        planting_year=np.array([planted.get(str(name), np.nan) for name in names], dtype=np.float64),
        age_at=year,
    )


def _losses(records: ParcelRecords, at: Mapping[str, int]) -> RecordedLosses:
    names = [str(name) for name in np.asarray(records.lost_parcel, dtype=np.str_)]
    keep = np.array([name in at for name in names], dtype=bool)
    return RecordedLosses(
        parcel=np.array([at[name] for name in names if name in at], dtype=np.intp),
        year=np.asarray(records.lost_year, dtype=np.int64)[keep],
        area_ha=np.asarray(records.lost_area_ha, dtype=np.float64)[keep],
    )


def _places(inventory: Inventory, year: int, at: Mapping[str, int]) -> NDArray[np.intp]:
    visits = inventory.plots.campaign_year == year
    return np.array([at.get(str(name), -1) for name in inventory.plots.parcel_id[visits]], dtype=np.intp)


def _growth(plots: list[PlotStocks], places: list[NDArray[np.intp]], land: Land) -> dict[str, StratumGrowth]:
    """Return the growth of each stratum from the last two campaigns; none from a single one."""
    if len(plots) < 2:
        return {}
    before, after = plots[-2:]
    both, first, second = np.intersect1d(before.plot_id, after.plot_id, return_indices=True)
    where = places[-1][second]
    age = np.where(where >= 0, land.age_year[where], np.nan)
    densities = before.per_ha[first, _CARBON], after.per_ha[second, _CARBON]
    return stratum_growth(both, after.stratum[second], *densities, age, (before.year, after.year))


def _densities(totals: Mapping[str, Estimate], land: Land) -> dict[str, float]:
    areas = {name: float(land.area_ha[land.stratum == name].sum()) for name in totals}
    return {name: totals[name].value / area for name, area in areas.items() if area > 0}


def _notes(
    register: ParcelStock,
    growth: Mapping[str, StratumGrowth],
    residual: ResidualVariance | None,
    yearly: YearlyStock,
) -> list[Note]:
    notes = []
    for code in register.refused_species:
        notes.append(Note("parcels-species-refused", {"species": code}))
    if residual is not None:
        params: dict[str, str | int | float] = {
            "cv_frac": residual.cv_frac,
            "plots": residual.n_plots,
            "pairs": residual.n_pairs,
        }
        notes.append(Note("parcels-residual-bound" if residual.floored else "parcels-residual", params))
    curveless = reasons(growth)
    if curveless:
        notes.append(Note("update-without-curve", {"strata": ", ".join(curveless), "count": len(curveless)}))
    if not growth:
        notes.append(Note("update-without-growth", {"year": yearly.years[0]}))
    return notes
