"""Parcels with their carbon: the map, the GeoPackage and the CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.workspace import Run
from geodata.dataset import MonitoringDataset
from geodata.measure import geometries_of, is_listed
from geodata.outputs import write_csv, write_geopackage
from mrv.parcels import stock_of_columns
from mrv.statement import Statement
from registry.messages import text
from registry.reports.label import Label
from registry.reports.map import ParcelMap

US_FOOT_M = 0.3048006096012192
"""Length of a US survey foot [m]."""


@dataclass(frozen=True)
class ParcelResults:
    """Parcels and what is known of each."""

    map: ParcelMap
    """For the picture."""
    columns: Mapping[str, Any]
    """For the files: name -> values, shape (n,)."""
    geometry: Any
    """Polygons, shape (n,)."""
    crs: str
    """Their system."""

    def write(self, home: Path, *, simulated: bool) -> None:
        """Write the GeoPackage and the CSV."""
        aliases = {name: text(f"column-{name.replace('_', '-')}", "zh-CN") for name in self.columns}
        write_geopackage(
            home / "parcels.gpkg",
            "parcels",
            self.columns,
            self.geometry,
            self.crs,
            aliases=aliases,
            simulated=simulated,
        )
        write_csv(home / "parcels.csv", self.columns, aliases=aliases, simulated=simulated)


def parcel_results(run: Run, dataset: MonitoringDataset, stock: Statement | None) -> ParcelResults:
    """Return the parcels of a run with their model-based carbon, disturbances and project."""
    parcels, losses = dataset.tables["parcels"], dataset.tables.get("disturbances")
    listed = dataset.tables.get("project_parcels")
    disturbed = is_listed(parcels["parcel_id"], losses["parcel_id"] if losses is not None else ())
    in_project = is_listed(parcels["parcel_id"], listed["parcel_id"] if listed is not None else ())
    carbon = stock_of_columns(parcels.columns, _known_carbon(dataset, stock))
    density = carbon.carbon_tc / parcels["area_ha"]
    geometry = geometries_of(parcels)
    columns = {
        "parcel_id": parcels["parcel_id"],
        "stratum": parcels["stratum"],
        "area_ha": parcels["area_ha"],
        "growing_stock_m3": carbon.growing_stock_m3,
        "carbon_tc": carbon.carbon_tc,
        "carbon_tc_per_ha": density,
        "disturbed": disturbed.astype("int64"),
        "in_project": in_project.astype("int64"),
    }
    strata = sorted({str(name) for name in parcels["stratum"]})
    picture = ParcelMap(
        geometry=geometry,
        stratum=tuple(str(name) for name in parcels["stratum"]),
        carbon_tc_per_ha=density,
        disturbed=disturbed,
        in_project=in_project,
        stratum_labels={name: Label(name) for name in strata},
        metres_per_unit=US_FOOT_M if run.county.county.crs == "EPSG:3437" else 1.0,
    )
    return ParcelResults(picture, columns, geometry, run.county.county.crs)


def _known_carbon(dataset: MonitoringDataset, stock: Statement | None) -> dict[str, float]:
    """Return the carbon of parcels that have plots of their own: districts, or a single parcel [t C]."""
    known: dict[str, float] = {}
    only = [str(name) for name in dataset.tables["parcels"]["parcel_id"]]
    for item in stock.estimates if stock else ():
        kind, _, name = item.domain.partition(":")
        if item.quantity == "carbon_stock_ag" and kind == "district":
            known[name] = item.estimate.value
        elif item.quantity == "carbon_stock_ag" and item.domain == "county" and len(only) == 1:
            known[only[0]] = item.estimate.value
    return known
