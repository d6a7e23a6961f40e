"""Rows on parcels: what they add up to, and how many lines of an audit come to what."""

from __future__ import annotations

import pytest

from registry.reports.label import Label
from registry.reports.model import Remark
from registry.reports.parcels import AuditLine, AuditPage, ParcelReport, ParcelSumRow


def row(name: str, model: float, calibrated: float, error: float | None) -> ParcelSumRow:
    return ParcelSumRow(name, Label(name), 10, 100.0, model, calibrated, error, None)


def test_the_total_adds_sums_and_independent_errors() -> None:
    total = ParcelReport(2025, (row("a", 40.0, 50.0, 3.0), row("b", 60.0, 60.0, 4.0)), (), ()).total
    assert (total.n_parcels, total.area_ha, total.model_tc, total.calibrated_tc) == (20, 200.0, 100.0, 110.0)
    assert total.standard_error_tc == 5.0
    assert total.factor == pytest.approx(1.1)


def test_a_stratum_without_an_error_leaves_the_total_without_one() -> None:
    total = ParcelReport(2025, (row("a", 0.0, 5.0, 3.0), row("b", 0.0, 6.0, None)), (), ()).total
    assert total.standard_error_tc is None
    assert total.factor is None


def test_lines_are_counted_by_verdict() -> None:
    lines = tuple(AuditLine(Remark("audit-overlaps", {"count": 0}), v) for v in ("ok", "look", "ok"))
    page = AuditPage("county_stock", "a" * 64, lines)
    assert [page.count(verdict) for verdict in ("ok", "look", "fail")] == [2, 1, 0]
