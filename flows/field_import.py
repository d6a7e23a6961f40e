"""After the field: check what came back, mark each finding in a copy of the clerk's own workbook.

The original is only read. Cells that cannot be read are told first; the checks of the science then look at
every row whose plot, tree and year could be read, and say nothing more of a cell that was already told.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows.county import County, NfiInventory, load_county
from flows.errors import FieldError
from flows.steps.plot_places import place_findings
from flows.steps.reading import convert
from flows.workspace import find_county_file
from geodata.crs import transform
from geodata.findings import Finding, count_by_severity
from geodata.mapping import TableMapping, load_mapping
from geodata.marked_workbook import Mark, write_marked
from geodata.tables import Table, read_table
from geodata.vector import read_parcels
from mrv.blind_checks import BlindCheck, audit_rules, compare_audit, measurement_error
from mrv.errors import EstimationError, InventoryError
from mrv.inventory import Inventory, build_tree_inventory
from mrv.nfi_periods import check_periods, per_hectare, period_stocks, stock_changes
from mrv.plan_checks import PlannedPlot, check_plan
from mrv.plot_design import FIXED, PlotDesign
from registry.messages import LANGUAGES, render, render_fix, text

SCHEMA = "tanhui/field-check/1"
KEYS: Mapping[str, tuple[str, ...]] = {
    "plots": ("plot_id", "campaign_year"),
    "trees": ("plot_id", "campaign_year", "tree_id"),
}
"""Columns without which a row cannot be placed."""
HEADINGS = ("number", "severity", "sheet", "row", "column", "plot", "tree")
SAID = ("message", "way-out")


@dataclass(frozen=True)
class FieldRequest:
    """What is to be checked."""

    workbook: Path
    """The clerk's workbook, or the CSV of the plots, or the folder of a data set in several periods."""
    trees: Path | None = None
    """CSV of the trees, where plots and trees do not share a workbook."""
    mapping: str = "nfi_workbook"
    county: str | None = None
    """County file: its mapping, plot design and parcels are used."""
    data: Path | None = None
    audit: Path | None = None
    """Workbook of a blind check of some of the plots."""
    plan: Path | None = None
    """``plan.json`` of the campaign, to hold what came back against it."""
    rules: Path | None = None
    """File of limits for the blind check."""
    plot_area_m2: float | None = None
    """Size of a plot, where the data set does not say it and somebody knows."""


@dataclass(frozen=True)
class FieldCheck:
    """What the check found."""

    plots: tuple[Table, ...]
    """Tables of plots, one for each period of a data set in periods, else one."""
    trees: tuple[Table, ...]
    """Tables of trees."""
    findings: tuple[Finding, ...]
    """Findings of the clerk's own sheets, in the order of file and row."""
    sources: tuple[tuple[Path, tuple[str, ...]], ...]
    """File and sheets of plots and trees."""
    audit: BlindCheck | None = None
    """Agreement with the blind check, if there was one."""
    periods: tuple[dict[str, Any], ...] = ()
    """Stock of the periods of a data set in periods, as plain values."""

    @property
    def has_errors(self) -> bool:
        """Whether a finding of severity error stands."""
        return any(finding.severity == "error" for finding in self.findings)


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


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings by file and row."""
    return tuple(sorted(findings, key=lambda f: (f.source, f.row or 0, f.rule, f.field or "")))


def check_period_folder(
    folder: Path, tables: Mapping[str, TableMapping], plot_area_m2: float | None
) -> FieldCheck:
    """Read and check a data set whose periods stand in files of their own (`mrv.nfi_periods`).

    Parameters
    ----------
    folder
        Where the files are.
    tables
        Tables ``plots_<period>`` and ``trees_<period>`` of its mapping, each with its file.
    plot_area_m2
        Size of a plot, if somebody stated it [m2].
    """
    named = {kind: [t for name, t in tables.items() if name.startswith(f"{kind}_")] for kind in KEYS}
    if not named["plots"] or len(named["plots"]) != len(named["trees"]):
        raise FieldError("field-mapping-incomplete", mapping=str(folder), table="plots_<period>")
    findings: list[Finding] = []
    read: dict[str, tuple[Table, ...]] = {}
    for kind, chosen in named.items():
        found = [read_table(folder / (table.file or ""), table) for table in chosen]
        read[kind] = tuple(table for table, _ in found)
        findings += [finding for _, more in found for finding in more]
    everything = (*read["plots"], *read["trees"])
    findings += [convert(f, *everything) for f in check_periods(read["plots"], read["trees"])]
    sources = tuple((folder / (t.file or ""), t.sheet) for kind in KEYS for t in named[kind])
    periods = _periods(read["plots"], plot_area_m2)
    return FieldCheck(read["plots"], read["trees"], in_order(findings), sources, periods=periods)


def _periods(plots: Sequence[Table], plot_area_m2: float | None) -> tuple[dict[str, Any], ...]:
    """Return mean stock and change of each period; per hectare only where the plot size was stated."""
    stocks = period_stocks(plots)
    changes = {change.period[1]: change for change in stock_changes(stocks)}
    made = []
    for stock in stocks:
        row: dict[str, Any] = {
            "year": stock.year,
            "plots": len(stock.plot_id),
            "mean_m3_per_plot": stock.mean_m3,
            "mean_m3_per_ha": per_hectare(stock.mean_m3, plot_area_m2) if plot_area_m2 else None,
            "change": asdict(changes[stock.year]) if stock.year in changes else None,
        }
        made.append(row)
    return tuple(made)


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
    layer = read_parcels(
        folder / stated.path, schema=stated.schema_id, crs=stated.crs, encoding=stated.encoding
    )
    geometry, _ = transform(layer.geometry, layer.crs, county.county.crs)
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


def mark(check: FieldCheck, target: Path) -> Path:
    """Write the marked copy of what was checked."""
    headings = [f"{text(f'field.list.{key}', 'zh-CN')} {text(f'field.list.{key}', 'en')}" for key in HEADINGS]
    headings += [text(f"field.list.{key}", lang) for lang in LANGUAGES for key in SAID]
    return write_marked(check.sources, target, [_mark(finding) for finding in check.findings], headings)


def _mark(finding: Finding) -> Mark:
    said = {lang: (render(finding, lang), render_fix(finding, lang)) for lang in LANGUAGES}
    lines = [line for lang in LANGUAGES for line in (said[lang][0], f"→ {said[lang][1]}") if line != "→ "]
    sheet = finding.source.partition("[")[2].rstrip("]") or finding.source
    cells = [
        f"{text(f'field.severity.{finding.severity}', 'zh-CN')} {finding.severity}",
        sheet,
        finding.row,
        finding.field,
        finding.params.get("plot"),
        finding.params.get("tree"),
        *said["zh-CN"],
        *said["en"],
    ]
    note = "\n".join([finding.rule, *lines])
    return Mark(finding.source, finding.row, finding.field, finding.severity, note, cells)


def check_record(check: FieldCheck) -> dict[str, Any]:
    """Return what was found, for machines."""
    return {
        "schema": SCHEMA,
        "files": sorted({path.name for path, _ in check.sources}),
        "plots": sum(len(table) for table in check.plots),
        "trees": sum(len(table) for table in check.trees),
        "periods": list(check.periods),
        "counts": count_by_severity(check.findings),
        "audit": None if check.audit is None else audit_record(check.audit),
        "findings": [
            {
                **{
                    name: getattr(f, name) for name in ("rule", "severity", "source", "row", "field", "value")
                },
                "params": dict(f.params),
                "message": {lang: render(f, lang) for lang in LANGUAGES},
                "way_out": {lang: render_fix(f, lang) for lang in LANGUAGES},
            }
            for f in check.findings
        ],
    }


def audit_record(audit: BlindCheck) -> dict[str, Any]:
    """Return a blind check as plain values; what was not measured is None."""
    record: dict[str, Any] = {
        "plots": audit.plots,
        "missed": audit.missed,
        "invented": audit.invented,
        "passed": audit.passed,
        "rules": asdict(audit.rules),
    }
    for name in ("dbh", "height", "count"):
        kind = getattr(audit, name)
        values = asdict(kind) | {"share_within": kind.share_within}
        record[name] = {
            key: None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN
            for key, value in values.items()
        }
    try:
        record["measurement_error"] = asdict(measurement_error(audit))
    except EstimationError:
        record["measurement_error"] = None
    return record
