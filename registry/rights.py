"""Rights confirmation (确权): parcels, applications, public notice, objections, confirmation.

Applications may overlap, for that is what the notice is for: an overlap is a finding. Only
confirmed rights exclude each other: of one kind, on one parcel, in one period, shares add
up to exactly 1. The database holds the same rules as triggers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from registry.canonical import plain
from registry.errors import NotFound, RuleViolation
from registry.model import Context, Outcome, ParcelRecord, RightApplication
from registry.rules import check_application, common_denominator, overlapping, repeated
from registry.store import Registry, Row, UnitOfWork

MM_PER_M = 1000


def register_parcels(registry: Registry, context: Context, parcels: Sequence[ParcelRecord]) -> Outcome:
    """Register sub-compartments in bulk; an id that is already registered is refused.

    Returns
    -------
    Outcome
        ``registered``: number of parcels.
    """

    def act(uow: UnitOfWork) -> Row:
        ids = [parcel.parcel_id for parcel in parcels]
        twice = repeated(ids)
        known = uow.select("parcel", {"parcel_id": ids}) if ids else []
        if twice or known:
            raise RuleViolation("parcel-known", parcel_id=twice or known[0]["parcel_id"])
        uow.insert("parcel", [_parcel_row(parcel) for parcel in parcels])
        return {"registered": len(ids)}

    return registry.execute(context, "register_parcels", {"parcels": [_asked(p) for p in parcels]}, act)


def _box_mm(parcel: ParcelRecord) -> tuple[int | None, ...]:
    if parcel.bbox_m is None:
        return (None, None, None, None)
    west, south, east, north = (value * MM_PER_M for value in parcel.bbox_m)
    return (math.floor(west), math.floor(south), math.ceil(east), math.ceil(north))


def _asked(parcel: ParcelRecord) -> Row:
    row = _parcel_row(parcel)
    return {name: plain(value) for name, value in row.items()}


def _parcel_row(parcel: ParcelRecord) -> Row:
    min_x, min_y, max_x, max_y = _box_mm(parcel)
    return {
        "parcel_id": parcel.parcel_id,
        "county_code": parcel.county_code,
        "version": 1,
        "area_m2": parcel.area_m2,
        "geometry": parcel.geometry,
        "crs": parcel.crs,
        "min_x_mm": min_x,
        "min_y_mm": min_y,
        "max_x_mm": max_x,
        "max_y_mm": max_y,
        "valid_from": parcel.valid_from.isoformat(),
        "valid_to": None,
        "simulated": int(parcel.simulated),
    }


def apply_rights(registry: Registry, context: Context, applications: Sequence[RightApplication]) -> Outcome:
    """Take applications in bulk; those that overlap another get a finding, not a refusal.

    Returns
    -------
    Outcome
        ``right_ids`` in the order asked; ``findings`` of rule ``right-application-overlap``.
    """

    def act(uow: UnitOfWork) -> Row:
        for application in applications:
            check_application(application)
        _require_known(uow, applications)
        ids = [uow.new_id("RGT", a.certificate_no, a.parcel_id, a.kind) for a in applications]
        twice = repeated(ids)
        if twice:
            raise RuleViolation(
                "right-repeated", certificate_no=applications[ids.index(twice)].certificate_no
            )
        findings = _overlap_findings(uow, applications)
        rows = [_right_row(i, a) for i, a in zip(ids, applications, strict=True)]
        uow.insert("tenure_right", rows)
        pairs = zip(ids, applications, strict=True)
        uow.insert("right_share", [row for i, a in pairs for row in _share_rows(i, a)])
        return {"right_ids": ids, "findings": findings}

    return registry.execute(context, "apply_rights", {"applications": list(applications)}, act)


def _require_known(uow: UnitOfWork, applications: Sequence[RightApplication]) -> None:
    parcels = sorted({a.parcel_id for a in applications})
    holders = sorted({s.party_code for a in applications for s in a.shares})
    known = {row["parcel_id"] for row in uow.select("parcel", {"parcel_id": parcels})}
    for parcel_id in parcels:
        if parcel_id not in known:
            raise NotFound("parcel-unknown", parcel_id=parcel_id)
    parties = {row["party_code"] for row in uow.select("party", {"party_code": holders})}
    for party_code in holders:
        if party_code not in parties:
            raise NotFound("party-unknown", party_code=party_code)


def _right_row(right_id: str, application: RightApplication) -> Row:
    return {
        "right_id": right_id,
        "certificate_no": application.certificate_no,
        "parcel_id": application.parcel_id,
        "kind": application.kind,
        "valid_from": application.valid_from.isoformat(),
        "valid_to": application.valid_to.isoformat(),
        "evidence_sha256": application.evidence_sha256,
        "status": "applied",
        "notice_id": None,
        "confirmed_on": None,
    }


def _share_rows(right_id: str, application: RightApplication) -> list[Row]:
    return [
        {
            "right_id": right_id,
            "party_code": share.party_code,
            "numerator": share.numerator,
            "denominator": share.denominator,
        }
        for share in common_denominator(application)
    ]


def _overlap_findings(uow: UnitOfWork, applications: Sequence[RightApplication]) -> list[Row]:
    """Return a finding for each application that meets another right in kind, parcel and time."""
    seen: dict[tuple[str, str], list[tuple[date, date, str]]] = {}
    parcels = sorted({a.parcel_id for a in applications})
    for row in uow.select("tenure_right", {"parcel_id": parcels}, order_by=("certificate_no",)):
        if row["status"] in ("applied", "noticed", "confirmed"):
            period = (date.fromisoformat(row["valid_from"]), date.fromisoformat(row["valid_to"]))
            seen.setdefault((row["parcel_id"], row["kind"]), []).append((*period, row["certificate_no"]))
    findings = []
    for application in applications:
        others = seen.setdefault((application.parcel_id, application.kind), [])
        for start, end, certificate_no in others:
            if overlapping(application.valid_from, application.valid_to, start, end):
                findings.append(_overlap(application, certificate_no))
        others.append((application.valid_from, application.valid_to, application.certificate_no))
    return findings


def _overlap(application: RightApplication, other: str) -> Row:
    return {
        "rule": "right-application-overlap",
        "severity": "warning",
        "source": "tenure_right",
        "field": "parcel_id",
        "value": application.parcel_id,
        "params": {"certificate_no": application.certificate_no, "other": other, "kind": application.kind},
    }


def open_notice(
    registry: Registry, context: Context, county_code: str, right_ids: Sequence[str], ends_on: date
) -> Outcome:
    """Put applications on public notice until `ends_on`, that day included.

    Returns
    -------
    Outcome
        ``notice_id`` and ``rights``: number of rights on it.
    """

    def act(uow: UnitOfWork) -> Row:
        if ends_on < context.effective_at:
            raise RuleViolation("period-empty", what="public_notice", start=context.effective_at, end=ends_on)
        notice_id = uow.new_id("NTC", county_code)
        period = {"opened_on": uow.day, "ends_on": ends_on.isoformat()}
        uow.insert(
            "public_notice", {"notice_id": notice_id, "county_code": county_code, **period, "status": "open"}
        )
        rows = _rights_in(uow, right_ids, "applied")
        uow.update_many("tenure_right", rows, {"status": "noticed", "notice_id": notice_id})
        return {"notice_id": notice_id, "rights": len(right_ids)}

    request = {"county_code": county_code, "right_ids": list(right_ids), "ends_on": ends_on}
    return registry.execute(context, "open_notice", request, act)


def _rights_in(uow: UnitOfWork, right_ids: Sequence[str], status: str) -> list[Row]:
    rows = uow.select("tenure_right", {"right_id": list(right_ids)}, lock=True)
    missing = set(right_ids) - {row["right_id"] for row in rows}
    if missing:
        raise NotFound("right-unknown", right_id=min(missing))
    for row in rows:
        if row["status"] != status:
            raise RuleViolation(
                "right-not-in-state", right_id=row["right_id"], status=row["status"], wanted=status
            )
    return rows


def file_objection(registry: Registry, context: Context, right_id: str, reason: str) -> Outcome:
    """Object to a right on notice; it cannot be confirmed while the objection is open.

    Returns
    -------
    Outcome
        ``objection_id``.
    """

    def act(uow: UnitOfWork) -> Row:
        _rights_in(uow, [right_id], "noticed")
        objection_id = uow.new_id("OBJ", right_id)
        row = {
            "objection_id": objection_id,
            "right_id": right_id,
            "raised_by": context.actor,
            "reason": reason,
        }
        state = {"filed_on": uow.day, "status": "open", "resolved_on": None, "resolution": None}
        uow.insert("objection", {**row, **state})
        return {"objection_id": objection_id}

    return registry.execute(context, "file_objection", {"right_id": right_id, "reason": reason}, act)


def resolve_objection(
    registry: Registry, context: Context, objection_id: str, status: str, resolution: str
) -> Outcome:
    """Decide an objection: ``upheld`` (the right is rejected), ``dismissed`` or ``withdrawn``.

    Returns
    -------
    Outcome
        ``objection_id`` and ``right_status``.
    """

    def act(uow: UnitOfWork) -> Row:
        objection = uow.get("objection", lock=True, objection_id=objection_id)
        if objection["status"] != "open" or status not in ("upheld", "dismissed", "withdrawn"):
            raise RuleViolation("objection-not-open", objection_id=objection_id, status=objection["status"])
        if objection["raised_by"] == context.actor and status != "withdrawn":
            raise RuleViolation("objection-own", objection_id=objection_id, actor=context.actor)
        change = {"status": status, "resolved_on": uow.day, "resolution": resolution}
        uow.update("objection", objection, change)
        right = uow.get("tenure_right", lock=True, right_id=objection["right_id"])
        if status == "upheld":
            uow.update("tenure_right", right, {"status": "rejected"})
        return {
            "objection_id": objection_id,
            "right_status": "rejected" if status == "upheld" else right["status"],
        }

    request = {"objection_id": objection_id, "status": status, "resolution": resolution}
    return registry.execute(context, "resolve_objection", request, act)


def confirm_rights(registry: Registry, context: Context, right_ids: Sequence[str]) -> Outcome:
    """Confirm rights whose notice is over and to which no objection is open.

    Returns
    -------
    Outcome
        ``confirmed``: number of rights.
    """

    def act(uow: UnitOfWork) -> Row:
        rows = _rights_in(uow, right_ids, "noticed")
        notices = uow.select("public_notice", {"notice_id": sorted({row["notice_id"] for row in rows})})
        for notice in notices:
            if notice["ends_on"] >= uow.day:
                raise RuleViolation(
                    "notice-not-over", notice_id=notice["notice_id"], ends_on=notice["ends_on"], day=uow.day
                )
        for objection in uow.select("objection", {"right_id": list(right_ids), "status": "open"}):
            raise RuleViolation("objection-open", right_id=objection["right_id"])
        uow.update_many("tenure_right", rows, {"status": "confirmed", "confirmed_on": uow.day})
        return {"confirmed": len(rows)}

    return registry.execute(context, "confirm_rights", {"right_ids": list(right_ids)}, act)
