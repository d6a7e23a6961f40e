"""The project of a run, from its workbook or from the county file."""

from __future__ import annotations

from datetime import date

from flows.errors import CountyFileError
from flows.steps.stored import stored_dataset
from flows.workspace import Run
from registry.model import ProjectRecord
from registry.store import Registry

CARBON_RIGHT = "碳汇收益权"
"""Kind of right that a claim on removals rests on."""


def project_record(run: Run, registry: Registry) -> ProjectRecord:
    """Return the project as the registry takes it."""
    stated = run.county.project
    if stated is None:
        raise CountyFileError("project-not-stated", file=run.county_file)
    tables = stored_dataset(run, registry).tables
    # a project that the county file states covers every parcel of the run
    listed = "project_parcels" if "project_parcels" in tables else "parcels"
    parcel_ids = tuple(sorted(str(name) for name in tables[listed]["parcel_id"]))
    county = run.county.county
    common = {
        "programme_id": county.programme,
        "methodology": run.county.account.project_profile or "",
        "county_code": county.code,
        "right_kind": CARBON_RIGHT,
        "parcel_ids": parcel_ids,
        "simulated": county.simulated,
    }
    if stated.path is None:
        return _stated(run, common)
    row = {name: str(values[0]) for name, values in tables["project"].columns.items()}
    return ProjectRecord(
        project_code=row["project_code"],
        name=row["name"],
        proponent=row["owner"],
        start_date=date.fromisoformat(row["start_date"]),
        crediting_start=date.fromisoformat(row["crediting_start"]),
        crediting_end=date.fromisoformat(row["crediting_end"]),
        **common,  # type: ignore[arg-type]
    )


def _stated(run: Run, common: dict[str, object]) -> ProjectRecord:
    stated = run.county.project
    if stated is None or not (
        stated.code and stated.owner and stated.crediting_start and stated.crediting_end
    ):
        raise CountyFileError("project-not-stated", file=run.county_file)
    return ProjectRecord(
        project_code=stated.code,
        name=f"{stated.name_zh} {stated.name_en}",
        proponent=stated.owner,
        start_date=stated.crediting_start,
        crediting_start=stated.crediting_start,
        crediting_end=stated.crediting_end,
        **common,  # type: ignore[arg-type]
    )
