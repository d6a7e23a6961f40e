"""监测 steps: read and check the inputs, measure land cover, detect change, record the dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flows.county import NfiInventory
from flows.equations import DATASET_KEY
from flows.errors import InputsRefused
from flows.progress import advance
from flows.steps.papers import check_papers
from flows.steps.parcels import ParcelSet, project_strata, read_parcel_set
from flows.steps.plot_places import place_findings
from flows.steps.reading import (
    InventoryTables,
    convert,
    has_errors,
    read_inventory,
    read_own_equations,
    read_side_tables,
)
from flows.steps.stored import recorded_dataset
from flows.workspace import Run, open_registry
from geodata.crosstab import count_classes
from geodata.dataset import MonitoringDataset, write_dataset
from geodata.disturbance import detect_losses
from geodata.findings import Finding
from geodata.footprint import Rule
from geodata.landcover import change_map_counts, check_codes, load_scheme
from geodata.measure import (
    change_map_table,
    change_record_table,
    class_table,
    concatenate,
    parcel_table,
    transition_table,
)
from geodata.raster import ClassRaster, open_class_raster
from geodata.sparse import CoverageShelf
from geodata.strata import check_plot_strata
from geodata.tables import Table
from geodata.zonal import Shapes, check_uncovered
from mrv.equations.library import library_to_csv
from mrv.inventory import Inventory, build_plots, build_trees
from mrv.plot_design import FIXED
from registry.datasets import record_dataset
from registry.model import DatasetRecord, FileRecord


@dataclass(frozen=True)
class Inputs:
    """What was read, and what the checks say of it."""

    inventory: InventoryTables
    """Plots and trees, or whatever the inventory's kind has."""
    side: Mapping[str, Table]
    """Rights, project, prices, reference sample."""
    parcels: ParcelSet
    """Parcels in the county's system, with their strata."""
    rasters: tuple[ClassRaster, ...]
    """Land-cover rasters by year."""
    findings: tuple[Finding, ...]
    """Findings of every check."""
    shelf: CoverageShelf = field(default_factory=CoverageShelf)
    """Coverages of the parcels, by grid."""


@dataclass(frozen=True)
class Measured:
    """Tables of a step, with what it noticed."""

    tables: Mapping[str, Table]
    """Name -> table of the dataset."""
    findings: tuple[Finding, ...] = ()
    """What was noticed."""
    meta: Mapping[str, Any] = field(default_factory=dict)
    """Facts for the record."""


def refuse_errors(findings: Sequence[Finding]) -> None:
    """Stop before anything is recorded when a finding is an error."""
    errors = tuple(finding for finding in findings if finding.severity == "error")
    if errors:
        raise InputsRefused("inputs-have-errors", count=len(errors), findings=errors)


def read_inputs(run: Run) -> tuple[Inputs, str]:
    """Read and check every input; nothing is recorded if one of them has an error."""
    inventory = read_inventory(run)
    side, side_findings = read_side_tables(run)
    parcels = read_parcel_set(run, inventory, side)
    rasters = tuple(
        open_class_raster(
            run.data / item.path, nodata=item.nodata, year=item.year, scheme=item.scheme, crs=item.crs
        )
        for item in run.county.landcover
    )
    coded = [
        finding
        for raster in rasters
        for finding in check_codes(raster, count_classes(raster), load_scheme(raster.scheme))
    ]
    sampled = _check_strata(run, inventory, parcels, side)
    papers = [] if has_errors(side_findings) else check_papers(run, side, parcels)
    placed = _check_places(run, inventory, parcels)
    findings = (*inventory.findings, *side_findings, *parcels.findings, *coded, *sampled, *placed, *papers)
    refuse_errors(findings)
    count = len(parcels.parcel_id)
    shelf = CoverageShelf(run.home / "coverage")
    return Inputs(inventory, side, parcels, rasters, findings, shelf), f"{count:,} / {len(findings)}"


def _check_strata(
    run: Run, inventory: InventoryTables, parcels: ParcelSet, side: Mapping[str, Table]
) -> list[Finding]:
    if not isinstance(run.county.inventory, NfiInventory) or has_errors(inventory.findings):
        return []
    return check_plot_strata(inventory.tables["plots"], project_strata(parcels, side))


def _check_places(run: Run, inventory: InventoryTables, parcels: ParcelSet) -> list[Finding]:
    """Return what is wrong with the places of plots, once their table can be trusted."""
    if not isinstance(run.county.inventory, NfiInventory) or has_errors(inventory.findings):
        return []
    plots, trees = inventory.tables["plots"], inventory.tables["trees"]
    design = run.county.inventory.plot_design.design
    records = Inventory(build_plots(plots, design), build_trees(trees), design)
    land_class = parcels.attributes.get("land_class")
    found = place_findings(records, parcels.parcel_id, parcels.geometry, land_class)
    return [convert(finding, plots) for finding in found]


def measure_areas(run: Run, inputs: Inputs) -> tuple[Measured, str]:
    """Measure the area of each class in each parcel and year."""
    made: dict[str, Table] = {}
    findings: list[Finding] = []
    tables = []
    for raster, item in zip(inputs.rasters, run.county.landcover, strict=True):
        geoms = _shapes(inputs, raster, item.rule)
        table, zonal = class_table(inputs.parcels.parcel_id, geoms, raster, item.rule)
        findings += check_uncovered(zonal, raster, inputs.parcels)
        tables.append(table)
        advance(1, total=len(inputs.rasters))
    if tables:
        made["class_areas"] = concatenate("land cover", tables)
    refuse_errors(findings)
    made |= inputs.parcels.population_tables(run, inputs.inventory, inputs.rasters)
    meta = {"cell_ha": inputs.rasters[-1].grid.cell_area_ha} if inputs.rasters else {}
    return Measured(made, tuple(findings), meta), f"{len(inputs.rasters)}"


def _shapes(inputs: Inputs, raster: ClassRaster, rule: Rule) -> Shapes:
    """Return the parcels as the raster measures them; exact shares are kept for the other years."""
    geoms = inputs.parcels.in_crs(raster.grid.crs_wkt)
    if rule != "exact":
        return geoms  # type: ignore[no-any-return]
    return inputs.shelf.over(geoms, raster.grid, source=raster.source)


def detect_change(run: Run, inputs: Inputs) -> tuple[Measured, str]:
    """Find what changed between the first and the last year, and where forest was lost."""
    if len(inputs.rasters) < 2:
        return Measured({}), "–"
    first, last = inputs.rasters[0], inputs.rasters[-1]
    geoms = inputs.parcels.in_crs(first.grid.crs_wkt)
    names = inputs.parcels.parcel_id
    rule = run.county.landcover[0].rule
    moves = transition_table(names, _shapes(inputs, first, rule), first, last, rule)
    scheme = load_scheme(first.scheme)
    counts = change_map_table(
        f"{first.path.name}, {last.path.name}", change_map_counts(first, last, scheme, mask=geoms)
    )
    losses = detect_losses(geoms, inputs.rasters, scheme, validated=True)
    tables = {
        "transitions": moves,
        "change_map": counts,
        "disturbances": change_record_table(names, losses),
    }
    return Measured(tables), f"{len(losses)}"


def _design_meta(run: Run) -> dict[str, Any]:
    """Return the plot design for the record, unless plots are of fixed, horizontal area."""
    inventory = run.county.inventory
    if not isinstance(inventory, NfiInventory) or inventory.plot_design.design == FIXED:
        return {}
    return {"plot_design": inventory.plot_design.design.canonical}


def equations_meta(run: Run) -> dict[str, Any]:
    """Return the county's own equations for the record, so that the account needs no file of theirs."""
    library = read_own_equations(run)
    return {} if library is None else {DATASET_KEY: library_to_csv(library)}


def record_monitoring(run: Run, inputs: Inputs, areas: Measured, changes: Measured) -> tuple[str, str]:
    """Store the dataset under the digest of its content and record it; return the digest."""
    parcels = inputs.parcels
    table = parcel_table(
        parcels.source,
        parcels.parcel_id,
        parcels.geometry,
        run.county.county.crs,
        area_rule=run.county.county.area_rule,
        attributes=dict(parcels.attributes) | {"stratum": project_strata(parcels, inputs.side)},
        rows=parcels.rows,
    )
    dataset = MonitoringDataset(
        county_code=run.county.county.code,
        as_of=run.as_of,
        manifest=run.manifest,
        tables={"parcels": table, **inputs.inventory.tables, **inputs.side, **areas.tables, **changes.tables},
        meta={
            **parcels.meta,
            **areas.meta,
            "area_rule": run.county.county.area_rule,
            "crs": run.county.county.crs,
            **_design_meta(run),
            **equations_meta(run),
        },
        findings=(*inputs.findings, *areas.findings, *changes.findings),
    )
    with open_registry(run.home, run.settings) as registry:
        known = recorded_dataset(run, registry)
        if known is not None and known != dataset.digest:
            # the same inputs and day were recorded by other code: what is recorded stands
            return known, f"{known[:16]} (=)"
    write_dataset(run.datasets, dataset)
    inputs.shelf.keep()
    record = DatasetRecord(
        dataset_sha256=dataset.digest,
        county_code=dataset.county_code,
        as_of=run.as_of,
        manifest_sha256=run.manifest.sha256,
        files=tuple(FileRecord(f.role, f.name, f.size_bytes, f.sha256) for f in run.manifest.files),
        simulated=run.county.county.simulated,
    )
    with open_registry(run.home, run.settings) as registry:
        record_dataset(registry, run.context(f"record-dataset/{dataset.digest[:16]}"), record)
    return dataset.digest, dataset.digest[:16]
