"""监管 steps: does the registry hold together, who is late, what was found."""

from __future__ import annotations

from datetime import date

from flows.steps.stored import once, stored_dataset
from flows.verifying import verify_open
from flows.workspace import Run, open_registry
from mrv.findings import Finding, count_by_severity
from registry.duties import check_duties, duty_records, evaluate_duties, load_duties
from registry.overlaps import check_parcel_overlaps
from registry.queries import journal_entries
from registry.store import Registry
from registry.supervision import record_supervision as record
from registry.working_days import load_calendar

EVENTS = {
    "create_registry": "chain-opened",
    "record_dataset": "dataset-recorded",
    "submit_statement": "statement-submitted",
    "apply_rights": "right-applied",
    "confirm_rights": "right-confirmed",
    "register_project": "project-registered",
    "issue_units": "units-issued",
    "buy_units": "trade-agreed",
    "settle_trade": "trade-settled",
    "pledge_units": "pledge-recorded",
    "record_supervision": "supervision-recorded",
}
"""Use cases of the journal and the events of the list of duties that they are."""


def check_registry(run: Run) -> tuple[tuple[Finding, ...], str]:
    """Check the journal, every row and the invariants; add what monitoring found."""
    with open_registry(run.home, run.settings) as registry:
        found = (
            *verify_open(registry, run.home, run.settings),
            *check_parcel_overlaps(registry, run.county.county.code),
        )
        seen = stored_dataset(run, registry).findings
    measured = tuple(Finding(f.rule, f.severity, f.source, f.row, f.field, f.value, f.params) for f in seen)
    counts = count_by_severity((*found, *measured))
    return (*found, *measured), " ".join(f"{name} {count}" for name, count in counts.items())


def record_supervision(run: Run, findings: tuple[Finding, ...]) -> tuple[None, str]:
    """Evaluate the duties on the day of the run and record them with the findings."""
    duties = load_duties()
    with open_registry(run.home, run.settings) as registry:
        statuses = evaluate_duties(duties.duties, happened(run, registry), run.as_of, load_calendar())
        late = check_duties(duties, statuses)
        code = run.county.county.code
        records = duty_records(duties, statuses, code)
        once(
            registry,
            run.context("record-supervision", "tanhui-supervisor"),
            lambda reg, ctx: record(reg, ctx, code, run.as_of, (*findings, *late), records),
        )
    return None, f"{len(records)} / {len(late)}"


def happened(run: Run, registry: Registry) -> dict[str, date]:
    """Return the day on which each event of the list of duties last happened, up to the day of the run."""
    events: dict[str, date] = {}
    for entry in journal_entries(registry):
        name, day = EVENTS.get(entry["use_case"]), date.fromisoformat(entry["effective_at"])
        if name == "chain-opened":
            # the registry is created outside of any day; the chain opens with the first preparation
            day = run.county.first_effective_date
        if name is not None and day <= run.as_of:
            events[name] = max(day, events.get(name, day))
    return events
