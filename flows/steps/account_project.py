"""核算 steps of the project: removals from its own plots, in the order its methodology gives."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flows.county import FiadbInventory, PlotBiomassInventory
from flows.steps.account_audit import audited
from flows.steps.account_common import (
    biomass_change,
    confirmed_values,
    stated_values,
    statement_header,
    tree_inventory,
)
from flows.steps.budget import project_budget
from flows.steps.project_facts import eligible_land, stated_ineligible
from flows.steps.project_terms import project_terms_of
from flows.steps.sources import keep_sources
from flows.steps.stored import keep_statement, stored_dataset
from flows.workspace import Run, open_registry
from geodata.dataset import MonitoringDataset
from geodata.measure import area_by_stratum
from mrv.account import NOTHING
from mrv.confirmation import Confirmation
from mrv.county_stock import estimate_county_stock, select_strata
from mrv.eligibility import Eligibility
from mrv.inventory import Inventory
from mrv.profile import Profile, load
from mrv.removals import ProjectChange, build_removals_statement, change_by_method
from mrv.statement import Statement
from mrv.statement_items import Note
from registry.queries import negative_rest
from registry.store import Registry


@dataclass(frozen=True)
class Standing:
    """What the registry knows that an account has to take over."""

    confirmed: tuple[Confirmation, ...] = ()
    """Confirmed values of the profile, one for each."""
    rest: Mapping[str, Any] | None = None
    """Negative rest of the period before (`registry.rules.negative_rest`)."""


def account_project(run: Run) -> tuple[Statement | None, str]:
    """Account the project's removals from its own plots; none without a project or a second inventory."""
    name = run.county.account.project_profile
    if run.county.project is None or name is None or isinstance(run.county.inventory, FiadbInventory):
        return None, "–"
    profile = load(name)
    with open_registry(run.home, run.settings) as registry:
        dataset = stored_dataset(run, registry)
        standing = standing_of(run, dataset, registry, profile)
    statement = project_statement(run, dataset, profile, standing)
    keep_sources(run, profile)
    keep_statement(run, statement)
    return statement, f"{statement.claim_tco2e:,} t CO2e"


def project_statement(
    run: Run, dataset: MonitoringDataset, profile: Profile, standing: Standing
) -> Statement:
    """Return the statement of a run's project; the same arguments give the same bytes.

    Parameters
    ----------
    run, dataset
        What is accounted.
    profile
        The methodology as packaged, without the values that the run states.
    standing
        What the registry knows.
    """
    methodology = stated_values(run.county, profile)
    land = eligible_land(run, dataset, methodology)
    change, sample = _project_change(run, dataset, methodology, land)
    sources = project_budget(run, dataset, methodology, change.estimates, sample)
    area_ha = None if sample is None else math.fsum(sample[1].values())
    terms = project_terms_of(run, methodology, change.change.value, area_ha, dataset)
    unverified = (
        change.unverified if terms is None else tuple(sorted({*change.unverified, *terms.unverified}))
    )
    header = statement_header(
        run, dataset, project_code=_code(run, dataset), purpose=run.county.account.purpose
    )
    statement = build_removals_statement(
        header,
        methodology,
        replace(change, unverified=unverified),
        amounts_tco2e=NOTHING if terms is None else terms.amounts_tco2e,
        carried_tco2e=standing.rest["carried_tco2e"] if standing.rest else 0.0,
        notes=(
            *stated_ineligible(run.county),
            *land.notes,
            *(() if terms is None else terms.notes),
            *_carried(standing),
            *sources.notes,
        ),
        confirmed=standing.confirmed,
        budget=sources.items,
    )
    return audited(run, dataset, statement, methodology)


def standing_of(run: Run, dataset: MonitoringDataset, registry: Registry, profile: Profile) -> Standing:
    """Return the confirmations of a profile and the project's negative rest, from the registry."""
    project = run.county.project
    code = _code(run, dataset)
    rest = negative_rest(registry, code, project.period_start.isoformat()) if project else None
    return Standing(confirmed_values(registry, profile), rest)


def _code(run: Run, dataset: MonitoringDataset) -> str:
    project = run.county.project
    if project is not None and project.code:
        return project.code
    return str(dataset.tables["project"]["project_code"][0])


def _carried(standing: Standing) -> tuple[Note, ...]:
    rest = standing.rest
    if rest is None:
        return ()
    places = {"statement_id": rest["statement_id"], "start": rest["period_start"], "end": rest["period_end"]}
    return (Note("claim-carried-in", {**places, "carried_tco2e": rest["carried_tco2e"]}),)


def _project_change(
    run: Run, dataset: MonitoringDataset, profile: Profile, land: Eligibility
) -> tuple[ProjectChange, tuple[Inventory, Mapping[str, float]] | None]:
    """Return the project's change, and its plots with the area of their strata where trees are known."""
    inventory = run.county.inventory
    if isinstance(inventory, PlotBiomassInventory):
        return biomass_change(inventory, dataset, profile, "project"), None
    kept = _project_parcels(dataset, land.excluded)
    chosen = select_strata(tree_inventory(dataset), frozenset(kept.values()), land.excluded)
    areas = area_by_stratum(dataset.tables["parcels"], kept)
    stock = estimate_county_stock(chosen, areas, profile, domain="project")
    return change_by_method(stock, profile), (chosen, areas)


def _project_parcels(dataset: MonitoringDataset, excluded: frozenset[str]) -> dict[str, str]:
    """Return the parcels that the claim covers, with their stratum."""
    table = dataset.tables["project_parcels"]
    pairs = zip(table["parcel_id"], table["stratum"], strict=True)
    return {str(name): str(stratum) for name, stratum in pairs if str(name) not in excluded}
