"""A small language for conditions over columns; parsed here, never evaluated as code.

::

    condition  = all { "or" all }
    all        = one { "and" one }
    one        = "not" one | "(" condition ")" | operand test
    test       = relation operand [ relation operand ]
               | [ "not" ] "in" "(" literal { "," literal } ")"
               | [ "not" ] "between" literal "and" literal
               | "is" [ "not" ] "null"
    relation   = "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">="
    operand    = column | number | 'text'

A column is a word (``DIA``, ``COND.FORTYPCD``, ``树种``) or anything between backticks. Nulls follow the
three-valued logic of SQL (ISO/IEC 9075-2, clause 8): a comparison with a null is unknown, and only rows
for which the condition is true are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from mrv.errors import ExpressionError
from mrv.where.nodes import Among, Both, Column, Compare, Either, IsNull, Literal, Node, Not

MAX_LENGTH: Final = 2_000
"""Longest condition [characters]."""
MAX_DEPTH: Final = 40
"""Deepest nesting of brackets and negations."""
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))"
    r"|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<quoted>`[^`]+`)"
    r"|(?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)?)"
    r"|(?P<sign><=|>=|==|!=|<>|[=<>(),]))"
)
_RELATIONS: Final = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_KEYWORDS: Final = frozenset({"and", "or", "not", "in", "is", "null", "between"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse_condition(text: str) -> Node:
    """Return the tree of a condition.

    Raises
    ------
    ExpressionError
        Rule ``where-syntax``: it cannot be read; names the position [characters, from 1] and what was
        expected.

    Examples
    --------
    >>> parse_condition("DIA >= 5 and SPCD in (108, 122)").parts[1].values
    (108.0, 122.0)
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError("where-too-long", length=len(text), limit=MAX_LENGTH)
    return _Parser(text).parse()


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise ExpressionError(
                "where-character", expression=text, position=at + 1, near=text[at : at + 12]
            )
        kind = str(match.lastgroup)
        word = match.group(kind)
        lowered = word.lower()
        if kind == "word" and lowered in _KEYWORDS:
            found.append(_Token("keyword", lowered, match.start(kind)))
        else:
            found.append(_Token(kind, word, match.start(kind)))
        at = match.end()
    return found


class _Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def parse(self) -> Node:
        node = self._either()
        if self._at < len(self._tokens):
            self._fail("and / or")
        return node

    def _fail(self, expected: str) -> NoReturn:
        here = self._tokens[self._at] if self._at < len(self._tokens) else None
        raise ExpressionError(
            "where-syntax",
            expression=self._text,
            position=here.at + 1 if here else len(self._text.rstrip()) + 1,
            near=here.text if here else "…",
            expected=expected,
        )

    def _take(self, *texts: str) -> str | None:
        """Return the next sign or keyword if it is one of these, and step past it."""
        if self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind in {"sign", "keyword"} and token.text in texts:
                self._at += 1
                return token.text
        return None

    def _need(self, text: str) -> None:
        if self._take(text) is None:
            self._fail(text)

    def _joined(self, word: str, part: Callable[[], Node]) -> list[Node]:
        found = [part()]
        while self._take(word):
            found.append(part())
        return found

    def _either(self) -> Node:
        parts = self._joined("or", self._both)
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts = self._joined("and", self._one)
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _one(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("where-too-deep", limit=MAX_DEPTH)
        try:
            if self._take("not"):
                return Not(self._one())
            if self._take("("):
                node = self._either()
                self._need(")")
                return node
            return self._test()
        finally:
            self._depth -= 1

    def _test(self) -> Node:
        left = self._operand()
        if relation := self._take(*_RELATIONS):
            return self._relation(left, relation)
        if not isinstance(left, Column):
            self._fail("= != < <= > >=")
        return self._test_of(left)

    def _relation(self, left: Column | Literal, relation: str) -> Node:
        middle = self._operand()
        first = Compare(left, _RELATIONS[relation], middle)
        if second := self._take(*_RELATIONS):
            return Both((first, Compare(middle, _RELATIONS[second], self._operand())))
        return first

    def _test_of(self, column: Column) -> Node:
        if self._take("is"):
            negated = self._take("not")
            self._need("null")
            return Not(IsNull(column)) if negated else IsNull(column)
        negated = self._take("not")
        if self._take("in"):
            found: Node = Among(column, self._list())
        elif self._take("between"):
            low = self._literal()
            self._need("and")
            found = Both((Compare(column, ">=", low), Compare(column, "<=", self._literal())))
        else:
            self._fail("= != < <= > >= in between is")
        return Not(found) if negated else found

    def _list(self) -> tuple[Literal, ...]:
        self._need("(")
        values = [self._literal()]
        while self._take(","):
            values.append(self._literal())
        self._need(")")
        return tuple(values)

    def _literal(self) -> Literal:
        value = self._operand()
        if isinstance(value, Column):
            self._at -= 1
            self._fail("123 / 'text'")
        return value

    def _operand(self) -> Column | Literal:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if token is None or token.kind in {"sign", "keyword"}:
            self._fail("COLUMN / 123 / 'text'")
        self._at += 1
        if token.kind == "number":
            return float(token.text)
        if token.kind == "text":
            return token.text[1:-1]
        return Column(token.text.strip("`"))
