"""Findings of a supervision run and the state of duties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

from mrv.findings import Finding
from registry import queries
from registry.model import DutyRecord
from registry.store import Registry
from registry.supervision import record_supervision

DUTY = DutyRecord("plot-survey", "430624", "monitor", "BUREAU", date(2026, 3, 1), "open")


def test_findings_are_kept_with_their_place(registry: Registry, chain: SimpleNamespace) -> None:
    findings = [
        Finding("u-over-limit", "warning", "a.xlsx", 7, "dbh_cm", "9", {"u_frac": 0.125}),
        Finding("x", "info", "b"),
    ]
    outcome = record_supervision(
        registry, chain.context("S", "k"), "430624", date(2026, 1, 1), findings, [DUTY]
    )
    assert outcome.result["recorded"] == 2
    run = queries.supervision_runs(registry, "430624")[0]
    assert (run["findings"], run["duties"], run["supervisor"]) == (2, 1, "S")
    first = run["items"][0]
    assert (first["rule"], first["row_number"], first["field"], first["params"]) == (
        "u-over-limit", 7, "dbh_cm", '{"u_frac":"0.125"}',
    )  # fmt: skip


def test_a_duty_is_one_row_whose_state_moves_on(registry: Registry, chain: SimpleNamespace) -> None:
    day = date(2026, 1, 1)
    record_supervision(registry, chain.context("S", "k"), "430624", day, [], [DUTY])
    done = replace(DUTY, status="done", evidence="report")
    record_supervision(registry, chain.context("S", "k2", date(2026, 2, 1)), "430624", day, [], [done])
    duties = queries.duties(registry, "430624")
    assert [(d["status"], d["evidence"], d["checked_on"]) for d in duties] == [
        ("done", "report", "2026-02-01")
    ]
    other = replace(DUTY, due_date=date(2027, 3, 1))
    record_supervision(registry, chain.context("S", "k3"), "430624", day, [], [other])
    assert len(queries.duties(registry)) == 2
