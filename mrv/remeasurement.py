"""Checks between campaigns: what cannot have happened to the same tree, and what is missing.

A tree is known by its plot and number. A standing tree of a campaign whose plot was visited again must have a
record there, be it as dead or cut; a number that no campaign of the plot has is a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from mrv.findings import Finding
from mrv.record_findings import plot_finding, positions, tree_finding

if TYPE_CHECKING:
    from mrv.inventory import Inventory, Trees

Positions = NDArray[np.intp]
STANDING: Final = ("ingrowth", "live")
"""States of a tree that stands and is alive."""
SHRINKAGE_CM: Final = 0.5
"""A DBH may shrink by this much between campaigns by reading alone [cm]."""
TALLY_CM: Final = 5.0
"""A tree recorded thinner than this may rightly be called ingrowth later [cm]."""
MAJORITY: Final = 10
"""From this many remeasured trees on, most of them having shrunk tells of exchanged campaigns [1]."""
MAX_DIGITS: Final = 4
"""Numbers with more digits are codes, not running numbers of a plot [1]."""
LISTED: Final = 10
"""Missing tree numbers that a finding names [1]."""


def first_of(names: NDArray[Any]) -> Positions:
    """Return the position of the first record with the name of each record, shape (n,)."""
    _, first, inverse = np.unique(names, return_index=True, return_inverse=True)
    return np.asarray(first[inverse], dtype=np.intp)


def check_visits(inventory: Inventory) -> list[Finding]:
    """Find plots of a campaign that the next one did not visit."""
    plots = inventory.plots
    findings = []
    for first, second in pairwise(inventory.campaigns):
        there = plots.plot_id[plots.campaign_year == second]
        lost = (plots.campaign_year == first) & ~np.isin(plots.plot_id, there)
        findings += [
            plot_finding(plots, i, "plot-not-revisited", "warning", "plot_id", next=second)
            for i in positions(lost)
        ]
    return findings


def check_tree_numbers(inventory: Inventory) -> list[Finding]:
    """Find numbers missing between 1 and the highest tree number of a plot, in all its campaigns together."""
    plots, trees = inventory.plots, inventory.trees
    running = np.char.isdecimal(trees.tree_id) & (np.char.str_len(trees.tree_id) <= MAX_DIGITS)
    if not trees.tree_id.size:
        return []
    names, last = np.unique(plots.plot_id[::-1], return_index=True)
    visit = dict(zip(names.tolist(), (plots.plot_id.size - 1 - last).tolist(), strict=True))
    order = np.argsort(trees.plot_id, kind="stable")
    owners, start = np.unique(trees.plot_id[order], return_index=True)
    findings = []
    for owner, rows in zip(owners.tolist(), np.split(order, start[1:]), strict=True):
        if owner not in visit or not running[rows].all():
            continue
        numbers = np.unique(trees.tree_id[rows].astype(np.int64))
        gaps = np.setdiff1d(np.arange(1, numbers[-1] + 1), numbers)
        if gaps.size:
            shown = ", ".join(map(str, gaps[:LISTED])) + (" …" if gaps.size > LISTED else "")
            params: dict[str, str | int | float] = {"count": int(gaps.size), "numbers": shown}
            findings.append(plot_finding(plots, visit[owner], "tree-number-gap", "info", "plot_id", **params))
    return findings


def tree_codes(trees: Trees) -> NDArray[np.int64]:
    """Return a number for each tree, the same for records of the same plot and tree number, shape (n,)."""
    plot = np.unique(trees.plot_id, return_inverse=True)[1]
    names, tree = np.unique(trees.tree_id, return_inverse=True)
    return np.asarray(plot.astype(np.int64) * max(names.size, 1) + tree, dtype=np.int64)


def pair_positions(
    codes: NDArray[np.int64], years: NDArray[np.int64], first_year: int, second_year: int
) -> tuple[Positions, Positions]:
    """Return where each tree recorded in both campaigns stands, in the first and in the second."""
    before = np.flatnonzero(years == first_year)
    after = np.flatnonzero(years == second_year)
    if before.size == 0:
        return before, after[:0]
    order = before[np.argsort(codes[before], kind="stable")]
    at = np.minimum(np.searchsorted(codes[order], codes[after]), order.size - 1)
    same = codes[order[at]] == codes[after]
    return order[at][same], after[same]


def check_vanished_trees(inventory: Inventory) -> list[Finding]:
    """Find standing trees of which the next campaign of their plot says nothing."""
    plots, trees = inventory.plots, inventory.trees
    codes = tree_codes(trees)
    findings = []
    for first, second in pairwise(inventory.campaigns):
        visited = np.isin(trees.plot_id, plots.plot_id[plots.campaign_year == second])
        standing = (trees.campaign_year == first) & np.isin(trees.status, STANDING)
        recorded = np.isin(codes, codes[trees.campaign_year == second])
        findings += [
            tree_finding(trees, i, "tree-vanished", "warning", "tree_id", next=second)
            for i in positions(standing & visited & ~recorded)
        ]
    return findings


def check_new_trees(inventory: Inventory) -> list[Finding]:
    """Find trees called live in a plot that was visited before, of which the visit before says nothing."""
    plots, trees = inventory.plots, inventory.trees
    codes = tree_codes(trees)
    findings = []
    for first, second in pairwise(inventory.campaigns):
        visited = np.isin(trees.plot_id, plots.plot_id[plots.campaign_year == first])
        live = (trees.campaign_year == second) & (trees.status == "live")
        recorded = np.isin(codes, codes[trees.campaign_year == first])
        findings += [
            tree_finding(trees, i, "tree-unannounced", "warning", "status", before=first)
            for i in positions(live & visited & ~recorded)
        ]
    return findings


def check_remeasurement(inventory: Inventory) -> list[Finding]:
    """Find what cannot have happened between two campaigns of the same tree.

    Shrunk DBH, another species, the dead that live again, ingrowth that was there before; and a
    campaign before the other, seen from most trees having shrunk.
    """
    trees = inventory.trees
    codes = tree_codes(trees)
    findings: list[Finding] = []
    for first_year, second_year in pairwise(inventory.campaigns):
        i, j = pair_positions(codes, trees.campaign_year, first_year, second_year)
        findings += _check_pairs(trees, i, j)
        findings += _check_order(trees, i, j, (first_year, second_year))
    return findings


def _check_pairs(trees: Trees, i: Positions, j: Positions) -> Iterator[Finding]:
    stood, stands = np.isin(trees.status[i], STANDING), np.isin(trees.status[j], STANDING)
    dbh, status, species = trees.dbh_cm, trees.status, trees.species_code
    for k in np.flatnonzero(np.isin(status[i], ("dead", "cut")) & stands):
        was = str(status[i[k]])
        yield tree_finding(trees, int(j[k]), "tree-revived", "warning", "status", before=was)
    for k in np.flatnonzero(stood & (status[j] == "ingrowth") & (dbh[i] >= TALLY_CM)):
        was = str(status[i[k]])
        yield tree_finding(trees, int(j[k]), "ingrowth-not-new", "warning", "status", before=was)
    for k in np.flatnonzero(species[i] != species[j]):
        was = str(species[i[k]])
        yield tree_finding(trees, int(j[k]), "species-changed", "warning", "species_code", before=was)
    for k in np.flatnonzero(stood & stands & (dbh[j] < dbh[i] - SHRINKAGE_CM)):
        thick = float(dbh[i[k]])
        yield tree_finding(trees, int(j[k]), "dbh-shrunk", "warning", "dbh_cm", before=thick)


def _check_order(trees: Trees, i: Positions, j: Positions, years: tuple[int, int]) -> Iterator[Finding]:
    both = np.isin(trees.status[i], STANDING) & np.isin(trees.status[j], STANDING)
    shrunk = j[both & (trees.dbh_cm[j] < trees.dbh_cm[i])]
    grown = int(both.sum())
    if grown >= MAJORITY and shrunk.size > grown / 2:
        first = int(shrunk[np.argmin(trees.row[shrunk])])
        counts = {"first": years[0], "second": years[1], "shrunk": int(shrunk.size), "trees": grown}
        yield tree_finding(trees, first, "campaign-order", "error", "campaign_year", **counts)
