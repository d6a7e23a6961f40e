"""Checks of tables by row: FIADB evaluations, biomass of plots, and the papers that go beside an inventory.

What is repeated, what refers to a record that is not there, and what cannot be, each with the row of the
person's own file. Trees are held against each other where the table has their numbers. No list of FIA species
is packaged: a species code is only held against the form of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mrv.findings import Finding
from mrv.inventory import ColumnTable

Range = tuple[float, float]

FIADB_RANGES: Final[Mapping[str, Mapping[str, Range]]] = {
    "plots": {"plot_status_cd": (1, 3), "lon_public": (-180, 180), "lat_public": (-90, 90)},
    "conditions": {
        "condprop_unadj": (0, 1),
        "subpprop_unadj": (0, 1),
        "micrprop_unadj": (0, 1),
        "cond_status_cd": (1, 5),
    },
    "trees": {
        "spcd": (1, 9999),
        "dia": (0.1, 360),
        "ht": (1, 400),
        "tpa_unadj": (0, 10_000),
        "volcfnet": (0, 60_000),
        "drybio_ag": (0, 5_000_000),
        "carbon_ag": (0, 2_500_000),
    },
    "strata": {"p1pointcnt": (1, 1e9), "p2pointcnt": (0, 1e9)},
    "unit_areas": {"acres": (1, 2e8)},
}
"""Table -> column -> what can be, in the units of FIADB [degree, 1, inch, ft, 1/acre, ft3, lb, acre]. The
largest trees known (coast redwood, giant sequoia) set the limits; a null is the matter of the mapping."""
FIADB_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "plots": ("cn",),
    "conditions": ("plt_cn", "condid"),
    "trees": ("plt_cn", "subp", "tree"),
    "assignment": ("cn",),
    "strata": ("estn_unit", "stratumcd"),
    "unit_areas": ("estn_unit",),
}
"""Table -> the columns that name a record, where it has them all."""
FIADB_REFERENCES: Final[tuple[tuple[str, tuple[str, ...], str, tuple[str, ...]], ...]] = (
    ("conditions", ("plt_cn",), "plots", ("cn",)),
    ("trees", ("plt_cn", "condid"), "conditions", ("plt_cn", "condid")),
    ("assignment", ("cn",), "plots", ("cn",)),
    ("assignment", ("estn_unit", "stratumcd"), "strata", ("estn_unit", "stratumcd")),
    ("strata", ("estn_unit",), "unit_areas", ("estn_unit",)),
)
"""(table, columns, table they refer to, its columns)."""
_NULL: Final = str(float("nan"))
BIOMASS_KG_PER_HA: Final[Range] = (0, 2_000_000)
"""Above-ground biomass of a plot; the densest forests known carry less than the upper limit [kg/ha]."""


def check_fiadb(tables: Mapping[str, ColumnTable]) -> list[Finding]:
    """Return what is wrong with the tables of a FIADB evaluation.

    Parameters
    ----------
    tables
        plots, conditions, trees, assignment, strata and unit_areas, with lower-case columns.
    """
    found = [finding for name, keys in FIADB_KEYS.items() for finding in check_repeated(tables[name], keys)]
    for name, columns, other, keys in FIADB_REFERENCES:
        found += check_references(tables[name], columns, tables[other], keys)
    for name, ranges in FIADB_RANGES.items():
        found += check_ranges(tables[name], ranges)
    return found


def check_plot_biomass(plots: ColumnTable, columns: Sequence[str]) -> list[Finding]:
    """Return what is wrong with a table of plots.

    Parameters
    ----------
    plots
        plot_id, and the biomass of each plot at each campaign [kg/ha].
    columns
        Names of the columns of biomass.
    """
    ranges = dict.fromkeys(columns, BIOMASS_KG_PER_HA)
    return [*check_repeated(plots, ("plot_id",)), *check_ranges(plots, ranges)]


def check_repeated(table: ColumnTable, keys: tuple[str, ...]) -> list[Finding]:
    """Return a finding for each record whose name stands in an earlier row; none without its columns."""
    if not set(keys) <= set(table.columns):
        return []
    first: dict[tuple[str, ...], int] = {}
    found = []
    for name, row in zip(_names(table, keys), table.rows.tolist(), strict=True):
        if _NULL in name:
            continue
        before = first.setdefault(name, row)
        if before != row:
            params: dict[str, str | int | float] = {"first_row": before}
            found.append(_finding("record-repeated", table, row, keys, name, params))
    return found


def check_references(
    table: ColumnTable, columns: tuple[str, ...], other: ColumnTable, keys: tuple[str, ...]
) -> list[Finding]:
    """Return a finding for each row that refers to a record which the other table does not have."""
    known = set(_names(other, keys))
    params: dict[str, str | int | float] = {"other": other.source}
    return [
        _finding("record-dangling", table, row, columns, name, params)
        for name, row in zip(_names(table, columns), table.rows.tolist(), strict=True)
        if name not in known
    ]


def check_ranges(table: ColumnTable, ranges: Mapping[str, Range]) -> list[Finding]:
    """Return a finding for each number that cannot be; a null is not looked at."""
    found = []
    for column, (low, high) in ranges.items():
        values: NDArray[np.float64] = np.asarray(table.columns[column], dtype=np.float64)
        limits: dict[str, str | int | float] = {"low": low, "high": high}
        for i in np.flatnonzero((values < low) | (values > high)):
            row, value = int(table.rows[i]), (f"{values[i]:g}",)
            found.append(_finding("value-out-of-range", table, row, (column,), value, limits))
    return found


def check_words(table: ColumnTable, column: str, allowed: Sequence[str]) -> list[Finding]:
    """Return a finding for each word that is not one of those allowed."""
    params: dict[str, str | int | float] = {"allowed": ", ".join(allowed)}
    return [
        _finding("word-unknown", table, row, (column,), name, params)
        for name, row in zip(_names(table, (column,)), table.rows.tolist(), strict=True)
        if name[0] not in allowed
    ]


def check_order(table: ColumnTable, first: str, second: str) -> list[Finding]:
    """Return a finding for each row whose second day (ISO text) is not after its first."""
    return [
        _finding("order-reversed", table, row, (second,), (end,), {"first": start})
        for (start, end), row in zip(_names(table, (first, second)), table.rows.tolist(), strict=True)
        if not start < end
    ]


def check_shares(
    table: ColumnTable, keys: tuple[str, ...], numerator: str, denominator: str
) -> list[Finding]:
    """Return a finding for the first row of each group whose shares do not add up to one.

    Parameters
    ----------
    table
        Shares as whole numbers over whole numbers.
    keys
        Columns whose values make a group.
    numerator, denominator
        Columns of the shares; a row whose denominator is not positive is not looked at.
    """
    totals: dict[tuple[str, ...], Fraction] = {}
    first: dict[tuple[str, ...], int] = {}
    parts = zip(table.columns[numerator].tolist(), table.columns[denominator].tolist(), strict=True)
    for group, row, (part, whole) in zip(_names(table, keys), table.rows.tolist(), parts, strict=True):
        if whole > 0:
            first.setdefault(group, row)
            totals[group] = totals.get(group, Fraction(0)) + Fraction(int(part), int(whole))
    return [
        _finding("shares-not-whole", table, first[group], (numerator,), (str(total),), {"group": group[0]})
        for group, total in totals.items()
        if total != 1
    ]


def _names(table: ColumnTable, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(zip(*(map(_plain, table.columns[name].tolist()) for name in columns), strict=True))


def _plain(value: object) -> str:
    """Return a value as people write it; a number read beside empty cells loses its ``.0``."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _finding(
    rule: str,
    table: ColumnTable,
    row: int,
    columns: tuple[str, ...],
    value: tuple[str, ...],
    params: Mapping[str, str | int | float],
) -> Finding:
    return Finding(
        rule=rule,
        severity="error",
        source=table.source,
        row=row,
        field=columns[-1],
        value=", ".join(value),
        params=params,
    )
