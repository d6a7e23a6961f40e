"""Programmes: which issuance and market rules hold for a kind of unit, each value with its source.

A programme is a file in this folder. Its kind decides one thing that no file can switch on: only a
programme of kind ``demonstration`` may carry scripted decisions (`refuse_rehearsal`). Every other
programme waits for people.

Not here: methodologies (``mrv.profile``), and the acts themselves (the use cases of the registry).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Final, Generic, Literal, TypeVar, cast, get_args

from registry.errors import RegistryError
from registry.model import PartyKind, Purpose
from registry.reference import (
    ReferenceFile,
    check_keys,
    read_reference,
    reference_ids,
    status_of,
    typed,
)

T = TypeVar("T")
ProgrammeKind = Literal["demonstration", "ccer", "ticket"]
TradingMode = Literal["listing", "agreement", "block", "auction"]


@dataclass(frozen=True, slots=True)
class Term(Generic[T]):
    """One value of a programme and where it comes from.

    Attributes
    ----------
    value : T
        The value, in `unit`.
    unit : str
        Its unit.
    source : str
        What was read, or that nothing was.
    status : str
        ``verified``, ``unverified`` or ``placeholder``.
    """

    value: T
    unit: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Programme:
    """The rules of one programme.

    Attributes
    ----------
    id, version, sha256 : str
        File name, edition and digest of the file.
    kind : str
        ``demonstration``, ``ccer`` or ``ticket``.
    name_zh, name_en, unit_name_zh, unit_name_en : str
        What people call the programme and its units.
    notice_zh, notice_en : str
        What every output made under it must say.
    methodologies : Term
        Ids of the methodologies admitted.
    notice_working_days, decision_working_days : Term
        Length of a public notice, and time for registration or issuance decisions [working day].
    validator_may_verify : Term
        Whether the body that validated a project may verify it.
    issuance_window_years : Term
        Removals older than this at the application are lost [year].
    trading_modes, trader_kinds : Term
        How, and which kinds of party, may trade.
    price_band_frac : Term
        Largest move from the previous close [fraction].
    tick_fen : Term
        Smallest step of a price [fen per t CO2e].
    lot_tco2e, order_max_tco2e : Term
        Smallest step and largest size of an order [t CO2e].
    settlement_days : Term
        Days from trade to settlement (T+n).
    fee_frac : Term
        Fee of a trade [fraction of the amount].
    claim_kinds, retirement_purposes : Term
        What a unit may claim, and what it may be used for.
    discount_frac, price_growth_frac, loan_to_value_frac, margin_call_frac : Term
        Defaults of valuation and lending [fraction, per year where it is a rate].
    started_after_date, removals_after_date : Term or None
        Earliest start of a project and of its removals, where the programme sets one (exclusive).
    """

    id: str
    kind: ProgrammeKind
    version: str
    sha256: str
    name_zh: str
    name_en: str
    unit_name_zh: str
    unit_name_en: str
    notice_zh: str
    notice_en: str
    methodologies: Term[tuple[str, ...]]
    notice_working_days: Term[int]
    decision_working_days: Term[int]
    validator_may_verify: Term[bool]
    issuance_window_years: Term[int]
    trading_modes: Term[tuple[str, ...]]
    price_band_frac: Term[Decimal]
    tick_fen: Term[int]
    lot_tco2e: Term[int]
    order_max_tco2e: Term[int]
    settlement_days: Term[int]
    trader_kinds: Term[tuple[str, ...]]
    fee_frac: Term[Decimal]
    claim_kinds: Term[tuple[str, ...]]
    retirement_purposes: Term[tuple[str, ...]]
    discount_frac: Term[Decimal]
    price_growth_frac: Term[Decimal]
    loan_to_value_frac: Term[Decimal]
    margin_call_frac: Term[Decimal]
    started_after_date: Term[date] | None = None
    removals_after_date: Term[date] | None = None

    def terms(self) -> dict[str, Term[Any]]:
        """Return the terms that are set, by name.

        Returns
        -------
        dict of str to Term
        """
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value for name, value in values if isinstance(value, Term)}

    def unverified(self) -> tuple[str, ...]:
        """Return the names of the terms that were not checked against a source.

        Returns
        -------
        tuple of str
        """
        return tuple(name for name, term in self.terms().items() if term.status != "verified")


_TEXTS: Final = ("version", "name_zh", "name_en", "unit_name_zh", "unit_name_en", "notice_zh", "notice_en")
_KINDS: Final[Mapping[str, tuple[type, str]]] = {
    "methodologies": (list, "methodology id"),
    "notice_working_days": (int, "working day"),
    "decision_working_days": (int, "working day"),
    "validator_may_verify": (bool, "yes or no"),
    "issuance_window_years": (int, "year"),
    "trading_modes": (list, "mode"),
    "price_band_frac": (Decimal, "fraction of the previous close"),
    "tick_fen": (int, "fen"),
    "lot_tco2e": (int, "t CO2e"),
    "order_max_tco2e": (int, "t CO2e"),
    "settlement_days": (int, "day after the trade"),
    "trader_kinds": (list, "party kind"),
    "fee_frac": (Decimal, "fraction of the amount"),
    "claim_kinds": (list, "claim kind"),
    "retirement_purposes": (list, "purpose"),
    "discount_frac": (Decimal, "per year"),
    "price_growth_frac": (Decimal, "per year"),
    "loan_to_value_frac": (Decimal, "fraction of the low value"),
    "margin_call_frac": (Decimal, "outstanding loan over present value"),
}
_OPTIONAL: Final[Mapping[str, tuple[type, str]]] = {
    "started_after_date": (date, "date"),
    "removals_after_date": (date, "date"),
}
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "trading_modes": get_args(TradingMode),
    "trader_kinds": get_args(PartyKind),
    "retirement_purposes": get_args(Purpose),
}
_AT_LEAST_ONE: Final = (
    "tick_fen",
    "lot_tco2e",
    "order_max_tco2e",
    "notice_working_days",
    "decision_working_days",
)


def programme_ids() -> tuple[str, ...]:
    """Return the ids of the programmes that ship with the registry.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> programme_ids()
    ('ccer', 'county-ticket', 'demonstration')
    """
    return reference_ids("programmes")


def load_programme(programme_id: str) -> Programme:
    """Load a programme.

    Parameters
    ----------
    programme_id : str
        One of `programme_ids`.

    Returns
    -------
    Programme

    Raises
    ------
    RegistryError
        ``reference-*`` or ``programme-*``: an unknown or missing key, a wrong type, unit, status or choice.

    Examples
    --------
    >>> load_programme("ccer").notice_working_days.value
    20
    """
    return parse_programme(read_reference("programmes", programme_id))


def parse_programme(reference: ReferenceFile) -> Programme:
    """Turn a parsed file into a programme.

    Parameters
    ----------
    reference : ReferenceFile
        The parsed file.

    Returns
    -------
    Programme

    Raises
    ------
    RegistryError
        See `load_programme`.
    """
    data, where = reference.data, f"programmes/{reference.id}.toml"
    check_keys(data, where, required=("schema", "id", "kind", *_TEXTS, *_KINDS), optional=tuple(_OPTIONAL))
    kind: str = typed(data, "kind", str, where)
    if kind not in get_args(ProgrammeKind):
        raise RegistryError(
            "programme-choice", where=where, key="kind", value=kind, known=", ".join(get_args(ProgrammeKind))
        )
    texts: dict[str, str] = {key: typed(data, key, str, where) for key in _TEXTS}
    terms = {
        key: _read_term(data[key], key, value_type, unit, where)
        for key, (value_type, unit) in (*_KINDS.items(), *_OPTIONAL.items())
        if key in data
    }
    fixed: dict[str, Any] = {**texts, **terms}
    return Programme(id=reference.id, kind=cast("ProgrammeKind", kind), sha256=reference.sha256, **fixed)


def allows_rehearsal(programme: Programme) -> bool:
    """Tell whether decisions may be scripted under this programme.

    Parameters
    ----------
    programme : Programme
        The programme of the run.

    Returns
    -------
    bool
        True for kind ``demonstration`` alone.
    """
    return programme.kind == "demonstration"


def refuse_rehearsal(programme: Programme) -> None:
    """Refuse scripted decisions unless the programme is a demonstration.

    Parameters
    ----------
    programme : Programme
        The programme of a run whose county file has a ``[rehearsal]``.

    Raises
    ------
    RegistryError
        ``programme-rehearsal-refused``.

    Examples
    --------
    >>> refuse_rehearsal(load_programme("demonstration"))
    >>> refuse_rehearsal(load_programme("ccer"))
    Traceback (most recent call last):
    registry.errors.RegistryError: programme-rehearsal-refused: programme=ccer; kind=ccer
    """
    if not allows_rehearsal(programme):
        raise RegistryError("programme-rehearsal-refused", programme=programme.id, kind=programme.kind)


def may_trade(programme: Programme, party_kind: str) -> bool:
    """Tell whether a kind of party may trade the units of this programme.

    Parameters
    ----------
    programme : Programme
        The programme of the units.
    party_kind : str
        A kind of `registry.model.PartyKind`.

    Returns
    -------
    bool

    Examples
    --------
    >>> may_trade(load_programme("ccer"), "verifier")
    False
    """
    return party_kind in programme.trader_kinds.value


def _read_term(table: Mapping[str, Any], key: str, value_type: type, unit: str, where: str) -> Term[Any]:
    place = f"{where} [{key}]"
    if not isinstance(table, dict):
        raise RegistryError("reference-value-type", where=where, key=key, value=str(table), expected="table")
    check_keys(table, place, required=("value", "unit", "source", "status"))
    value = typed(table, "value", value_type, place)
    if value_type is list:
        value = _read_choices(value, key, place)
    _refuse_out_of_range(value, key, place)
    given: str = typed(table, "unit", str, place)
    if given != unit:
        raise RegistryError("programme-unit", where=where, key=key, value=given, expected=unit)
    source: str = typed(table, "source", str, place)
    if not source.strip():
        raise RegistryError("reference-key-missing", where=place, key="source")
    return Term(value, unit, source, status_of(table, place))


def _read_choices(values: list[Any], key: str, where: str) -> tuple[str, ...]:
    known = _CHOICES.get(key)
    for value in values:
        if not isinstance(value, str) or (known is not None and value not in known):
            raise RegistryError(
                "programme-choice",
                where=where,
                key=key,
                value=str(value),
                known=", ".join(known or ("text",)),
            )
    if not values or len(set(values)) != len(values):
        raise RegistryError("programme-range", where=where, key=key, value=", ".join(values))
    return tuple(values)


def _refuse_out_of_range(value: object, key: str, where: str) -> None:
    # a growth of the price may be negative; every other fraction lies between 0 and 1
    low, high = (Decimal(-1) if key == "price_growth_frac" else Decimal(0)), Decimal(1)
    bad_fraction = isinstance(value, Decimal) and not low <= value <= high
    bad_count = type(value) is int and value < (1 if key in _AT_LEAST_ONE else 0)
    if bad_fraction or bad_count:
        raise RegistryError("programme-range", where=where, key=key, value=str(value))
