"""From class codes to labels: the small whole numbers that the coverage kernel adds by.

A raster is read strip by strip, so the codes that occur are not known before its end: a code gets its label
when it is first met, and the columns are put in the order of the codes when all strips are read. Label 0
means "no class". A pair of codes of two years is one code too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.footprint import Footprint, Rule
from geodata.grid import Window
from geodata.raster import ClassRaster
from geodata.rings import Floats, Integers
from geodata.sparse import SparseCoverage

PAIR: Final = 2**32
"""Factor of the first code of a pair whose codes are not bytes."""
_HALF: Final = 2**31
_BYTE: Final = 256


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes of the cells of a strip."""

    values: NDArray[Any]
    """Code of each cell, shape (rows, columns)."""
    missing: NDArray[np.bool_] | int | None
    """Cells without a class: a mask, one code, or none."""
    n_small: int | None
    """Codes are 0 to this number less one, where a table is quicker than a search; else None."""


@dataclass(slots=True)
class LabelBook:
    """The labels given so far."""

    codes: list[int] = field(default_factory=list)
    """Code of label 1, 2, ..."""
    _table: Integers | None = None

    def label(self, found: Codes) -> NDArray[Any]:
        """Return the label of each cell, as bytes while they suffice."""
        values, missing = found.values, found.missing
        if found.n_small is not None:
            labels = self._look_up(values, missing, found.n_small)
        else:
            labels = self._search(values, missing)
        if isinstance(missing, np.ndarray):
            labels = np.where(missing, 0, labels)
        return labels.astype(np.uint8 if len(self.codes) < _BYTE - 1 else np.int32, copy=False)

    def _look_up(
        self, values: NDArray[Any], missing: NDArray[np.bool_] | int | None, n_small: int
    ) -> NDArray[Any]:
        if self._table is None:
            self._table = np.full(n_small, -1, dtype=np.int64)
        known = values if not isinstance(missing, np.ndarray) else values[~missing]
        seen = np.zeros(n_small, dtype=np.bool_)
        seen[known.ravel()] = True
        present = np.flatnonzero(seen)
        if isinstance(missing, int):
            present = present[present != missing]
        for code in present[self._table[present] < 0].tolist():
            self.codes.append(code)
            self._table[code] = len(self.codes)
        kind = np.uint8 if len(self.codes) < _BYTE - 1 else np.int32
        labels: NDArray[Any] = np.maximum(self._table, 0).astype(kind).take(values)
        return labels

    def _search(self, values: NDArray[Any], missing: NDArray[np.bool_] | int | None) -> NDArray[Any]:
        present, inverse = np.unique(values, return_inverse=True)
        absent = missing if isinstance(missing, int) else None
        if isinstance(missing, np.ndarray):
            known = np.unique(values[~missing])
        else:
            known = present[present != absent] if absent is not None else present
        given = {code: label for label, code in enumerate(self.codes, start=1)}
        for code in known.tolist():
            if code not in given:
                self.codes.append(int(code))
                given[int(code)] = len(self.codes)
        table = np.array([given.get(int(code), 0) for code in present], dtype=np.int64)
        if absent is not None:
            table[present == absent] = 0
        labels: NDArray[Any] = table[inverse.reshape(values.shape)]
        return labels


def read_codes(raster: ClassRaster, strip: Window) -> Codes:
    """Return the codes of a strip of one raster."""
    values = raster.read(strip)
    return Codes(values, raster.nodata, _BYTE if values.dtype == np.uint8 else None)


def read_pairs(first: ClassRaster, second: ClassRaster, strip: Window) -> Codes:
    """Return the pairs of codes of a strip of two rasters; a cell without a class in either has none."""
    before, after = first.read(strip), second.read(strip)
    missing = np.zeros(before.shape, dtype=np.bool_)
    if first.nodata is not None:
        missing |= before == first.nodata
    if second.nodata is not None:
        missing |= after == second.nodata
    if before.dtype == np.uint8 and after.dtype == np.uint8:
        small = before.astype(np.uint16) * np.uint16(_BYTE) + after
        return Codes(small, missing, _BYTE**2)
    return Codes(before.astype(np.int64) * PAIR + (after.astype(np.int64) + _HALF), missing, None)


def split_pairs(pairs: Integers) -> tuple[Integers, Integers]:
    """Return the first and the second code of the pairs that `read_pairs` made.

    A pair of bytes is less than 65,536; a pair of other codes never is, for the second one is lifted by 2^31.

    Examples
    --------
    >>> first, second = split_pairs(np.array([2 * 256 + 7, 2 * 2**32 + 7 + 2**31]))
    >>> first.tolist(), second.tolist()
    ([2, 2], [7, 7])
    """
    small = (pairs >= 0) & (pairs < _BYTE**2)
    first = np.where(small, pairs // _BYTE, pairs // PAIR)
    second = np.where(small, pairs % _BYTE, pairs % PAIR - _HALF)
    return first, second


def sum_codes(footprint: Footprint, read: Callable[[Window], Codes], rule: Rule) -> tuple[Integers, Floats]:
    """Return the codes that occur, ascending, and the covered cells of each in each parcel.

    Parameters
    ----------
    footprint
        The parcels.
    read
        Returns the codes of a strip.
    rule
        Exact fractions of cells, or cells by their centres.

    Returns
    -------
    tuple
        Codes, shape (k,); covered cells, shape (parcels, k + 1), column 0 for cells without a class [cell].

    Raises
    ------
    VectorError
        The self-check of an exact sum failed.
    """
    book, n_parcels = LabelBook(), footprint.rings.n_parcels
    out, flaws = np.zeros((n_parcels, 1)), np.zeros(n_parcels)
    for strip in footprint.strips():
        labels = book.label(read(strip))
        fresh = len(book.codes) + 1 - out.shape[1]
        if fresh:
            out = np.hstack([out, np.zeros((n_parcels, fresh))])
        footprint.add_strip(strip, labels, out, flaws, rule)
    if rule == "exact":
        footprint.check(out, flaws)
    codes = np.array(book.codes, dtype=np.int64)
    order = np.argsort(codes)
    return codes[order], out[:, np.concatenate([[0], order + 1])]


def sum_kept_codes(coverage: SparseCoverage, read: Callable[[Window], Codes]) -> tuple[Integers, Floats]:
    """Return what `sum_codes` does, from kept coverage; exact shares, no geometry touched."""
    book = LabelBook()
    labels = book.label(read(coverage.window))
    out = coverage.sum_labels(labels, len(book.codes) + 1)
    codes = np.array(book.codes, dtype=np.int64)
    order = np.argsort(codes)
    return codes[order], out[:, np.concatenate([[0], order + 1])]
