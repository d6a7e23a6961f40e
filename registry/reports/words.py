"""From values to labels: the one place where a report's numbers get their form."""

from __future__ import annotations

from datetime import date
from typing import Final

from mrv.units import QUANTITIES
from registry.messages import (
    LANGUAGES,
    Ruled,
    format_day,
    format_decimal,
    format_interval,
    format_percent,
    render,
    render_fix,
    text,
)
from registry.reports.blocks import Column
from registry.reports.label import Label
from registry.reports.measures import EstimateRow

_UNITS: Final = {
    "m3": "m³", "m3/ha": "m³/ha", "t CO2e": "t CO₂e", "t CO2e/a": "t CO₂e/a", "t CO2e/ha/a": "t CO₂e/(ha·a)",
}  # fmt: skip
ABSENT: Final = Label("—")
"""Cell of a value that there is none of."""


def say(key: str, **params: object) -> Label:
    """Return an entry of the catalogue in both languages."""
    zh, en = (text(key, lang, **params) for lang in LANGUAGES)
    return Label(zh, en)


def tell(item: Ruled) -> Label:
    """Return the sentence of a finding, an error or a note in both languages."""
    zh, en = (render(item, lang) for lang in LANGUAGES)
    return Label(zh, en)


def tell_fix(item: Ruled) -> Label:
    """Return the way out of a finding in both languages."""
    zh, en = (render_fix(item, lang) for lang in LANGUAGES)
    return Label(zh or "—", en or "—")


def unit(code: str) -> str:
    """Return a unit as it is printed.

    Examples
    --------
    >>> unit("m3/ha"), unit("t CO2e"), unit("ha")
    ('m³/ha', 't CO₂e', 'ha')
    """
    return _UNITS.get(code, code)


def quantity_label(quantity: str) -> Label:
    """Return the name of a quantity of the closed list; its identifier if it is not in there."""
    found = QUANTITIES.get(quantity)
    return Label(quantity) if found is None else Label(found.zh, found.en)


def decimals_for(value: float | None) -> int:
    """Return how many decimals a number of this size is printed with.

    Examples
    --------
    >>> decimals_for(12345.6), decimals_for(345.6), decimals_for(4.5)
    (0, 1, 2)
    """
    size = abs(value or 0.0)
    return 0 if size >= 1000 else 1 if size >= 10 else 2


def capital(label: Label) -> Label:
    """Return a label whose English text begins with a capital, as a heading or a sentence does."""
    return Label(label.zh, label.en[:1].upper() + label.en[1:], label.neutral)


def number(value: float | None, decimals: int | None = None) -> Label:
    """Return a number grouped by thousands; the decimals follow its size unless given."""
    places = decimals_for(value) if decimals is None else decimals
    return _both([format_decimal(value, lang, places) for lang in LANGUAGES])


def whole(value: int | None) -> Label:
    """Return a count."""
    return number(value, 0)


def percent(fraction: float | None, decimals: int = 1) -> Label:
    """Return a fraction as percent."""
    return _both([format_percent(fraction, lang, decimals) for lang in LANGUAGES])


def yuan(amount_fen: int | None) -> Label:
    """Return an amount of money [fen] as a number of yuan, for a column headed with its unit."""
    return number(None if amount_fen is None else amount_fen / 100, 2)


def day(value: date | None) -> Label:
    """Return a date: each language's own form, ISO where both stand together."""
    zh, en = (format_day(value, lang) for lang in LANGUAGES)
    return Label(zh, en, neutral="—" if value is None else value.isoformat())


def estimate(row: EstimateRow) -> Label:
    """Return "12,345 ± 678 (90 %)"; the value alone where there is no interval."""
    half, places = row.half_width, decimals_for(row.value)
    zh, en = (format_interval(row.value, half, lang, places) for lang in LANGUAGES)
    level = "" if half is None or row.confidence_frac is None else f" ({row.confidence_frac:.0%})"
    return _both([f"{shown}{level.replace('%', ' %')}" for shown in (zh, en)])


def relative(row: EstimateRow) -> Label:
    """Return the half width of an estimate as a share of its value."""
    if row.half_width is None or row.value == 0:
        return ABSENT
    return percent(abs(row.half_width / row.value))


def column(key: str, unit_code: str = "", *, numeric: bool | None = None) -> Column:
    """Return a column of text, or of numbers where it has a unit or `numeric` says so."""
    is_number = bool(unit_code) if numeric is None else numeric
    return Column(say(key), unit(unit_code), "number" if is_number else "text")


def code_column(key: str) -> Column:
    """Return a column of codes or digests."""
    return Column(say(key), "", "code")


def _both(shown: list[str]) -> Label:
    return Label(shown[0], "" if shown[0] == shown[1] else shown[1])
