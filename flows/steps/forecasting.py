"""预测: expected removals of a run's project from growth fitted to its own two campaigns; never issued.

Needs no registry and records nothing: it reads the inventory, the parcels and the project's parcels.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.county import County, NfiInventory
from flows.errors import CountyFileError
from flows.steps.account_common import stated_values
from flows.steps.measuring import refuse_errors
from flows.steps.parcels import project_strata, read_parcel_set
from flows.steps.reading import read_inventory, read_side_tables
from flows.workspace import Run
from geodata.measure import area_by_stratum, parcel_table
from geodata.tables import Table
from mrv.forecast import Forecast, forecast
from mrv.forecast_plots import (
    GrowthChoice,
    GrowthPlots,
    StatedCurve,
    Tried,
    growth_plots,
    stands_to_forecast,
)
from mrv.inventory import build_tree_inventory
from mrv.profile import load


@dataclass(frozen=True)
class ProjectForecast:
    """A forecast with what it was made from."""

    result: Forecast
    """Expected removals by year."""
    plots: dict[str, GrowthPlots]
    """Plots of every stratum, donors included."""
    tried: tuple[Tried, ...]
    """Fits that were refused."""


def forecast_project(run: Run, years: int) -> ProjectForecast:
    """Return the expected removals of the run's project.

    Raises
    ------
    CountyFileError
        The run has no project with strata, or its inventory has no trees.
    """
    if run.county.project is None or not isinstance(run.county.inventory, NfiInventory):
        raise CountyFileError("forecast-needs-project")
    inventory = read_inventory(run)
    side, side_findings = read_side_tables(run)
    parcels = read_parcel_set(run, inventory, side)
    refuse_errors((*inventory.findings, *side_findings, *parcels.findings))
    if "project_parcels" not in side:
        raise CountyFileError("forecast-needs-project")
    table = parcel_table(
        parcels.source,
        parcels.parcel_id,
        parcels.geometry,
        run.county.county.crs,
        area_rule=run.county.county.area_rule,
        attributes=dict(parcels.attributes) | {"stratum": project_strata(parcels, side)},
        rows=parcels.rows,
    )
    trees = build_tree_inventory(inventory.tables["plots"], inventory.tables["trees"])[0]
    profile = stated_values(
        run.county, load(run.county.account.project_profile or run.county.account.profile)
    )
    plots = growth_plots(trees, profile, _ages(table))
    own = {str(name) for name in side["project_parcels"]["stratum"]}
    areas = {name: area for name, area in area_by_stratum(table).items() if name in own}
    stands, tried = stands_to_forecast(plots, areas, growth_choice(run.county))
    result = forecast(stands, trees.campaigns[-1], years, level=profile.confidence_level)
    return ProjectForecast(result, plots, tried)


def growth_choice(county: County) -> GrowthChoice:
    """Return how the county file wants growth to be found."""
    stated = county.forecast
    return GrowthChoice(
        forms=stated.forms,
        like=stated.like,
        stated={item.stratum: StatedCurve(item.form, item.parameters, item.source) for item in stated.stated},
    )


def _ages(parcels: Table) -> dict[str, float]:
    """Return the age of each parcel's stand [a]; none where the layer does not tell it."""
    if "age_year" not in parcels.columns:
        return {}
    return {
        str(name): float(age)
        for name, age in zip(parcels["parcel_id"], parcels["age_year"], strict=True)
        if age is not None
    }
