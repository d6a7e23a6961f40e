"""What a supervision run found, and where the duties stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mrv.findings import Finding
from registry.canonical import canonical_json, sha256_text
from registry.model import Context, DutyRecord, Outcome
from registry.store import Registry, Row, UnitOfWork


def record_supervision(
    registry: Registry,
    context: Context,
    county_code: str,
    as_of: date,
    findings: Sequence[Finding],
    duties: Sequence[DutyRecord],
) -> Outcome:
    """Record the findings of a run and the state of each duty on that day.

    Returns
    -------
    Outcome
        ``run_id``, ``recorded`` findings and ``duties``.
    """

    def act(uow: UnitOfWork) -> Row:
        run_id = uow.new_id("SUP", county_code)
        head = {"run_id": run_id, "county_code": county_code, "as_of": as_of.isoformat()}
        counts = {"findings": len(findings), "duties": len(duties)}
        uow.insert("supervision_run", {**head, "supervisor": context.actor, **counts})
        rows = [_finding_row(run_id, n, finding) for n, finding in enumerate(findings)]
        uow.insert("supervision_finding", rows)
        for duty in duties:
            _record_duty(uow, duty)
        return {"run_id": run_id, "recorded": len(findings), "duties": len(duties)}

    asked = [_asked(finding) for finding in findings]
    request = {"county_code": county_code, "as_of": as_of, "findings": asked, "duties": list(duties)}
    return registry.execute(context, "record_supervision", request, act)


def _asked(finding: Finding) -> Row:
    return _finding_row("", 0, finding)


def _params_text(finding: Finding) -> str:
    values = {k: format(v, ".10g") if isinstance(v, float) else v for k, v in finding.params.items()}
    return canonical_json(values)


def _finding_row(run_id: str, position: int, finding: Finding) -> Row:
    return {
        "run_id": run_id,
        "position": position,
        "rule": finding.rule,
        "severity": finding.severity,
        "source": finding.source,
        "row_number": finding.row,
        "field": finding.field,
        "value": finding.value,
        "params": _params_text(finding),
    }


def _record_duty(uow: UnitOfWork, duty: DutyRecord) -> None:
    place = (duty.duty_id, duty.county_code, duty.due_date.isoformat())
    duty_task_id = "DTY-" + sha256_text("\x1f".join(place))[:24]
    state = {"status": duty.status, "evidence": duty.evidence, "checked_on": uow.day}
    known = uow.find("duty_task", lock=True, duty_task_id=duty_task_id)
    if known is None:
        facts = {"duty_id": duty.duty_id, "county_code": duty.county_code, "stage": duty.stage}
        facts |= {"responsible": duty.responsible, "due_date": duty.due_date.isoformat()}
        uow.insert("duty_task", {"duty_task_id": duty_task_id, **facts, **state})
    else:
        uow.update("duty_task", known, state)
