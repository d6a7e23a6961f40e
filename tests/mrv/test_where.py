"""Conditions in words: what is read, what is refused and where, and how nulls count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import ExpressionError
from mrv.where import column_names, conjuncts, matches, parse_condition
from mrv.where.grammar import MAX_DEPTH, MAX_LENGTH
from mrv.where.nodes import Among, Both, Column, Compare, Either, IsNull, Not

NAN = float("nan")
COLUMNS = {
    "A": np.array([1.0, 2.0, 3.0, NAN]),
    "B": np.array([3.0, 2.0, 1.0, 0.0]),
    "S": np.array(["x", "y", "", "x"], dtype=object),
    "树种": np.array(["杉木", "毛竹", "杉木", ""], dtype=object),
    "two words": np.array([1.0, 1.0, 0.0, 0.0]),
}


def kept(text: str) -> list[int]:
    return np.flatnonzero(matches(parse_condition(text), COLUMNS.__getitem__, 4)).tolist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("A = 2", [1]),
        ("A == 2.0", [1]),
        ("A != 2", [0, 2]),
        ("A <> 2", [0, 2]),
        ("not A = 2", [0, 2]),
        ("A > 1 and B >= 2", [1]),
        ("A > 2 or B > 2", [0, 2]),
        ("A in (1, 3)", [0, 2]),
        ("A not in (1, 3)", [1]),
        ("A between 2 and 3", [1, 2]),
        ("A not between 2 and 3", [0]),
        ("1 < A <= 3", [1, 2]),
        ("2 >= A", [0, 1]),
        ("A is null", [3]),
        ("A is not null", [0, 1, 2]),
        ("A < B", [0]),
        ("S = 'x'", [0, 3]),
        ('S != "x"', [1]),
        ("S in ('y', 'z')", [1]),
        ("S is null", [2]),
        ("树种 = '杉木'", [0, 2]),
        ("`two words` = 1", [0, 1]),
        ("A = -1 or B = 1e0", [2]),
        ("A=1 OR (B=2 AND NOT S='x')", [0, 1]),
        # or binds less than and
        ("A = 1 or B = 2 and S = 'none'", [0]),
        ("A = 99", []),
        ("1 = 1", [0, 1, 2, 3]),
    ],
)
def test_rows_kept(text: str, rows: list[int]) -> None:
    assert kept(text) == rows


@pytest.mark.parametrize(
    ("text", "rule", "position"),
    [
        ("A = ", "where-syntax", 4),
        ("A", "where-syntax", 2),
        ("A = 1 B = 2", "where-syntax", 7),
        ("(A = 1", "where-syntax", 7),
        ("A in 1", "where-syntax", 6),
        ("A in (B)", "where-syntax", 7),
        ("A in (1", "where-syntax", 8),
        ("A is 1", "where-syntax", 6),
        ("A between 1 or 2", "where-syntax", 13),
        ("and", "where-syntax", 1),
        ("", "where-syntax", 1),
        ("5 in (5)", "where-syntax", 3),
        ("not", "where-syntax", 4),
        ("A + 1 = 2", "where-character", 3),
        ("__import__('os').system('x')", "where-character", 17),
        ("A = 'open", "where-character", 5),
        ("A = 5abc", "where-character", 5),
        ("A; B", "where-character", 2),
    ],
)
def test_what_is_refused_and_where(text: str, rule: str, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_condition(text)
    assert (caught.value.rule, caught.value.params["position"]) == (rule, position)


def test_a_condition_has_bounds() -> None:
    with pytest.raises(ExpressionError, match="where-too-long"):
        parse_condition("A = 1 " + " " * MAX_LENGTH)
    with pytest.raises(ExpressionError, match="where-too-deep"):
        parse_condition("(" * (MAX_DEPTH + 1) + "A = 1" + ")" * (MAX_DEPTH + 1))
    assert parse_condition("(" * (MAX_DEPTH - 1) + "A = 1" + ")" * (MAX_DEPTH - 1)) == Compare(
        Column("A"), "=", 1.0
    )


@pytest.mark.parametrize(
    ("text", "column"), [("A = 'x'", "A"), ("S = 1", "S"), ("S in (1)", "S"), ("1 < S", "S"), ("A = S", "A")]
)
def test_numbers_are_not_compared_with_texts(text: str, column: str) -> None:
    with pytest.raises(ExpressionError, match="where-types-differ") as caught:
        kept(text)
    assert caught.value.params["column"] == column


def test_names_and_parts() -> None:
    node = parse_condition("A = 1 and (B = 2 and not S is null) and (A < 3 or B > 2)")
    assert column_names(node) == ("A", "B", "S")
    parts = conjuncts(node)
    assert [type(part) for part in parts] == [Compare, Compare, Not, Either]
    assert conjuncts(parts[3]) == (parts[3],)
    assert isinstance(node, Both)
    assert parts[2] == Not(IsNull(Column("S")))
    assert parse_condition("COND.A in (1)") == Among(Column("COND.A"), (1.0,))


def test_an_unknown_stays_unknown_under_not_and_or() -> None:
    # null = 1 is unknown, and so is its negation; with a true other side it is true
    assert 3 not in kept("A = 1")
    assert 3 not in kept("not A = 1")
    assert 3 in kept("A = 1 or B = 0")
    assert 3 not in kept("not (A = 1 and B = 0)")
    assert 3 in kept("not (A = 1 and B = 5)")


@given(
    st.lists(st.one_of(st.none(), st.integers(-3, 3)), min_size=1, max_size=12),
    st.integers(-3, 3),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
)
def test_a_condition_its_negation_and_the_nulls_are_everything(
    cells: list[int | None], value: int, relation: str
) -> None:
    column = {"A": np.array([NAN if cell is None else cell for cell in cells], dtype=np.float64)}
    found = [
        matches(parse_condition(text), column.__getitem__, len(cells))
        for text in (f"A {relation} {value}", f"not A {relation} {value}", "A is null")
    ]
    assert (np.sum(found, axis=0) == 1).all()


def test_whole_numbers_have_no_nulls() -> None:
    column = {"A": np.array([1, 2, 3])}
    assert matches(parse_condition("A is null"), column.__getitem__, 3).tolist() == [False] * 3
    assert matches(parse_condition("A >= 2"), column.__getitem__, 3).tolist() == [False, True, True]
