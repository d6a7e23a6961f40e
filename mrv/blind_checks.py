"""Blind checks: plots that an audit team measured again without seeing the first readings.

The limits are data (``tables/audit_rules.toml``, or a file of the survey's own). The audit is taken as the
better reading but not as the truth: from n pairs the difference d = field - audit has bias mean(d) and
spread sd(d); if both teams err alike, one reading errs by sd(d) / sqrt(2), which is what goes into a budget
of errors (`measurement_error`). Where the audit is stated to be exact, all of sd(d) is the field's.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mrv.errors import EstimationError
from mrv.findings import Finding
from mrv.inventory import Inventory, Plots, Trees
from mrv.moments import Floats
from mrv.record_findings import plot_finding, positions, tree_finding
from mrv.remeasurement import STANDING
from mrv.sampling import t_value

Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class AuditRules:
    """Limits of a blind check; a reading is within them if it keeps either the length or the part."""

    dbh_cm: float
    """DBH may differ by this much [cm], or by"""
    dbh_frac: float
    """this part of the audit's reading, whichever is more [1]."""
    height_m: float
    """Height may differ by this much [m], or by"""
    height_frac: float
    """this part of the audit's reading, whichever is more [1]."""
    count_frac: float
    """The number of living trees of a plot may differ by this part of the audit's, and by"""
    count: int
    """this many in any case [1]."""
    share_within: float
    """This part of the readings has to be within the limits [1]."""
    source: str
    """What the limits rest on."""
    status: str
    """``verified`` only where they were read in a rule that is named."""


def audit_rules(content: Mapping[str, Any] | None = None) -> AuditRules:
    """Return the limits that plain values state; the packaged ones where they are silent.

    Parameters
    ----------
    content
        Values by the names of `AuditRules`.

    Raises
    ------
    EstimationError
        A name that is no limit, or a limit that is none.

    Examples
    --------
    >>> audit_rules({"dbh_cm": 0.5}).dbh_cm, audit_rules().status
    (0.5, 'placeholder')
    """
    packaged = resources.files("mrv").joinpath("tables", "audit_rules.toml").read_text("utf-8")
    values = tomllib.loads(packaged)
    for name, value in (content or {}).items():
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
        if name not in values or (isinstance(values[name], str) != isinstance(value, str) and not number):
            raise EstimationError("audit-rule-unknown", field=name, value=str(value))
    stated = dict(content or {})
    if stated and "source" not in stated:
        stated |= {"source": "stated for this check", "status": "unverified"}
    return AuditRules(**(values | stated))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two teams' readings of one thing agree."""

    pairs: int
    """Readings compared [1]."""
    bias: float
    """Mean of field - audit, in the unit of the reading."""
    sd: float
    """Standard deviation of field - audit, in the unit of the reading; NaN from one pair."""
    bias_half_width: float
    """Half-width of the 90 % interval of the bias, in the unit of the reading; NaN from one pair."""
    within: int
    """Readings within the limits [1]."""

    @property
    def share_within(self) -> float:
        """Part of the readings within the limits [1]."""
        return self.within / self.pairs if self.pairs else math.nan


@dataclass(frozen=True, slots=True)
class BlindCheck:
    """What a blind check found."""

    plots: int
    """Plots measured by both teams [1]."""
    dbh: Agreement
    """Diameters [cm]."""
    height: Agreement
    """Heights [m]."""
    count: Agreement
    """Living trees of a plot [1]."""
    missed: int
    """Trees that only the audit has [1]."""
    invented: int
    """Trees that only the field has, in plots of the audit [1]."""
    rules: AuditRules
    """The limits it was judged by."""
    findings: tuple[Finding, ...]
    """What lies outside the limits, with the rows of the field's own sheet."""

    @property
    def passed(self) -> bool:
        """Whether enough readings of each kind are within the limits."""
        needed = self.rules.share_within
        kinds = (self.dbh, self.height, self.count)
        return all(kind.share_within >= needed for kind in kinds if kind.pairs)


@dataclass(frozen=True, slots=True)
class MeasurementError:
    """Standard deviation of one reading, for an error budget."""

    dbh_sd_cm: float
    """Of a DBH [cm]."""
    height_sd_m: float | None
    """Of a height [m]; None where fewer than two were measured twice."""
    pairs: int
    """Diameters it rests on [1]."""
    source: str
    """Where it comes from."""


def compare_audit(field: Inventory, audit: Inventory, rules: AuditRules) -> BlindCheck:
    """Return how the field's readings agree with those of an audit of some of its plots.

    Plots are matched by number and campaign, trees by number.

    Parameters
    ----------
    field
        The whole campaign.
    audit
        Plots that were measured again; any number of them.
    rules
        Limits.

    Raises
    ------
    EstimationError
        No plot was measured by both.
    """
    shared = _shared_visits(field.plots, audit.plots)
    if not shared:
        raise EstimationError("audit-without-plots", source=audit.plots.source)
    ours, theirs = _standing(field.trees, shared), _standing(audit.trees, shared)
    pairs = [(i, theirs[key]) for key, i in sorted(ours.items()) if key in theirs]
    i = np.array([a for a, _ in pairs], dtype=np.intp)
    j = np.array([b for _, b in pairs], dtype=np.intp)
    dbh, off_dbh = _agree(field.trees.dbh_cm[i], audit.trees.dbh_cm[j], rules.dbh_cm, rules.dbh_frac)
    height, off_height = _agree(
        field.trees.height_m[i], audit.trees.height_m[j], rules.height_m, rules.height_frac
    )
    count, off_count = _counts(shared, ours, theirs, rules)
    trees, missing = field.trees, sorted(set(theirs) - set(ours))
    extra = sorted(set(ours) - set(theirs))
    findings = [
        *(_off(trees, i, j, audit.trees, at, "audit-dbh", "dbh_cm") for at in off_dbh),
        *(_off(trees, i, j, audit.trees, at, "audit-height", "height_m") for at in off_height),
        *(_count_finding(field.plots, shared, at, ours, theirs) for at in off_count),
        *(_missed(field.plots, shared, key, audit.trees, theirs[key]) for key in missing),
        *(tree_finding(trees, ours[key], "audit-tree-extra", "warning", "tree_id") for key in extra),
    ]
    return BlindCheck(len(shared), dbh, height, count, len(missing), len(extra), rules, tuple(findings))


def measurement_error(check: BlindCheck, *, audit_is_exact: bool = False) -> MeasurementError:
    """Return the standard deviation of one reading of DBH and of height.

    sd(field - audit) / sqrt(2) where both teams err alike; sd(field - audit) where the audit is exact. The
    bias is not in it: it is reported, and mended by measuring again, not by arithmetic.

    Parameters
    ----------
    check
        Of `compare_audit`.
    audit_is_exact
        Whether the audit's readings carry no error of their own.

    Raises
    ------
    EstimationError
        Fewer than two diameters were measured twice.
    """
    if check.dbh.pairs < 2:
        raise EstimationError("audit-too-small", pairs=check.dbh.pairs)
    divisor = 1.0 if audit_is_exact else math.sqrt(2.0)
    height = check.height.sd / divisor if check.height.pairs > 1 else None
    source = f"blind check of {check.plots} plots, {check.dbh.pairs} diameters"
    return MeasurementError(check.dbh.sd / divisor, height, check.dbh.pairs, source)


Visit = tuple[str, int]
TreeKey = tuple[str, int, str]


def _shared_visits(field: Plots, audit: Plots) -> dict[Visit, int]:
    """Return the visits of both, with their positions in the field's table."""
    ours = {
        (str(p), int(y)): k for k, (p, y) in enumerate(zip(field.plot_id, field.campaign_year, strict=True))
    }
    theirs = zip(audit.plot_id.tolist(), audit.campaign_year.tolist(), strict=True)
    return {visit: ours[visit] for visit in sorted(theirs) if visit in ours}


def _standing(trees: Trees, visits: dict[Visit, int]) -> dict[TreeKey, int]:
    found: dict[TreeKey, int] = {}
    for k in positions(np.isin(trees.status, STANDING)):
        visit = (str(trees.plot_id[k]), int(trees.campaign_year[k]))
        if visit in visits:
            found.setdefault((*visit, str(trees.tree_id[k])), k)
    return found


def _agree(field: Floats, audit: Floats, limit: float, frac: float) -> tuple[Agreement, list[int]]:
    """Return the agreement of paired readings, and the positions of those beyond the limits."""
    known = np.isfinite(field) & np.isfinite(audit)
    difference = np.where(known, field - audit, 0.0)
    # a limit of 0.3 cm admits 0.3 cm, whatever the last bit says
    within = np.abs(difference) <= np.maximum(limit, frac * np.abs(np.where(known, audit, 0.0))) + 1e-9
    return _agreement(difference[known], int((within & known).sum())), positions(known & ~within)


def _agreement(difference: Floats, within: int) -> Agreement:
    n = int(difference.size)
    if n == 0:
        return Agreement(0, math.nan, math.nan, math.nan, 0)
    bias = math.fsum(difference.tolist()) / n
    if n == 1:
        return Agreement(1, bias, math.nan, math.nan, within)
    sd = float(np.std(difference, ddof=1))
    return Agreement(n, bias, sd, t_value(n - 1) * sd / math.sqrt(n), within)


def _counts(
    shared: dict[Visit, int], ours: dict[TreeKey, int], theirs: dict[TreeKey, int], rules: AuditRules
) -> tuple[Agreement, list[int]]:
    visits = list(shared)
    field, audit = (
        np.array([_number(keys, visit) for visit in visits], dtype=np.float64) for keys in (ours, theirs)
    )
    return _agree(field, audit, float(rules.count), rules.count_frac)


def _number(keys: dict[TreeKey, int], visit: Visit) -> int:
    return sum(key[:2] == visit for key in keys)


def _off(trees: Trees, i: Positions, j: Positions, audit: Trees, at: int, rule: str, name: str) -> Finding:
    value = float(getattr(audit, name)[j[at]])
    if rule == "audit-dbh":
        return tree_finding(trees, int(i[at]), "audit-dbh", "warning", "dbh_cm", audit=value)
    return tree_finding(trees, int(i[at]), "audit-height", "warning", "height_m", audit=value)


def _count_finding(
    plots: Plots, shared: dict[Visit, int], at: int, ours: dict[TreeKey, int], theirs: dict[TreeKey, int]
) -> Finding:
    visit = list(shared)[at]
    params = {"value": _number(ours, visit), "audit": _number(theirs, visit)}
    return plot_finding(plots, shared[visit], "audit-count", "warning", "plot_id", **params)


def _missed(plots: Plots, shared: dict[Visit, int], key: TreeKey, audit: Trees, at: int) -> Finding:
    tree, dbh = str(audit.tree_id[at]), float(audit.dbh_cm[at])
    return plot_finding(plots, shared[key[:2]], "audit-tree-missed", "warning", "plot_id", tree=tree, dbh=dbh)
