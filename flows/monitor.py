"""监测 Monitor: plots, parcels and rasters become a checked, content-addressed dataset."""

from __future__ import annotations

from datetime import date

from prefect import flow

from flows import tasks
from flows.lock import at_work
from flows.workspace import open_run


@flow(name="monitor")
def monitor(
    county: str,
    data: str | None = None,
    home: str | None = None,
    as_of: date | None = None,
    lang: str | None = None,
) -> str:
    """Read and check the inputs, measure and compare land cover, record the dataset; return its digest."""
    run = open_run(county, data=data, home=home, as_of=as_of, lang=lang)
    with at_work(run.home, run.settings.log_level):
        inputs = tasks.read_inputs(run)
        areas = tasks.measure_areas(run, inputs)
        changes = tasks.detect_change(run, inputs)
        return tasks.record_monitoring(run, inputs, areas, changes)
