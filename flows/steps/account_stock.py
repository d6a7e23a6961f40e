"""核算 steps of the county: its stock and change with their intervals; never tradable tonnes."""

from __future__ import annotations

from flows.county import FiadbInventory, NfiInventory
from flows.steps.account_audit import audited
from flows.steps.account_common import (
    biomass_change,
    confirmed_values,
    stated_values,
    statement_header,
    tree_inventory,
)
from flows.steps.areas import area_estimates
from flows.steps.budget import stock_budget
from flows.steps.fia import fia_estimates
from flows.steps.sources import keep_sources
from flows.steps.stored import keep_statement, kept_statement, stored_dataset, submit_once
from flows.workspace import Run, open_registry
from geodata.dataset import MonitoringDataset
from geodata.measure import area_by_stratum
from mrv.confirmation import Confirmation
from mrv.county_stock import (
    CountyStock,
    build_stock_statement,
    estimate_county_stock,
)
from mrv.profile import Profile, load
from mrv.statement import Statement
from mrv.statement_items import DomainEstimate, Note


def account_stock(run: Run) -> tuple[Statement, str]:
    """Estimate the county's stock and its change; it never makes tradable tonnes."""
    with open_registry(run.home, run.settings) as registry:
        dataset = stored_dataset(run, registry)
        methodology = load(run.county.account.profile)
        confirmed = confirmed_values(registry, methodology)
    statement = stock_statement(run, dataset, methodology, confirmed)
    keep_sources(run, methodology)
    keep_statement(run, statement)
    return statement, f"{len(statement.estimates)}"


def stock_statement(
    run: Run, dataset: MonitoringDataset, methodology: Profile, confirmed: tuple[Confirmation, ...] = ()
) -> Statement:
    """Return the statement of a run's county stock; the same arguments give the same bytes.

    Parameters
    ----------
    run, dataset
        What is accounted.
    methodology
        The profile as packaged, without the values that the run states.
    confirmed
        What the registry has confirmed of it.
    """
    profile = stated_values(run.county, methodology)
    estimates, notes, unverified = _stock_estimates(run, dataset, profile)
    header = statement_header(run, dataset, project_code=None, purpose="inventory")
    areas = area_estimates(run.county, dataset)
    sources = stock_budget(run, dataset, profile, estimates)
    statement = build_stock_statement(
        header, profile, (*areas, *estimates), (*notes, *sources.notes), unverified, sources.items, confirmed
    )
    return audited(run, dataset, statement, profile)


def _stock_estimates(
    run: Run, dataset: MonitoringDataset, profile: Profile
) -> tuple[tuple[DomainEstimate, ...], tuple[Note, ...], tuple[str, ...]]:
    inventory = run.county.inventory
    if isinstance(inventory, NfiInventory):
        stock = _county_stock(run, dataset, profile)
        return stock.estimates, stock.notes, stock.unverified
    if isinstance(inventory, FiadbInventory):
        return fia_estimates(run.county, inventory, dataset)
    change = biomass_change(inventory, dataset, profile, "county")
    return change.estimates, change.notes, change.unverified


def _county_stock(run: Run, dataset: MonitoringDataset, profile: Profile) -> CountyStock:
    areas = area_by_stratum(dataset.tables["parcels"])
    return estimate_county_stock(tree_inventory(dataset), areas, profile, df="satterthwaite")


def submit_statements(run: Run, stock: Statement, removals: Statement | None) -> tuple[list[str], str]:
    """Submit the stock; the project's statement waits until the project is registered."""
    with open_registry(run.home, run.settings) as registry:
        row = submit_once(run, registry, stock)
    waiting = kept_statement(run, "project_removals") is not None
    ids = [str(row["statement_id"])]
    return ids, ids[0] + (" +1" if waiting and removals is not None else "")
