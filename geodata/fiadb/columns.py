"""Cells of a FIADB as typed columns: identifiers text, codes and measures numbers, anything else as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.errors import TableError
from geodata.mapping import ColumnMapping, load_mapping

Rows = Mapping[str, NDArray[Any]]
"""Column in lower case -> values; a null is NaN, or an empty text. Identifiers are text, or the whole numbers
whose decimal form they are where all of a column are such (numbers compare many times faster)."""
Cells = Sequence[Any] | NDArray[Any]
"""Cells as they were read."""


@cache
def declared(table: str) -> Mapping[str, ColumnMapping]:
    """Return the declared columns of a table by their name in upper case."""
    columns = load_mapping("fiadb_tables")[table].columns
    return MappingProxyType({column.headings[0]: column for column in columns})


def typed_columns(table: str, cells: Mapping[str, Cells]) -> Rows:
    """Return columns of cells as the mapping declares them, others as numbers where all of them are.

    Parameters
    ----------
    table
        Table of the FIADB.
    cells
        Column in upper case -> cells as text or numbers; None or an empty text is a null.

    Raises
    ------
    TableError
        Rule ``fiadb-value-unreadable``: a declared number is none; ``fiadb-value-missing``: a null where the
        rules of estimation need a value.
    """
    known = declared(table)
    return {name.lower(): _typed(table, name, values, known.get(name)) for name, values in cells.items()}


def _typed(table: str, name: str, cells: Cells, column: ColumnMapping | None) -> NDArray[Any]:
    if isinstance(cells, np.ndarray) and cells.dtype.kind == "i":
        return cells
    if column is not None and column.type == "text":
        texts = _texts(cells)
        if column.null == "error":
            _refuse_null(table, name, texts == "")
        return texts
    numbers = _numbers(cells)
    if numbers is None:
        if column is not None:
            bad = next(cell for cell in cells if _numbers([cell]) is None)
            raise TableError("fiadb-value-unreadable", table=table, field=name, value=str(bad)[:40])
        return _texts(cells).astype(object)
    if column is not None and column.null == "error":
        _refuse_null(table, name, np.isnan(numbers))
    return numbers


def _numbers(cells: Cells) -> NDArray[np.float64] | None:
    """Return cells as numbers, nulls as NaN; None where one is no number."""
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "fiu":
        return cells.astype(np.float64, copy=False)
    if isinstance(cells, np.ndarray):
        words, at = np.unique(cells, return_inverse=True)
        known = _numbers(words.tolist())
        return None if known is None else known[at]
    try:
        return np.array(cells, dtype=np.float64)
    except (TypeError, ValueError):
        try:
            return np.array([_null(cell) for cell in cells], dtype=np.float64)
        except (TypeError, ValueError):
            return None


def _null(cell: Any) -> Any:
    return None if isinstance(cell, str) and cell.strip() in {"", "NA", "NULL"} else cell


def _texts(cells: Cells) -> NDArray[np.str_]:
    if isinstance(cells, np.ndarray):
        return cells.astype(np.str_, copy=False)
    if set(map(type, cells)) == {str}:
        return np.strings.strip(np.array(cells, dtype=np.str_))
    return np.array(["" if cell is None else _text(cell) for cell in cells], dtype=np.str_)


def _text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _refuse_null(table: str, name: str, null: NDArray[np.bool_]) -> None:
    if null.any():
        raise TableError("fiadb-value-missing", table=table, field=name, count=int(null.sum()))
