"""Rows of the packaged tables as entries that can be confirmed, like the values of a profile.

A statement names each row it rests on as ``<table>.csv:<key>``, the key being the row's ``id``, or its first
column in a table that has none.
"""

from __future__ import annotations

from importlib import resources
from typing import Final

from mrv.coefficients import read_rows
from mrv.methodology.model import ProfileValue
from mrv.profile import Profile

_MARK: Final = ".csv:"
_ABOUT: Final = frozenset({"source", "status", "reference"})
"""Columns that say where a row comes from, not what it says."""


def is_row(name: str) -> bool:
    """Tell whether a name is that of a table row.

    Examples
    --------
    >>> is_row("biomass_factors.csv:310"), is_row("risk_deduction")
    (True, False)
    """
    return _MARK in name


def row_entry(name: str) -> ProfileValue | None:
    """Return a row of a packaged table as an entry; None where there is no such row, or more than one.

    Parameters
    ----------
    name
        ``<table>.csv:<key>``.
    """
    table, _, key = name.partition(_MARK)
    tables = resources.files("mrv").joinpath("tables")
    if not key or f"{table}.csv" not in {file.name for file in tables.iterdir()}:
        return None
    rows = [row for row in read_rows(table) if row.get("id", next(iter(row.values()))) == key]
    if len(rows) != 1:
        return None
    said = tuple((field, value) for field, value in sorted(rows[0].items()) if field not in _ABOUT)
    status = rows[0].get("status", "unverified")
    return ProfileValue(said, "", rows[0].get("source", ""), "", status, "row")


def entry_of(profile: Profile, name: str) -> ProfileValue | None:
    """Return the entry of a profile, or the row of a table, with a name; None where there is none."""
    return row_entry(name) if is_row(name) else profile.entries().get(name)
