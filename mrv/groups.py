"""Rows set into groups by the values of columns; a null is a group of its own, so that groups add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mrv.errors import EstimationError
from mrv.where import is_null, is_text

MAX_GROUPS: Final = 500
"""More groups than this are a mistake: a column that is no code."""
NULL: Final = "null"
"""Label of the group without a value."""
Group = tuple[str, ...]
Positions = NDArray[np.intp]


def group_rows(columns: Sequence[NDArray[Any]], names: Sequence[str]) -> tuple[tuple[Group, ...], Positions]:
    """Return the groups that occur, in order, and the group of each row.

    Parameters
    ----------
    columns
        Values of each grouping column, each of shape (n,).
    names
        Their names, for the error.

    Raises
    ------
    EstimationError
        Rule ``estimate-groups-too-many``.

    Examples
    --------
    >>> group_rows([np.array([281.0, np.nan, 201.0])], ["FORTYPCD"])[0]
    (('201',), ('281',), ('null',))
    """
    codes, labels = zip(*(_coded(values) for values in columns), strict=True)
    key = np.zeros(columns[0].shape, dtype=np.int64)
    for code, words in zip(codes, labels, strict=True):
        key = key * len(words) + code
    found, group = np.unique(key, return_inverse=True)
    if found.size > MAX_GROUPS:
        raise EstimationError(
            "estimate-groups-too-many", column=", ".join(names), count=int(found.size), limit=MAX_GROUPS
        )
    return tuple(_crossed(int(value), labels) for value in found), group.astype(np.intp)


def label_of(value: float | str) -> str:
    """Return a code as a label.

    >>> label_of(281.0), label_of("杉木")
    ('281', '杉木')
    """
    return value if isinstance(value, str) else f"{value:.15g}"


def values_outside(values: NDArray[Any], inside: NDArray[np.bool_]) -> list[str]:
    """Return the labels of values that occur, but on no row inside."""
    return [
        label_of(value) for value in np.setdiff1d(values[~inside & ~is_null(values)], values[inside]).tolist()
    ]


def _coded(values: NDArray[Any]) -> tuple[Positions, list[str]]:
    """Return a number for each value in ascending order, nulls last, and the labels."""
    null = is_null(values)
    kind: Any = np.str_ if is_text(values) else np.float64
    found, code = np.unique(values[~null].astype(kind), return_inverse=True)
    numbers = np.full(values.shape, found.size, dtype=np.intp)
    numbers[~null] = code
    return numbers, [*(label_of(value) for value in found.tolist()), NULL]


def _crossed(key: int, labels: Sequence[list[str]]) -> Group:
    parts = []
    for words in reversed(labels):
        key, at = divmod(key, len(words))
        parts.append(words[at])
    return tuple(reversed(parts))
