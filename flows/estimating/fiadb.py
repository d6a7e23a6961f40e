"""A question to a FIADB: choose the evaluation, read the columns it needs, estimate, show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.estimating.report import EstimateReport, Presentation, make_rows, scale_of
from flows.progress import advance, report
from geodata.fiadb import (
    Evaluation,
    Fiadb,
    Rows,
    choose_evaluation,
    open_fiadb,
    read_evaluations,
    read_population,
    read_rows,
)
from mrv.fia.estimate import estimate_fia, prepare_fia
from mrv.fia.evaluation import population_of_pop_tables
from mrv.fia.request import FiaRequest, make_request, needed_columns, resolved
from mrv.fia.tables import FiaTables
from mrv.statement_items import Note

POP_TABLES = ("POP_PLOT_STRATUM_ASSGN", "POP_STRATUM", "POP_ESTN_UNIT")
TYPE_OF_AREA, TYPE_OF_TREES = "EXPCURR", "EXPVOL"


@dataclass(frozen=True, slots=True)
class FiadbQuestion:
    """What is asked, in the words of the command line."""

    quantity: str
    """area, volume, biomass, carbon_ag, carbon_total, tpa or baa."""
    evalid: int | None = None
    """Number of the evaluation; None where the FIADB has one only."""
    per_area: bool = False
    """Whether per hectare of the land, as a ratio of means."""
    land: str = "forest"
    """forest, timber or all."""
    trees: str = "live"
    """live, dead or all."""
    where: str | None = None
    """Condition over columns of PLOT, COND and TREE."""
    by: tuple[str, ...] = ()
    """Columns to group by."""


def estimate_fiadb(path: Path, question: FiadbQuestion, shown: Presentation) -> EstimateReport:
    """Return the figures that a FIADB has for a question.

    Parameters
    ----------
    path
        Folder of CSV files, or SQLite file.
    question
        What is asked.
    shown
        Units and confidence level.
    """
    request = make_request(
        question.quantity,
        per_area=question.per_area,
        land=question.land,
        trees=question.trees,
        where=question.where,
        by=question.by,
    )
    with report("estimate", "read-evaluation") as step:
        fiadb = open_fiadb(path)
        evaluation = choose_evaluation(read_evaluations(fiadb), question.evalid)
        pop = {name: read_population(fiadb, name, evaluation.evalid) for name in POP_TABLES}
        step.note = evaluation.label
    known = known_columns(fiadb, request)
    needed = needed_columns(request, known)
    plots = pop["POP_PLOT_STRATUM_ASSGN"]["plt_cn"]
    rows: dict[str, Rows] = {}
    for table, columns in needed.items():
        with report("estimate", f"read-{table.lower()}") as step:
            rows[table] = read_rows(
                fiadb, table, columns, evalid=evaluation.evalid, plots=plots, progress=advance
            )
    with report("estimate", "estimate"):
        return _answer(path, evaluation, pop, rows, request, known, question, shown)


def known_columns(fiadb: Fiadb, request: FiaRequest) -> dict[str, tuple[str, ...]]:
    """Return the columns a person may name, by level; refuse a table that is needed and not there."""
    found = {table: fiadb.table(table) for table in ("PLOT", "COND")}
    if request.quantity.of_trees or "TREE" in fiadb.tables:
        found["TREE"] = fiadb.table("TREE")
    return {"ASSGN": ("ESTN_UNIT", "STRATUMCD")} | {
        table: tuple(source.columns) for table, source in found.items()
    }


def _answer(
    path: Path,
    evaluation: Evaluation,
    pop: Mapping[str, Rows],
    rows: Mapping[str, Rows],
    request: FiaRequest,
    known: Mapping[str, tuple[str, ...]],
    question: FiadbQuestion,
    shown: Presentation,
) -> EstimateReport:
    population, given, notes = population_of_pop_tables(
        *(pop[name] for name in POP_TABLES), domain=str(evaluation.evalid)
    )
    tables = FiaTables(rows["PLOT"], rows["COND"], rows.get("TREE", {}))
    columns = resolved(request, known)
    answer = estimate_fia(prepare_fia(tables, population, given), request, columns)
    scale = scale_of(request.quantity, shown.units, per_area=request.per_area)
    by = [columns[name].name for name in request.by]
    return EstimateReport(
        source={
            "kind": "fiadb",
            "path": str(path),
            "evalid": evaluation.evalid,
            "evaluation": evaluation.description,
            "evaluation_types": list(evaluation.types),
            "adjustment": answer.adjustment,
        },
        question={
            "quantity": question.quantity,
            "per_area": question.per_area,
            "units": shown.units,
            "land": question.land,
            "trees": question.trees if request.quantity.of_trees else None,
            "where": question.where,
            "by": by,
        },
        unit=scale.unit,
        level=shown.level,
        rows=make_rows(answer.rows, by, scale),
        group_covariance=(answer.group_covariance * scale.total**2).tolist(),
        notes=(*_type_notes(evaluation, request), *notes, *answer.notes),
    )


def _type_notes(evaluation: Evaluation, request: FiaRequest) -> tuple[Note, ...]:
    """Return a note where the evaluation was not made for the quantity."""
    wanted = TYPE_OF_TREES if request.quantity.of_trees else TYPE_OF_AREA
    if not evaluation.types or wanted in evaluation.types:
        return ()
    types = ", ".join(evaluation.types)
    params = {"evalid": str(evaluation.evalid), "types": types, "wanted": wanted}
    return (Note("fiadb-evaluation-type", params),)
