"""A person's table with all its columns: those that a mapping declares, and the others as they are.

The others keep their heading; they are numbers where every cell is one, else text. They can be named in a
condition or grouped by, and nothing else rests on them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.findings import Finding
from geodata.mapping import ColumnMapping, TableMapping, load_mapping
from geodata.sheets import read_sheet
from geodata.tables import Table, read_table


def read_open_table(path: Path, mapping: str | Path, name: str) -> tuple[Table, list[Finding]]:
    """Read a table with its declared columns and all others.

    Parameters
    ----------
    path
        The person's file.
    mapping
        Mapping file, or name of a packaged one.
    name
        Which table of the mapping.

    Returns
    -------
    tuple[Table, list[Finding]]
        As `geodata.tables.read_table` returns them; an undeclared column that would hide a declared one is
        left out.
    """
    declared = load_mapping(mapping)[name]
    headings = read_sheet(path, declared.sheet, declared.delimiter).headings
    taken = {heading for column in declared.columns for heading in column.headings}
    names = {column.name for column in declared.columns}
    others = tuple(
        ColumnMapping(heading, (heading,), "text", "empty", 1.0, optional=True)
        for heading in dict.fromkeys(headings)
        if heading and heading not in taken | names and headings.count(heading) == 1
    )
    whole = TableMapping(declared.name, declared.sheet, declared.delimiter, declared.columns + others)
    table, findings = read_table(path, whole)
    free = {column.name for column in others}
    columns = {
        name: _as_numbers(values) if name in free else values for name, values in table.columns.items()
    }
    return Table(table.source, columns, table.rows, table.headings), findings


def _as_numbers(values: NDArray[Any]) -> NDArray[Any]:
    """Return texts as numbers, empty ones as NaN; as they are where one is no number."""
    try:
        return np.array([value if value != "" else np.nan for value in values.tolist()], dtype=np.float64)
    except ValueError:
        return values
