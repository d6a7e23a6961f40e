"""County stock: growing stock, biomass and carbon of every campaign and stratum, and their change.

A stratified random sample of permanent plots (AR-TOOL14 v04.2 eq. 3-8 and 12-17). It never creates
tradable tonnes. What a single parcel holds comes from its register entry by a model, has no sample of
its own and no interval (`parcel_stock`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Final

import numpy as np

from mrv.confirmation import Confirmation, matching_names, rested_on, still_open
from mrv.domain_totals import ALL, DfRule, DomainTotals
from mrv.errors import EstimationError
from mrv.estimate import Estimate
from mrv.findings import Finding
from mrv.inventory import Inventory, Plots, Trees
from mrv.plot_stocks import (
    COMPONENTS,
    VARIABLES,
    ChangeComponents,
    PlotStocks,
    change_components,
    plot_stocks,
)
from mrv.population import Population
from mrv.profile import Profile
from mrv.statement import Statement, StatementHeader
from mrv.statement_items import BudgetItem, DomainEstimate, Note
from mrv.tree_stocks import inventory_stocks
from mrv.units import CO2_PER_C, QUANTITIES

TOLD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stratum-few-plots": "estimates-few-plots",
        "domain-few-plots": "estimates-few-filled",
        "domain-all-zero": "estimates-all-zero",
    }
)
"""Warning of an estimate -> note of the statement that counts those that have it."""


@dataclass(frozen=True, slots=True)
class CountyStock:
    """Estimates of a county (or of a project) and what the reader must know."""

    estimates: tuple[DomainEstimate, ...]
    """For each campaign and each change: the whole, then the strata by name."""
    notes: tuple[Note, ...]
    """Trees filled, pooled, left out; plots that could not be paired."""
    unverified: tuple[str, ...]
    """Table rows used that nobody has confirmed."""
    findings: tuple[Finding, ...] = ()
    """Trees outside the range of their equations, with their rows."""

    def find(
        self, domain: str, quantity: str, year: int | None = None, period: tuple[int, int] | None = None
    ) -> DomainEstimate:
        """Return one estimate, or refuse one that is not there."""
        wanted = (domain, quantity, year, period)
        for item in self.estimates:
            if (item.domain, item.quantity, item.year, item.period) == wanted:
                return item
        raise EstimationError("estimate-missing", domain=domain, quantity=quantity, year=year, period=period)


def select_strata(
    inventory: Inventory, strata: frozenset[str], without_parcels: frozenset[str] = frozenset()
) -> Inventory:
    """Return the plots of some strata and their trees, e.g. those of a project.

    Parameters
    ----------
    inventory
        Plots and trees.
    strata
        Strata that are kept.
    without_parcels
        Parcels whose plots are left out, because their land does not belong to the population.
    """
    plots, trees = inventory.plots, inventory.trees
    keep = np.isin(plots.stratum, sorted(strata)) & ~np.isin(plots.parcel_id, sorted(without_parcels))
    visits = set(zip(plots.plot_id[keep].tolist(), plots.campaign_year[keep].tolist(), strict=True))
    pairs = zip(trees.plot_id.tolist(), trees.campaign_year.tolist(), strict=True)
    grown = np.array([pair in visits for pair in pairs], dtype=bool)
    chosen = {name: getattr(plots, name)[keep] for name in Plots.__slots__ if name != "source"}
    standing = {name: getattr(trees, name)[grown] for name in Trees.__slots__ if name != "source"}
    return replace(inventory, plots=replace(plots, **chosen), trees=replace(trees, **standing))


def estimate_county_stock(
    inventory: Inventory,
    stratum_area_ha: Mapping[str, float],
    profile: Profile,
    *,
    domain: str = "county",
    stage: str = "account",
    df: DfRule = "plots",
) -> CountyStock:
    """Return the stock of each campaign and the change between consecutive ones.

    Parameters
    ----------
    inventory
        Checked plots and trees; findings of severity ``error`` must have been mended before.
    stratum_area_ha
        Area of each stratum [ha]; each needs at least two plots, and each plot's stratum an area.
    profile
        Pools, carbon fraction and smallest DBH.
    domain, stage
        Labels of the estimates; strata are called ``stratum:<name>``.
    df
        Degrees of freedom: ``plots``, plots less strata as AR-TOOL14 has it, or ``satterthwaite``, which
        counts unequal strata and heavy tails (a change with clearings in it; docs/validation.md).

    Returns
    -------
    CountyStock
        growing_stock m3, biomass_ag t, carbon stocks t C, their values per hectare; net_change and
        its components t CO2e over the period and per hectare and year.
    """
    stocks = inventory_stocks(inventory, profile)
    areas = dict(stratum_area_ha)
    notes = list(stocks.notes)
    estimates: list[DomainEstimate] = []
    for year in inventory.campaigns:
        estimates += _state(plot_stocks(inventory, stocks, year), areas, (domain, stage), df)
    for first, second in pairwise(inventory.campaigns):
        change = change_components(inventory, stocks, first, second)
        estimates += _change(change, areas, (domain, stage), df)
        counted = {"plots-unpaired": change.unpaired, "trees-unrecorded": change.unrecorded}
        notes += [
            Note(rule, {"count": count, "first": first, "second": second})
            for rule, count in counted.items()
            if count
        ]
    notes += _told(estimates)
    return CountyStock(
        tuple(estimates), tuple(notes), stocks.equations.unverified(), findings=stocks.findings
    )


def _told(estimates: list[DomainEstimate]) -> list[Note]:
    """Return a note for each kind of warning: how many estimates have it, and the first of them."""
    notes = []
    for warning, rule in TOLD.items():
        found = [item for item in estimates if warning in item.estimate.warnings]
        if found:
            first = f"{found[0].domain} {found[0].quantity}"
            notes.append(Note(rule, {"count": len(found), "estimates": len(estimates), "first": first}))
    return notes


def _domains(areas: Mapping[str, float], domain: str) -> list[tuple[str, dict[str, float]]]:
    parts = [(f"stratum:{name}", {name: areas[name]}) for name in sorted(areas)]
    return [(domain, dict(areas)), *parts]


def _totals(data: PlotStocks | ChangeComponents, areas: Mapping[str, float], df: DfRule) -> DomainTotals:
    """Return the totals over some strata; over all of them every plot must have a stratum."""
    keep = np.isin(data.stratum, sorted(areas))
    for name in sorted(areas):
        if name not in data.stratum:
            raise EstimationError("stratum-without-plots", stratum=name, weight=areas[name])
    return Population.stratified(data.plot_id[keep], data.stratum[keep], areas).totals(
        data.per_ha[keep], df=df
    )


def _state(
    data: PlotStocks, areas: Mapping[str, float], labels: tuple[str, str], df: DfRule
) -> list[DomainEstimate]:
    _all_known(data, areas)
    (domain, stage), found = labels, []
    for name, part in _domains(areas, domain):
        totals, area_ha = _totals(data, part, df), sum(part.values())
        for column, quantity in enumerate(VARIABLES):
            total = totals.estimate(column, ALL, QUANTITIES[quantity].unit)
            found.append(DomainEstimate(stage, name, quantity, total, year=data.year))
            if f"{quantity}_per_ha" in QUANTITIES:
                per_ha = QUANTITIES[f"{quantity}_per_ha"]
                estimate = total.scaled(1 / area_ha, per_ha.unit)
                found.append(DomainEstimate(stage, name, per_ha.id, estimate, year=data.year))
    return found


def _change(
    data: ChangeComponents, areas: Mapping[str, float], labels: tuple[str, str], df: DfRule
) -> list[DomainEstimate]:
    _all_known(data, areas)
    (domain, stage), found = labels, []
    years = data.period[1] - data.period[0]
    for name, part in _domains(areas, domain):
        totals, area_ha = _totals(data, part, df), sum(part.values())
        for column, quantity in enumerate(COMPONENTS):
            carbon = totals.estimate(column, ALL, "t C")
            total = replace(carbon.scaled(CO2_PER_C, "t CO2e"), method="paired_change")
            found.append(DomainEstimate(stage, name, quantity, total, period=data.period))
        per_ha = found[-len(COMPONENTS)].estimate.scaled(1 / (area_ha * years), "t CO2e/ha/a")
        found.append(DomainEstimate(stage, name, "net_change_per_ha_year", per_ha, period=data.period))
    return found


def _all_known(data: PlotStocks | ChangeComponents, areas: Mapping[str, float]) -> None:
    for name in sorted(str(item) for item in np.unique(data.stratum)):
        if name not in areas:
            count = int((data.stratum == name).sum())
            raise EstimationError("stratum-without-weight", stratum=name, n_plots=count)


def net_change(stock: CountyStock, domain: str = "county") -> Estimate:
    """Return the change of a domain over the last period [t CO2e]."""
    found = [e for e in stock.estimates if e.domain == domain and e.quantity == "net_change"]
    if not found:
        raise EstimationError("change-needs-two-campaigns", domain=domain)
    return found[-1].estimate


def build_stock_statement(
    header: StatementHeader,
    profile: Profile,
    estimates: tuple[DomainEstimate, ...],
    notes: tuple[Note, ...] = (),
    unverified: tuple[str, ...] = (),
    budget: tuple[BudgetItem, ...] = (),
    confirmed: tuple[Confirmation, ...] = (),
) -> Statement:
    """Return the statement of a county stock; it claims nothing and has no vintages.

    Parameters
    ----------
    header
        Who, when and from what.
    profile
        Must be of kind ``county_stock`` and serve the header's purpose.
    estimates, notes, unverified
        Of `estimate_county_stock` or `mrv.fiadb.estimate_fiadb`.
    budget
        Uncertainty of the main estimates by source (`mrv.error_budget.budget`).
    confirmed
        Entries of this very profile that people confirmed against the official text.
    """
    names = matching_names(profile, confirmed)
    profile.require(header.purpose, names)
    if profile.kind != "county_stock":
        raise EstimationError("profile-kind", profile=profile.id, kind=profile.kind, expected="county_stock")
    return Statement(
        kind="county_stock",
        header=header,
        profile_id=profile.id,
        profile_version=profile.version,
        profile_sha256=profile.sha256,
        estimates=estimates,
        notes=(*override_notes(profile), *notes),
        unverified=tuple(sorted({*profile.unverified(names), *still_open(profile, unverified, names)})),
        budget=budget,
        confirmed=rested_on(confirmed, names, unverified),
    )


def override_notes(profile: Profile) -> tuple[Note, ...]:
    """Return a note for each value of the profile that the run replaced."""
    found = ((key, profile.values[key]) for key in profile.overridden)
    return tuple(
        Note("profile-value-stated", {"key": key, "value": str(item.value), "source": item.source})
        for key, item in found
    )
