"""What people read: one catalogue of sentences in zh-CN and en, and the forms of numbers.

Each rule (of an error or a finding) and each label has an entry in a `*.toml` file of this
folder, one file for each package that speaks. Nothing else in the product holds sentences.
"""

from registry.messages.catalogue import Entry, Ruled, entries, find_entry, render, render_fix, text
from registry.messages.formats import (
    format_area_ha,
    format_day,
    format_decimal,
    format_integer,
    format_interval,
    format_money_fen,
    format_percent,
    format_value,
)
from registry.messages.languages import DEFAULT_LANGUAGE, LANGUAGES, choose_language

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "Entry",
    "Ruled",
    "choose_language",
    "entries",
    "find_entry",
    "format_area_ha",
    "format_day",
    "format_decimal",
    "format_integer",
    "format_interval",
    "format_money_fen",
    "format_percent",
    "format_value",
    "render",
    "render_fix",
    "text",
]
