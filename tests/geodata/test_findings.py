"""Findings are plain frozen values."""

from __future__ import annotations

import dataclasses

import pytest

from geodata.findings import Finding, count_by_severity


def test_a_finding_cannot_be_changed() -> None:
    finding = Finding("cell-empty", "error", "a.csv", row=3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.row = 4  # type: ignore[misc]


def test_findings_are_counted_by_severity() -> None:
    found = [Finding("a-b", severity, "f") for severity in ("error", "info", "error")]
    assert count_by_severity(found) == {"error": 2, "warning": 0, "info": 1}
