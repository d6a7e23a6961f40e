"""Each statement audits itself before it is kept, with what is known of its sample, parcels and rights."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flows.county import NfiInventory
from flows.steps.account_common import tree_inventory
from flows.steps.parcel_stock import modelled_parcels
from flows.workspace import Run
from geodata.dataset import MonitoringDataset
from geodata.measure import area_by_stratum
from mrv.audit_facts import AuditFacts, SampleFacts, sample_facts
from mrv.county_stock import select_strata
from mrv.inventory import Inventory
from mrv.plot_stocks import plot_stocks
from mrv.profile import Profile
from mrv.self_audit import audit_statement
from mrv.statement import Statement
from mrv.tree_stocks import TreeStocks, inventory_stocks

OVERLAP_RULES = frozenset({"parcels-overlap", "registered-parcels-overlap", "right-application-overlap"})
"""Findings that speak of land or rights claimed twice."""


def audited(run: Run, dataset: MonitoringDataset, statement: Statement, profile: Profile) -> Statement:
    """Return a statement with its self-audit; it must be complete otherwise.

    Parameters
    ----------
    run, dataset
        What it was made from.
    statement
        The statement.
    profile
        That it was made with.
    """
    sample = _sample(run, dataset, statement, profile)
    parcels = None
    if statement.kind == "county_stock":
        trees = (sample.inventory, sample.stocks) if sample else None
        parcels = modelled_parcels(run, dataset, statement.estimates, profile, trees)
    facts = AuditFacts(
        sample=sample.facts if sample else None,
        overlaps=sum(1 for finding in dataset.findings if finding.rule in OVERLAP_RULES),
        calibration=parcels.calibrated.strata if parcels else (),
    )
    return replace(statement, audit=audit_statement(statement, facts))


@dataclass(frozen=True, slots=True)
class _Sample:
    """The sample behind a statement."""

    inventory: Inventory
    stocks: TreeStocks
    facts: SampleFacts


def _sample(run: Run, dataset: MonitoringDataset, statement: Statement, profile: Profile) -> _Sample | None:
    """Return the plots of the strata that a statement speaks of; None where it rests on other tables."""
    if not isinstance(run.county.inventory, NfiInventory):
        return None
    parts = (item.domain.partition(":") for item in statement.estimates)
    strata = frozenset(name for kind, _, name in parts if kind == "stratum")
    whole = area_by_stratum(dataset.tables["parcels"])
    areas = {name: area for name, area in whole.items() if name in strata}
    inventory = tree_inventory(dataset)
    if set(areas) != set(whole):
        inventory = select_strata(inventory, strata)
    stocks = inventory_stocks(inventory, profile)
    last = plot_stocks(inventory, stocks, inventory.campaigns[-1])
    return _Sample(inventory, stocks, sample_facts(inventory, last, areas, run.as_of.year))
