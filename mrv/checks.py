"""Checks of a tree inventory. Each returns findings with the row of the person's own sheet.

An ``error`` makes an account meaningless and blocks it; a ``warning`` is a reading to verify; an ``info`` is
told and asks for nothing. Masks are taken over whole columns, so that 100 000 trees take about a second; only
what was found is looked at one by one. Checks between campaigns are in `mrv.remeasurement`, those against the
map in `mrv.places`, those against an audit campaign in `mrv.blind_checks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from mrv.allometry import BAMBOO
from mrv.coefficients import species_table
from mrv.findings import Finding
from mrv.record_findings import Param, plot_finding, positions, tree_finding
from mrv.remeasurement import (
    STANDING,
    check_new_trees,
    check_remeasurement,
    check_tree_numbers,
    check_vanished_trees,
    check_visits,
    first_of,
)

if TYPE_CHECKING:
    from mrv.inventory import Inventory, Plots, Trees
    from mrv.moments import Floats

Positions = NDArray[np.intp]
ABSURD_DBH_CM: Final = 300.0
"""No tree of the region is thicker [cm]."""
ABSURD_HEIGHT_M: Final = 100.0
"""No tree of the region is taller [m]."""
STEEP_DEG: Final = 60.0
"""No plot is laid out on a steeper slope [degree]."""
YEARS: Final = (1900, 2100)
"""A campaign lies between these years; 20 and 20205 are slips [year]."""
TALLY_COUNTS: Final = (1.0, 2.0)
"""A tree counts once, or twice by the walkthrough method [1]."""
MANY_TREES: Final = 5
"""From this many trees on, a plot is expected to have a measured height [1]."""
_STATUSES: Final = ("live", "dead", "cut", "ingrowth")


def check_inventory(inventory: Inventory) -> list[Finding]:
    """Return all findings of an inventory, by source and row."""
    checks: tuple[Callable[[Inventory], list[Finding]], ...] = (
        check_plots,
        check_design,
        check_tree_identity,
        check_tree_status,
        check_tree_readings,
        check_heights,
        check_height_cover,
        check_visits,
        check_tree_numbers,
        check_vanished_trees,
        check_new_trees,
        check_remeasurement,
    )
    findings = [finding for check in checks for finding in check(inventory)]
    return sorted(findings, key=lambda f: (f.source, f.row or 0, f.rule, f.field or ""))


def check_plots(inventory: Inventory) -> list[Finding]:
    """Find repeated plots, plots without an area, a stratum or a place, and strata that changed."""
    plots, findings = inventory.plots, list[Finding]()
    year = plots.campaign_year
    for i in positions((year < YEARS[0]) | (year > YEARS[1])):
        findings.append(plot_finding(plots, i, "campaign-year-absurd", "error", "campaign_year"))
    visit = np.char.add(np.char.add(plots.plot_id, "\x1f"), year.astype(np.str_))
    for i, first in _repeated(visit, plots.row):
        findings.append(plot_finding(plots, i, "plot-duplicated", "error", "plot_id", first_row=first))
    if inventory.design.kind == "fixed":
        for i in positions(~(plots.area_m2 > 0)):
            size: Param = "" if np.isnan(plots.area_m2[i]) else float(plots.area_m2[i])
            findings.append(plot_finding(plots, i, "plot-area-missing", "error", "area_m2", value=size))
    for i in positions(plots.stratum == ""):
        findings.append(plot_finding(plots, i, "plot-stratum-missing", "error", "stratum"))
    for i in positions(~(np.isfinite(plots.x_m) & np.isfinite(plots.y_m))):
        findings.append(plot_finding(plots, i, "plot-place-missing", "warning", "x_m"))
    return findings + _changed_strata(plots)


def _changed_strata(plots: Plots) -> list[Finding]:
    if plots.plot_id.size == 0:
        return []
    before = plots.stratum[first_of(plots.plot_id)]
    return [
        plot_finding(plots, i, "plot-stratum-changed", "warning", "stratum", before=str(before[i]))
        for i in positions(before != plots.stratum)
    ]


def _repeated(names: NDArray[np.str_], rows: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield (position, row of the first) of each record whose name stands before."""
    if names.size:
        first = first_of(names)
        yield from ((int(i), int(rows[first[i]])) for i in positions(first != np.arange(names.size)))


def check_design(inventory: Inventory) -> list[Finding]:
    """Find what the plot design needs and has not: slopes, fractions, counts, trees it does not count."""
    plots, trees, design, findings = inventory.plots, inventory.trees, inventory.design, list[Finding]()
    if not design.slope_corrected:
        for i in positions(~np.isfinite(plots.slope_deg)):
            findings.append(plot_finding(plots, i, "plot-slope-missing", "error", "slope_deg", value=""))
    for i in positions((plots.slope_deg < 0) | (plots.slope_deg > STEEP_DEG)):
        findings.append(plot_finding(plots, i, "plot-slope-range", "error", "slope_deg", limit=STEEP_DEG))
    for i in positions(~((plots.sampled_frac > 0) & (plots.sampled_frac <= 1))):
        findings.append(plot_finding(plots, i, "plot-fraction-range", "error", "sampled_frac"))
    for i in positions(~np.isin(trees.tally_count, TALLY_COUNTS)):
        findings.append(tree_finding(trees, i, "tally-count-range", "error", "tally_count"))
    if design.rings:
        low = design.rings[0].dbh_from_cm
        thin = np.isin(trees.status, STANDING) & (trees.dbh_cm > 0) & (trees.dbh_cm < low)
        for i in positions(thin):
            findings.append(tree_finding(trees, i, "tree-below-design", "warning", "dbh_cm", low=low))
    return findings


def check_tree_identity(inventory: Inventory) -> list[Finding]:
    """Find repeated trees, and trees of a plot that is not there."""
    from mrv.expansion import visits_of  # noqa: PLC0415 - it knows the inventory, which knows the checks

    trees, findings = inventory.trees, list[Finding]()
    for i in positions(visits_of(inventory.plots, trees) < 0):
        findings.append(tree_finding(trees, i, "tree-without-plot", "error", "plot_id"))
    visit = np.char.add(np.char.add(trees.plot_id, "\x1f"), trees.campaign_year.astype(np.str_))
    for i, first in _repeated(np.char.add(np.char.add(visit, "\x1f"), trees.tree_id), trees.row):
        findings.append(tree_finding(trees, i, "tree-duplicated", "error", "tree_id", first_row=first))
    return findings


def check_tree_status(inventory: Inventory) -> list[Finding]:
    """Find words for the state of a tree that nobody knows."""
    trees = inventory.trees
    return [
        tree_finding(trees, i, "tree-status-unknown", "error", "status")
        for i in positions(~np.isin(trees.status, _STATUSES))
    ]


def _limits(trees: Trees, dimension: str) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return lowest and highest value of each tree's species, and whether the species is known."""
    table = species_table()
    codes, inverse = np.unique(trees.species_code, return_inverse=True)
    known = np.array([str(code) in table for code in codes], dtype=bool)
    ranges = [getattr(table[str(c)], dimension) if str(c) in table else (np.nan, np.nan) for c in codes]
    low, high = np.array(ranges, dtype=np.float64).reshape(-1, 2).T
    return low[inverse], high[inverse], known[inverse]


def check_tree_readings(inventory: Inventory) -> list[Finding]:
    """Find unknown species, absurd and implausible DBH, and bamboo without an age class."""
    trees, findings = inventory.trees, list[Finding]()
    low, high, known = _limits(trees, "dbh_range_cm")
    standing, dbh = np.isin(trees.status, STANDING), trees.dbh_cm
    possible = (dbh > 0) & (dbh <= ABSURD_DBH_CM)
    for i in positions(~known):
        findings.append(tree_finding(trees, i, "species-unknown", "error", "species_code"))
    for i in positions(standing & ~possible):
        findings.append(tree_finding(trees, i, "dbh-absurd", "error", "dbh_cm", limit=ABSURD_DBH_CM))
    for i in positions(standing & possible & ((dbh < low) | (dbh > high))):
        limits = _range_params(trees, i, low, high)
        findings.append(tree_finding(trees, i, "dbh-range", "warning", "dbh_cm", **limits))
    for i in positions(standing & (trees.species_code == BAMBOO) & ~(trees.du > 0)):
        findings.append(tree_finding(trees, i, "bamboo-age-missing", "warning", "du"))
    return findings


def _range_params(trees: Trees, i: int, low: Floats, high: Floats) -> dict[str, Param]:
    return {"species": str(trees.species_code[i]), "low": float(low[i]), "high": float(high[i])}


def check_heights(inventory: Inventory) -> list[Finding]:
    """Find heights out of the species' range, and heights far off the other trees of the species.

    Far off: more than four robust standard deviations (1.4826 times the median absolute deviation)
    of ln(H) about its straight line in ln(D), among the measured trees of the species.
    """
    trees, findings = inventory.trees, list[Finding]()
    low, high, _ = _limits(trees, "height_range_m")
    height = trees.height_m
    measured = np.isfinite(height) & np.isin(trees.status, STANDING)
    possible = measured & (height > 0) & (height <= ABSURD_HEIGHT_M)
    for i in positions(measured & ~possible):
        findings.append(tree_finding(trees, i, "height-absurd", "error", "height_m", limit=ABSURD_HEIGHT_M))
    for i in positions(possible & ((height < low) | (height > high))):
        limits = _range_params(trees, i, low, high)
        findings.append(tree_finding(trees, i, "height-range", "warning", "height_m", **limits))
    usable = possible & (trees.dbh_cm > 0)
    for code in np.unique(trees.species_code[usable]):
        rows = np.flatnonzero(usable & (trees.species_code == code))
        for i in _height_outliers(trees, rows):
            off = tree_finding(trees, i, "height-outlier", "warning", "height_m", species=str(code))
            findings.append(off)
    return findings


def _height_outliers(trees: Trees, rows: Positions) -> Iterator[int]:
    if rows.size < 20:
        return
    x, y = np.log(trees.dbh_cm[rows]), np.log(trees.height_m[rows])
    if np.ptp(x) == 0:
        return
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())
    residual = y - slope * x
    residual = residual - np.median(residual)
    spread = 1.4826 * float(np.median(np.abs(residual)))
    limit = max(4 * spread, 0.2)
    yield from (int(i) for i in rows[np.abs(residual) > limit])


def check_height_cover(inventory: Inventory) -> list[Finding]:
    """Find plots with trees enough of which no height was measured; bamboo needs none."""
    from mrv.expansion import visits_of  # noqa: PLC0415 - it knows the inventory, which knows the checks

    plots, trees = inventory.plots, inventory.trees
    visit = visits_of(plots, trees)
    counted = (visit >= 0) & np.isin(trees.status, STANDING) & (trees.species_code != BAMBOO)
    number = np.bincount(visit[counted], minlength=plots.plot_id.size)
    measured = counted & np.isfinite(trees.height_m)
    heights = np.bincount(visit[measured], minlength=plots.plot_id.size)
    return [
        plot_finding(plots, i, "plot-without-heights", "info", "plot_id", trees=int(number[i]))
        for i in positions((number >= MANY_TREES) & (heights == 0))
    ]
