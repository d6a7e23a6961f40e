"""Estimates of an FIA inventory: the population of its own tables, and those drawn in a boundary."""

from __future__ import annotations

from flows.county import County, FiadbInventory
from geodata.dataset import MonitoringDataset
from mrv.fia_population import FiaPopulation, population_from_evaluation, population_from_pixels
from mrv.fiadb import FiaTables, estimate_fiadb
from mrv.statement_items import DomainEstimate, Note


def fia_estimates(
    county: County, inventory: FiadbInventory, dataset: MonitoringDataset
) -> tuple[tuple[DomainEstimate, ...], tuple[Note, ...], tuple[str, ...]]:
    """Return forest area, volume and carbon of every population, with notes; nothing in it is unverified."""
    tables = FiaTables(
        plots=dataset.tables["fia_plots"].columns,
        conditions=dataset.tables["fia_conditions"].columns,
        trees=dataset.tables["fia_trees"].columns,
    )
    estimates: list[DomainEstimate] = []
    notes: list[Note] = []
    for population in _populations(county, inventory, dataset):
        found = estimate_fiadb(tables, population, year=inventory.reporting_year)
        estimates += found.estimates
        notes += found.notes
    if any(population.by_parcel for population in county.populations):
        notes.append(Note("districts-need-not-add-up", {}))
    return tuple(estimates), tuple(notes), ()


def _populations(
    county: County, inventory: FiadbInventory, dataset: MonitoringDataset
) -> list[FiaPopulation]:
    tables = dataset.tables
    found = [
        population_from_evaluation(
            tables["fia_assignment"].columns,
            tables["fia_strata"].columns,
            tables["fia_unit_areas"].columns,
            domain=inventory.tables_population.id,
        )
    ]
    if county.populations:
        assignment, strata, units = (
            tables[f"population_{name}"].columns for name in ("assignment", "strata", "units")
        )
        found += [
            population_from_pixels(str(name), assignment, strata, units, domain=str(name))
            for name in units["population"]
        ]
    return found
