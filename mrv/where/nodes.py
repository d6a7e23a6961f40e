"""The tree of a condition: comparisons, memberships and nulls, joined by and, or and not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Literal = float | str


@dataclass(frozen=True, slots=True)
class Column:
    """A column by the name it was given."""

    name: str
    """As written, without backticks."""


@dataclass(frozen=True, slots=True)
class Compare:
    """One relation between two operands."""

    left: Column | Literal
    """Left operand."""
    relation: str
    """One of ``= != < <= > >=``."""
    right: Column | Literal
    """Right operand."""


@dataclass(frozen=True, slots=True)
class Among:
    """Membership in a list of literals."""

    operand: Column
    """What is looked for."""
    values: tuple[Literal, ...]
    """Where it is looked for."""


@dataclass(frozen=True, slots=True)
class IsNull:
    """Whether there is no value."""

    operand: Column
    """The column."""


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    part: Node
    """What is negated."""


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts."""

    parts: tuple[Node, ...]
    """At least two."""


@dataclass(frozen=True, slots=True)
class Either:
    """Any of the parts."""

    parts: tuple[Node, ...]
    """At least two."""


Node = Compare | Among | IsNull | Not | Both | Either


def column_names(node: Node) -> tuple[str, ...]:
    """Return the columns a condition names, each once, in the order of their first mention.

    Examples
    --------
    >>> from mrv.where.grammar import parse_condition
    >>> column_names(parse_condition("A = 1 or not (B is null and A < 3)"))
    ('A', 'B')
    """
    return tuple(dict.fromkeys(_mentions(node)))


def conjuncts(node: Node) -> tuple[Node, ...]:
    """Return the parts that all have to hold.

    Examples
    --------
    >>> from mrv.where.grammar import parse_condition
    >>> len(conjuncts(parse_condition("A = 1 and (B = 2 and C = 3) and (D = 4 or E = 5)")))
    4
    """
    if isinstance(node, Both):
        return tuple(part for child in node.parts for part in conjuncts(child))
    return (node,)


def _mentions(node: Node) -> Iterator[str]:
    if isinstance(node, Compare):
        yield from (side.name for side in (node.left, node.right) if isinstance(side, Column))
    elif isinstance(node, Among | IsNull):
        yield node.operand.name
    elif isinstance(node, Not):
        yield from _mentions(node.part)
    else:
        for part in node.parts:
            yield from _mentions(part)
