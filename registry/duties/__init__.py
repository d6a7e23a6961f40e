"""Duties of the responsibility list (责任清单): who owes what by when, and what is late.

A list is a file in this folder; what each deadline rule means stands in `registry.duties.deadlines`.
`evaluate_duties` is a pure function of the list, of the days on which things last happened, and of the day
it is asked for. What has not happened by that day has not happened.

Not here: recording (the use case ``record_supervision``) and any penalty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast, get_args

from mrv.findings import Finding
from registry.duties.deadlines import Deadline, Due, State, due_of, read_deadline
from registry.errors import RegistryError
from registry.model import DutyRecord
from registry.reference import ReferenceFile, check_keys, read_reference, reference_ids, status_of, typed
from registry.working_days import WorkCalendar

Stage = Literal["monitor", "account", "confirm", "verify", "trade", "finance", "supervise"]
"""监测, 核算, 确权, 核查, 交易, 金融, 监管."""
_TEXTS: Final = (
    "duty_zh", "duty_en", "legal_basis", "responsible_zh", "responsible_en", "input_zh", "input_en",
    "output_zh", "output_en", "frequency_zh", "frequency_en", "evidence", "sign_off_zh", "sign_off_en",
    "overdue_zh", "overdue_en",
)  # fmt: skip
_RECORD_STATUS: Final[Mapping[str, str]] = {"due": "open", "done": "done", "late": "overdue"}


@dataclass(frozen=True, slots=True)
class Duty:
    """One row of the list.

    Attributes
    ----------
    id, stage : str
        Key of the duty, and the stage it belongs to.
    duty_zh, duty_en : str
        What is owed.
    legal_basis, status : str
        Where it is written, and whether that was read (``verified``) or not.
    responsible_zh, responsible_en : str
        Who owes it.
    co_bodies_zh, co_bodies_en : tuple of str
        Who helps.
    input_zh, input_en, output_zh, output_en : str
        What it needs, and the record it leaves.
    frequency_zh, frequency_en : str
        How often, in words.
    deadline : Deadline
        By when, as data.
    done_by : str or None
        Event that fulfils it; None for standing and keeping duties.
    evidence : str
        What proves it.
    sign_off_zh, sign_off_en : str
        The role that signs.
    overdue_zh, overdue_en : str
        What follows when it is late.
    """

    id: str
    stage: Stage
    duty_zh: str
    duty_en: str
    legal_basis: str
    responsible_zh: str
    responsible_en: str
    co_bodies_zh: tuple[str, ...]
    co_bodies_en: tuple[str, ...]
    input_zh: str
    input_en: str
    output_zh: str
    output_en: str
    frequency_zh: str
    frequency_en: str
    deadline: Deadline
    done_by: str | None
    evidence: str
    sign_off_zh: str
    sign_off_en: str
    overdue_zh: str
    overdue_en: str
    status: str


@dataclass(frozen=True, slots=True)
class DutyStatus:
    """Where one duty stands on a day.

    Attributes
    ----------
    duty_id : str
        Key of the duty.
    state : str
        ``due``, ``done``, ``late``, ``not_applicable`` (nothing has set it going) or ``undetermined`` (the
        calendar does not cover the days it is counted in).
    due_date, trigger_date, done_date : date or None
        The deadline, the event that set it going, and the event that fulfilled it, where there is one.
    late_days : int
        Days between deadline and fulfilment, or deadline and the day asked for; 0 in time [d].
    rule : str or None
        Why it is undetermined.
    """

    duty_id: str
    state: State
    due_date: date | None
    trigger_date: date | None
    done_date: date | None
    late_days: int
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class DutyList:
    """A responsibility list.

    Attributes
    ----------
    id, version, sha256 : str
        File name, edition and digest of the file.
    name_zh, name_en : str
        What people call it.
    events : Mapping[str, tuple[str, str]]
        The events that deadlines refer to, with their names in Chinese and English.
    duties : tuple of Duty
        The rows.
    """

    id: str
    version: str
    sha256: str
    name_zh: str
    name_en: str
    events: Mapping[str, tuple[str, str]]
    duties: tuple[Duty, ...]


def duty_list_ids() -> tuple[str, ...]:
    """Return the ids of the lists that ship with the registry.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> duty_list_ids()
    ('county-forest',)
    """
    return reference_ids("duties")


def load_duties(list_id: str = "county-forest") -> DutyList:
    """Load a responsibility list.

    Parameters
    ----------
    list_id : str
        One of `duty_list_ids`.

    Returns
    -------
    DutyList

    Raises
    ------
    RegistryError
        ``reference-*`` or ``duty-*``: a key, a stage, an event or a deadline that is not in order.

    Examples
    --------
    >>> len(load_duties().duties) >= 15
    True
    """
    return parse_duties(read_reference("duties", list_id))


def parse_duties(reference: ReferenceFile) -> DutyList:
    """Turn a parsed file into a list.

    Parameters
    ----------
    reference : ReferenceFile
        The parsed file.

    Returns
    -------
    DutyList

    Raises
    ------
    RegistryError
        See `load_duties`.
    """
    data, where = reference.data, f"duties/{reference.id}.toml"
    check_keys(data, where, required=("schema", "id", "version", "name_zh", "name_en", "events", "duty"))
    events: dict[str, tuple[str, str]] = {}
    for name, texts in data["events"].items():
        check_keys(texts, f"{where} [events.{name}]", required=("zh", "en"))
        events[name] = (typed(texts, "zh", str, where), typed(texts, "en", str, where))
    duties = tuple(_read_duty(table, events, where) for table in data["duty"])
    ids = [duty.id for duty in duties]
    for duty_id in ids:
        if ids.count(duty_id) > 1:
            raise RegistryError("duty-twice", where=where, duty=duty_id)
    return DutyList(
        reference.id,
        typed(data, "version", str, where),
        reference.sha256,
        typed(data, "name_zh", str, where),
        typed(data, "name_en", str, where),
        events,
        duties,
    )


def evaluate_duties(
    duties: Iterable[Duty], events: Mapping[str, date], as_of: date, calendar: WorkCalendar
) -> tuple[DutyStatus, ...]:
    """Say where each duty stands on a day.

    Parameters
    ----------
    duties : iterable of Duty
        The duties, in the order of the answer.
    events : Mapping[str, date]
        The day on which each event last happened; events after `as_of` are taken not to have happened.
    as_of : date
        The day asked for; a duty that is due on it is not late.
    calendar : WorkCalendar
        Counts working days.

    Returns
    -------
    tuple of DutyStatus
        One for each duty.
    """
    happened = {name: day for name, day in events.items() if day <= as_of}
    return tuple(_evaluate(duty, happened, as_of, calendar) for duty in duties)


def duty_records(
    duties: DutyList, statuses: Iterable[DutyStatus], county_code: str
) -> tuple[DutyRecord, ...]:
    """Return the form that the registry stores; only what has a date and applies.

    Parameters
    ----------
    duties : DutyList
        The list.
    statuses : iterable of DutyStatus
        From `evaluate_duties`.
    county_code : str
        County.

    Returns
    -------
    tuple of DutyRecord
    """
    by_id = {duty.id: duty for duty in duties.duties}
    return tuple(
        DutyRecord(
            duty_id=status.duty_id,
            county_code=county_code,
            stage=by_id[status.duty_id].stage,
            responsible=by_id[status.duty_id].responsible_zh,
            due_date=status.due_date,
            status=_RECORD_STATUS[status.state],
            evidence=by_id[status.duty_id].evidence,
        )
        for status in statuses
        if status.due_date is not None and status.state in _RECORD_STATUS
    )


def check_duties(duties: DutyList, statuses: Iterable[DutyStatus]) -> list[Finding]:
    """Return a finding for each duty that is late or cannot be dated.

    Parameters
    ----------
    duties : DutyList
        The list; its file is named as the source.
    statuses : iterable of DutyStatus
        From `evaluate_duties`.

    Returns
    -------
    list of Finding
        ``duty-late`` and ``duty-undetermined``, both warnings: a duty is a matter for people, not a defect
        of the registry.
    """
    by_id = {duty.id: duty for duty in duties.duties}
    source = f"duties/{duties.id}.toml"
    findings = []
    for status in statuses:
        duty = by_id[status.duty_id]
        texts: dict[str, str | int | float] = {
            "duty": f"{duty.duty_zh} / {duty.duty_en}",
            "responsible": f"{duty.responsible_zh} / {duty.responsible_en}",
        }
        if status.state == "late" and status.due_date is not None:
            texts |= {"due": status.due_date.isoformat(), "late_days": status.late_days}
            findings.append(Finding("duty-late", "warning", source, field=duty.id, params=texts))
        elif status.state == "undetermined":
            findings.append(Finding("duty-undetermined", "warning", source, field=duty.id, params=texts))
    return findings


def _evaluate(duty: Duty, happened: Mapping[str, date], as_of: date, calendar: WorkCalendar) -> DutyStatus:
    trigger = happened.get(duty.deadline.after) if duty.deadline.after else None
    done = happened.get(duty.done_by) if duty.done_by else None
    try:
        due: Due = due_of(duty.deadline, trigger, done, as_of, calendar)
    except RegistryError as error:
        if error.rule != "calendar-year-uncovered":
            raise
        return DutyStatus(duty.id, "undetermined", None, trigger, None, 0, error.rule)
    late_days = 0
    if due.due_date is not None:
        reached = due.done_date or (as_of if due.state == "late" else due.due_date)
        late_days = max((reached - due.due_date).days, 0)
    return DutyStatus(duty.id, due.state, due.due_date, trigger, due.done_date, late_days)


def _read_duty(table: Mapping[str, Any], events: Mapping[str, tuple[str, str]], where: str) -> Duty:
    place = f"{where} [{table.get('id', '?')}]"
    required = ("id", "stage", "status", "deadline", "co_bodies_zh", "co_bodies_en", *_TEXTS)
    check_keys(table, place, required=required, optional=("done_by",))
    stage: str = typed(table, "stage", str, place)
    if stage not in get_args(Stage):
        raise RegistryError(
            "duty-choice", where=place, key="stage", value=stage, known=", ".join(get_args(Stage))
        )
    deadline = read_deadline(table["deadline"], place)
    done_by: str | None = typed(table, "done_by", str, place) if "done_by" in table else None
    if (done_by is None) is not deadline.without_end:
        raise RegistryError("duty-done-by", where=place)
    for event in (deadline.after, done_by):
        if event is not None and event not in events:
            raise RegistryError("duty-event-unknown", where=place, event=event)
    texts: dict[str, str] = {key: typed(table, key, str, place) for key in _TEXTS}
    return Duty(
        id=typed(table, "id", str, place),
        stage=cast("Stage", stage),
        co_bodies_zh=tuple(table["co_bodies_zh"]),
        co_bodies_en=tuple(table["co_bodies_en"]),
        deadline=deadline,
        done_by=done_by,
        status=status_of(table, place),
        **texts,
    )
