"""The parcels of a county held to its plots and carried to the day of the run."""

from __future__ import annotations

from flows.county import NfiInventory
from flows.steps.account_common import stated_values, tree_inventory
from flows.workspace import Run
from geodata.dataset import MonitoringDataset
from mrv.county_parcels import CountyParcels, ParcelRecords, county_parcels
from mrv.inventory import Inventory
from mrv.profile import Profile, load
from mrv.statement_items import DomainEstimate
from mrv.tree_stocks import TreeStocks

REGISTER = ("volume_m3_per_ha", "species_code")
"""Columns without which no parcel has a model value."""


def modelled_parcels(
    run: Run,
    dataset: MonitoringDataset,
    estimates: tuple[DomainEstimate, ...],
    profile: Profile | None = None,
    trees: tuple[Inventory, TreeStocks] | None = None,
) -> CountyParcels | None:
    """Return the parcels with their stock by year; None where the register or the plots do not tell it.

    Parameters
    ----------
    run, dataset
        The run and its dataset.
    estimates
        Of the county stock.
    profile
        That they were made with; None takes the one that the county file names.
    trees
        The inventory and what its trees hold, where that is known already.
    """
    columns = dataset.tables["parcels"].columns
    known = all(name in columns for name in REGISTER)
    if not known or not isinstance(run.county.inventory, NfiInventory):
        return None
    chosen = profile or stated_values(run.county, load(run.county.account.profile))
    inventory, stocks = trees or (tree_inventory(dataset), None)
    return county_parcels(
        columns, inventory, estimates, chosen, _records(dataset), run.as_of.year, stocks=stocks
    )


def _records(dataset: MonitoringDataset) -> ParcelRecords:
    losses, listed = dataset.tables.get("disturbances"), dataset.tables.get("project_parcels")
    planted = {}
    if listed is not None and "planting_year" in listed.columns:
        pairs = zip(listed["parcel_id"], listed["planting_year"], strict=True)
        planted = {str(name): int(year) for name, year in pairs}
    if losses is None:
        return ParcelRecords(planted=planted)
    return ParcelRecords(losses["parcel_id"], losses["year"], losses["area_ha"], planted)
