"""What a change is made of: growth, ingrowth, mortality and felling beside the net change they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from registry.reports.blocks import Column, Row, Table
from registry.reports.label import Label
from registry.reports.model import EstimateRow
from registry.reports.words import capital, number, quantity_label, say, unit

COMPONENTS: Final = ("survivor_growth", "ingrowth", "mortality", "felling")
"""Components in order; the last two are losses, given as positive amounts."""
_SIGNS: Final = {"survivor_growth": 1.0, "ingrowth": 1.0, "mortality": -1.0, "felling": -1.0}
_WHOLE: Final = "net_change"
_UNIT: Final = "t CO2e"


def component_tables(rows: Iterable[EstimateRow]) -> list[Table]:
    """Return one table of all domains and periods that have every component; nothing without any.

    Parameters
    ----------
    rows
        Estimates of the report.
    """
    found: dict[tuple[str, str], dict[str, EstimateRow]] = {}
    for row in rows:
        if row.quantity in {*COMPONENTS, _WHOLE}:
            found.setdefault((row.domain, row.when), {})[row.quantity] = row
    whole = [parts for parts in found.values() if len(parts) == len(COMPONENTS) + 1]
    if not whole:
        return []
    names = (*COMPONENTS, _WHOLE)
    columns = (
        Column(say("report.column.domain")),
        Column(say("report.column.when")),
        *(Column(_heading(name), unit(_UNIT), "number") for name in names),
        Column(say("report.column.rest"), unit(_UNIT), "number"),
    )
    lines = tuple(_line(parts) for parts in whole)
    return [Table("change-components", say("report.table.components"), columns, lines)]


def _heading(name: str) -> Label:
    label, sign = capital(quantity_label(name)), _SIGNS.get(name, 0.0)
    mark = "" if not sign else "＋" if sign > 0 else "－"
    plain = "" if not sign else "+ " if sign > 0 else "- "
    return Label(mark + label.zh, plain + label.en)


def _line(parts: dict[str, EstimateRow]) -> Row:
    whole = parts[_WHOLE]
    summed = sum(_SIGNS[name] * parts[name].value for name in COMPONENTS)
    values = [number(parts[name].value, 0) for name in (*COMPONENTS, _WHOLE)]
    rest = number(abs(summed - whole.value), 0)
    return Row((whole.label, Label(whole.when), *values, rest), strong=whole.is_total)
