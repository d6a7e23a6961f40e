"""Columns of a CSV or Parquet file of a FIADB: a file of common size at once, a large one in blocks.

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
BLOCK_ROWS: Final = 1_000_000
"""Rows of a block of a large Parquet file [1]."""
SMALL_BYTES: Final = 4 * 1024 * 1024
"""Files up to here are read by one thread: starting more takes longer than they save [byte]."""
NULLS: Final = ("", "NA", "NULL")


@dataclass(frozen=True, slots=True)
class Keep:
    """Which rows count."""

    column: str
    """Column of the plots, in upper case."""
    plots: Sequence[Any] | NDArray[Any]
    """Plots whose rows count, as text or as whole numbers."""

    def of(self, block: Any, heading: str) -> Any:
        """Return the rows of a table that count; identifiers that are whole numbers come back as such."""
        import pyarrow as pa  # noqa: PLC0415 - slow to import
        import pyarrow.compute as pc  # noqa: PLC0415

        key = block.column(heading)
        names = np.asarray(self.plots)
        plots = pa.array(names) if names.dtype.kind == "i" else pa.array(names.tolist(), pa.string())
        numbers, known = whole_numbers(key), whole_numbers(plots)
        if numbers is None or known is None:
            text = pc.utf8_trim_whitespace(key.cast(pa.string()))
            return block.filter(pc.is_in(text, value_set=plots.cast(pa.string())))
        block = block.set_column(block.schema.get_field_index(heading), heading, numbers)
        inside = pc.is_in(numbers, value_set=known)
        return block if pc.all(inside).as_py() else block.filter(inside)


def file_columns(
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
    from pyarrow import csv  # noqa: PLC0415

    options = csv.ConvertOptions(
        column_types={
            heading: pa.float64() if name in numbers else pa.string() for name, heading in headings.items()
        },
        include_columns=list(dict.fromkeys(headings.values())),
        strings_can_be_null=True,
        null_values=list(NULLS),
    )
    blocks = _blocks(path, options, progress)
    parts = [block if keep is None else keep.of(block, headings[keep.column]) for block in blocks]
    if len({part.schema for part in parts}) == 1:
        return pa.concat_tables(parts)
    # some blocks have identifiers that are no numbers
    schema = parts[0].schema
    at = schema.get_field_index(headings[keep.column]) if keep else 0
    text = schema.set(at, pa.field(schema.field(at).name, pa.string()))
    return pa.concat_tables([part.cast(text) for part in parts])


def whole_numbers(column: Any) -> Any:
    """Return identifiers as the whole numbers whose decimal form they are; None where one is none."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.compute as pc  # noqa: PLC0415

    try:
        numbers = column.cast(pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    if not pa.types.is_string(column.type):
        return None if column.null_count else numbers
    # a number of up to 18 digits without sign or leading zero is its own decimal form
    odd = pc.any(pc.or_(pc.starts_with(column, "0"), pc.less_equal(numbers, 0))).as_py()
    return None if odd or column.null_count else numbers


def _blocks(path: Path, options: Any, progress: Callable[[int, int | None], None]) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    from pyarrow import csv  # noqa: PLC0415

    size = path.stat().st_size
    if path.suffix.lower() == ".parquet":
        yield from _parquet_blocks(path, options.include_columns)
        progress(size, size)
        return
    if size < LARGE_BYTES:
        yield csv.read_csv(
            str(path),
            read_options=csv.ReadOptions(use_threads=size > SMALL_BYTES),
            convert_options=options,
        )
        progress(size, size)
        return
    before = 0
    with pa.OSFile(str(path)) as file, csv.open_csv(file, convert_options=options) as reader:
        for batch in reader:
            yield pa.Table.from_batches([batch])
            here = file.tell()
            progress(here - before, size)
            before = here


def _parquet_blocks(path: Path, columns: Sequence[str]) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415

    size = path.stat().st_size
    with pq.ParquetFile(str(path)) as file:
        if size < LARGE_BYTES:
            yield file.read(columns=list(columns), use_threads=size > SMALL_BYTES)
            return
        for batch in file.iter_batches(BLOCK_ROWS, columns=list(columns)):
            yield pa.Table.from_batches([batch])


def _cells(column: Any, identifier: bool) -> Cells:
    """Return numbers as an array (NaN for a null), identifiers as whole numbers if all are, else text."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    kind = column.type
    if identifier:
        numbers = whole_numbers(column) if len(column) else None
        if numbers is not None:
            return np.asarray(numbers.to_numpy(), dtype=np.int64)
    elif pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    return _texts(column)


def _texts(column: Any) -> Cells:
    """Return texts, each different one made once, a null as an empty text."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import

    coded = column.cast(pa.string()).dictionary_encode().combine_chunks()
    words = np.array([*coded.dictionary.to_pylist(), ""], dtype=np.str_)
    codes = coded.indices.fill_null(words.size - 1).to_numpy()
    return np.asarray(np.strings.strip(words)[codes], dtype=np.str_)
