"""Checks of a tree inventory. Each returns findings with the row of the person's own sheet.

An ``error`` makes an account meaningless and blocks it; a ``warning`` is a reading to verify.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from mrv.allometry import BAMBOO
from mrv.coefficients import species_table
from mrv.findings import Finding, Severity

if TYPE_CHECKING:
    from mrv.inventory import Inventory, Plots, Trees

ABSURD_DBH_CM: Final = 300.0
"""No tree of the region is thicker [cm]."""
ABSURD_HEIGHT_M: Final = 100.0
"""No tree of the region is taller [m]."""
YEARS: Final = (1900, 2100)
"""A campaign lies between these years; 20 and 20205 are slips [year]."""
SHRINKAGE_CM: Final = 0.5
"""A DBH may shrink by this much between campaigns by reading alone [cm]."""
TALLY_CM: Final = 5.0
"""A tree recorded thinner than this may rightly be called ingrowth later [cm]."""
_STANDING: Final = frozenset({"live", "ingrowth"})
_STATUSES: Final = frozenset({"live", "dead", "cut", "ingrowth"})
_MAJORITY: Final = 10


def check_inventory(inventory: Inventory) -> list[Finding]:
    """Return all findings of an inventory, by source and row."""
    checks: tuple[Callable[[Inventory], list[Finding]], ...] = (
        check_plots,
        check_tree_identity,
        check_tree_readings,
        check_heights,
        check_remeasurement,
    )
    findings = [finding for check in checks for finding in check(inventory)]
    return sorted(findings, key=lambda f: (f.source, f.row or 0, f.rule, f.field or ""))


def _plot_finding(plots: Plots, i: int, rule: str, severity: Severity, field: str, value: object) -> Finding:
    params: dict[str, str | int | float] = {
        "plot": str(plots.plot_id[i]),
        "year": int(plots.campaign_year[i]),
    }
    return Finding(rule, severity, plots.source, int(plots.row[i]), field, str(value), params)


def _tree_finding(
    trees: Trees, i: int, rule: str, severity: Severity, field: str, /, **params: str | int | float
) -> Finding:
    where: dict[str, str | int | float] = {
        "plot": str(trees.plot_id[i]),
        "tree": str(trees.tree_id[i]),
        "year": int(trees.campaign_year[i]),
    }
    value = str(getattr(trees, field)[i])
    return Finding(rule, severity, trees.source, int(trees.row[i]), field, value, {**where, **params})


def check_plots(inventory: Inventory) -> list[Finding]:
    """Find repeated plots, plots without an area, a stratum or a place."""
    plots, findings = inventory.plots, list[Finding]()
    seen: dict[tuple[str, int], int] = {}
    strata: dict[str, str] = {}
    for i in range(plots.plot_id.size):
        name, year = str(plots.plot_id[i]), int(plots.campaign_year[i])
        first = seen.setdefault((name, year), int(plots.row[i]))
        if not YEARS[0] <= year <= YEARS[1]:
            findings.append(_plot_finding(plots, i, "campaign-year-absurd", "error", "campaign_year", year))
        if first != int(plots.row[i]):
            found = _plot_finding(plots, i, "plot-duplicated", "error", "plot_id", name)
            findings.append(_with(found, first_row=first))
        if not plots.area_m2[i] > 0:
            value = "" if np.isnan(plots.area_m2[i]) else plots.area_m2[i]
            findings.append(_plot_finding(plots, i, "plot-area-missing", "error", "area_m2", value))
        if not plots.stratum[i]:
            findings.append(_plot_finding(plots, i, "plot-stratum-missing", "error", "stratum", ""))
        if not (np.isfinite(plots.x_m[i]) and np.isfinite(plots.y_m[i])):
            findings.append(_plot_finding(plots, i, "plot-place-missing", "warning", "x_m", plots.x_m[i]))
        before = strata.setdefault(name, str(plots.stratum[i]))
        if before != plots.stratum[i]:
            found = _plot_finding(plots, i, "plot-stratum-changed", "warning", "stratum", plots.stratum[i])
            findings.append(_with(found, before=before))
    return findings


def _with(finding: Finding, **params: str | int | float) -> Finding:
    return Finding(
        finding.rule,
        finding.severity,
        finding.source,
        finding.row,
        finding.field,
        finding.value,
        {**finding.params, **params},
    )


def check_tree_identity(inventory: Inventory) -> list[Finding]:
    """Find repeated trees, trees of a plot that is not there, and unknown status words."""
    plots, trees, findings = inventory.plots, inventory.trees, []
    visits = set(zip(plots.plot_id.tolist(), plots.campaign_year.tolist(), strict=True))
    seen: dict[tuple[str, int, str], int] = {}
    for i in range(trees.plot_id.size):
        visit = (str(trees.plot_id[i]), int(trees.campaign_year[i]))
        if visit not in visits:
            findings.append(_tree_finding(trees, i, "tree-without-plot", "error", "plot_id"))
        first = seen.setdefault((*visit, str(trees.tree_id[i])), int(trees.row[i]))
        if first != int(trees.row[i]):
            findings.append(_tree_finding(trees, i, "tree-duplicated", "error", "tree_id", first_row=first))
        if str(trees.status[i]) not in _STATUSES:
            findings.append(_tree_finding(trees, i, "tree-status-unknown", "error", "status"))
    return findings


def check_tree_readings(inventory: Inventory) -> list[Finding]:
    """Find unknown species, absurd and implausible DBH, and bamboo without an age class."""
    trees, findings, table = inventory.trees, [], species_table()
    for i in range(trees.plot_id.size):
        code, dbh = str(trees.species_code[i]), float(trees.dbh_cm[i])
        item = table.get(code)
        standing = str(trees.status[i]) in _STANDING
        if item is None:
            findings.append(_tree_finding(trees, i, "species-unknown", "error", "species_code"))
        if standing and not 0 < dbh <= ABSURD_DBH_CM:
            findings.append(_tree_finding(trees, i, "dbh-absurd", "error", "dbh_cm", limit=ABSURD_DBH_CM))
        elif standing and item is not None and not item.dbh_range_cm[0] <= dbh <= item.dbh_range_cm[1]:
            low, high = item.dbh_range_cm
            limits: dict[str, str | int | float] = {"species": code, "low": low, "high": high}
            findings.append(_tree_finding(trees, i, "dbh-range", "warning", "dbh_cm", **limits))
        if standing and code == BAMBOO and not trees.du[i] > 0:
            findings.append(_tree_finding(trees, i, "bamboo-age-missing", "warning", "du"))
    return findings


def check_heights(inventory: Inventory) -> list[Finding]:
    """Find heights out of the species' range, and heights far off the other trees of the species.

    Far off: more than four robust standard deviations (1.4826 times the median absolute deviation)
    of ln(H) about its straight line in ln(D), among the measured trees of the species.
    """
    trees, findings, table = inventory.trees, [], species_table()
    measured = np.isfinite(trees.height_m) & np.isin(trees.status, sorted(_STANDING))
    for i in np.flatnonzero(measured):
        item = table.get(str(trees.species_code[i]))
        height = float(trees.height_m[i])
        if not 0 < height <= ABSURD_HEIGHT_M:
            at = int(i)
            findings.append(
                _tree_finding(trees, at, "height-absurd", "error", "height_m", limit=ABSURD_HEIGHT_M)
            )
        elif item is not None and not item.height_range_m[0] <= height <= item.height_range_m[1]:
            low, high = item.height_range_m
            limits: dict[str, str | int | float] = {"species": item.code, "low": low, "high": high}
            findings.append(_tree_finding(trees, int(i), "height-range", "warning", "height_m", **limits))
    usable = measured & (trees.height_m > 0) & (trees.height_m <= ABSURD_HEIGHT_M) & (trees.dbh_cm > 0)
    for code in np.unique(trees.species_code[usable]):
        rows = np.flatnonzero(usable & (trees.species_code == code))
        findings += [
            _tree_finding(trees, int(i), "height-outlier", "warning", "height_m", species=str(code))
            for i in _height_outliers(trees, rows)
        ]
    return findings


def _height_outliers(trees: Trees, rows: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> Iterator[int]:
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


def check_remeasurement(inventory: Inventory) -> list[Finding]:
    """Find what cannot have happened between two campaigns of the same tree.

    Shrunk DBH, another species, the dead that live again, ingrowth that was there before; and a
    campaign before the other, seen from most trees having shrunk.
    """
    trees = inventory.trees
    findings: list[Finding] = []
    for first_year, second_year in pairwise(inventory.campaigns):
        pairs = list(_pairs(trees, first_year, second_year))
        for i, j in pairs:
            findings += _check_pair(trees, i, j)
        grown = [(i, j) for i, j in pairs if _both_standing(trees, i, j)]
        shrunk = [j for i, j in grown if trees.dbh_cm[j] < trees.dbh_cm[i]]
        if len(grown) >= _MAJORITY and len(shrunk) > len(grown) / 2:
            first = min(shrunk, key=lambda j: int(trees.row[j]))
            counts = {"first": first_year, "second": second_year, "shrunk": len(shrunk), "trees": len(grown)}
            findings.append(_tree_finding(trees, first, "campaign-order", "error", "campaign_year", **counts))
    return findings


def _pairs(trees: Trees, first_year: int, second_year: int) -> Iterator[tuple[int, int]]:
    """Yield the positions of each tree recorded in both campaigns."""
    before = {
        (str(trees.plot_id[i]), str(trees.tree_id[i])): int(i)
        for i in np.flatnonzero(trees.campaign_year == first_year)
    }
    for j in np.flatnonzero(trees.campaign_year == second_year):
        i = before.get((str(trees.plot_id[j]), str(trees.tree_id[j])))
        if i is not None:
            yield i, int(j)


def _both_standing(trees: Trees, i: int, j: int) -> bool:
    return str(trees.status[i]) in _STANDING and str(trees.status[j]) in _STANDING


def _check_pair(trees: Trees, i: int, j: int) -> Iterator[Finding]:
    before, after = str(trees.status[i]), str(trees.status[j])
    if before in {"dead", "cut"} and after in _STANDING:
        yield _tree_finding(trees, j, "tree-revived", "warning", "status", before=before)
    if before in _STANDING and after == "ingrowth" and trees.dbh_cm[i] >= TALLY_CM:
        yield _tree_finding(trees, j, "ingrowth-not-new", "warning", "status", before=before)
    if trees.species_code[i] != trees.species_code[j]:
        code = str(trees.species_code[i])
        yield _tree_finding(trees, j, "species-changed", "warning", "species_code", before=code)
    if _both_standing(trees, i, j) and trees.dbh_cm[j] < trees.dbh_cm[i] - SHRINKAGE_CM:
        yield _tree_finding(trees, j, "dbh-shrunk", "warning", "dbh_cm", before=float(trees.dbh_cm[i]))
