"""Findings: what a check saw, with the place in the person's own file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation of a check; checks return findings, they do not raise.

    Examples
    --------
    >>> Finding("cell-not-a-number", "error", "plots.xlsx[样木]", row=7, field="胸径", value="x").severity
    'error'
    """

    rule: str
    """Catalogue key, e.g. ``cell-not-a-number``."""
    severity: Severity
    """An ``error`` stops the run before anything is recorded."""
    source: str
    """File name, with ``[sheet]`` where there is one."""
    row: int | None = None
    """Row in the person's own file (1 = first line or row, headings included)."""
    field: str | None = None
    """Column the value stands in."""
    value: str | None = None
    """The value as text."""
    params: Mapping[str, str | int | float] = dataclasses.field(default_factory=dict)
    """Further values that the message names."""


def count_by_severity(findings: Iterable[Finding]) -> dict[str, int]:
    """Return the number of findings [1] of each severity, zeros included.

    Examples
    --------
    >>> count_by_severity([Finding("cell-not-a-number", "error", "a.csv")])
    {'error': 1, 'warning': 0, 'info': 0}
    """
    counts = {"error": 0, "warning": 0, "info": 0}
    for finding in findings:
        counts[finding.severity] += 1
    return counts
