"""Formulas as people print them, parsed by a grammar of our own and evaluated on arrays.

Nothing of a formula is ever executed: the text becomes a tree of numbers, named variables, the five
operations and five functions, or it is refused. Length, depth and the number of parts are bounded, so
a hostile text costs nothing::

    sum     = product { ("+" | "-") product }
    product = signed { ("*" | "/") signed }
    signed  = ["+" | "-"] power
    power   = atom [ ("^" | "**") signed ]          right to left: 2^3^2 is 2^9, -2^2 is -4
    atom    = number | variable | "pi" | function "(" sum ")" | "(" sum ")"
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from mrv.errors import EquationError
from mrv.moments import Floats

MAX_LENGTH: Final = 500
"""Characters of a formula [1]."""
MAX_DEPTH: Final = 40
"""Parts within parts of a formula [1]."""
VARIABLES: Final = frozenset({"dbh", "h", "wd"})
"""What a formula may ask for: DBH and height in its own units, wood density [g/cm3]."""

_Unary = Callable[[Floats], Floats]
_Binary = Callable[[Floats, Floats], Floats]
_FUNCTIONS: Final[Mapping[str, _Unary]] = MappingProxyType(
    {"exp": np.exp, "log": np.log, "ln": np.log, "log10": np.log10, "sqrt": np.sqrt}
)
_OPERATORS: Final[Mapping[str, _Binary]] = MappingProxyType(
    {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power}
)
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]*)|(?P<mark>\*\*|[-+*/^()]))"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float
    """Its value."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Something measured on a tree."""

    name: str
    """One of `VARIABLES`."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation or a function with what it is applied to."""

    name: str
    """Operator, function, or ``neg``."""
    parts: tuple[Node, ...]
    """One part or two."""


Node = Number | Variable | Operation


def parse_expression(text: str) -> Node:
    """Return the tree of a formula, or refuse it.

    Raises
    ------
    EquationError
        Rule ``equation-formula``, with the place where reading stopped.

    Examples
    --------
    >>> sorted(variables_of(parse_expression("0.12071*(dbh^2.09684)")))
    ['dbh']
    >>> parse_expression("__import__('os')")
    Traceback (most recent call last):
    ...
    mrv.errors.EquationError: equation-formula: formula=__import__('os'); position=1; reason=unreadable
    """
    if len(text) > MAX_LENGTH:
        raise EquationError("equation-formula", formula=text[:40], position=MAX_LENGTH, reason="too-long")
    parser = _Parser(text, _tokens(text))
    node = parser.sum(0)
    if parser.kind != "end":
        raise parser.refusal("unexpected")
    return node


def _tokens(text: str) -> tuple[tuple[str, str, int], ...]:
    """Return (kind, text, position from 1) of each token, closed by an ``end``."""
    found: list[tuple[str, str, int]] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            raise EquationError("equation-formula", formula=text, position=place + 1, reason="unreadable")
        kind = str(match.lastgroup)
        found.append((kind, match[kind], match.start(kind) + 1))
        place = match.end()
    return (*found, ("end", "", end + 1))


class _Parser:
    """Reads tokens from left to right, one function for each rule of the grammar."""

    def __init__(self, text: str, tokens: tuple[tuple[str, str, int], ...]) -> None:
        self._text, self._tokens, self._at = text, tokens, 0

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0]

    def refusal(self, reason: str) -> EquationError:
        position = self._tokens[self._at][2]
        return EquationError("equation-formula", formula=self._text, position=position, reason=reason)

    def _take(self, *wanted: str) -> str:
        """Return the mark that comes next if it is one of these, and go on; else nothing."""
        kind, word, _ = self._tokens[self._at]
        if kind != "mark" or word not in wanted:
            return ""
        self._at += 1
        return "^" if word == "**" else word

    def sum(self, depth: int) -> Node:
        node = self._product(depth)
        while mark := self._take("+", "-"):
            node = Operation(mark, (node, self._product(depth)))
        return node

    def _product(self, depth: int) -> Node:
        node = self._signed(depth)
        while mark := self._take("*", "/"):
            node = Operation(mark, (node, self._signed(depth)))
        return node

    def _signed(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self.refusal("too-deep")
        mark = self._take("+", "-")
        if mark == "-":
            return Operation("neg", (self._signed(depth + 1),))
        return self._signed(depth + 1) if mark else self._power(depth)

    def _power(self, depth: int) -> Node:
        base = self._atom(depth)
        return Operation("^", (base, self._signed(depth + 1))) if self._take("^", "**") else base

    def _atom(self, depth: int) -> Node:
        kind, word, _ = self._tokens[self._at]
        if self._take("("):
            return self._closed(depth)
        if kind == "number":
            self._at += 1
            return Number(float(word))
        if kind != "name":
            raise self.refusal("unexpected")
        return self._named(word.lower(), depth)

    def _named(self, name: str, depth: int) -> Node:
        if name in _FUNCTIONS:
            self._at += 1
            if not self._take("("):
                raise self.refusal("unexpected")
            return Operation(name, (self._closed(depth),))
        if name not in VARIABLES and name != "pi":
            raise self.refusal("unknown-name")
        self._at += 1
        return Number(math.pi) if name == "pi" else Variable(name)

    def _closed(self, depth: int) -> Node:
        node = self.sum(depth + 1)
        if not self._take(")"):
            raise self.refusal("unexpected")
        return node


def variables_of(node: Node) -> frozenset[str]:
    """Return the variables a formula asks for."""
    if isinstance(node, Variable):
        return frozenset({node.name})
    return frozenset().union(*map(variables_of, node.parts)) if isinstance(node, Operation) else frozenset()


def evaluate(node: Node, values: Mapping[str, ArrayLike]) -> Floats:
    """Return the value of a formula for trees; NaN or infinite where it has none [its own unit].

    Parameters
    ----------
    node
        Of `parse_expression`.
    values
        Variable -> values, in the units of the formula.

    Examples
    --------
    >>> evaluate(parse_expression("0.12071*(dbh^2.09684)"), {"dbh": [1.0, 10.0]}).round(4).tolist()
    [0.1207, 15.0863]
    """
    with np.errstate(all="ignore"):
        result: Floats = np.asarray(_evaluate(node, values), dtype=np.float64)
    return result


def _evaluate(node: Node, values: Mapping[str, ArrayLike]) -> Floats:
    if isinstance(node, Number):
        return np.asarray(node.value, dtype=np.float64)
    if isinstance(node, Variable):
        return np.asarray(values[node.name], dtype=np.float64)
    parts = [_evaluate(part, values) for part in node.parts]
    if node.name in _OPERATORS:
        return _OPERATORS[node.name](*parts)
    return np.negative(parts[0]) if node.name == "neg" else _FUNCTIONS[node.name](parts[0])
