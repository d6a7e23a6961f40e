"""What the dataset says of a project for the tests of eligibility: parcels, maps, rights, days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flows.county import County, ProjectTable
from flows.errors import CountyFileError, InputsRefused
from flows.steps.project import CARBON_RIGHT
from flows.workspace import Run
from geodata.dataset import MonitoringDataset
from geodata.landcover import load_scheme
from mrv.eligibility import Eligibility, ParcelFacts, ProjectFacts, check_eligibility
from mrv.profile import Profile
from mrv.statement_items import Note


def eligible_land(run: Run, dataset: MonitoringDataset, profile: Profile) -> Eligibility:
    """Test the project and its parcels by the rules of its methodology.

    Raises
    ------
    InputsRefused
        The profile allows no claim; the findings say why.
    """
    found = check_eligibility(project_facts(run, dataset), profile)
    project = run.county.project
    denied = project is not None and not project.eligible and profile.text("ineligible_parcels") != "note"
    if found.refused or denied:
        errors = tuple(finding for finding in found.findings if finding.severity == "error")
        raise InputsRefused("claim-not-eligible", profile=profile.id, count=len(errors), findings=errors)
    return found


def stated_ineligible(county: County) -> tuple[Note, ...]:
    """Return the note of a county file that says itself that its project is not eligible."""
    project = county.project
    if project is None or project.eligible:
        return ()
    reasons = {"reason_zh": project.eligibility_note_zh or "", "reason_en": project.eligibility_note_en or ""}
    return (Note("project-not-eligible", reasons),)


def project_facts(run: Run, dataset: MonitoringDataset) -> ProjectFacts:
    """Return the facts of a run's project.

    Raises
    ------
    CountyFileError
        The county file states no project.
    """
    stated = run.county.project
    if stated is None:
        raise CountyFileError("project-not-stated", file=run.county_file)
    start, first, end = _days(stated, dataset)
    return ProjectFacts(
        parcels=_parcels(run, dataset, (first, end)),
        start=start,
        crediting_start=first,
        crediting_end=end,
        period_start=stated.period_start,
        period_end=stated.period_end,
        non_forest_since=stated.non_forest_since,
        history_source=stated.history_source or "",
    )


def _days(stated: ProjectTable, dataset: MonitoringDataset) -> tuple[date, date, date]:
    """Return the day work began, and the crediting period."""
    table = dataset.tables.get("project")
    if table is not None and stated.path is not None:
        names = ("start_date", "crediting_start", "crediting_end")
        start, first, end = (date.fromisoformat(str(table[name][0])) for name in names)
        return start, first, end
    first = stated.crediting_start or stated.period_start
    return stated.start_date or first, first, stated.crediting_end or stated.period_end


def _parcels(run: Run, dataset: MonitoringDataset, period: tuple[date, date]) -> tuple[ParcelFacts, ...]:
    table = dataset.tables["parcels"]
    listed = dataset.tables.get("project_parcels")
    names = {str(name) for name in (listed if listed is not None else table)["parcel_id"]}
    forest, rights = _forest_shares(run, dataset, names), _rights(run, dataset, period)
    return tuple(
        ParcelFacts(str(name), float(area), forest.get(str(name), {}), rights.get(str(name), ()))
        for name, area in zip(table["parcel_id"], table["area_m2"], strict=True)
        if str(name) in names
    )


def _forest_shares(run: Run, dataset: MonitoringDataset, names: set[str]) -> Mapping[str, dict[int, float]]:
    """Return parcel -> year -> share of its mapped area that is forest."""
    areas = dataset.tables.get("class_areas")
    if areas is None:
        return {}
    codes = {item.year: load_scheme(item.scheme).forest_codes for item in run.county.landcover}
    sums: dict[str, dict[int, tuple[float, float]]] = {}
    columns = ("parcel_id", "year", "class_code", "area_ha")
    for name, year, code, area_ha in zip(*(areas[column] for column in columns), strict=True):
        if str(name) not in names:
            continue
        years = sums.setdefault(str(name), {})
        whole, wooded = years.get(int(year), (0.0, 0.0))
        is_forest = int(code) in codes.get(int(year), frozenset())
        years[int(year)] = whole + float(area_ha), wooded + float(area_ha) * is_forest
    return {
        name: {year: wooded / whole for year, (whole, wooded) in years.items() if whole > 0}
        for name, years in sums.items()
    }


def _rights(
    run: Run, dataset: MonitoringDataset, period: tuple[date, date]
) -> Mapping[str, tuple[tuple[date, date], ...]]:
    """Return parcel -> periods of the rights that a claim may rest on."""
    table = dataset.tables.get("rights")
    if table is None:
        stated = run.county.rights
        held = (period,) if stated is not None and stated.holder is not None else ()
        return {str(name): held for name in dataset.tables["parcels"]["parcel_id"]}
    found: dict[str, tuple[tuple[date, date], ...]] = {}
    columns = ("parcel_id", "kind", "valid_from", "valid_to")
    for name, kind, first, last in zip(*(table[column] for column in columns), strict=True):
        if str(kind) == CARBON_RIGHT:
            days = date.fromisoformat(str(first)), date.fromisoformat(str(last))
            found[str(name)] = (*found.get(str(name), ()), days)
    return found
