"""Evaluates a parsed condition over columns, with the three-valued logic of nulls.

A null is NaN in a column of numbers and an empty text in a column of texts. Each node gives two masks, what
is certainly true and what is certainly false; the rest is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mrv.errors import ExpressionError
from mrv.where.nodes import Among, Both, Column, Compare, Either, IsNull, Literal, Node, Not

Mask = NDArray[np.bool_]
Values = NDArray[Any]
Lookup = Callable[[str], Values]
_RELATIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def matches(node: Node, lookup: Lookup, size: int) -> Mask:
    """Return the rows for which a condition is true.

    Parameters
    ----------
    node
        A parsed condition.
    lookup
        Gives the values of a column by the name in the condition, shape (size,).
    size
        Number of rows.

    Raises
    ------
    ExpressionError
        Rule ``where-types-differ``: numbers are compared with text.

    Examples
    --------
    >>> from mrv.where.grammar import parse_condition
    >>> columns = {"A": np.array([1.0, 2.0, np.nan])}
    >>> matches(parse_condition("not A = 1"), columns.__getitem__, 3).tolist()
    [False, True, False]
    """
    return _truth(node, lookup, size)[0]


def is_null(values: Values) -> Mask:
    """Return which values are null."""
    if values.dtype.kind in "fc":
        return np.asarray(np.isnan(values))
    if values.dtype.kind in "iub":
        return np.zeros(values.shape, dtype=bool)
    return np.asarray(values == "", dtype=bool)


def is_text(values: Values) -> bool:
    """Return whether a column holds texts."""
    return values.dtype.kind in "OU"


def _truth(node: Node, lookup: Lookup, size: int) -> tuple[Mask, Mask]:
    if isinstance(node, Not):
        true, false = _truth(node.part, lookup, size)
        return false, true
    if isinstance(node, Both | Either):
        found = [_truth(part, lookup, size) for part in node.parts]
        true, false = (np.array([pair[side] for pair in found]) for side in (0, 1))
        every, some = (np.logical_and.reduce, np.logical_or.reduce)
        of_true, of_false = (every, some) if isinstance(node, Both) else (some, every)
        return np.asarray(of_true(true, axis=0)), np.asarray(of_false(false, axis=0))
    if isinstance(node, IsNull):
        null = is_null(lookup(node.operand.name))
        return null, ~null
    if isinstance(node, Among):
        return _among(node, lookup)
    return _compare(node, lookup, size)


def _among(node: Among, lookup: Lookup) -> tuple[Mask, Mask]:
    name = node.operand.name
    values = lookup(name)
    known = ~is_null(values)
    inside = np.zeros(values.shape, dtype=bool)
    for value in node.values:
        inside |= np.asarray(values == _literal_like(name, values, value), dtype=bool)
    return inside & known, ~inside & known


def _compare(node: Compare, lookup: Lookup, size: int) -> tuple[Mask, Mask]:
    left = lookup(node.left.name) if isinstance(node.left, Column) else node.left
    right = lookup(node.right.name) if isinstance(node.right, Column) else node.right
    known = np.ones(size, dtype=bool)
    for side in (left, right):
        if isinstance(side, np.ndarray):
            known &= ~is_null(side)
    if isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
        right = _literal_like(_name(node.left), left, right)
    elif isinstance(right, np.ndarray) and not isinstance(left, np.ndarray):
        left = _literal_like(_name(node.right), right, left)
    elif _is_text_side(left) != _is_text_side(right):
        raise ExpressionError("where-types-differ", column=_name(node.left), value=_name(node.right))
    met = np.broadcast_to(np.asarray(_RELATIONS[node.relation](left, right), dtype=bool), (size,))
    return met & known, ~met & known


def _name(side: Column | Literal) -> str:
    return side.name if isinstance(side, Column) else str(side)


def _is_text_side(side: Values | Literal) -> bool:
    return is_text(side) if isinstance(side, np.ndarray) else isinstance(side, str)


def _literal_like(name: str, values: Values, value: Literal) -> Literal:
    """Return a literal as the column's type; a number compared with a text is refused by name."""
    if is_text(values) == isinstance(value, str):
        return value
    raise ExpressionError(
        "where-types-differ", column=name, value=f"'{value}'" if isinstance(value, str) else f"{value:g}"
    )
