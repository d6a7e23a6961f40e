from __future__ import annotations

from mrv.findings import Finding, count_by_severity


def test_findings_do_not_share_their_parameters() -> None:
    first, second = Finding("a", "error", "x.csv"), Finding("b", "warning", "x.csv")
    assert first.params == {}
    assert first.params is not second.params


def test_each_severity_is_counted() -> None:
    found = [Finding("a", "error", "x"), Finding("b", "info", "x"), Finding("c", "error", "x")]
    assert count_by_severity(found) == {"error": 2, "warning": 0, "info": 1}
