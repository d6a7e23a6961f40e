"""Plots held against the map: in which parcel each one lies, and on what ground."""

from __future__ import annotations

from typing import Any

from geodata.spreading import located_values
from mrv.findings import Finding
from mrv.inventory import Inventory
from mrv.places import check_places

FOREST_CLASSES = ("03",)
"""Beginnings of the land-class codes (DI_LEI) of forest land (林地)."""


def place_findings(inventory: Inventory, parcel_id: Any, geometry: Any, land_class: Any) -> list[Finding]:
    """Return what is wrong with the places of plots; land classes are held against the last campaign only.

    Parameters
    ----------
    inventory
        Plots with coordinates in the county's system.
    parcel_id, geometry
        Parcels in the county's system, shape (n,).
    land_class
        Their land classes, shape (n,), as of the layer; None where the layer has none.
    """
    plots = inventory.plots
    located = located_values(geometry, plots.x_m, plots.y_m, parcel_id)
    last = plots.campaign_year == max(inventory.campaigns)
    ground = located_values(geometry, plots.x_m, plots.y_m, land_class, where=last)
    return check_places(inventory, located, ground, FOREST_CLASSES)
