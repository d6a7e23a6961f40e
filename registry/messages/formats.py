"""Numbers, areas, dates and money in the form that each language expects (babel's data).

Values come in with the unit in the argument's name; no unit is converted here except fen to
yuan, which is how people read money.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from babel.dates import format_date
from babel.numbers import format_currency
from babel.numbers import format_decimal as babel_decimal
from babel.numbers import format_percent as babel_percent

from registry.messages.languages import babel_locale

NO_VALUE: Final = "—"
"""What stands where a value is absent; never an empty place, never zero."""

_COUNTED: Final = ("_ha", "_m2", "_m3", "_t", "_tc", "_tco2e", "_pixels", "_count", "_bytes")


def format_decimal(value: float | Decimal | None, lang: str, decimals: int = 0) -> str:
    """Return a number grouped by thousands with a fixed count of decimals.

    Examples
    --------
    >>> format_decimal(12345.678, "en", 1)
    '12,345.7'
    >>> format_decimal(None, "en")
    '—'
    """
    if value is None or not math.isfinite(value):
        return NO_VALUE
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    shown = babel_decimal(value, format=pattern, locale=babel_locale(lang))
    return shown.lstrip("-") if set(shown) <= set("-0.,") else shown


def format_integer(value: int | None, lang: str) -> str:
    """Return a count or a quantity of whole tonnes, grouped by thousands."""
    return format_decimal(value, lang)


def format_area_ha(area_ha: float | None, lang: str, decimals: int = 1) -> str:
    """Return an area [ha] with its unit: "公顷" or "ha"."""
    unit = "ha" if lang == "en" else "公顷"
    return f"{format_decimal(area_ha, lang, decimals)} {unit}"


def format_interval(value: float | None, half_width: float | None, lang: str, decimals: int = 0) -> str:
    """Return "12,345 ± 678"; the value alone where no half width is known.

    The confidence level stands in the heading or after it; this function knows none.
    """
    shown = format_decimal(value, lang, decimals)
    if value is None or half_width is None or not math.isfinite(half_width):
        return shown
    return f"{shown} ± {format_decimal(half_width, lang, decimals)}"


def format_percent(fraction: float | None, lang: str, decimals: int = 1) -> str:
    """Return a fraction as percent.

    Examples
    --------
    >>> format_percent(0.0468, "en")
    '4.7%'
    """
    if fraction is None or not math.isfinite(fraction):
        return NO_VALUE
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + "%"
    return babel_percent(fraction, format=pattern, locale=babel_locale(lang))


def format_day(day: date | None, lang: str) -> str:
    """Return a date as people of the language write it.

    Examples
    --------
    >>> format_day(date(2025, 12, 31), "zh-CN")
    '2025年12月31日'
    >>> format_day(date(2025, 12, 31), "en")
    '31 Dec 2025'
    """
    return NO_VALUE if day is None else format_date(day, format="medium", locale=babel_locale(lang))


def format_money_fen(amount_fen: int | None, lang: str) -> str:
    """Return an amount of money [fen, 1/100 CNY] in yuan.

    Examples
    --------
    >>> format_money_fen(1234567, "zh-CN")
    '¥12,345.67'
    >>> format_money_fen(1234567, "en")
    'CN¥12,345.67'
    """
    if amount_fen is None:
        return NO_VALUE
    return format_currency(Decimal(amount_fen) / 100, "CNY", locale=babel_locale(lang))


def format_value(name: str, value: object, lang: str) -> str:
    """Return a parameter of a message; its name says its unit, as `style.md` names them.

    Whole numbers stay plain (a row, a year, an identifier) unless the name carries a unit.

    Examples
    --------
    >>> format_value("row", 1204, "en")
    '1204'
    >>> format_value("area_ha", 1204, "en")
    '1,204'
    >>> format_value("price_fen", 1250, "zh-CN")
    '¥12.50'
    """
    if name.endswith("_fen") and isinstance(value, int):
        return format_money_fen(value, lang)
    if name.endswith("_frac") and isinstance(value, (int, float, str)):
        return _share(value, lang)
    if isinstance(value, bool) or value is None:
        return NO_VALUE if value is None else str(value).lower()
    if isinstance(value, date):
        return _moment(value, lang)
    if isinstance(value, (list, tuple, set, frozenset)):
        shown = [format_value(name, one, lang) for one in value]
        return (", " if lang == "en" else "、").join(shown)
    return _number_or_text(name, value, lang)


def _moment(value: date, lang: str) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else format_day(value, lang)


def _share(value: float | str, lang: str) -> str:
    """Return a fraction as percent; a stored statement holds it as text.

    >>> _share("0.0572307", "en"), _share("-", "en")
    ('5.72%', '-')
    """
    try:
        return format_percent(float(value), lang, 2)
    except ValueError:
        return str(value)


def _number_or_text(name: str, value: object, lang: str) -> str:
    if isinstance(value, int):
        return format_integer(value, lang) if name.endswith(_COUNTED) else str(value)
    if isinstance(value, (float, Decimal)):
        if not math.isfinite(value):
            return str(value)
        return babel_decimal(value, format="#,##0.######", locale=babel_locale(lang))
    return str(value)
