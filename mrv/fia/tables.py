"""The tables of an evaluation as plain columns, and how rows of one find those of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.moments import Floats, Labels

Table = Mapping[str, NDArray[Any]]
Positions = NDArray[np.intp]


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


def codes_of(values: ArrayLike) -> NDArray[np.int64]:
    """Return whole numbers; a null becomes -1."""
    return np.nan_to_num(reals_of(values), nan=-1).astype(np.int64)


def positions_of(known: Labels, wanted: Labels) -> Positions:
    """Return the position of each wanted name among the known ones, -1 where it is none of them.

    Parameters
    ----------
    known
        Names in ascending order, each once.
    wanted
        Names looked for.

    Examples
    --------
    >>> positions_of(np.array(["a", "c"]), np.array(["c", "b", "a"])).tolist()
    [1, -1, 0]
    """
    if known.size == 0:
        return np.full(wanted.shape, -1, dtype=np.intp)
    at = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    return np.where(known[at] == wanted, at, -1).astype(np.intp)


def binned_sums(bins: Positions, values: Floats, size: int) -> Floats:
    """Return the sum of the values of each bin; the order of the rows changes no bit.

    Examples
    --------
    >>> binned_sums(np.array([1, 0, 1]), np.array([1.0, 2.0, 4.0]), 3).tolist()
    [2.0, 5.0, 0.0]
    """
    order = np.lexsort((values, bins))
    return np.bincount(bins[order], weights=values[order], minlength=size).astype(np.float64)
