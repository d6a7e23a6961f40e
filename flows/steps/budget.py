"""The uncertainty budget of a statement: sampling, model, measurement and area, each with its size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.county import County, FiadbInventory, NfiInventory
from flows.steps.account_common import tree_inventory
from flows.steps.areas import change_accuracy
from flows.workspace import Run
from geodata.dataset import MonitoringDataset
from geodata.landcover import CHANGE_CLASSES
from geodata.measure import area_by_stratum
from mrv.combined_area import combined_area
from mrv.error_budget import DrawnInventory, budget
from mrv.error_totals import budget_notes, seed_of
from mrv.inventory import Inventory
from mrv.montecarlo import ErrorTerm, packaged_terms, with_measured
from mrv.profile import Profile
from mrv.sampling import Estimate
from mrv.statement_items import BudgetItem, DomainEstimate, Note

FOREST_AT_THE_END = frozenset(CHANGE_CLASSES) & {"stable_forest", "forest_gain"}
"""Classes of the change map that are forest in its last year."""


@dataclass(frozen=True)
class Budget:
    """The budget of a statement and what its reader must know."""

    items: tuple[BudgetItem, ...] = ()
    """Sources and totals."""
    notes: tuple[Note, ...] = ()
    """Assumptions, sources left out, draws that have not settled."""


def stock_budget(
    run: Run, dataset: MonitoringDataset, profile: Profile, estimates: Sequence[DomainEstimate]
) -> Budget:
    """Return the budget of a county's stock and change; area from the reference sample where there is one."""
    drawn = None
    if isinstance(run.county.inventory, NfiInventory):
        sample = tree_inventory(dataset), area_by_stratum(dataset.tables["parcels"])
        drawn = _drawn(run.county, dataset, profile, sample)
    return _budget(estimates, whole_domains(run.county), drawn, forest_area(dataset))


def whole_domains(county: County) -> tuple[str, ...]:
    """Return the domains that are no part of another: the county, or the populations of FIA tables."""
    inventory = county.inventory
    if not isinstance(inventory, FiadbInventory):
        return ("county",)
    return (inventory.tables_population.id, *(population.id for population in county.populations))


def project_budget(
    run: Run,
    dataset: MonitoringDataset,
    profile: Profile,
    estimates: Sequence[DomainEstimate],
    sample: tuple[Inventory, Mapping[str, float]] | None,
) -> Budget:
    """Return the budget of a project's change; its area is that of surveyed parcels and taken as known.

    Parameters
    ----------
    run, dataset, profile, estimates
        What the statement is made of.
    sample
        The project's plots with their trees, and the area of its strata [ha]; None without trees.
    """
    drawn = None if sample is None else _drawn(run.county, dataset, profile, sample)
    return _budget(estimates, ("project",), drawn, None)


def _drawn(
    county: County,
    dataset: MonitoringDataset,
    profile: Profile,
    sample: tuple[Inventory, Mapping[str, float]],
) -> DrawnInventory:
    return DrawnInventory(*sample, profile, seed=seed_of(dataset.digest), terms=error_terms(county))


def error_terms(county: County) -> tuple[ErrorTerm, ...]:
    """Return the assumed errors, with those of readings as the county states them from a blind check."""
    readings = county.account.readings
    if readings is None:
        return packaged_terms()
    return with_measured(
        packaged_terms(),
        dbh_sd_cm=readings.dbh_sd_cm,
        height_sd_m=readings.height_sd_m,
        source=readings.source,
    )


def forest_area(dataset: MonitoringDataset) -> Estimate | None:
    """Return the forest area of the last year from the reference sample [ha], where there is one."""
    accuracy = change_accuracy(dataset)
    return None if accuracy is None else combined_area(accuracy, FOREST_AT_THE_END & set(accuracy.classes))


def _budget(
    estimates: Sequence[DomainEstimate],
    domains: tuple[str, ...],
    drawn: DrawnInventory | None,
    area: Estimate | None,
) -> Budget:
    items = tuple(i for name in domains for i in budget(estimates, domain=name, drawn=drawn, area=area))
    return Budget(items, budget_notes(items, packaged_terms() if drawn is None else drawn.terms))
