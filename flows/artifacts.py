"""What a person sees of a run in Prefect: findings and estimates as tables, the map as an image, progress."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from prefect.artifacts import (
    create_image_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.context import FlowRunContext

from flows.results import load_summary
from flows.workspace import Run, open_registry
from registry.messages import render
from registry.queries import supervision_runs

ESTIMATE_COLUMNS = ("domain", "quantity", "unit", "value", "standard_error", "low", "high", "n_plots")


def in_a_flow() -> bool:
    """Return whether Prefect is running this."""
    return FlowRunContext.get() is not None


def publish_results(run: Run) -> tuple[None, str]:
    """Publish findings, estimates and the map of a run; nothing outside Prefect."""
    if not in_a_flow():
        return None, "–"
    estimates = [
        {name: item[name] for name in ESTIMATE_COLUMNS}
        for item in load_summary(run.home).get("estimates", [])
    ]
    create_table_artifact(table=estimates, key="estimates", description=run.county.county.name_en)
    create_table_artifact(table=_findings(run), key="findings", description=run.county.county.name_en)
    picture = run.home / "map.png"
    if picture.exists():
        encoded = base64.b64encode(picture.read_bytes()).decode("ascii")
        create_image_artifact(image_url=f"data:image/png;base64,{encoded}", key="map")
    return None, f"{len(estimates)}"


class _Recorded:
    """A finding of the registry, with the fields that a sentence needs."""

    def __init__(self, row: dict[str, Any]) -> None:
        import json  # noqa: PLC0415  (needed here only)

        self.rule = str(row["rule"])
        self.params: dict[str, Any] = json.loads(row["params"])
        self.source, self.row = row["source"], row["row_number"]
        self.field, self.value = row["field"], row["value"]


def _findings(run: Run) -> list[dict[str, Any]]:
    with open_registry(run.home, run.settings) as registry:
        runs = supervision_runs(registry, run.county.county.code)
    rows = runs[-1]["items"] if runs else []
    return [
        {"severity": row["severity"], "rule": row["rule"], "finding": render(_Recorded(row), run.lang)}
        for row in rows
    ]


class ProgressArtifacts:
    """A listener that shows the progress of long steps in Prefect."""

    def __init__(self) -> None:
        self._id: UUID | None = None
        self._done = 0

    def start(self, stage: str, step: str, total: int | None) -> None:
        """Forget the step before."""
        self._id, self._done = None, 0

    def advance(self, amount: int, total: int | None = None) -> None:
        """Show how much of a step with a known total is done."""
        self._done += amount
        share = 100.0 * self._done / total if total else 0.0
        if self._id is None:
            made: Any = create_progress_artifact(progress=share)
            self._id = made
        else:
            update_progress_artifact(artifact_id=self._id, progress=share)

    def finish(self, stage: str, step: str, seconds: float, note: str) -> None:
        """Show that a step with progress ended."""
        if self._id is not None:
            update_progress_artifact(artifact_id=self._id, progress=100.0)
