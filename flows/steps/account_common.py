"""What both accounts share: stated profile values, the tree inventory, the header of a statement."""

from __future__ import annotations

from dataclasses import replace

from flows.code_version import code_version
from flows.county import County, PlotBiomassInventory
from flows.equations import DATASET_KEY
from flows.workspace import NOTICE_FILE, Run
from geodata.dataset import MonitoringDataset
from geodata.simulation.documents import read_seed
from mrv.coefficients import province_of
from mrv.confirmation import Confirmation
from mrv.equations.library import library_from_text
from mrv.inventory import Inventory, build_tree_inventory
from mrv.plot_design import design_from
from mrv.plot_parts import apply_parts
from mrv.profile import Profile
from mrv.removals import (
    ProjectChange,
    change_from_biomass,
)
from mrv.statement import Purpose, StatementHeader
from registry.queries import confirmations
from registry.store import Registry


def tree_inventory(dataset: MonitoringDataset) -> Inventory:
    """Return the trees and plots of a dataset; their findings were shown by the monitor stage."""
    design = design_from(dataset.meta.get("plot_design", {}))
    inventory, _ = build_tree_inventory(dataset.tables["plots"], dataset.tables["trees"], design)
    if "plot_parts" in dataset.tables:
        inventory, _ = apply_parts(inventory, dataset.tables["plot_parts"])
    text = str(dataset.meta.get(DATASET_KEY, ""))
    own = library_from_text(text, f"{DATASET_KEY}.csv") if text else None
    return replace(inventory, region=province_of(dataset.county_code), equations=own)


def biomass_change(
    stated: PlotBiomassInventory, dataset: MonitoringDataset, profile: Profile, domain: str
) -> ProjectChange:
    """Return the change of a domain from the plots' stated biomass of two years."""
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


def stated_values(county: County, profile: Profile) -> Profile:
    """Return the profile with the values that the county file states, each with its source."""
    stated: dict[str, tuple[object, str]] = {}
    account = county.account
    if account.carbon_fraction is not None:
        stated["carbon_fraction"] = (account.carbon_fraction, account.carbon_fraction_source or "")
    if not account.roots:
        stated["pool_below_ground"] = ("excluded", "county file: the biomass has no roots")
    if account.baseline_share is not None and profile.kind == "project_removals":
        stated["baseline_share"] = (account.baseline_share, "county file")
    if profile.kind == "project_removals":
        stated |= {key: (item.value, item.source) for key, item in account.stated.items()}
    return profile.with_values(stated) if stated else profile


def confirmed_values(registry: Registry, profile: Profile) -> tuple[Confirmation, ...]:
    """Return what the registry has confirmed of a profile, one confirmation for each value."""
    rows = sorted(confirmations(registry, profile.sha256), key=lambda row: str(row["confirmation_id"]))
    by_name = {str(row["name"]): Confirmation.from_canonical(row) for row in reversed(rows)}
    return tuple(by_name.values())


def statement_header(
    run: Run, dataset: MonitoringDataset, *, project_code: str | None, purpose: Purpose
) -> StatementHeader:
    """Return who, when and from what a statement is made."""
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
        seed=read_seed(run.data / NOTICE_FILE) if county.simulated else None,
        purpose=purpose,
        simulated=county.simulated,
    )
