"""After the field: check what came back, mark each finding in a copy of the clerk's own workbook.

The original is only read. Cells that cannot be read are told first; the checks of the science then look at
every row whose plot, tree and year could be read, and say nothing more of a cell that was already told.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.county import County, NfiInventory, load_county
from flows.errors import FieldError
from flows.field_periods import check_period_folder
from flows.field_records import FieldCheck, FieldRequest, in_order
from flows.steps.layers import county_layer
from flows.steps.plot_places import place_findings
from flows.steps.reading import convert
from flows.workspace import find_county_file
from geodata.findings import Finding
from geodata.mapping import TableMapping, load_mapping
from geodata.tables import Table, read_optional, read_table
from mrv.blind_checks import BlindCheck, audit_rules, compare_audit
from mrv.errors import InventoryError
from mrv.inventory import Inventory, build_tree_inventory
from mrv.plan_checks import PlannedPlot, check_plan
from mrv.plot_design import FIXED, PlotDesign
from mrv.plot_parts import apply_parts

KEYS: Mapping[str, tuple[str, ...]] = {
    "plots": ("plot_id", "campaign_year"),
    "trees": ("plot_id", "campaign_year", "tree_id"),
}
"""Columns without which a row cannot be placed."""


def check_field(request: FieldRequest) -> FieldCheck:
    """Read and check what came back from the field.

    Raises
    ------
    FieldError
        The county file has no inventory of plots and trees.
    """
    county, mapping, design = _county(request)
    tables = load_mapping(mapping)
    if request.workbook.is_dir():
        return check_period_folder(request.workbook, tables, request.plot_area_m2)
    for name in KEYS:
        if name not in tables:
            raise FieldError("field-mapping-incomplete", mapping=mapping, table=name)
    paths = {"plots": request.workbook, "trees": request.trees or request.workbook}
    plots, trees, findings = _read(paths, tables)
    inventory, checked = _inventory(plots, trees, findings, design)
    findings += checked
    if inventory is not None:
        inventory, more = _parts(request.workbook, mapping, inventory, (plots, trees))
        findings += more
    if county is not None and inventory is not None:
        findings += _places(request, county, inventory, plots)
    if request.plan is not None and inventory is not None:
        findings += [convert(finding, plots) for finding in _planned(request.plan, inventory)]
    audit = None
    if request.audit is not None and inventory is not None:
        audit = _audit(request, tables, inventory, design)
        findings += [convert(finding, plots, trees) for finding in audit.findings]
    sources = tuple((paths[name], tables[name].sheet) for name in KEYS)
    return FieldCheck((plots,), (trees,), in_order(findings), sources, audit)


def _county(request: FieldRequest) -> tuple[County | None, str, PlotDesign]:
    if request.county is None:
        return None, request.mapping, FIXED
    county = load_county(find_county_file(request.county))
    if not isinstance(county.inventory, NfiInventory):
        raise FieldError("field-county-other-kind", county=county.county.id, kind=county.inventory.kind)
    return county, county.inventory.mapping, county.inventory.plot_design.design


def _read(
    paths: Mapping[str, Path], tables: Mapping[str, TableMapping]
) -> tuple[Table, Table, list[Finding]]:
    plots, found = read_table(paths["plots"], tables["plots"])
    trees, more = read_table(paths["trees"], tables["trees"])
    return plots, trees, [*found, *more]


def _inventory(
    plots: Table, trees: Table, findings: Sequence[Finding], design: PlotDesign
) -> tuple[Inventory | None, list[Finding]]:
    told = {(finding.source, finding.row, finding.field) for finding in findings}
    kept = [_placed(table, KEYS[name], told) for name, table in (("plots", plots), ("trees", trees))]
    if len(kept[0]) == 0:
        return None, []
    try:
        inventory, checked = build_tree_inventory(kept[0], kept[1], design)
    except InventoryError as error:
        raise FieldError(error.rule, **error.params) from error
    found = [convert(finding, plots, trees) for finding in checked]
    return inventory, [f for f in found if (f.source, f.row, f.field) not in told]


def _parts(
    workbook: Path, mapping: str, inventory: Inventory, tables: tuple[Table, Table]
) -> tuple[Inventory, list[Finding]]:
    """Return the inventory with plots cut to their parts, if the workbook has a sheet of parts."""
    parts, found = read_optional(workbook, mapping, table="parts")
    if parts is None or found:
        return inventory, found
    cut, more = apply_parts(inventory, parts)
    return cut, [convert(finding, parts, *tables) for finding in more]


def _placed(table: Table, keys: Sequence[str], told: set[tuple[str, int | None, str | None]]) -> Table:
    """Return the rows whose keys could be read."""
    headings = [table.headings.get(name, name) for name in keys]
    rows = [
        place
        for place, row in enumerate(table.rows.tolist())
        if not any((table.source, row, heading) in told for heading in headings)
    ]
    return table.pick(rows)


def _places(request: FieldRequest, county: County, inventory: Inventory, plots: Table) -> list[Finding]:
    stated = county.parcels
    folder = request.data or find_county_file(request.county or "").parent
    if stated is None or not (folder / stated.path).is_file():
        return []
    layer, geometry = county_layer(county, stated, folder)
    land_class = layer.columns.get("DI_LEI")
    found = place_findings(inventory, layer.parcel_id, geometry, land_class)
    return [convert(finding, plots) for finding in found]


def _planned(path: Path, inventory: Inventory) -> list[Any]:
    """Return what the plan says that the campaign lacks."""
    try:
        content = json.loads(path.read_text("utf-8"))
        year = int(content["campaign_year"])
        planned = [
            PlannedPlot(row["plot_id"], row["stratum"], row["x_m"], row["y_m"], row["role"] == "reserve")
            for row in content["places"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FieldError("field-plan-unreadable", file=path, reason=error) from error
    return list(check_plan(inventory, planned, year))


def _audit(
    request: FieldRequest, tables: Mapping[str, TableMapping], inventory: Inventory, design: PlotDesign
) -> BlindCheck:
    path = request.audit or request.workbook
    plots, trees, found = _read({"plots": path, "trees": path}, tables)
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        raise FieldError("field-audit-unreadable", file=path.name, count=len(errors))
    stated = None
    if request.rules is not None:
        try:
            stated = tomllib.loads(request.rules.read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise FieldError("field-rules-unreadable", file=request.rules, reason=error) from error
    audit, _ = build_tree_inventory(plots, trees, design)
    return compare_audit(inventory, audit, audit_rules(stated))
