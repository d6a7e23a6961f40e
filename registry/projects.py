"""Projects: who may claim removals on which confirmed rights, for which period."""

from __future__ import annotations

from registry.errors import NotFound, RuleViolation
from registry.model import Context, Outcome, ProjectRecord
from registry.programmes import load_programme
from registry.rules import check_project, repeated, serial_prefix
from registry.store import Registry, Row, UnitOfWork


def register_project(registry: Registry, context: Context, project: ProjectRecord) -> Outcome:
    """Register a project on parcels whose rights are confirmed for its crediting period.

    Returns
    -------
    Outcome
        ``project_code``, ``serial_prefix`` and ``rights``: number of rights it rests on.
    """
    programme = load_programme(project.programme_id)
    started, removals = programme.started_after_date, programme.removals_after_date

    def act(uow: UnitOfWork) -> Row:
        check_project(project, started.value if started else None, removals.value if removals else None)
        if project.methodology not in programme.methodologies.value:
            raise RuleViolation(
                "methodology-not-admitted",
                methodology=project.methodology,
                programme=programme.id,
                admitted=", ".join(programme.methodologies.value),
            )
        twice = repeated(project.parcel_ids)
        if twice:
            raise RuleViolation("parcel-repeated", parcel_id=twice)
        if uow.find("project", project_code=project.project_code):
            raise RuleViolation("project-known", project_code=project.project_code)
        if uow.find("party", party_code=project.proponent) is None:
            raise NotFound("party-unknown", party_code=project.proponent)
        rights = _rights_of(uow, project)
        prefix = serial_prefix(project.county_code, project.project_code)
        uow.insert("project", _project_row(project, prefix, uow.day))
        uow.insert("project_right", [_link(project, right) for right in rights])
        return {"project_code": project.project_code, "serial_prefix": prefix, "rights": len(rights)}

    return registry.execute(context, "register_project", {"project": project}, act)


def _rights_of(uow: UnitOfWork, project: ProjectRecord) -> list[Row]:
    """Return one confirmed right for each parcel; it must hold through the crediting period."""
    where = {"parcel_id": list(project.parcel_ids), "kind": project.right_kind, "status": "confirmed"}
    start, end = project.crediting_start.isoformat(), project.crediting_end.isoformat()
    found = {
        row["parcel_id"]: row
        for row in uow.select("tenure_right", where)
        if row["valid_from"] <= start and end <= row["valid_to"]
    }
    for parcel_id in project.parcel_ids:
        if parcel_id not in found:
            raise RuleViolation(
                "right-not-confirmed", parcel_id=parcel_id, kind=project.right_kind, start=start, end=end
            )
    _require_unclaimed(uow, project)
    return [found[parcel_id] for parcel_id in project.parcel_ids]


def _require_unclaimed(uow: UnitOfWork, project: ProjectRecord) -> None:
    where = {"parcel_id": list(project.parcel_ids), "claim_kind": project.claim_kind}
    start, end = project.crediting_start.isoformat(), project.crediting_end.isoformat()
    for row in uow.select("project_right", where):
        if row["period_start"] < end and start < row["period_end"]:
            raise RuleViolation(
                "parcel-claimed", parcel_id=row["parcel_id"], project_code=row["project_code"]
            )


def _project_row(project: ProjectRecord, prefix: str, day: str) -> Row:
    return {
        "project_code": project.project_code,
        "serial_prefix": prefix,
        "name": project.name,
        "programme_id": project.programme_id,
        "methodology": project.methodology,
        "proponent": project.proponent,
        "county_code": project.county_code,
        "start_date": project.start_date.isoformat(),
        "crediting_start": project.crediting_start.isoformat(),
        "crediting_end": project.crediting_end.isoformat(),
        "status": "registered",
        "registered_on": day,
        "simulated": int(project.simulated),
    }


def _link(project: ProjectRecord, right: Row) -> Row:
    return {
        "project_code": project.project_code,
        "right_id": right["right_id"],
        "parcel_id": right["parcel_id"],
        "claim_kind": project.claim_kind,
        "period_start": project.crediting_start.isoformat(),
        "period_end": project.crediting_end.isoformat(),
    }
