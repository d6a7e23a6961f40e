"""Working days against a real notice, the State Council's own counts, and refusals."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.reference import parse_reference
from registry.working_days import (
    WorkCalendar,
    add_working_days,
    count_working_days,
    is_working_day,
    last_notice_day,
    load_calendar,
    parse_calendar,
)

CN = load_calendar("cn")
COVERED = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def test_real_notice_of_twenty_working_days() -> None:
    # public notice of an afforestation project, 2026-07-17 to 2026-08-13 (methodology 1.1)
    assert count_working_days(CN, date(2026, 7, 17), date(2026, 8, 13)) == 20
    assert last_notice_day(CN, date(2026, 7, 17), 20) == date(2026, 8, 13)
    assert add_working_days(CN, date(2026, 7, 17), 20) == date(2026, 8, 14)


@pytest.mark.parametrize(
    ("year", "working_days"),
    # weekdays of the year, less the weekdays off, plus the make-up days of each notice, by hand:
    # 2024: 262 - 19 + 8; 2025: 261 - 18 + 5; 2026: 261 - 19 + 6
    [(2024, 251), (2025, 248), (2026, 248)],
)
def test_working_days_of_a_year(year: int, working_days: int) -> None:
    assert count_working_days(CN, date(year, 1, 1), date(year, 12, 31)) == working_days


def test_a_make_up_weekend_counts_and_a_holiday_does_not() -> None:
    assert is_working_day(CN, date(2026, 2, 14))  # Saturday, worked before the Spring Festival
    assert not is_working_day(CN, date(2026, 2, 16))  # Monday, Spring Festival
    assert is_working_day(CN, date(2024, 2, 9))  # only recommended as leave
    assert not is_working_day(CN, date(2026, 11, 22))  # an ordinary Sunday
    # Monday-to-Friday counting would give 5
    assert count_working_days(CN, date(2026, 2, 16), date(2026, 2, 20)) == 0


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2027, 1, 1)])
def test_a_year_not_covered_is_refused(day: date) -> None:
    for call in (
        lambda: is_working_day(CN, day),
        lambda: count_working_days(CN, min(day, date(2025, 1, 1)), max(day, date(2025, 1, 1))),
    ):
        with pytest.raises(RegistryError) as caught:
            call()
        assert caught.value.rule == "calendar-year-uncovered"
        assert caught.value.params["covered"] == "2024, 2025, 2026"


def test_counting_into_a_year_not_covered_is_refused() -> None:
    with pytest.raises(RegistryError, match=r"calendar-year-uncovered.*2027-01-01"):
        add_working_days(CN, date(2026, 12, 21), 20)


def test_a_notice_may_open_on_the_first_day_covered() -> None:
    assert last_notice_day(CN, date(2024, 1, 1), 1) == date(2024, 1, 2)


def test_nonsense_counts_are_refused() -> None:
    with pytest.raises(RegistryError, match="calendar-range-reversed"):
        count_working_days(CN, date(2026, 8, 13), date(2026, 7, 17))
    for days in (0, -3):
        with pytest.raises(RegistryError, match="calendar-days-invalid"):
            add_working_days(CN, date(2026, 7, 17), days)


@given(start=st.dates(date(2024, 1, 1), date(2026, 10, 1)), days=st.integers(1, 40))
def test_adding_and_counting_agree(start: date, days: int) -> None:
    end = add_working_days(CN, start, days)
    assert is_working_day(CN, end)
    assert count_working_days(CN, start + timedelta(days=1), end) == days


@given(a=COVERED, b=COVERED, c=COVERED)
def test_counts_add_up(a: date, b: date, c: date) -> None:
    first, middle, last = sorted((a, b, c))
    if middle < last:
        parts = count_working_days(CN, first, middle) + count_working_days(
            CN, middle + timedelta(days=1), last
        )
        assert count_working_days(CN, first, last) == parts


def test_every_year_states_its_source_and_status() -> None:
    for year in CN.years.values():
        assert str(year.year - 1) in year.source  # the notice comes out in the year before
        assert year.status == "verified"


def _calendar(holidays: str) -> WorkCalendar:
    text = f"""
schema = 1
id = "t"
name_zh = "甲"
name_en = "a"
weekend = [6, 7]
[[year]]
year = 2026
status = "unverified"
source = "a test"
holidays = [{holidays}]
"""
    return parse_calendar(parse_reference("t", text))


@pytest.mark.parametrize(
    ("holidays", "rule"),
    [
        (
            '{zh="甲", en="a", from=2026-03-02, to=2026-03-01, make_up=[]}',
            "calendar-range-reversed",
        ),
        (
            '{zh="甲", en="a", from=2026-12-31, to=2027-01-01, make_up=[]}',
            "calendar-day-other-year",
        ),
        (
            '{zh="甲", en="a", from=2026-03-02, to=2026-03-02, make_up=[2026-03-03]}',
            "calendar-make-up-weekday",
        ),
        (
            '{zh="甲", en="a", from=2026-03-06, to=2026-03-07, make_up=[2026-03-07]}',
            "calendar-day-both",
        ),
        (
            '{zh="甲", en="a", from=2026-03-02, to=2026-03-02, make_up=[], note="x"}',
            "reference-key-unknown",
        ),
    ],
)
def test_contradictory_days_are_refused(holidays: str, rule: str) -> None:
    with pytest.raises(RegistryError) as caught:
        _calendar(holidays)
    assert caught.value.rule == rule


def test_a_year_given_twice_is_refused() -> None:
    reference = parse_reference(
        "t",
        'schema=1\nid="t"\nname_zh="a"\nname_en="a"\nweekend=[6,7]\n'
        + '[[year]]\nyear=2026\nstatus="verified"\nsource="s"\nholidays=[]\n' * 2,
    )
    with pytest.raises(RegistryError, match="calendar-year-twice"):
        parse_calendar(reference)
