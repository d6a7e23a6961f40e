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
from numpy.typing import NDArray

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
    plots: Sequence[Any] | NDArray[Any]
    """Plots whose rows count, as text or as whole numbers."""

    def as_arrow(self, *, numbers: bool) -> Any:
        """Return the plots as numbers, as far as they are such, or as text."""
        import pyarrow as pa  # noqa: PLC0415 - slow to import

        names = np.asarray(self.plots)
        if numbers:
            whole = names if names.dtype.kind == "i" else whole_numbers(pa.array(names.tolist(), pa.string()))
            return pa.array([], pa.int64()) if whole is None else pa.array(whole, pa.int64())
        return pa.array(names.astype(np.str_).tolist(), pa.string())


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
    names_of_rows = {name for name in names if name in declared and name.endswith("CN")}
    return {name: _cells(whole.column(heading), name in names_of_rows) for name, heading in headings.items()}


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
    parts = []
    for block in _blocks(path, options, progress):
        if keep is None:
            parts.append(block)
            continue
        key = block.column(headings[keep.column])
        numbers_of_key = whole_numbers(key)
        plots = keep.as_arrow(numbers=numbers_of_key is not None)
        wanted = pc.utf8_trim_whitespace(key) if numbers_of_key is None else numbers_of_key
        inside = pc.is_in(wanted, value_set=plots)
        parts.append(block if pc.all(inside).as_py() else block.filter(inside))
    return pa.concat_tables(parts)


def whole_numbers(column: Any) -> Any:
    """Return identifiers as the whole numbers whose decimal form they are; None where one is none."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.compute as pc  # noqa: PLC0415

    try:
        numbers = column.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    same = column.null_count == 0 and pc.all(pc.equal(numbers.cast(pa.string()), column)).as_py()
    return numbers if same else None


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


def _cells(column: Any, identifier: bool) -> Cells:
    """Return numbers as an array (NaN for a null), identifiers as whole numbers if all are, else text."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    if pa.types.is_floating(column.type):
        return np.asarray(column.to_numpy(), dtype=np.float64)
    numbers = whole_numbers(column) if identifier and len(column) else None
    if numbers is not None:
        return np.asarray(numbers.to_numpy(), dtype=np.int64)
    cells: list[Any] = column.to_pylist()
    return cells
