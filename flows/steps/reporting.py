"""The report: everything the stages left, for people to read and for machines to use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.code_version import code_version
from flows.errors import AwaitingDecision
from flows.steps import report_measured as measured
from flows.steps import report_registered as registered
from flows.steps.parcel_results import parcel_results
from flows.steps.parcel_stock import modelled_parcels
from flows.steps.report_budget import budget_rows
from flows.steps.report_parcels import audit_page, parcel_report
from flows.steps.stored import kept_statement, stored_dataset
from flows.verifying import verify_open
from flows.workspace import Run, open_registry
from geodata.dataset import MonitoringDataset
from mrv.county_parcels import CountyParcels
from mrv.statement import Statement
from registry import queries
from registry.messages import render
from registry.programmes import allows_rehearsal, load_programme
from registry.reports.label import Label
from registry.reports.model import (
    Provenance,
    RegistrySeal,
    Remark,
    ReportData,
    StageName,
    StageState,
    StageStatus,
)
from registry.reports.writer import write_report as write_files
from registry.store import Registry


def write_report(run: Run, awaited: AwaitingDecision | None = None) -> tuple[None, str]:
    """Write the HTML and PDF reports, the map, the parcels, and the summary."""
    with open_registry(run.home, run.settings) as registry:
        dataset = stored_dataset(run, registry)
        stock = kept_statement(run, "county_stock")
        modelled = modelled_parcels(run, dataset, stock.estimates) if stock else None
        data = report_data(run, registry, dataset, awaited, modelled)
    parcels = parcel_results(run, dataset, stock, modelled)
    parcels.write(run.home, simulated=data.simulated)
    written = write_files(run.home, data, parcels.map)
    missing = "; ".join(render(remark, run.lang) for remark in written.remarks)
    return None, f"{written.html} {missing}".strip()


def report_data(
    run: Run,
    registry: Registry,
    dataset: MonitoringDataset,
    awaited: AwaitingDecision | None = None,
    modelled: CountyParcels | None = None,
) -> ReportData:
    """Return all that the report of a run says."""
    stock, removals = kept_statement(run, "county_stock"), kept_statement(run, "project_removals")
    statements = tuple(item for item in (stock, removals) if item is not None)
    adjusted, accuracy = measured.adjusted_rows(dataset)
    county, programme = run.county.county, load_programme(run.county.county.programme)
    years = [raster.year for raster in run.county.landcover]
    return ReportData(
        county_code=county.code,
        county_name=Label(county.name_zh, county.name_en),
        as_of=run.as_of,
        simulated=county.simulated,
        provenance=_provenance(run, dataset, statements),
        stages=_stages(run, registry, statements, awaited),
        demonstration_programme=Label(programme.name_zh, programme.name_en)
        if allows_rehearsal(programme)
        else None,
        manifest=run.manifest.files,
        class_areas=tuple(measured.class_area_rows(run, dataset)),
        adjusted_areas=adjusted,
        overall_accuracy_frac=accuracy,
        transition_years=(years[0], years[-1]) if len(years) > 1 else None,
        transitions=tuple(measured.transition_rows(run, dataset)),
        disturbances=tuple(measured.disturbance_rows(dataset)),
        estimates=tuple(measured.estimate_rows(run, dataset, statements)),
        project_name=_project_name(run, dataset),
        project_lines=tuple(measured.project_rows(removals)),
        parcels=parcel_report(modelled) if modelled else None,
        audits=tuple(audit_page(item) for item in statements if item.audit),
        budget=tuple(budget_rows(run, dataset, statements)),
        findings=tuple(dataset.findings),
        unverified_parameters=tuple(sorted({name for item in statements for name in item.unverified})),
        confirmed_parameters=tuple(
            (value.name, value.clause, value.confirmed_by, value.confirmation_id)
            for item in statements
            for value in item.confirmed
        ),
        notes=_notes(run, statements),
        seal=_seal(run, registry),
        **_registered(run, registry),
    )


def _registered(run: Run, registry: Registry) -> Mapping[str, Any]:
    return {
        "statements": tuple(registered.statement_rows(run, registry)),
        "verifications": tuple(registered.verification_rows(run, registry)),
        "issued_blocks": tuple(registered.issued_rows(registry)),
        "units": registered.unit_totals(run, registry),
        "listings": tuple(registered.listing_rows(registry)),
        "trades": tuple(registered.trade_rows(registry)),
        "retirements": tuple(registered.retirement_rows(registry)),
        "pledges": tuple(registered.pledge_rows(registry)),
        "valuations": tuple(registered.valuation_rows(run, registry)),
        "prices": tuple(registered.price_rows(registry)),
        "duties": tuple(registered.duty_rows(run, registry)),
    }


def _provenance(run: Run, dataset: MonitoringDataset, statements: tuple[Statement, ...]) -> Provenance:
    last = statements[-1] if statements else None
    return Provenance(
        profile_id=last.profile_id if last else run.county.account.profile,
        profile_version=last.profile_version if last else "",
        profile_sha256=last.profile_sha256 if last else "",
        code_version=code_version(),
        manifest_sha256=run.manifest.sha256,
        dataset_sha256=dataset.digest,
        statement_sha256=last.digest if last else "",
        seed=last.seed if last else None,
    )


def _seal(run: Run, registry: Registry) -> RegistrySeal:
    state = queries.journal(registry)
    intact = not verify_open(registry, run.home, run.settings)
    return RegistrySeal(state.root, state.tree_size, state.key_fingerprint, intact)


def _project_name(run: Run, dataset: MonitoringDataset) -> Label | None:
    project = run.county.project
    if project is None:
        return None
    if project.name_zh:
        return Label(project.name_zh, project.name_en or "")
    return Label(str(dataset.tables["project"]["name"][0]))


def _notes(run: Run, statements: tuple[Statement, ...]) -> tuple[Any, ...]:
    notes: list[Any] = [Remark("identities-asserted", {})]
    if run.county.rehearsal is not None:
        notes.append(Remark("demonstration-programme", {}))
    reason = _nothing_issued(run)
    if reason:
        notes.append(Remark(reason, {}))
    seen: set[str] = set()
    for item in statements:
        for note in item.notes:
            if str(note) not in seen:
                seen.add(str(note))
                notes.append(note)
    return tuple(notes)


def _nothing_issued(run: Run) -> str:
    if run.county.inventory.kind == "fiadb":
        return "nothing-issued-one-inventory"
    return "" if run.county.project else "nothing-issued-no-project"


def _stages(
    run: Run, registry: Registry, statements: tuple[Statement, ...], awaited: AwaitingDecision | None
) -> tuple[StageStatus, ...]:
    reason = _nothing_issued(run)
    valued = any(row["as_of"] == run.as_of.isoformat() for row in queries.valuations(registry))
    watched = any(row["as_of"] == run.as_of.isoformat() for row in queries.supervision_runs(registry))
    done: dict[StageName, bool] = {
        "monitor": True,
        "account": bool(statements),
        "trade": not reason and bool(queries.issuances(registry)),
        "finance": valued,
        "supervise": watched,
    }
    found = []
    waiting = False
    for stage, is_done in done.items():
        state: StageState = "done" if is_done else "awaiting"
        why: Any = None
        if stage == "trade" and reason:
            state, why = "not_applicable", Remark(reason, {})
        elif not is_done and awaited is not None and not waiting:
            waiting, why = True, Remark(awaited.rule, {k: str(v) for k, v in awaited.params.items()})
        found.append(StageStatus(stage, state, why))
    return tuple(found)
