"""The responsibility list: complete, sourced, and evaluated as a pure function of events and a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib.resources import files

import pytest

from registry.duties import (
    DutyList,
    check_duties,
    duty_list_ids,
    duty_records,
    evaluate_duties,
    load_duties,
    parse_duties,
)
from registry.errors import RegistryError
from registry.reference import parse_reference
from registry.working_days import load_calendar

CN = load_calendar("cn")
DUTIES = load_duties()
AS_OF = date(2026, 6, 30)
EVENTS = {
    "chain-opened": date(2026, 3, 1),
    "trade-agreed": date(2026, 5, 12),
    "trade-settled": date(2026, 5, 14),
    "units-issued": date(2026, 5, 6),
    "disturbance-detected": date(2026, 6, 1),
    "subcompartments-updated": date(2026, 7, 1),  # after the day asked for
}


def _states(as_of: date = AS_OF) -> dict[str, str]:
    return {status.duty_id: status.state for status in evaluate_duties(DUTIES.duties, EVENTS, as_of, CN)}


def test_the_seed_list_covers_every_stage() -> None:
    assert duty_list_ids() == ("county-forest",)
    assert len(DUTIES.duties) >= 15
    stages = {duty.stage for duty in DUTIES.duties}
    assert stages == {"monitor", "account", "confirm", "verify", "trade", "finance", "supervise"}


def test_a_verified_duty_cites_the_measures_with_an_article() -> None:
    verified = [duty for duty in DUTIES.duties if duty.status == "verified"]
    assert len(verified) >= 5
    for duty in verified:
        assert "温室气体自愿减排交易管理办法" in duty.legal_basis, duty.id
        assert "第" in duty.legal_basis, duty.id
    for duty in DUTIES.duties:
        if any(word in duty.legal_basis for word in ("未核对", "未核实", "自定", "未取得")):
            assert duty.status == "unverified", duty.id


def test_every_event_of_the_list_is_used() -> None:
    used = {duty.deadline.after for duty in DUTIES.duties} | {duty.done_by for duty in DUTIES.duties}
    assert set(DUTIES.events) == used - {None}


def test_states_of_a_day() -> None:
    states = _states()
    assert states["monitor-subcompartments"] == "due"
    assert states["monitor-disturbance"] == "late"
    assert states["trade-settlement"] == "done"
    assert states["trade-records"] == "due"
    assert states["verify-independence"] == "due"
    assert states["confirm-rights"] == "not_applicable"


def test_days_late_are_counted_for_the_undone_and_for_the_done() -> None:
    by_id = {status.duty_id: status for status in evaluate_duties(DUTIES.duties, EVENTS, AS_OF, CN)}
    assert by_id["monitor-disturbance"].due_date == date(2026, 6, 2)
    assert by_id["monitor-disturbance"].late_days == 28
    assert by_id["trade-settlement"].due_date == date(2026, 5, 13)
    assert by_id["trade-settlement"].late_days == 1
    assert by_id["trade-records"].due_date == date(2036, 5, 6)
    assert by_id["trade-records"].late_days == 0


def test_what_happens_later_has_not_happened() -> None:
    assert _states(date(2026, 5, 13))["trade-settlement"] == "due"
    assert _states(date(2026, 5, 13))["monitor-disturbance"] == "not_applicable"
    assert _states(date(2026, 7, 1))["monitor-subcompartments"] == "done"


def test_a_deadline_outside_the_calendar_is_undetermined_not_assumed() -> None:
    events = {"issuance-filed": date(2026, 12, 21), "trade-agreed": date(2014, 1, 2)}
    by_id = {s.duty_id: s for s in evaluate_duties(DUTIES.duties, events, date(2026, 12, 22), CN)}
    for duty_id in ("trade-issuance", "trade-settlement"):
        assert by_id[duty_id].state == "undetermined"
        assert by_id[duty_id].due_date is None
        assert by_id[duty_id].rule == "calendar-year-uncovered"
    rules = {finding.field: finding.rule for finding in check_duties(DUTIES, by_id.values())}
    assert rules["trade-issuance"] == "duty-undetermined"


def test_findings_name_the_duty_and_the_day() -> None:
    findings = check_duties(DUTIES, evaluate_duties(DUTIES.duties, EVENTS, AS_OF, CN))
    fire = next(finding for finding in findings if finding.field == "monitor-disturbance")
    assert (fire.rule, fire.severity, fire.source) == ("duty-late", "warning", "duties/county-forest.toml")
    assert fire.params["due"] == "2026-06-02"
    assert fire.params["late_days"] == 28
    assert "trade-settlement" not in {finding.field for finding in findings}


def test_records_hold_what_is_dated_and_applies() -> None:
    statuses = evaluate_duties(DUTIES.duties, EVENTS, AS_OF, CN)
    records = {record.duty_id: record for record in duty_records(DUTIES, statuses, "430624")}
    assert records["monitor-disturbance"].status == "overdue"
    assert records["trade-settlement"].status == "done"
    assert records["monitor-subcompartments"].status == "open"
    assert records["monitor-subcompartments"].responsible == "县林业局"
    assert "confirm-rights" not in records  # nothing set it going
    assert "verify-independence" not in records  # standing: no date


def test_the_answer_is_a_function_of_its_inputs() -> None:
    first = evaluate_duties(DUTIES.duties, EVENTS, AS_OF, CN)
    assert evaluate_duties(DUTIES.duties, dict(reversed(EVENTS.items())), AS_OF, CN) == first
    assert "subcompartments-updated" in EVENTS  # the events handed in are left as they were


def _parse(text: str) -> DutyList:
    return parse_duties(parse_reference("t", text))


def _replace(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (_replace('stage = "monitor"', 'stage = "watch"'), "duty-choice"),
        (_replace('id = "monitor-plots"', 'id = "monitor-subcompartments"'), "duty-twice"),
        (_replace('done_by = "plots-measured"\n', ""), "duty-done-by"),
        (_replace("{ standing = true }", '{ standing = true }\ndone_by = "trade-settled"'), "duty-done-by"),
        (_replace('done_by = "plots-measured"', 'done_by = "plots-mesured"'), "duty-event-unknown"),
        (_replace('after = "right-applied"', 'after = "right-aplied"'), "duty-event-unknown"),
        (_replace("days = 1 }", "days = 0 }"), "duty-deadline-invalid"),
        (_replace('frequency_en = "every year"\n', ""), "reference-key-missing"),
        (_replace('frequency_en = "every year"', 'frequency_en = "x"\nfine = 1'), "reference-key-unknown"),
        (_replace('status = "unverified"', 'status = "fine"'), "reference-status-unknown"),
    ],
)
def test_a_list_that_is_not_in_order_is_refused(change: Callable[[str], str], rule: str) -> None:
    text = (files("registry") / "duties" / "county-forest.toml").read_text(encoding="utf-8")
    assert _parse(text).duties == DUTIES.duties
    with pytest.raises(RegistryError) as caught:
        _parse(change(text))
    assert caught.value.rule == rule
