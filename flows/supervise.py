"""监管 Supervise: does the registry hold together, who is late, and the report on all of it."""

from __future__ import annotations

from datetime import date

from prefect import flow

from flows import tasks
from flows.lock import at_work
from flows.workspace import open_run


@flow(name="supervise")
def supervise(
    county: str,
    data: str | None = None,
    home: str | None = None,
    as_of: date | None = None,
    lang: str | None = None,
) -> None:
    """Check invariants, overlaps and deadlines, record the findings, write the report."""
    run = open_run(county, data=data, home=home, as_of=as_of, lang=lang)
    with at_work(run.home, run.settings.log_level):
        findings = tasks.check_registry(run)
        tasks.record_supervision(run, findings)
        tasks.write_report(run)
        tasks.publish_results(run)
