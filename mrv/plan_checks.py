"""A campaign held against its plan: plots that are missing, far from their place, or without a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mrv.expansion import visits_of
from mrv.findings import Finding
from mrv.inventory import Inventory
from mrv.record_findings import plot_finding, positions

OFF_PLAN_M: Final = 30.0
"""A plot this far from its planned place is told [m]: a handheld errs by a third of it."""


@dataclass(frozen=True, slots=True)
class PlannedPlot:
    """A plot that was to be measured."""

    plot_id: str
    """Plot number."""
    stratum: str
    """Stratum it samples."""
    x_m: float
    """Planned easting [m]."""
    y_m: float
    """Planned northing [m]."""
    reserve: bool
    """Whether it only stands in for others."""


def check_plan(inventory: Inventory, planned: Sequence[PlannedPlot], year: int) -> list[Finding]:
    """Find planned plots that the campaign lacks, plots that were not planned, and plots off their place.

    A reserve plot that was measured stands in for a missing one of its stratum.

    Parameters
    ----------
    inventory
        What came back.
    planned
        Plots of the plan.
    year
        Campaign the plan was made for.
    """
    plots = inventory.plots
    known = {plot.plot_id: plot for plot in planned}
    rows = positions(plots.campaign_year == year)
    there = {str(plots.plot_id[i]) for i in rows}
    findings = _missing(inventory, planned, there, year)
    visit = visits_of(plots, inventory.trees)
    counts = np.bincount(visit[visit >= 0], minlength=plots.plot_id.size)
    for i in rows:
        plot = known.get(str(plots.plot_id[i]))
        if plot is None:
            findings.append(plot_finding(plots, i, "plan-plot-unplanned", "info", "plot_id"))
            continue
        off = float(np.hypot(plots.x_m[i] - plot.x_m, plots.y_m[i] - plot.y_m))
        if off > OFF_PLAN_M:
            far = round(off, 1)
            findings.append(plot_finding(plots, i, "plan-plot-off-place", "warning", "x_m", distance=far))
        if counts[i] == 0:
            findings.append(plot_finding(plots, i, "plan-plot-without-trees", "info", "plot_id"))
    return findings


def _missing(
    inventory: Inventory, planned: Sequence[PlannedPlot], there: set[str], year: int
) -> list[Finding]:
    """Return a finding for each planned plot without a record, less the reserve plots that stand in."""
    spare: dict[str, int] = {}
    for plot in planned:
        if plot.reserve and plot.plot_id in there:
            spare[plot.stratum] = spare.get(plot.stratum, 0) + 1
    findings = []
    for plot in planned:
        if plot.reserve or plot.plot_id in there:
            continue
        if spare.get(plot.stratum, 0) > 0:
            spare[plot.stratum] -= 1
            continue
        params: dict[str, str | int | float] = {"plot": plot.plot_id, "year": year, "stratum": plot.stratum}
        source = inventory.plots.source
        findings.append(
            Finding("plan-plot-missing", "warning", source, None, "plot_id", plot.plot_id, params)
        )
    return findings
