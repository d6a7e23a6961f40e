"""From an inventory to the groups of trees that the Monte Carlo draws: weights, elasticities, own errors.

Outputs are the carbon stock of the last campaign [t C] and, with two campaigns, the net change over the
last period [t CO2e] on the plots measured twice. A tree measured twice is one tree: its own deviation and
its height's stay with it, a reading of the tape or of the height is drawn anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mrv.errors import EstimationError
from mrv.expansion import expand
from mrv.inventory import Inventory, Trees
from mrv.moments import Floats, Labels
from mrv.montecarlo.own_errors import Parameters, Records, curve_errors, elasticities, own_errors, parameters
from mrv.montecarlo.terms import ErrorTerm
from mrv.montecarlo.trees import TreeGroup
from mrv.profile import Profile
from mrv.tree_stocks import TreeStocks, inventory_stocks
from mrv.units import CO2_PER_C, KG_PER_T, M2_PER_HA

OUTPUTS: Final = ("carbon_stock", "net_change")
"""Quantities drawn, in the order of the outputs of a group."""


@dataclass(frozen=True, slots=True)
class TreeErrors:
    """Trees of the last one or two campaigns, one row a tree, with what each error does to it."""

    stratum: Labels
    """Stratum of each tree's plot."""
    species: Labels
    """Species code."""
    weighted: Floats
    """Contribution to each output, shape (campaigns, n, outputs) [t C, t CO2e]."""
    own: Mapping[str, Floats]
    """Term -> log standard deviation that stays with the tree, shape (n,) [1]."""
    reading: Mapping[str, Floats]
    """Term -> log standard deviation of each campaign's reading, shape (campaigns, n) [1]."""
    plot: NDArray[np.intp]
    """Index of each tree's plot."""
    root_share: Mapping[str, float]
    """Species -> share of the roots in its carbon [1]."""
    curve_sd: Mapping[str, float]
    """Species -> log standard deviation of its total from the error of its height curve [1]."""
    parameters: Mapping[str, Parameters]
    """Species -> identity of what it is computed with."""

    def groups(self, stratum: str, active: frozenset[str]) -> dict[str, TreeGroup]:
        """Return the trees of a stratum by species, with the errors of the active terms alone."""
        found = {}
        inside = self.stratum == stratum
        for code in sorted({str(item) for item in self.species[inside]}):
            rows = np.flatnonzero(inside & (self.species == code))
            campaigns = self.weighted.shape[0]
            own, reading = np.zeros(rows.size), np.zeros((campaigns, rows.size))
            for name in sorted(active):
                if name in self.own:
                    own = np.hypot(own, self.own[name][rows])
                if name in self.reading:
                    reading = np.hypot(reading, self.reading[name][:, rows])
            _, plot = np.unique(self.plot[rows], return_inverse=True)
            weighted = np.ascontiguousarray(self.weighted[:, rows])
            nothing = np.zeros((campaigns, rows.size, 0))
            found[code] = TreeGroup(weighted, nothing, own, reading, plot.astype(np.intp))
        return found


def tree_errors(
    inventory: Inventory,
    stratum_area_ha: Mapping[str, float],
    profile: Profile,
    terms: tuple[ErrorTerm, ...],
    stocks: TreeStocks | None = None,
) -> TreeErrors:
    """Return the trees of an inventory as the Monte Carlo draws them.

    Parameters
    ----------
    inventory
        As for `mrv.county_stock.estimate_county_stock`.
    stratum_area_ha
        Area of each stratum [ha].
    profile
        Pools, carbon fraction and smallest DBH.
    terms
        Assumed errors; those of scope ``tree`` act here.
    stocks
        `tree_stocks` of the inventory, where it is at hand.
    """
    stocks = stocks or inventory_stocks(inventory, profile)
    years = inventory.campaigns[-2:]
    records = _records(inventory, stocks, years)
    first = records.first
    weighted = _weights(inventory, stocks, stratum_area_ha, records)
    slopes = elasticities(inventory.trees, stocks, profile)
    by_name = {term.name: term for term in terms}
    own, reading = own_errors(inventory.trees, stocks, by_name, records, slopes)
    return TreeErrors(
        stratum=_stratum_of(inventory, records),
        species=inventory.trees.species_code[first],
        weighted=weighted,
        own=own,
        reading=reading,
        plot=np.unique(inventory.trees.plot_id[first], return_inverse=True)[1].astype(np.intp),
        root_share=_root_shares(inventory.trees, stocks),
        curve_sd=curve_errors(inventory.trees, stocks, slopes[1]),
        parameters=parameters(stocks),
    )


def _records(inventory: Inventory, stocks: TreeStocks, years: tuple[int, ...]) -> Records:
    trees = inventory.trees
    by_campaign = []
    for year in years:
        rows = np.flatnonzero(stocks.tallied & (trees.campaign_year == year))
        names = zip(
            trees.plot_id[rows].tolist(),
            trees.tree_id[rows].tolist(),
            trees.species_code[rows].tolist(),
            strict=True,
        )
        by_campaign.append(dict(zip(names, rows.tolist(), strict=True)))
    # one that was re-measured as another species is another tree: its errors are another species'
    keys = sorted({key for found in by_campaign for key in found})
    if not keys:
        raise EstimationError("domain-without-trees", domain=inventory.trees.source)
    return Records(years, np.array([[found.get(key, -1) for key in keys] for found in by_campaign]))


def _stratum_of(inventory: Inventory, records: Records) -> Labels:
    plots, trees = inventory.plots, inventory.trees
    latest = {str(p): str(s) for p, s in zip(plots.plot_id, plots.stratum, strict=True)}
    return np.array([latest[str(name)] for name in trees.plot_id[records.first]], dtype=np.str_)


def _weights(
    inventory: Inventory, stocks: TreeStocks, areas: Mapping[str, float], records: Records
) -> Floats:
    """Return what each tree gives to the stock [t C] and the change [t CO2e], (campaigns, n, outputs)."""
    plots, trees, expansion = inventory.plots, inventory.trees, expand(inventory)
    ground = expansion.base_area_m2 / expansion.adjustment
    carbon = stocks.mass.carbon_kg / KG_PER_T * expansion.share * M2_PER_HA
    per_ha = np.where(stocks.tallied, carbon / ground[expansion.visit], 0.0)
    stratum = _stratum_of(inventory, records)
    visited = [set(plots.plot_id[plots.campaign_year == year].tolist()) for year in records.years]
    plot = trees.plot_id[records.first]
    value = records.spread(per_ha)
    stock = _expansion_ha(inventory, areas, visited[-1])
    weighted = np.zeros((*value.shape, len(OUTPUTS) if len(records.years) > 1 else 1))
    factor = np.array([stock[name] for name in stratum])
    weighted[-1, :, 0] = value[-1] * factor
    if len(records.years) > 1:
        both = visited[0] & visited[1]
        paired = _expansion_ha(inventory, areas, both)
        factor = np.array([paired[name] for name in stratum]) * np.isin(plot, sorted(both)) * CO2_PER_C
        weighted[1, :, 1], weighted[0, :, 1] = value[1] * factor, -value[0] * factor
    return weighted


def _expansion_ha(inventory: Inventory, areas: Mapping[str, float], chosen: set[str]) -> dict[str, float]:
    """Return the hectares that one plot stands for in each stratum; 0 where it has none of these plots."""
    plots = inventory.plots
    latest = {str(p): str(s) for p, s in zip(plots.plot_id, plots.stratum, strict=True)}
    count = dict.fromkeys(areas, 0)
    for name in sorted(chosen):
        if latest[name] not in count:
            raise EstimationError("stratum-without-weight", stratum=latest[name], n_plots=1)
        count[latest[name]] += 1
    return {name: areas[name] / n if n else 0.0 for name, n in count.items()}


def _root_shares(trees: Trees, stocks: TreeStocks) -> dict[str, float]:
    found = {}
    for code in sorted({str(item) for item in trees.species_code[stocks.tallied]}):
        rows = stocks.tallied & (trees.species_code == code)
        whole = float(stocks.mass.carbon_kg[rows].sum())
        found[code] = float(stocks.mass.carbon_bg_kg[rows].sum()) / whole if whole else 0.0
    return found
