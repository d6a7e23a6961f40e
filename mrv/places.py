"""Plots against the map: does a plot lie in the parcel it names, on ground that its trees can grow on.

The map's side is given: where each plot was found and the land class there. A handheld errs by metres, so
that a plot just over the border of its parcel is told as a warning and stops nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mrv.expansion import visits_of
from mrv.findings import Finding
from mrv.inventory import Inventory
from mrv.moments import Labels
from mrv.record_findings import plot_finding, positions
from mrv.remeasurement import STANDING


def check_places(
    inventory: Inventory, located: Labels, land_class: Labels, forest_classes: Sequence[str]
) -> list[Finding]:
    """Find plots outside every parcel, in another parcel, and with trees on ground that is no forest.

    Parameters
    ----------
    inventory
        Plots with their coordinates and the parcel they name.
    located
        Parcel at each visit's coordinates, shape (visits,); empty where there is none.
    land_class
        Land class of that parcel, shape (visits,); empty where it is not known.
    forest_classes
        Beginnings of the codes on which trees are expected.
    """
    plots, trees = inventory.plots, inventory.trees
    placed = np.isfinite(plots.x_m) & np.isfinite(plots.y_m)
    nowhere = placed & (located == "")
    findings = [plot_finding(plots, i, "plot-outside-parcels", "warning", "x_m") for i in positions(nowhere)]
    other = placed & (located != "") & (plots.parcel_id != "") & (located != plots.parcel_id)
    findings += [
        plot_finding(plots, i, "plot-in-other-parcel", "warning", "parcel_id", found=str(located[i]))
        for i in positions(other)
    ]
    visit = visits_of(plots, trees)
    standing = np.isin(trees.status, STANDING) & (visit >= 0)
    stocked = np.bincount(visit[standing], minlength=plots.plot_id.size) > 0
    forest = np.zeros(plots.plot_id.size, dtype=bool)
    for start in forest_classes:
        forest |= np.char.startswith(land_class, start)
    findings += [
        plot_finding(plots, i, "plot-land-class", "warning", "parcel_id", land_class=str(land_class[i]))
        for i in positions(stocked & (land_class != "") & ~forest)
    ]
    return findings
