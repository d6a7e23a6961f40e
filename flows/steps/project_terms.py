"""核算: the terms of a project's account beside the change of its trees, from what its county file states."""

from __future__ import annotations

from dataclasses import replace

from flows.county import PlotBiomassInventory
from flows.workspace import Run
from geodata.dataset import MonitoringDataset
from mrv.pools.project_inputs import NOTHING_STATED
from mrv.pools.project_terms import TALLIED, ProjectTerms, project_terms
from mrv.profile import Profile
from mrv.statement_items import Note


def project_terms_of(
    run: Run,
    profile: Profile,
    tree_change_tco2e: float,
    area_ha: float | None = None,
    dataset: MonitoringDataset | None = None,
) -> ProjectTerms | None:
    """Return the terms of the run's project over its monitoring period; none without a project.

    ``.amounts_tco2e``, ``.notes`` and ``.unverified`` go into the account and its statement.

    Parameters
    ----------
    run
        Whose county file may state ``[project.inputs]``.
    profile
        Methodology of the account, with the values that the run states.
    tree_change_tco2e
        Change of the project's living trees over the period, before any deduction [t CO2e].
    area_ha
        Area that the claim covers [ha]; the inventory's stated area where it is not known otherwise.
    dataset
        What was monitored: a fire that it shows and the project does not state is noted.
    """
    project = run.county.project
    if project is None:
        return None
    if area_ha is None and isinstance(run.county.inventory, PlotBiomassInventory):
        area_ha = run.county.inventory.area_ha
    inputs = NOTHING_STATED if project.inputs is None else project.inputs.stated()
    terms = project_terms(
        inputs,
        profile,
        first_year=project.period_start.year,
        last_year=project.period_end.year,
        tree_change_tco2e=tree_change_tco2e,
        area_ha=area_ha,
        tallied=TALLIED,
    )
    if dataset is None:
        return terms
    stated = {item.year for item in inputs.fires}
    years = range(project.period_start.year, project.period_end.year + 1)
    return replace(terms, notes=(*terms.notes, *fires_not_stated(dataset, stated, years)))


def fires_not_stated(dataset: MonitoringDataset, stated: set[int], years: range) -> tuple[Note, ...]:
    """Return a note for each year in which monitoring saw a sign of fire that the project does not state.

    Parameters
    ----------
    dataset
        With the disturbances and the project's parcels.
    stated
        Years with a stated fire.
    years
        The monitoring period.
    """
    losses, listed = dataset.tables.get("disturbances"), dataset.tables.get("project_parcels")
    if losses is None or listed is None:
        return ()
    own = {str(name) for name in listed["parcel_id"]}
    seen: dict[int, list[float]] = {}
    columns = (losses[name] for name in ("parcel_id", "year", "cause", "area_ha"))
    for parcel, year, cause, area_ha in zip(*columns, strict=True):
        if str(parcel) in own and cause == "fire" and int(year) in years and int(year) not in stated:
            seen.setdefault(int(year), []).append(float(area_ha))
    return tuple(
        Note("fire-not-stated", {"year": year, "count": len(areas), "area_ha": round(sum(areas), 4)})
        for year, areas in sorted(seen.items())
    )
