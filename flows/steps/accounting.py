"""核算 steps: the dataset becomes statements of stock and of removals, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping

from flows.code_version import code_version
from flows.county import County, FiadbInventory, NfiInventory, PlotBiomassInventory
from flows.steps.areas import area_estimates
from flows.steps.fia import fia_estimates
from flows.steps.stored import keep_statement, kept_statement, stored_dataset, submit_once
from flows.workspace import Run, open_registry
from geodata.dataset import MonitoringDataset
from geodata.measure import area_by_stratum
from mrv.county_stock import (
    CountyStock,
    build_stock_statement,
    estimate_county_stock,
    select_strata,
)
from mrv.inventory import Inventory, build_tree_inventory
from mrv.profile import Profile, load
from mrv.removals import (
    ProjectChange,
    build_removals_statement,
    change_from_biomass,
    change_from_stock,
)
from mrv.statement import DomainEstimate, Note, Purpose, Statement, StatementHeader


def account_stock(run: Run) -> tuple[Statement, str]:
    """Estimate the county's stock and its change; it never makes tradable tonnes."""
    with open_registry(run.home, run.settings) as registry:
        dataset = stored_dataset(run, registry)
    profile = _stated_values(run.county, load(run.county.account.profile))
    estimates, notes, unverified = _stock_estimates(run, dataset, profile)
    header = _header(run, dataset, project_code=None, purpose="inventory")
    areas = area_estimates(run.county, dataset)
    statement = build_stock_statement(header, profile, (*areas, *estimates), notes, unverified)
    keep_statement(run, statement)
    return statement, f"{len(statement.estimates)}"


def _stock_estimates(
    run: Run, dataset: MonitoringDataset, profile: Profile
) -> tuple[tuple[DomainEstimate, ...], tuple[Note, ...], tuple[str, ...]]:
    inventory = run.county.inventory
    if isinstance(inventory, NfiInventory):
        stock = _county_stock(run, dataset, profile)
        return stock.estimates, stock.notes, stock.unverified
    if isinstance(inventory, FiadbInventory):
        return fia_estimates(run.county, inventory, dataset)
    change = _biomass_change(inventory, dataset, profile, "county")
    return change.estimates, change.notes, change.unverified


def _tree_inventory(dataset: MonitoringDataset) -> Inventory:
    return build_tree_inventory(dataset.tables["plots"], dataset.tables["trees"])[0]


def _county_stock(run: Run, dataset: MonitoringDataset, profile: Profile) -> CountyStock:
    return estimate_county_stock(
        _tree_inventory(dataset), area_by_stratum(dataset.tables["parcels"]), profile
    )


def _biomass_change(
    stated: PlotBiomassInventory, dataset: MonitoringDataset, profile: Profile, domain: str
) -> ProjectChange:
    plots = dataset.tables["plots"]
    return change_from_biomass(
        plots["plot_id"],
        plots[f"biomass_{stated.first_year}_kg_per_ha"],
        plots[f"biomass_{stated.second_year}_kg_per_ha"],
        area_ha=stated.area_ha,
        years=(stated.first_year, stated.second_year),
        profile=profile,
        domain=domain,
    )


def _stated_values(county: County, profile: Profile) -> Profile:
    """Return the profile with the values that the county file states, each with its source."""
    stated: dict[str, tuple[object, str]] = {}
    account = county.account
    if account.carbon_fraction is not None:
        stated["carbon_fraction"] = (account.carbon_fraction, account.carbon_fraction_source or "")
    if not account.roots:
        stated["pool_below_ground"] = ("excluded", "county file: the biomass has no roots")
    if account.baseline_share is not None and profile.kind == "project_removals":
        stated["baseline_share"] = (account.baseline_share, "county file")
    return profile.with_values(stated) if stated else profile


def account_project(run: Run) -> tuple[Statement | None, str]:
    """Account the project's removals from its own plots; none without a project or a second inventory."""
    project, name = run.county.project, run.county.account.project_profile
    if project is None or name is None or isinstance(run.county.inventory, FiadbInventory):
        return None, "–"
    with open_registry(run.home, run.settings) as registry:
        dataset = stored_dataset(run, registry)
    profile = _stated_values(run.county, load(name))
    change = _project_change(run, dataset, profile)
    code = project.code or str(dataset.tables["project"]["project_code"][0])
    header = _header(run, dataset, project_code=code, purpose="demo")
    statement = build_removals_statement(header, profile, change, notes=_eligibility(run.county))
    keep_statement(run, statement)
    return statement, f"{statement.claim_tco2e:,} t CO2e"


def _eligibility(county: County) -> tuple[Note, ...]:
    project = county.project
    if project is None or project.eligible:
        return ()
    return (
        Note(
            "project-not-eligible",
            {"reason_zh": project.eligibility_note_zh or "", "reason_en": project.eligibility_note_en or ""},
        ),
    )


def _project_change(run: Run, dataset: MonitoringDataset, profile: Profile) -> ProjectChange:
    inventory = run.county.inventory
    if isinstance(inventory, PlotBiomassInventory):
        return _biomass_change(inventory, dataset, profile, "project")
    strata = frozenset(str(name) for name in dataset.tables["project_parcels"]["stratum"])
    areas: Mapping[str, float] = area_by_stratum(dataset.tables["parcels"])
    own = {name: area for name, area in areas.items() if name in strata}
    chosen = select_strata(_tree_inventory(dataset), strata)
    return change_from_stock(estimate_county_stock(chosen, own, profile, domain="project"))


def _header(
    run: Run, dataset: MonitoringDataset, *, project_code: str | None, purpose: Purpose
) -> StatementHeader:
    project, county = run.county.project, run.county.county
    period = (
        (project.period_start, project.period_end) if project_code and project else (run.as_of, run.as_of)
    )
    return StatementHeader(
        county_code=county.code,
        project_code=project_code,
        period_start=period[0],
        period_end=period[1],
        as_of=run.as_of,
        manifest_sha256=run.manifest.sha256,
        dataset_sha256=dataset.digest,
        code_version=code_version(),
        seed=None,
        purpose=purpose,
        simulated=county.simulated,
    )


def submit_statements(run: Run, stock: Statement, removals: Statement | None) -> tuple[list[str], str]:
    """Submit the stock; the project's statement waits until the project is registered."""
    with open_registry(run.home, run.settings) as registry:
        row = submit_once(run, registry, stock)
    waiting = kept_statement(run, "project_removals") is not None
    ids = [str(row["statement_id"])]
    return ids, ids[0] + (" +1" if waiting and removals is not None else "")
