"""Each statement audits itself before it is kept, with what is known of its sample, parcels and rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flows.county import NfiInventory
from flows.steps.account_common import tree_inventory
from flows.steps.parcel_stock import modelled_parcels
from flows.workspace import Run
from geodata.dataset import MonitoringDataset
from geodata.measure import area_by_stratum
from mrv.audit_facts import AuditFacts, SampleFacts, sample_facts
from mrv.county_stock import select_strata
from mrv.inventory import Inventory
from mrv.plot_stocks import plot_stocks, tree_stocks
from mrv.profile import Profile
from mrv.self_audit import audit_statement
from mrv.statement import Statement

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
    county = statement.kind == "county_stock"
    parcels = modelled_parcels(run, dataset, statement.estimates, profile) if county else None
    facts = AuditFacts(
        sample=_sample(run, dataset, profile, whole=county),
        overlaps=sum(1 for finding in dataset.findings if finding.rule in OVERLAP_RULES),
        calibration=parcels.calibrated.strata if parcels else (),
    )
    return replace(statement, audit=audit_statement(statement, facts))


def _sample(run: Run, dataset: MonitoringDataset, profile: Profile, *, whole: bool) -> SampleFacts | None:
    if not isinstance(run.county.inventory, NfiInventory):
        return None
    inventory, areas = _part(dataset, whole=whole)
    stocks = tree_stocks(inventory.trees, profile)
    last = plot_stocks(inventory, stocks, inventory.campaigns[-1])
    return sample_facts(inventory, last, areas, run.as_of.year)


def _part(dataset: MonitoringDataset, *, whole: bool) -> tuple[Inventory, Mapping[str, float]]:
    """Return plots and strata of the county, or those of the project."""
    inventory, areas = tree_inventory(dataset), area_by_stratum(dataset.tables["parcels"])
    if whole:
        return inventory, areas
    strata = frozenset(str(name) for name in dataset.tables["project_parcels"]["stratum"])
    return select_strata(inventory, strata), {n: area for n, area in areas.items() if n in strata}
