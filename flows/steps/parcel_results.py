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
from mrv.county_parcels import CountyParcels
from mrv.parcels import stock_with_own_plots
from mrv.sampling import Estimate
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

    aliases: Mapping[str, str]
    """Name -> what the column is, in Chinese."""

    def write(self, home: Path, *, simulated: bool) -> None:
        """Write the GeoPackage and the CSV."""
        write_geopackage(
            home / "parcels.gpkg",
            "parcels",
            self.columns,
            self.geometry,
            self.crs,
            aliases=self.aliases,
            simulated=simulated,
        )
        write_csv(home / "parcels.csv", self.columns, aliases=self.aliases, simulated=simulated)


def parcel_results(
    run: Run, dataset: MonitoringDataset, stock: Statement | None, modelled: CountyParcels | None
) -> ParcelResults:
    """Return the parcels of a run with their carbon, disturbances and project.

    Parameters
    ----------
    run, dataset
        The run and its dataset.
    stock
        Statement of the county stock, for parcels that have plots of their own.
    modelled
        Parcels held to the plots, where there are any.
    """
    parcels, losses = dataset.tables["parcels"], dataset.tables.get("disturbances")
    listed = dataset.tables.get("project_parcels")
    disturbed = is_listed(parcels["parcel_id"], losses["parcel_id"] if losses is not None else ())
    in_project = is_listed(parcels["parcel_id"], listed["parcel_id"] if listed is not None else ())
    place = {name: parcels[name] for name in ("parcel_id", "stratum", "area_ha")}
    marks = {"disturbed": disturbed.astype("int64"), "in_project": in_project.astype("int64")}
    stored = _modelled(modelled) if modelled else _plain(dataset, stock)
    density = stored["carbon_tc"] / parcels["area_ha"]
    stored["carbon_tc_per_ha"] = density
    columns = {**place, **stored, **marks}
    geometry = geometries_of(parcels)
    strata = sorted({str(name) for name in parcels["stratum"]})
    picture = ParcelMap(
        geometry=geometry,
        stratum=tuple(str(name) for name in parcels["stratum"]),
        carbon_tc_per_ha=_shown(density, stored["stock_basis"]),
        disturbed=disturbed,
        in_project=in_project,
        stratum_labels={name: Label(name) for name in strata},
        metres_per_unit=US_FOOT_M if run.county.county.crs == "EPSG:3437" else 1.0,
        standard_error_tc_per_ha=stored["carbon_se_tc"] / parcels["area_ha"] if modelled else None,
    )
    aliases = _aliases(columns, modelled)
    return ParcelResults(picture, columns, geometry, run.county.county.crs, aliases)


def _shown(density: Any, basis: Any) -> Any:
    """Return the density for the picture: nothing is drawn where there is no forest or no value."""
    shown = density.copy()
    shown[basis == "none"] = float("nan")
    return shown


def _modelled(parcels: CountyParcels) -> dict[str, Any]:
    """Return the columns of parcels that were held to the plots."""
    held, yearly = parcels.calibrated, parcels.yearly
    years = {f"carbon_tc_{year}": yearly.carbon_tc[:, i] for i, year in enumerate(yearly.years)}
    return {
        "growing_stock_m3": parcels.register.growing_stock_m3,
        "carbon_model_tc": parcels.register.carbon_tc,
        "carbon_tc": held.carbon_tc,
        "carbon_se_tc": held.standard_error_tc,
        "stock_basis": held.basis,
        "model_based": (held.basis != "own_plots").astype("int64"),
        **years,
    }


def _plain(dataset: MonitoringDataset, stock: Statement | None) -> dict[str, Any]:
    """Return the columns of parcels that have plots of their own, or nothing but a register."""
    found = stock_with_own_plots(dataset.tables["parcels"].columns, _own_plots(dataset, stock))
    return {
        "growing_stock_m3": found.stock.growing_stock_m3,
        "carbon_tc": found.stock.carbon_tc,
        "carbon_se_tc": found.standard_error_tc,
        "stock_basis": found.basis,
        "model_based": (found.basis != "own_plots").astype("int64"),
    }


def _aliases(columns: Mapping[str, Any], modelled: CountyParcels | None) -> dict[str, str]:
    years = modelled.yearly.years if modelled else ()
    campaigns = modelled.yearly.campaigns if modelled else ()
    found = {}
    for name in columns:
        tail = name.removeprefix("carbon_tc_")
        if tail.isdecimal() and int(tail) in years:
            key = "column-carbon-tc-campaign" if int(tail) in campaigns else "column-carbon-tc-update"
            found[name] = text(key, "zh-CN", year=int(tail))
        else:
            found[name] = text(f"column-{name.replace('_', '-')}", "zh-CN")
    return found


def _own_plots(dataset: MonitoringDataset, stock: Statement | None) -> dict[str, Estimate]:
    """Return the estimate of parcels that have plots of their own: districts, or a single parcel [t C]."""
    own: dict[str, Estimate] = {}
    only = [str(name) for name in dataset.tables["parcels"]["parcel_id"]]
    for item in stock.estimates if stock else ():
        kind, _, name = item.domain.partition(":")
        if item.quantity == "carbon_stock_ag" and kind == "district":
            own[name] = item.estimate
        elif item.quantity == "carbon_stock_ag" and item.domain == "county" and len(only) == 1:
            own[only[0]] = item.estimate
    return own
