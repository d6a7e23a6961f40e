"""Count working days as the Chinese calendar has them: holidays off, make-up weekends on.

Public notices and decisions of a registry are timed in working days (工作日). The days come from
``calendars/*.toml``, a table for each year with the notice it was read from. A date in a year that is not
there is refused: no year is ever assumed to be Monday to Friday.

Not here: hours of the day, and which duty has which deadline (`registry.duties`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registry.errors import RegistryError
from registry.reference import ReferenceFile, check_keys, read_reference, status_of, typed

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """What is known of one year.

    Attributes
    ----------
    year : int
        Calendar year.
    status : str
        ``verified``, ``unverified`` or ``placeholder``.
    source : str
        The notice, and the copy of it that was read.
    """

    year: int
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days of the years covered.

    Attributes
    ----------
    id : str
        Name of the calendar file, e.g. ``cn``.
    years : Mapping[int, CalendarYear]
        The years covered; every other year is refused.
    weekend : frozenset of int
        ISO weekdays that are off unless made up (6 Saturday, 7 Sunday).
    days_off : frozenset of date
        Statutory and exchanged days off.
    make_up_days : frozenset of date
        Weekend days worked in exchange.
    sha256 : str
        Digest of the file.
    """

    id: str
    years: Mapping[int, CalendarYear]
    weekend: frozenset[int]
    days_off: frozenset[date]
    make_up_days: frozenset[date]
    sha256: str


def load_calendar(calendar_id: str = "cn") -> WorkCalendar:
    """Load a packaged calendar.

    Parameters
    ----------
    calendar_id : str
        Name of a file in ``registry/calendars``.

    Returns
    -------
    WorkCalendar

    Raises
    ------
    RegistryError
        ``reference-*`` for a file that is not there or not in order, ``calendar-*`` for days that
        contradict each other.

    Examples
    --------
    >>> sorted(load_calendar("cn").years)
    [2024, 2025, 2026]
    """
    return parse_calendar(read_reference("calendars", calendar_id))


def parse_calendar(reference: ReferenceFile) -> WorkCalendar:
    """Turn a parsed file into a calendar, refusing days that contradict each other.

    Parameters
    ----------
    reference : ReferenceFile
        The parsed file.

    Returns
    -------
    WorkCalendar

    Raises
    ------
    RegistryError
        See `load_calendar`.
    """
    data, where = reference.data, f"calendars/{reference.id}.toml"
    check_keys(data, where, required=("schema", "id", "name_zh", "name_en", "weekend", "year"))
    weekend = frozenset(data["weekend"])
    years: dict[int, CalendarYear] = {}
    days_off: set[date] = set()
    make_up_days: set[date] = set()
    for table in data["year"]:
        entry = _read_year(table, where)
        if entry.year in years:
            raise RegistryError("calendar-year-twice", where=where, year=entry.year)
        years[entry.year] = entry
        for holiday in table["holidays"]:
            off, worked = _read_holiday(holiday, entry.year, weekend, f"{where} [{entry.year}]")
            days_off |= off
            make_up_days |= worked
    for day in sorted(days_off & make_up_days):
        raise RegistryError("calendar-day-both", where=where, date=day.isoformat())
    return WorkCalendar(
        reference.id, years, weekend, frozenset(days_off), frozenset(make_up_days), reference.sha256
    )


def is_working_day(calendar: WorkCalendar, day: date) -> bool:
    """Tell whether a day is worked.

    Parameters
    ----------
    calendar : WorkCalendar
        The calendar.
    day : date
        A day in a covered year.

    Returns
    -------
    bool

    Raises
    ------
    RegistryError
        ``calendar-year-uncovered``.

    Examples
    --------
    >>> cn = load_calendar("cn")
    >>> is_working_day(cn, date(2026, 10, 10)), is_working_day(cn, date(2026, 10, 7))
    (True, False)
    """
    _refuse_uncovered(calendar, day)
    if day in calendar.make_up_days:
        return True
    return day not in calendar.days_off and day.isoweekday() not in calendar.weekend


def count_working_days(calendar: WorkCalendar, first: date, last: date) -> int:
    """Count the working days from `first` to `last`, both included.

    Parameters
    ----------
    calendar : WorkCalendar
        The calendar.
    first, last : date
        The ends; a range that ends before it begins is refused.

    Returns
    -------
    int
        Working days [d].

    Raises
    ------
    RegistryError
        ``calendar-year-uncovered`` or ``calendar-range-reversed``.

    Examples
    --------
    A real notice of an afforestation project ran for 20 working days:

    >>> count_working_days(load_calendar("cn"), date(2026, 7, 17), date(2026, 8, 13))
    20
    """
    if last < first:
        raise RegistryError("calendar-range-reversed", first=first.isoformat(), last=last.isoformat())
    _refuse_uncovered(calendar, first)
    _refuse_uncovered(calendar, last)
    return sum(is_working_day(calendar, day) for day in _days(first, last))


def add_working_days(calendar: WorkCalendar, start: date, working_days: int) -> date:
    """Return the n-th working day after `start`, the start itself not counted.

    Parameters
    ----------
    calendar : WorkCalendar
        The calendar.
    start : date
        The day of the event that sets the clock going.
    working_days : int
        At least 1 [d].

    Returns
    -------
    date

    Raises
    ------
    RegistryError
        ``calendar-year-uncovered`` if the count runs into a year not covered, ``calendar-days-invalid``.

    Examples
    --------
    >>> add_working_days(load_calendar("cn"), date(2026, 7, 16), 20)
    datetime.date(2026, 8, 13)
    """
    if working_days < 1:
        raise RegistryError("calendar-days-invalid", value=working_days)
    day, left = start, working_days
    while left:
        day += _ONE_DAY
        left -= is_working_day(calendar, day)
    return day


def last_notice_day(calendar: WorkCalendar, opened: date, working_days: int) -> date:
    """Return the last day of a public notice (公示), its opening day counted.

    Parameters
    ----------
    calendar : WorkCalendar
        The calendar.
    opened : date
        First day of the notice; if it is not a working day, the count begins with the next one.
    working_days : int
        At least 1 [d].

    Returns
    -------
    date

    Raises
    ------
    RegistryError
        As `add_working_days`.

    Examples
    --------
    >>> last_notice_day(load_calendar("cn"), date(2026, 7, 17), 20)
    datetime.date(2026, 8, 13)
    """
    return add_working_days(calendar, opened - _ONE_DAY, working_days)


def _read_year(table: Mapping[str, Any], where: str) -> CalendarYear:
    check_keys(table, f"{where} [[year]]", required=("year", "status", "source", "holidays"))
    year: int = typed(table, "year", int, where)
    place = f"{where} [{year}]"
    return CalendarYear(year, status_of(table, place), typed(table, "source", str, place))


def _read_holiday(
    table: Mapping[str, Any], year: int, weekend: frozenset[int], where: str
) -> tuple[set[date], set[date]]:
    check_keys(table, where, required=("zh", "en", "from", "to", "make_up"))
    first: date = typed(table, "from", date, where)
    last: date = typed(table, "to", date, where)
    if last < first:
        raise RegistryError("calendar-range-reversed", first=first.isoformat(), last=last.isoformat())
    off, worked = set(_days(first, last)), set(table["make_up"])
    for day in sorted(off | worked):
        if day.year != year:
            raise RegistryError("calendar-day-other-year", where=where, date=day.isoformat(), year=year)
    for day in sorted(worked):
        if day.isoweekday() not in weekend:
            raise RegistryError("calendar-make-up-weekday", where=where, date=day.isoformat())
    return off, worked


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _refuse_uncovered(calendar: WorkCalendar, day: date) -> None:
    if day.year not in calendar.years:
        covered = ", ".join(str(year) for year in sorted(calendar.years))
        raise RegistryError(
            "calendar-year-uncovered", calendar=calendar.id, date=day.isoformat(), covered=covered
        )
