"""核算 steps of the project: removals from its own plots, in the order its methodology gives."""

from __future__ import annotations

from collections.abc import Mapping

from flows.county import County, FiadbInventory, PlotBiomassInventory
from flows.steps.account_audit import audited
from flows.steps.account_common import biomass_change, stated_values, statement_header, tree_inventory
from flows.steps.stored import keep_statement, stored_dataset
from flows.workspace import Run, open_registry
from geodata.dataset import MonitoringDataset
from geodata.measure import area_by_stratum
from mrv.county_stock import (
    estimate_county_stock,
    select_strata,
)
from mrv.profile import Profile, load
from mrv.removals import (
    ProjectChange,
    build_removals_statement,
    change_from_stock,
)
from mrv.statement import Statement
from mrv.statement_items import Note


def account_project(run: Run) -> tuple[Statement | None, str]:
    """Account the project's removals from its own plots; none without a project or a second inventory."""
    project, name = run.county.project, run.county.account.project_profile
    if project is None or name is None or isinstance(run.county.inventory, FiadbInventory):
        return None, "–"
    with open_registry(run.home, run.settings) as registry:
        dataset = stored_dataset(run, registry)
    profile = stated_values(run.county, load(name))
    change = _project_change(run, dataset, profile)
    code = project.code or str(dataset.tables["project"]["project_code"][0])
    header = statement_header(run, dataset, project_code=code, purpose="demo")
    statement = build_removals_statement(header, profile, change, notes=_eligibility(run.county))
    statement = audited(run, dataset, statement, profile)
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
        return biomass_change(inventory, dataset, profile, "project")
    strata = frozenset(str(name) for name in dataset.tables["project_parcels"]["stratum"])
    areas: Mapping[str, float] = area_by_stratum(dataset.tables["parcels"])
    own = {name: area for name, area in areas.items() if name in strata}
    chosen = select_strata(tree_inventory(dataset), strata)
    return change_from_stock(estimate_county_stock(chosen, own, profile, domain="project"))
