"""核算: the terms of a project's account beside the change of its trees, from what its county file states."""

from __future__ import annotations

from flows.county import PlotBiomassInventory
from flows.workspace import Run
from mrv.pools.project_inputs import NOTHING_STATED
from mrv.pools.project_terms import TALLIED, ProjectTerms, project_terms
from mrv.profile import Profile


def project_terms_of(
    run: Run, profile: Profile, tree_change_tco2e: float, area_ha: float | None = None
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
    """
    project = run.county.project
    if project is None:
        return None
    if area_ha is None and isinstance(run.county.inventory, PlotBiomassInventory):
        area_ha = run.county.inventory.area_ha
    return project_terms(
        NOTHING_STATED if project.inputs is None else project.inputs.stated(),
        profile,
        first_year=project.period_start.year,
        last_year=project.period_end.year,
        tree_change_tco2e=tree_change_tco2e,
        area_ha=area_ha,
        tallied=TALLIED,
    )
