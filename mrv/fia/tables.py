"""The tables of an evaluation as plain columns, and how rows of one find those of another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.moments import Floats, Labels

Table = Mapping[str, NDArray[Any]]
Positions = NDArray[np.intp]
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FiaTables:
    """Plain columns of a FIADB evaluation, with lower-case names; a null is NaN, or an empty text."""

    plots: Table
    """cn, plot_status_cd."""
    conditions: Table
    """plt_cn, condid, cond_status_cd, condprop_unadj, subpprop_unadj, micrprop_unadj."""
    trees: Table
    """plt_cn, condid, statuscd, tpa_unadj, and the column of each quantity asked for."""


def names_of(values: ArrayLike) -> Labels:
    """Return identifiers as text."""
    return np.asarray(values, dtype=np.str_)


def reals_of(values: ArrayLike) -> Floats:
    """Return numbers; a null stays NaN."""
    return np.asarray(values, dtype=np.float64)


def codes_of(values: ArrayLike) -> Codes:
    """Return whole numbers; a null becomes -1."""
    return np.nan_to_num(reals_of(values), nan=-1).astype(np.int64)


def keys_of(values: ArrayLike) -> NDArray[Any]:
    """Return identifiers as they were read: whole numbers that are their decimal form, or text."""
    array = np.asarray(values)
    return array if array.dtype.kind == "i" else names_of(array)


def positions_of(known: NDArray[Any], wanted: NDArray[Any]) -> Positions:
    """Return the position of each wanted identifier among the known ones, -1 where it is none of them.

    Parameters
    ----------
    known
        Identifiers in ascending order, each once.
    wanted
        Identifiers looked for, of the same kind.

    Examples
    --------
    >>> positions_of(np.array(["a", "c"]), np.array(["c", "b", "a"])).tolist()
    [1, -1, 0]
    """
    if known.size == 0:
        return np.full(wanted.shape, -1, dtype=np.intp)
    at = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    return np.where(known[at] == wanted, at, -1).astype(np.intp)


@dataclass(frozen=True, slots=True)
class Places:
    """Identifiers in the order of their text, to be found as text or as numbers."""

    names: Labels
    """Identifiers in ascending order, each once."""
    numbers: NDArray[np.int64] | None
    """The numbers whose decimal form they are, ascending; None where one is no such number."""
    order: Positions
    """Place of each of these numbers among the names."""

    def find(self, wanted: NDArray[Any]) -> Positions:
        """Return the place of each wanted identifier (of `keys_of`), -1 where there is none."""
        if wanted.dtype.kind != "i":
            return positions_of(self.names, wanted)
        if self.numbers is None:
            return positions_of(self.names, names_of(wanted))
        at = positions_of(self.numbers, wanted)
        return np.where(at >= 0, self.order[at], -1).astype(np.intp)


def places_of(names: Labels) -> Places:
    """Return places to find identifiers in.

    Examples
    --------
    >>> places_of(np.array(["10", "9"])).find(np.array([9, 11, 10])).tolist()
    [1, -1, 0]
    """
    none = np.empty(0, dtype=np.intp)
    # a name of up to 18 digits without a leading zero is the decimal form of its number
    plain = (
        np.strings.isdecimal(names) & ~np.strings.startswith(names, "0") & (np.strings.str_len(names) < 19)
    )
    if not plain.all():
        return Places(names, None, none)
    numbers = names.astype(np.int64)
    order = np.argsort(numbers, kind="stable")
    return Places(names, numbers[order], order)


def binned_sums(bins: Positions, values: Floats, size: int) -> Floats:
    """Return the sum of the values of each bin; the order of the rows changes no bit.

    Each value is split into two whole numbers on grids so wide apart that every partial sum of either is
    exact: sums of whole numbers under 2^53 do not depend on their order. What is left out is below 2^-70 of
    the largest value.

    Examples
    --------
    >>> binned_sums(np.array([1, 0, 1]), np.array([1.0, 2.0, 4.0]), 3).tolist()
    [2.0, 5.0, 0.0]
    """
    largest = float(np.abs(values).max(initial=0.0))
    if largest == 0.0:
        return np.zeros(size)
    bits = 52 - int(values.size).bit_length()
    exponent = math.frexp(largest)[1]
    # by powers of two, so exact; the grid itself may lie under the smallest number there is
    scaled = np.ldexp(values, bits - exponent)
    high = np.rint(scaled)
    low = np.rint(np.ldexp(scaled - high, bits))
    sums = [np.bincount(bins, weights=part, minlength=size) for part in (high, low)]
    return np.asarray(np.ldexp(sums[0] + np.ldexp(sums[1], -bits), exponent - bits), dtype=np.float64)
