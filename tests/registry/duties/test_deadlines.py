"""Deadline rules: each kind dated by hand, and refusals of rules that say nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from registry.duties.deadlines import Deadline, Due, due_of, read_deadline
from registry.errors import RegistryError
from registry.working_days import load_calendar

CN = load_calendar("cn")
JUNE = date(2026, 6, 30)


def _due(rule: dict[str, Any], trigger: date | None, done: date | None, as_of: date = JUNE) -> Due:
    return due_of(read_deadline(rule, "t"), trigger, done, as_of, CN)


def test_working_days_from_a_real_notice() -> None:
    notice = {"after": "opened", "working_days": 20, "counts_event_day": True, "at_least": True}
    opened, last = date(2026, 7, 17), date(2026, 8, 13)
    assert _due(notice, opened, None, date(2026, 8, 13)) == Due("due", last)
    assert _due(notice, opened, None, date(2026, 8, 14)) == Due("late", last)
    assert _due(notice, opened, last, date(2026, 9, 1)) == Due("done", last, last)
    # closed a day early: the notice was too short and does not count
    assert _due(notice, opened, date(2026, 8, 12), date(2026, 8, 13)) == Due("due", last)
    assert _due(notice, opened, date(2026, 8, 12), date(2026, 9, 1)) == Due("late", last)


def test_working_days_after_an_event_do_not_count_its_day() -> None:
    # filed on Friday 2026-09-18. Worked: Sunday 20 (1), 21-24 (5), 28-30 (8), 8-10 October (11, the Saturday
    # is made up), 12-15 (15); off: Friday 25 and 1 to 7 October
    filed = date(2026, 9, 18)
    assert _due({"after": "filed", "working_days": 15}, filed, None).due_date == date(2026, 10, 15)


def test_days_and_months() -> None:
    assert _due({"after": "fire", "days": 1}, date(2026, 6, 29), None) == Due("due", JUNE)
    assert _due({"after": "fire", "days": 1}, date(2026, 6, 28), None) == Due("late", date(2026, 6, 29))
    assert _due({"after": "data", "months": 3}, date(2025, 11, 30), None).due_date == date(2026, 2, 28)
    assert _due({"after": "data", "months": 13}, date(2026, 1, 31), None).due_date == date(2027, 2, 28)


def test_an_act_before_its_event_does_not_count() -> None:
    rule = {"after": "fire", "days": 1}
    assert _due(rule, date(2026, 6, 10), date(2026, 6, 9)).state == "late"
    assert _due(rule, date(2026, 6, 10), date(2026, 6, 10)) == Due(
        "done", date(2026, 6, 11), date(2026, 6, 10)
    )


def test_every_five_years_from_the_last_time() -> None:
    rule = {"after": "measured", "every_years": 5}
    assert _due(rule, date(2021, 7, 1), date(2021, 7, 1)) == Due("due", date(2026, 7, 1))
    assert _due(rule, date(2021, 6, 1), date(2021, 6, 1)) == Due("late", date(2026, 6, 1))
    assert _due(rule, date(2024, 2, 29), None).due_date == date(2029, 2, 28)


def test_keeping_for_ten_years() -> None:
    rule = {"after": "issued", "until_years": 10}
    assert _due(rule, date(2016, 6, 30), None) == Due("due", JUNE)
    assert _due(rule, date(2016, 6, 29), None) == Due("done", date(2026, 6, 29))


@pytest.mark.parametrize(
    ("trigger", "done", "as_of", "expected"),
    [
        (date(2026, 3, 1), None, JUNE, Due("due", date(2026, 12, 31))),
        (date(2026, 3, 1), date(2026, 5, 1), JUNE, Due("done", date(2026, 12, 31), date(2026, 5, 1))),
        # done last year: this year's is owed; missed last year: late ever since
        (date(2024, 3, 1), date(2025, 5, 1), JUNE, Due("due", date(2026, 12, 31))),
        (date(2024, 3, 1), date(2024, 5, 1), JUNE, Due("late", date(2025, 12, 31))),
        (date(2024, 3, 1), None, JUNE, Due("late", date(2024, 12, 31))),
        (date(2024, 3, 1), None, date(2024, 12, 31), Due("due", date(2024, 12, 31))),
        (None, None, JUNE, Due("not_applicable")),
    ],
)
def test_every_year_from_the_event_on(
    trigger: date | None, done: date | None, as_of: date, expected: Due
) -> None:
    assert _due({"every": "year", "by": "12-31", "after": "opened"}, trigger, done, as_of) == expected


def test_a_yearly_day_that_was_over_when_the_event_came_is_owed_next_year() -> None:
    rule = {"every": "year", "by": "03-31", "after": "opened"}
    assert _due(rule, date(2026, 4, 1), None) == Due("due", date(2027, 3, 31))
    assert _due(rule, date(2026, 3, 31), None) == Due("late", date(2026, 3, 31))


def test_yearly_without_an_event_is_owed_this_year() -> None:
    assert _due({"every": "year", "by": "12-31"}, None, None) == Due("due", date(2026, 12, 31))


def test_standing_duties_are_always_owed() -> None:
    assert _due({"standing": True}, None, None) == Due("due")
    assert Deadline("standing").without_end
    assert not Deadline("days", "fire", 1).without_end


def test_without_its_event_nothing_is_owed() -> None:
    assert _due({"after": "fire", "days": 1}, None, date(2026, 6, 1)) == Due("not_applicable")


def test_working_days_in_a_year_that_is_not_covered_are_refused() -> None:
    with pytest.raises(RegistryError, match="calendar-year-uncovered"):
        _due({"after": "filed", "working_days": 15}, date(2026, 12, 20), None)


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({}, "duty-deadline-invalid"),
        ({"standing": False}, "duty-deadline-invalid"),
        ({"standing": True, "days": 1}, "reference-key-unknown"),
        ({"after": "x", "days": 0}, "duty-deadline-invalid"),
        ({"after": "x", "days": 1, "months": 1}, "duty-deadline-invalid"),
        ({"after": "x", "days": "1"}, "reference-value-type"),
        ({"days": 1}, "reference-key-missing"),
        ({"after": "x", "days": 1, "at_least": True}, "reference-key-unknown"),
        ({"every": "month", "by": "12-31"}, "duty-deadline-invalid"),
        ({"every": "year", "by": "02-30"}, "duty-deadline-invalid"),
        ({"every": "year"}, "reference-key-missing"),
    ],
)
def test_rules_that_say_nothing_are_refused(rule: dict[str, Any], error: str) -> None:
    with pytest.raises(RegistryError) as caught:
        read_deadline(rule, "t")
    assert caught.value.rule == error
