"""Read the tables of a run: the inventory of its kind, and what goes beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flows.county import FiadbInventory, NfiInventory, PlotBiomassInventory
from flows.equations import examine_library, open_library, refusals
from flows.errors import CountyFileError
from flows.workspace import Run
from geodata.findings import Finding
from geodata.tables import Table, read_optional, read_table
from mrv.coefficients import province_of
from mrv.equations.library import Library
from mrv.errors import InventoryError, ParameterMissing
from mrv.inventory import Inventory, build_tree_inventory
from mrv.plot_parts import apply_parts
from mrv.profile import load
from mrv.table_checks import check_fiadb, check_plot_biomass
from mrv.tree_stocks import inventory_stocks


@dataclass(frozen=True)
class InventoryTables:
    """The tables of an inventory, and what the checks of the science say of them."""

    tables: Mapping[str, Table]
    """Name -> table, as the dataset keeps them."""
    findings: tuple[Finding, ...]
    """Cells that cannot be read, and readings that cannot be."""


def read_inventory(run: Run) -> InventoryTables:
    """Read the inventory of a run, whatever its kind."""
    inventory = run.county.inventory
    if isinstance(inventory, NfiInventory):
        return _read_nfi(run, inventory)
    if isinstance(inventory, FiadbInventory):
        return _read_fiadb(run, inventory)
    return _read_biomass(run, inventory)


def _read_nfi(run: Run, inventory: NfiInventory) -> InventoryTables:
    plots, plot_findings = read_table(run.data / inventory.path, inventory.mapping, table="plots")
    trees, tree_findings = read_table(run.data / inventory.tree_path, inventory.mapping, table="trees")
    parts, part_findings = read_optional(run.data / inventory.path, inventory.mapping, table="parts")
    tables = {"plots": plots, "trees": trees} | ({} if parts is None else {"plot_parts": parts})
    findings = [*plot_findings, *tree_findings, *part_findings]
    if not has_errors(findings):
        sample, checked = build_tree_inventory(plots, trees, inventory.plot_design.design)
        if parts is not None:
            sample, more = apply_parts(sample, parts)
            checked += more
        findings += [convert(finding, *tables.values()) for finding in checked]
        findings += [*_check_day(plots, run.as_of), *check_own_equations(run)]
        if not has_errors(findings):
            findings += [convert(finding, plots, trees) for finding in _extrapolated(run, sample)]
    return InventoryTables(tables, tuple(findings))


def read_own_equations(run: Run) -> Library | None:
    """Return the county's own equation library, where its county file names one."""
    path = run.county.account.equations
    return None if path is None else open_library(run.data / path)


def check_own_equations(run: Run) -> list[Finding]:
    """Return a warning for each way in which an own equation fails; such an equation serves no tree."""
    library, path = read_own_equations(run), run.county.account.equations
    if library is None or path is None:
        return []
    return [
        Finding(f.rule, "warning", path.name, None, f.field, f.value, f.params)
        for f in refusals(examine_library(library))
    ]


def _extrapolated(run: Run, sample: Inventory) -> Iterable[Any]:
    """Return a finding for each tree outside the range of the equation that the account will give it."""
    placed = replace(sample, region=province_of(run.county.county.code), equations=read_own_equations(run))
    try:
        return inventory_stocks(placed, load(run.county.account.profile)).findings
    except (InventoryError, ParameterMissing):
        return ()  # the account stage says what it misses


def _check_day(plots: Table, as_of: date) -> list[Finding]:
    """Return a finding when plots were measured after the year of the day the run speaks of."""
    pairs = zip(plots["campaign_year"].tolist(), plots.rows.tolist(), strict=True)
    late = [(year, row) for year, row in pairs if year > as_of.year]
    if not late:
        return []
    year, row = late[0]
    params: dict[str, str | int | float] = {"count": len(late), "as_of": as_of.isoformat()}
    field = plots.headings["campaign_year"]
    return [Finding("campaign-after-day", "error", plots.source, row, field, str(year), params)]


def convert(finding: Any, *tables: Table) -> Finding:
    """Return a finding of the science as one of the data: its field is the heading the person's file has."""
    headings = next((table.headings for table in tables if table.source == finding.source), {})
    field = headings.get(finding.field, finding.field)
    return Finding(
        finding.rule, finding.severity, finding.source, finding.row, field, finding.value, finding.params
    )


def _read_fiadb(run: Run, inventory: FiadbInventory) -> InventoryTables:
    paths = {
        "plots": inventory.plots,
        "conditions": inventory.conditions,
        "trees": inventory.trees,
        "assignment": inventory.assignment,
        "strata": inventory.strata,
        "unit_areas": inventory.unit_areas,
    }
    tables, findings = _read_all(run, paths, inventory.mapping)
    if not has_errors(findings):
        findings += [convert(finding, *tables.values()) for finding in check_fiadb(tables)]
    return InventoryTables({f"fia_{name}": table for name, table in tables.items()}, tuple(findings))


def _read_biomass(run: Run, inventory: PlotBiomassInventory) -> InventoryTables:
    tables, findings = _read_all(run, {"plots": inventory.path}, inventory.mapping)
    columns = [f"biomass_{year}_kg_per_ha" for year in (inventory.first_year, inventory.second_year)]
    for column in columns:
        if column not in tables["plots"].columns:
            raise CountyFileError(
                "inventory-year-unmapped", file=run.county_file, mapping=inventory.mapping, column=column
            )
    if not has_errors(findings):
        checked = check_plot_biomass(tables["plots"], columns)
        findings += [convert(finding, tables["plots"]) for finding in checked]
    return InventoryTables(tables, tuple(findings))


def has_errors(findings: Sequence[Finding]) -> bool:
    """Return whether a finding makes further checks pointless."""
    return any(finding.severity == "error" for finding in findings)


def _read_all(run: Run, paths: Mapping[str, Any], mapping: str) -> tuple[dict[str, Table], list[Finding]]:
    tables: dict[str, Table] = {}
    findings: list[Finding] = []
    for name, path in paths.items():
        tables[name], found = read_table(run.data / path, mapping, table=name)
        findings += found
    return tables, findings


def read_side_tables(run: Run) -> tuple[dict[str, Table], tuple[Finding, ...]]:
    """Read rights, project, prices and the reference sample, where the county file names them."""
    county = run.county
    wanted: dict[str, tuple[Any, str, str]] = {}
    if county.rights and county.rights.path:
        wanted["holders"] = (county.rights.path, county.rights.mapping, "holders")
        wanted["rights"] = (county.rights.path, county.rights.mapping, "rights")
    if county.project and county.project.path:
        wanted["project"] = (county.project.path, county.project.mapping, "project")
        wanted["project_parcels"] = (county.project.path, county.project.mapping, "parcels")
    if county.prices and county.prices.path:
        wanted["prices"] = (county.prices.path, county.prices.mapping, "prices")
    if county.reference:
        wanted["reference"] = (county.reference.path, county.reference.mapping, "points")
    tables: dict[str, Table] = {}
    findings: list[Finding] = []
    for name, (path, mapping, table) in wanted.items():
        tables[name], found = read_table(run.data / path, mapping, table=table)
        findings += found
    return tables, tuple(findings)
