"""Columns of a CSV file of a FIADB: a file of common size at once, a large one in blocks.

Numbers are parsed as they are read. Where a cell of a declared number is none, the file is read once more as
text, so that the refusal can name the cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from geodata.errors import TableError
from geodata.fiadb.columns import Cells
from geodata.fiadb.source import Fiadb
from geodata.mapping import ColumnMapping

LARGE_BYTES: Final = 128 * 1024 * 1024
"""Files from here on are read in blocks, so that memory holds the rows that count [byte]."""
NULLS: Final = ("", "NA", "NULL")


@dataclass(frozen=True, slots=True)
class Keep:
    """Which rows count."""

    column: str
    """Column of the plots, in upper case."""
    plots: Sequence[str]
    """Plots whose rows count."""


def csv_columns(
    fiadb: Fiadb,
    table: str,
    names: Sequence[str],
    declared: Mapping[str, ColumnMapping],
    keep: Keep | None,
    progress: Callable[[int, int | None], None],
) -> dict[str, Cells]:
    """Return columns by their names in upper case: numbers as arrays, all else as text or None.

    Parameters
    ----------
    fiadb, table
        Where the file is.
    names
        Columns to read, in upper case.
    declared
        What is declared of the table's columns.
    keep
        Which rows count; all where None.
    progress
        Told of the bytes read and of their whole.
    """
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    source = fiadb.table(table)
    path = fiadb.path / source.name
    headings = {name: source.columns[name] for name in names}
    numbers = {name for name in names if name in declared and declared[name].type == "float"}
    try:
        try:
            whole = _table(path, headings, numbers, keep, progress)
        except pa.ArrowInvalid as error:
            if "conversion error" not in str(error):
                raise
            whole = _table(path, headings, set(), keep, progress)
    except pa.ArrowInvalid as error:
        raise TableError(
            "fiadb-unreadable", path=fiadb.path.name, table=source.name, reason=str(error)
        ) from error
    return {name: _cells(whole.column(heading)) for name, heading in headings.items()}


def _table(
    path: Path,
    headings: Mapping[str, str],
    numbers: set[str],
    keep: Keep | None,
    progress: Callable[[int, int | None], None],
) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.compute as pc  # noqa: PLC0415
    from pyarrow import csv  # noqa: PLC0415

    options = csv.ConvertOptions(
        column_types={
            heading: pa.float64() if name in numbers else pa.string() for name, heading in headings.items()
        },
        include_columns=list(dict.fromkeys(headings.values())),
        strings_can_be_null=True,
        null_values=list(NULLS),
    )
    plots = None if keep is None else pa.array(list(keep.plots), pa.string())
    parts = []
    for block in _blocks(path, options, progress):
        if keep is None:
            parts.append(block)
            continue
        key = pc.utf8_trim_whitespace(block.column(headings[keep.column]))
        parts.append(block.filter(pc.is_in(key, value_set=plots)))
    return pa.concat_tables(parts)


def _blocks(path: Path, options: Any, progress: Callable[[int, int | None], None]) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    from pyarrow import csv  # noqa: PLC0415

    size = path.stat().st_size
    if size < LARGE_BYTES:
        yield csv.read_csv(str(path), convert_options=options)
        progress(size, size)
        return
    before = 0
    with pa.OSFile(str(path)) as file, csv.open_csv(file, convert_options=options) as reader:
        for batch in reader:
            yield pa.Table.from_batches([batch])
            here = file.tell()
            progress(here - before, size)
            before = here


def _cells(column: Any) -> Cells:
    """Return numbers as an array with NaN for a null; text without nulls as an array, else as a list."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    if pa.types.is_floating(column.type):
        return np.asarray(column.to_numpy(), dtype=np.float64)
    if column.null_count == 0 and len(column):
        return np.asarray(column.to_pylist(), dtype=np.str_)
    cells: list[Any] = column.to_pylist()
    return cells
