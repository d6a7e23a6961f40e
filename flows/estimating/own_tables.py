"""A question to one's own tables of plots and trees, under the design that a file describes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.errors import EstimateError, InputsRefused
from flows.estimating.report import EstimateReport, Presentation, make_rows, scale_of
from flows.progress import report
from geodata.design import Design, read_design
from geodata.mapping import load_mapping
from geodata.open_tables import read_open_table
from geodata.tables import Table
from mrv.assisted import Assisted
from mrv.fia.quantities import QUANTITIES
from mrv.plot_tables import TABLE_QUANTITIES, PlotTables, TableRequest, estimate_plot_tables
from mrv.population import Population
from mrv.strata import EstimationUnit
from mrv.where import parse_condition


@dataclass(frozen=True, slots=True)
class TableFiles:
    """Where one's own inventory is."""

    plots: Path
    """Plots."""
    trees: Path | None
    """Trees; not needed for an area."""
    design: Path
    """Design file."""


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """What is asked, in the words of the command line."""

    quantity: str
    """area, volume, biomass, carbon_ag, carbon_total, tpa or baa."""
    per_area: bool = False
    """Whether per hectare, as a ratio of means."""
    where: str | None = None
    """Condition over columns of plots and trees."""
    by: tuple[str, ...] = ()
    """Columns to group by."""


def estimate_own_tables(files: TableFiles, question: TableQuestion, shown: Presentation) -> EstimateReport:
    """Return the figures that tables of plots and trees have for a question.

    Parameters
    ----------
    files
        Tables and design.
    question
        What is asked.
    shown
        Units and confidence level.
    """
    where = parse_condition(question.where) if question.where else None
    with report("estimate", "read-design") as step:
        design = read_design(files.design)
        step.note = design.kind
    plots, trees = _read(files, design, question)
    with report("estimate", "estimate"):
        population = _population(plots, design)
        tables = PlotTables(_columns(plots), {} if trees is None else _columns(trees))
        known = design.auxiliary
        assisted = None if known is None else Assisted(known.means, known.points)
        request = TableRequest(question.quantity, question.per_area, where, question.by, assisted)
        answer = estimate_plot_tables(tables, population, request)
    scale = scale_of(QUANTITIES[question.quantity], shown.units, per_area=question.per_area)
    source: dict[str, Any] = {"kind": "tables", "plots": str(files.plots), "design": str(files.design)}
    return EstimateReport(
        source=source | {"trees": str(files.trees) if files.trees else None, "design_kind": design.kind},
        question={
            "quantity": question.quantity,
            "per_area": question.per_area,
            "units": shown.units,
            "where": question.where,
            "by": list(question.by),
        },
        unit=scale.unit,
        level=shown.level,
        rows=make_rows(answer.rows, question.by, scale),
        group_covariance=(answer.group_covariance * scale.total**2).tolist(),
        notes=answer.notes,
    )


def _read(files: TableFiles, design: Design, question: TableQuestion) -> tuple[Table, Table | None]:
    if files.trees is None and question.quantity != "area":
        raise EstimateError("estimate-trees-missing", quantity=question.quantity)
    with report("estimate", "read-plot") as step:
        plots, findings = read_open_table(files.plots, design.mapping, "plots")
        step.note = f"{len(plots)}"
    trees = None
    if files.trees is not None and question.quantity != "area":
        with report("estimate", "read-tree") as step:
            trees, more = read_open_table(files.trees, design.mapping, "trees")
            findings += more
            step.note = f"{len(trees)}"
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise InputsRefused("inputs-have-errors", count=len(errors), findings=errors)
    if trees is not None and question.quantity in TABLE_QUANTITIES:
        _need(trees, design, "trees", TABLE_QUANTITIES[question.quantity].columns, question.quantity)
    return _campaign(plots, design), None if trees is None else _campaign(trees, design)


def _columns(table: Table) -> dict[str, Any]:
    """Return the columns under our names and under the headings of the person's own file."""
    own = {heading: table.columns[name] for name, heading in table.headings.items()}
    return own | dict(table.columns)


def _need(table: Table, design: Design, part: str, columns: tuple[str, ...], what: str) -> None:
    """Refuse a table without a column, by the headings it may stand under."""
    headings = {column.name: column.headings for column in load_mapping(design.mapping)[part].columns}
    for name in columns:
        if name not in table.columns:
            wanted = " / ".join(headings.get(name, (name,)))
            raise EstimateError("estimate-column-missing", source=table.source, field=wanted, what=what)


def _campaign(table: Table, design: Design) -> Table:
    if design.year is None:
        return table
    _need(table, design, "plots", ("campaign_year",), f"year = {design.year}")
    return table.take(table["campaign_year"] == design.year)


def _population(plots: Table, design: Design) -> Population:
    if len(plots) == 0:
        raise EstimateError("estimate-plots-none", source=plots.source, year=design.year or "-")
    names = plots["plot_id"]
    if design.kind == "simple":
        return Population.simple(names, design.area_ha or 1.0)
    _need(plots, design, "plots", ("stratum",), f"kind = {design.kind}")
    single = "collapse" if design.single_plot == "collapse" else "refuse"
    if design.kind == "stratified":
        return Population.stratified(names, plots["stratum"], design.strata, single_plot=single)  # type: ignore[arg-type]
    units = [EstimationUnit(unit.id, unit.area_ha, unit.strata) for unit in design.units]
    if len(units) > 1:
        _need(plots, design, "plots", ("unit",), f"kind = {design.kind}")
    owner = plots["unit"] if "unit" in plots.columns else [units[0].id] * len(plots)
    prepare = Population.double_sampled if design.kind == "double_sampled" else Population.post_stratified
    return prepare(names, owner, plots["stratum"], units, single_plot=single)  # type: ignore[arg-type]
