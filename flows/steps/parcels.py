"""The parcels of a run in the county's own system, whatever the kind of its inventory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.county import FiadbInventory, ParcelsTable, PlotBiomassInventory
from flows.errors import CountyFileError
from flows.steps.reading import InventoryTables
from flows.workspace import Run
from geodata.areas import legal_area_ha
from geodata.attributes import check_attributes
from geodata.crs import transform, transform_points
from geodata.findings import Finding
from geodata.measure import hull_parcel, stratum_of
from geodata.populations import Population, population_tables
from geodata.raster import ClassRaster
from geodata.strata import check_parcel_strata, strata_codes
from geodata.tables import Table
from geodata.topology import check_topology
from geodata.vector import ParcelLayer, read_parcels

ATTRIBUTES = {
    "XIANGNAME": "township",
    "DI_LEI": "land_class",
    "YOU_SHI_SZ": "species_code",
    "HUO_LMGQXJ": "volume_m3_per_ha",
    "MEI_GQ_ZS": "stems_per_ha",
    "PINGJUN_XJ": "dbh_cm",
    "PINGJUN_NL": "age_year",
    "DISTRICTNA": "name",
}
"""Fields of a parcel scheme that the dataset carries along, and what they are called there."""
PUBLIC_CRS = "EPSG:4269"
"""System of the public coordinates of FIADB plots."""


@dataclass(frozen=True)
class ParcelSet:
    """Parcels in the county's system."""

    source: str
    """File they come from."""
    crs: str
    """The county's projected system."""
    parcel_id: Any
    """Identifiers, shape (n,)."""
    geometry: Any
    """Polygons in `crs`, shape (n,)."""
    rows: Any
    """Rows in the person's file, shape (n,)."""
    attributes: Mapping[str, Any]
    """Further columns."""
    findings: tuple[Finding, ...]
    """What the checks saw."""
    meta: Mapping[str, Any] = field(default_factory=dict)
    """How they came into the system: encoding and its proof, operations used."""

    def in_crs(self, crs: str) -> Any:
        """Return the polygons in another system, which must be reachable exactly."""
        return transform(self.geometry, self.crs, crs)[0]

    def population_tables(
        self, run: Run, inventory: InventoryTables, rasters: tuple[ClassRaster, ...]
    ) -> dict[str, Table]:
        """Return assignment, strata and areas of the populations that the county file names."""
        if not run.county.populations or not isinstance(run.county.inventory, FiadbInventory):
            return {}
        plots, operation = (
            inventory.tables["fia_plots"],
            run.county.parcels.operation if run.county.parcels else None,
        )
        x, y, _ = transform_points(
            plots["lon_public"], plots["lat_public"], PUBLIC_CRS, self.crs, operation=operation
        )
        found = population_tables(self._populations(run, operation), rasters[-1], plots["cn"], x, y)
        return {f"population_{name}": table for name, table in found.items()}

    def _populations(self, run: Run, operation: str | None) -> list[Population]:
        rule, made = run.county.county.area_rule, []
        for item in run.county.populations:
            layer = read_parcels(run.data / item.boundary, schema=item.boundary_schema, crs=PUBLIC_CRS)
            geometry, _ = transform(layer.geometry, layer.crs, self.crs, operation=operation)
            whole = legal_area_ha(geometry, self.crs, rule)
            made.append(Population(item.id, geometry[0], float(whole[0])))
            if item.by_parcel:
                areas = legal_area_ha(self.geometry, self.crs, rule)
                made += [
                    Population(f"district:{name}", polygon, float(area))
                    for name, polygon, area in zip(self.parcel_id, self.geometry, areas, strict=True)
                ]
        return made


def read_parcel_set(run: Run, inventory: InventoryTables, side: Mapping[str, Table]) -> ParcelSet:
    """Read and check the parcels of a run."""
    if run.county.parcels is not None:
        return _from_layer(run, run.county.parcels)
    if isinstance(run.county.inventory, PlotBiomassInventory):
        return _from_plots(run, run.county.inventory, inventory)
    raise CountyFileError("parcels-not-stated", file=run.county_file)


def _from_layer(run: Run, stated: ParcelsTable) -> ParcelSet:
    county = run.county.county
    foreign = stated.operation is not None
    layer = read_parcels(
        run.data / stated.path,
        schema=stated.schema_id,
        crs=stated.crs or (PUBLIC_CRS if foreign else None),
        encoding=stated.encoding,
        county_crs=None if foreign else county.crs,
    )
    geometry, operation = transform(layer.geometry, layer.crs, county.crs, operation=stated.operation)
    area_ha = legal_area_ha(geometry, county.crs, county.area_rule)
    findings = [*layer.findings, *_checks(layer, geometry, area_ha)]
    attributes = {ours: layer.columns[name] for name, ours in ATTRIBUTES.items() if name in layer.columns}
    account = run.county.account
    if account.strata_field is not None:
        attributes["stratum"] = stratum_of(strata_codes(layer, account.strata_field), account.strata)
        findings += check_parcel_strata(layer, account.strata_field, account.strata)
    meta = {"encoding": layer.encoding, "operation": operation.canonical()}
    return ParcelSet(
        layer.source, county.crs, layer.parcel_id, geometry, layer.rows, attributes, tuple(findings), meta
    )


def _checks(layer: ParcelLayer, geometry: Any, area_ha: Any) -> list[Finding]:
    found = check_topology(layer.source, layer.parcel_id, geometry, layer.rows)
    return [
        *found,
        *check_attributes(layer.source, layer.columns, layer.rows, layer.schema, area_ha=area_ha),
    ]


def _from_plots(run: Run, stated: PlotBiomassInventory, inventory: InventoryTables) -> ParcelSet:
    """Return one parcel, the hull of the plots: the data carry no boundary."""
    plots = inventory.tables["plots"]
    name = f"{run.county.county.code}-PLOTS"
    parcel_id, hull = hull_parcel(name, plots["x_ft"], plots["y_ft"])
    geometry, operation = transform(hull, stated.crs, run.county.county.crs)
    meta = {"operation": operation.canonical(), "area_source": stated.area_source}
    return ParcelSet(plots.source, run.county.county.crs, parcel_id, geometry, plots.rows[:1], {}, (), meta)


def project_strata(parcels: ParcelSet, side: Mapping[str, Table]) -> list[str]:
    """Return the stratum of each parcel: the project's own for its parcels, the county's for the others."""
    listed = side.get("project_parcels")
    own: dict[str, str] = {}
    if listed is not None:
        pairs = zip(listed["parcel_id"], listed["stratum"], strict=True)
        own = {str(name): str(stratum) for name, stratum in pairs}
    county = parcels.attributes.get("stratum")
    plain = [""] * len(parcels.parcel_id) if county is None else [str(name) for name in county]
    return [own.get(str(name), stratum) for name, stratum in zip(parcels.parcel_id, plain, strict=True)]
