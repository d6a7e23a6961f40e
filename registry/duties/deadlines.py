"""What a deadline rule means: from data to a date, and from a date to a state.

====================================================  =====================================================
rule                                                  due
====================================================  =====================================================
``{every="year", by="12-31", after=...}``             that day of each year, from the event's year on
``{every_years=5, after=...}``                        so many years after the event last happened
``{after=..., working_days=20}``                      the n-th working day after the event; with
                                                      ``counts_event_day=true`` the event's day is the first
``{after=..., days=1}``, ``{after=..., months=3}``    calendar days, or months (the last day of a short month)
``{until_years=10, after=...}``                       owed from the event on, done when the years are over
``{standing=true}``                                   at all times; never done, never late by a date
====================================================  =====================================================

Without its event a duty is not applicable. An act counts for the last event only if it happened on or after
it; with ``at_least=true`` (a notice must stay open so long) only on or after the due date.
"""

from __future__ import annotations

import calendar as month_lengths
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from registry.errors import RegistryError
from registry.reference import check_keys, typed
from registry.working_days import WorkCalendar, add_working_days, last_notice_day

State = Literal["due", "done", "late", "not_applicable", "undetermined"]
Kind = Literal["yearly", "every_years", "working_days", "days", "months", "until_years", "standing"]
_COUNTED: Final[tuple[Kind, ...]] = ("every_years", "working_days", "days", "months", "until_years")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline rule.

    Attributes
    ----------
    kind : str
        One row of the table at the top of the module.
    after : str or None
        Event that sets it going.
    count : int
        Years, working days, days or months, as the kind says.
    by_month, by_day : int
        Day of the year of a yearly duty.
    counts_event_day : bool
        Whether the event's own day is the first working day.
    at_least : bool
        Whether an act before the due date does not count.
    """

    kind: Kind
    after: str | None = None
    count: int = 0
    by_month: int = 12
    by_day: int = 31
    counts_event_day: bool = False
    at_least: bool = False

    @property
    def without_end(self) -> bool:
        """Whether no single act fulfils it (standing and keeping duties)."""
        return self.kind in {"standing", "until_years"}


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline applied to a day.

    Attributes
    ----------
    state : str
        See `registry.duties.DutyStatus`.
    due_date, done_date : date or None
        The deadline, and the act that met it.
    """

    state: State
    due_date: date | None = None
    done_date: date | None = None


def read_deadline(table: Mapping[str, Any], where: str) -> Deadline:
    """Read a deadline rule.

    Parameters
    ----------
    table : Mapping
        The inline table.
    where : str
        File and duty, for the message.

    Returns
    -------
    Deadline

    Raises
    ------
    RegistryError
        ``duty-deadline-invalid``, or ``reference-*`` for a key or type that is not in order.
    """
    if "standing" in table:
        check_keys(table, where, required=("standing",))
        if table["standing"] is not True:
            raise RegistryError("duty-deadline-invalid", where=where, value=str(table["standing"]))
        return Deadline("standing")
    if "every" in table:
        return _read_yearly(table, where)
    kinds = [kind for kind in _COUNTED if kind in table]
    if len(kinds) != 1:
        raise RegistryError("duty-deadline-invalid", where=where, value=", ".join(sorted(table)))
    kind = kinds[0]
    optional = ("counts_event_day", "at_least") if kind == "working_days" else ()
    check_keys(table, where, required=(kind, "after"), optional=optional)
    count: int = typed(table, kind, int, where)
    if count < 1:
        raise RegistryError("duty-deadline-invalid", where=where, value=str(count))
    flags: dict[str, bool] = {key: typed(table, key, bool, where) for key in optional if key in table}
    return Deadline(kind, typed(table, "after", str, where), count, **flags)


def due_of(
    deadline: Deadline, trigger: date | None, done: date | None, as_of: date, calendar: WorkCalendar
) -> Due:
    """Apply a deadline.

    Parameters
    ----------
    deadline : Deadline
        The rule.
    trigger, done : date or None
        Days on which the event that sets it going, and the act that fulfils it, last happened.
    as_of : date
        The day asked for.
    calendar : WorkCalendar
        Counts working days.

    Returns
    -------
    Due

    Raises
    ------
    RegistryError
        ``calendar-year-uncovered`` if the deadline cannot be counted.
    """
    if deadline.kind == "standing":
        return Due("due")
    if deadline.kind == "yearly" and (trigger is not None or deadline.after is None):
        return _yearly(deadline, trigger, done, as_of)
    if trigger is None:
        return Due("not_applicable")
    return _counted(deadline, trigger, done, as_of, _due_date(deadline, trigger, calendar))


def _read_yearly(table: Mapping[str, Any], where: str) -> Deadline:
    check_keys(table, where, required=("every", "by"), optional=("after",))
    by: str = typed(table, "by", str, where)
    try:
        day = date.fromisoformat(f"2023-{by}")  # no leap year: 29 February is no day of every year
    except ValueError as error:
        raise RegistryError("duty-deadline-invalid", where=where, value=by) from error
    if table["every"] != "year":
        raise RegistryError("duty-deadline-invalid", where=where, value=str(table["every"]))
    after: str | None = typed(table, "after", str, where) if "after" in table else None
    return Deadline("yearly", after, by_month=day.month, by_day=day.day)


def _counted(deadline: Deadline, trigger: date, done: date | None, as_of: date, due_date: date) -> Due:
    if deadline.kind == "until_years":
        return Due("done" if as_of > due_date else "due", due_date)
    earliest = due_date if deadline.at_least else trigger
    # a campaign that comes round again is set going by its own last time: it is never done for good
    if deadline.kind != "every_years" and done is not None and done >= earliest:
        return Due("done", due_date, done)
    return Due("late" if as_of > due_date else "due", due_date)


def _yearly(deadline: Deadline, trigger: date | None, done: date | None, as_of: date) -> Due:
    # the first year that is owed: that of the event if its day was still to come, and none that was done
    owed_year = as_of.year
    if trigger is not None:
        owed_year = trigger.year + (trigger > _by_day(deadline, trigger.year))
    if done is not None and done.year >= owed_year:
        owed_year = done.year + 1
    if owed_year > as_of.year:
        if done is not None and done.year == as_of.year:
            return Due("done", _by_day(deadline, as_of.year), done)
        return Due("due", _by_day(deadline, owed_year))
    due_date = _by_day(deadline, owed_year)
    return Due("late" if as_of > due_date else "due", due_date)


def _by_day(deadline: Deadline, year: int) -> date:
    return date(year, deadline.by_month, deadline.by_day)


def _due_date(deadline: Deadline, trigger: date, calendar: WorkCalendar) -> date:
    if deadline.kind == "working_days":
        count = last_notice_day if deadline.counts_event_day else add_working_days
        return count(calendar, trigger, deadline.count)
    if deadline.kind == "days":
        return trigger + timedelta(days=deadline.count)
    return _add_months(trigger, deadline.count * (1 if deadline.kind == "months" else 12))


def _add_months(day: date, months: int) -> date:
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return date(year, month, min(day.day, month_lengths.monthrange(year, month)[1]))
