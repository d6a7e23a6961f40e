"""确权 preparation: parcels, parties, applications, the public notice; each only where it is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date

from flows.steps.project import CARBON_RIGHT
from flows.steps.stored import once, stored_dataset
from flows.workspace import Run
from geodata.dataset import MonitoringDataset
from geodata.tables import Table
from registry.model import ParcelRecord, PartyKind, PartyRecord, RightApplication, RightShare
from registry.parties import register_parties
from registry.programmes import load_programme
from registry.queries import parcels, parties, rights
from registry.rights import apply_rights, open_notice, register_parcels
from registry.store import Registry
from registry.working_days import last_notice_day, load_calendar

PARTY_KINDS: Mapping[str, PartyKind] = {
    "村集体": "village_collective",
    "农户": "household",
    "国有林场": "state_farm",
    "企业": "company",
}
"""Words of the rights workbook and the registry's kinds of party."""


def prepare_rights(run: Run, registry: Registry) -> None:
    """Register what the decision on rights needs."""
    dataset = stored_dataset(run, registry)
    day = run.county.first_effective_date
    _register_parcels(run, registry, dataset, day)
    _register_parties(run, registry, dataset, day)
    wanted = list(_applications(run, dataset))
    held = {(row["certificate_no"], row["parcel_id"], row["kind"]) for row in rights(registry)}
    fresh = [item for item in wanted if (item.certificate_no, item.parcel_id, item.kind) not in held]
    if fresh:
        context = run.context("apply-rights", effective_at=day)
        once(registry, context, lambda reg, ctx: apply_rights(reg, ctx, fresh))
    _open_notice(run, registry, day)


def _register_parcels(run: Run, registry: Registry, dataset: MonitoringDataset, day: date) -> None:
    known = {row["parcel_id"] for row in parcels(registry)}
    table = dataset.tables["parcels"]
    fresh = [record for record in _parcel_records(run, table, day) if record.parcel_id not in known]
    if fresh:
        context = run.context("register-parcels", effective_at=day)
        once(registry, context, lambda reg, ctx: register_parcels(reg, ctx, fresh))


def _parcel_records(run: Run, table: Table, day: date) -> Iterator[ParcelRecord]:
    county = run.county.county
    columns = ("parcel_id", "area_m2", "geometry", "west_m", "south_m", "east_m", "north_m")
    for name, area_m2, geometry, *box in zip(*(table[column] for column in columns), strict=True):
        west, south, east, north = (float(value) for value in box)
        yield ParcelRecord(
            parcel_id=str(name),
            county_code=county.code,
            area_m2=int(area_m2),
            valid_from=day,
            geometry=bytes(geometry),
            crs=county.crs,
            bbox_m=(west, south, east, north),
            simulated=county.simulated,
        )


def _register_parties(run: Run, registry: Registry, dataset: MonitoringDataset, day: date) -> None:
    known = {row["party_code"] for row in parties(registry)}
    fresh = [record for record in _party_records(run, dataset) if record.party_code not in known]
    if fresh:
        context = run.context("register-parties", effective_at=day)
        once(registry, context, lambda reg, ctx: register_parties(reg, ctx, fresh))


def _party_records(run: Run, dataset: MonitoringDataset) -> Iterator[PartyRecord]:
    simulated = run.county.county.simulated
    holders = dataset.tables.get("holders")
    if holders is not None:
        columns = ("party_code", "name", "kind", "identifier")
        for code, name, kind, identifier in zip(*(holders[column] for column in columns), strict=True):
            yield PartyRecord(str(code), PARTY_KINDS[str(kind)], str(name), str(identifier), simulated)
    for party in run.county.rehearsal.parties if run.county.rehearsal else ():
        yield PartyRecord(
            party_code=party.code,
            kind=party.kind,
            name=f"{party.name_zh} {party.name_en}",
            identity_no=f"SIM-{party.code}",
            simulated=True,
        )


def _applications(run: Run, dataset: MonitoringDataset) -> Iterator[RightApplication]:
    table = dataset.tables.get("rights")
    if table is None:
        yield from _stated_applications(run, dataset)
        return
    evidence = _evidence(run, "rights")
    columns = ("certificate_no", "parcel_id", "kind", "valid_from", "valid_to")
    shares: dict[tuple[str, ...], list[RightShare]] = {}
    names = (*columns, "party_code", "numerator", "denominator")
    for *key, party, numerator, denominator in zip(*(table[column] for column in names), strict=True):
        place = tuple(str(part) for part in key)
        shares.setdefault(place, []).append(RightShare(str(party), int(numerator), int(denominator)))
    for (certificate_no, parcel_id, kind, start, end), parts in sorted(shares.items()):
        period = date.fromisoformat(start), date.fromisoformat(end)
        yield RightApplication(certificate_no, parcel_id, kind, tuple(parts), *period, evidence)


def _stated_applications(run: Run, dataset: MonitoringDataset) -> Iterator[RightApplication]:
    """Yield one right for each parcel to the holder that the county file states."""
    stated, project = run.county.rights, run.county.project
    if stated is None or stated.holder is None or project is None:
        return
    start, end = project.crediting_start or project.period_start, project.crediting_end or project.period_end
    for name in dataset.tables["parcels"]["parcel_id"]:
        yield RightApplication(
            certificate_no=f"STATED-{name}",
            parcel_id=str(name),
            kind=CARBON_RIGHT,
            shares=(RightShare(stated.holder, 1, 1),),
            valid_from=start,
            valid_to=end,
            evidence_sha256=_evidence(run, "county"),
        )


def _evidence(run: Run, role: str) -> str:
    """Return the digest of the file that the rights were read from."""
    digests = [file.sha256 for file in run.manifest.files if file.role == role]
    return digests[0] if digests else hashlib.sha256(b"").hexdigest()


def _open_notice(run: Run, registry: Registry, day: date) -> None:
    waiting = [row["right_id"] for row in rights(registry, run.county.county.code, status="applied")]
    if not waiting:
        return
    scripted = run.county.decision("open-notice")
    opened = scripted.effective_at if scripted else run.as_of
    length = load_programme(run.county.county.programme).notice_working_days.value
    ends = last_notice_day(load_calendar(), opened, length)
    actor = scripted.identity if scripted else "tanhui-flow"
    context = run.context("open-notice", actor, opened)
    once(registry, context, lambda reg, ctx: open_notice(reg, ctx, run.county.county.code, waiting, ends))
