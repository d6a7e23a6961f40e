"""What earlier stages left: the dataset of this run, and its statements."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flows.errors import StageOrderError
from flows.workspace import Run
from geodata.dataset import MonitoringDataset, read_dataset
from mrv.statement import Statement
from registry.model import Context, Outcome
from registry.queries import command, datasets, statements
from registry.statements import submit_statement
from registry.store import Registry


def stored_dataset(run: Run, registry: Registry) -> MonitoringDataset:
    """Return the dataset that the monitor stage recorded for these inputs and this day.

    Raises
    ------
    StageOrderError
        The monitor stage has not been run for them.
    """
    digest = recorded_dataset(run, registry)
    if digest is None:
        raise StageOrderError("stage-not-done", stage="account", needed="monitor")
    return read_dataset(run.datasets, digest)


def recorded_dataset(run: Run, registry: Registry) -> str | None:
    """Return the digest of the dataset recorded for these inputs and this day, if there is one."""
    rows = [row for row in datasets(registry, run.county.county.code) if _same_run(run, row)]
    return str(rows[0]["dataset_sha256"]) if rows else None


def recorded_statement(run: Run, registry: Registry, kind: str) -> dict[str, Any] | None:
    """Return the statement of a kind recorded for these inputs and this day, if there is one."""
    rows = statements(registry, run.county.county.code, kind)
    if kind == "project_removals":
        # a period is claimed once: a later run or corrected inputs never make a second claim of it
        rows = [row for row in rows if row["status"] != "rejected" and _same_period(run, row)]
    else:
        rows = [row for row in rows if _same_run(run, row)]
    return rows[0] if rows else None


def _same_period(run: Run, row: dict[str, Any]) -> bool:
    project = run.county.project
    if project is None:
        return False
    start, end = project.period_start.isoformat(), project.period_end.isoformat()
    return bool(row["period_start"] <= end and start <= row["period_end"])


def _same_run(run: Run, row: dict[str, Any]) -> bool:
    return bool(row["manifest_sha256"] == run.manifest.sha256 and row["as_of"] == run.as_of.isoformat())


def submit_once(run: Run, registry: Registry, statement: Statement) -> dict[str, Any]:
    """Submit a statement unless one of its kind stands for these inputs and this day; return what stands.

    A statement stands even where newer code would word it otherwise: a run is the same run by its county,
    its inputs and its day.
    """
    known = recorded_statement(run, registry, statement.kind)
    if known is None:
        submit_statement(registry, run.context(f"submit/{statement.kind}"), statement)
        known = recorded_statement(run, registry, statement.kind)
    if known is None:
        raise StageOrderError("stage-not-done", stage="account", needed="account")
    return known


def keep_statement(run: Run, statement: Statement) -> None:
    """Keep a statement in the home folder under its kind, for the stage that submits it."""
    folder = run.home / "statements" / run.manifest.sha256[:16] / run.as_of.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{statement.kind}.json"
    beside.write_text(statement.canonical_text, "utf-8")
    beside.replace(folder / f"{statement.kind}.json")


def kept_statement(run: Run, kind: str) -> Statement | None:
    """Return the statement of a kind that the account stage made for this run, if any."""
    path = run.home / "statements" / run.manifest.sha256[:16] / run.as_of.isoformat() / f"{kind}.json"
    if not path.exists():
        return None
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return Statement.from_canonical(content)


def once(
    registry: Registry, context: Context, act: Callable[[Registry, Context], Outcome | None]
) -> Outcome | None:
    """Carry out an act unless its key was used; its request may depend on what came later."""
    if command(registry, context.key) is not None:
        return None
    return act(registry, context)
