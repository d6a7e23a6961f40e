from __future__ import annotations

import contextlib
import math
import string
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.equations.expressions import (
    MAX_DEPTH,
    MAX_LENGTH,
    evaluate,
    parse_expression,
    variables_of,
)
from mrv.errors import EquationError


def value(text: str, **given: float) -> float:
    return float(evaluate(parse_expression(text), given))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2+3*4", 14.0),
        ("(2+3)*4", 20.0),
        ("2^3^2", 512.0),
        ("2**3**2", 512.0),
        ("-2^2", -4.0),
        ("2^-1", 0.5),
        ("2.71828^-3", 2.71828**-3),
        ("10-4-3", 3.0),
        ("16/4/2", 2.0),
        ("+-+2", -2.0),
        ("1e-3 + .5 + 2.", 2.501),
        ("exp(log(5)) + ln(1) + log10(1000) + sqrt(9)", 11.0),
        ("2*PI", 2 * math.pi),
        ("((-3463.8)+1083.9*(4+3.033/0.9823))", -3463.8 + 1083.9 * (4 + 3.033 / 0.9823)),
    ],
)
def test_arithmetic_is_that_of_print(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-15)


def test_variables_are_those_of_trees_whatever_the_case() -> None:
    node = parse_expression("(dbh^1.77)*(H^1.14) + DBH*wd")
    assert variables_of(node) == {"dbh", "h", "wd"}
    assert value("DBH + h*wd", dbh=2.0, h=3.0, wd=0.5) == 3.5


def test_a_formula_works_on_arrays() -> None:
    dbh = np.array([5.0, 10.0, 20.0])
    np.testing.assert_array_equal(
        evaluate(parse_expression("0.0858*(dbh^2.2992)"), {"dbh": dbh}), 0.0858 * dbh**2.2992
    )


def test_what_has_no_value_is_not_finite_and_warns_nobody() -> None:
    assert math.isnan(value("log(0-1)"))
    assert value("1/0") == math.inf
    assert value("9^9^9^9") == math.inf
    assert math.isnan(value("(0-8)^(1/3)"))


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [
        ("", "unexpected", 1),
        ("   ", "unexpected", 1),
        ("2+", "unexpected", 3),
        ("(dbh", "unexpected", 5),
        ("dbh)", "unexpected", 4),
        ("2 dbh", "unexpected", 3),
        ("exp dbh", "unexpected", 5),
        ("age*dbh", "unknown-name", 1),
        ("exp(dbh)(2)", "unexpected", 9),
        ("dbh.real", "unreadable", 4),
        ("__import__('os')", "unreadable", 1),
        ("lambda: 1", "unreadable", 7),
        ("dbh if h else wd", "unexpected", 5),
        ("dbh;h", "unreadable", 4),
        ("dbh[0]", "unreadable", 4),
        ("f'{dbh}'", "unreadable", 2),
        ("open(dbh)", "unknown-name", 1),
        ("1_000", "unreadable", 2),
        ("0x10", "unexpected", 2),
        ("1j*dbh", "unexpected", 2),
        ("dbh = 2", "unreadable", 4),
        ("ｄｂｈ", "unreadable", 1),
        ("²", "unreadable", 1),
    ],
)
def test_everything_else_is_refused_with_its_place(text: str, reason: str, position: int) -> None:
    with pytest.raises(EquationError) as caught:
        parse_expression(text)
    assert caught.value.rule == "equation-formula"
    assert (caught.value.params["reason"], caught.value.params["position"]) == (reason, position)


def test_length_and_depth_are_bounded() -> None:
    deep = "(" * (MAX_DEPTH + 2) + "dbh" + ")" * (MAX_DEPTH + 2)
    for text, reason in [
        ("1+" * MAX_LENGTH + "1", "too-long"),
        (deep, "too-deep"),
        ("-" * (MAX_DEPTH + 5) + "1", "too-deep"),
        ("2^" * (MAX_DEPTH + 5) + "1", "too-deep"),
        ("exp(" * (MAX_DEPTH + 5) + "1" + ")" * (MAX_DEPTH + 5), "too-deep"),
    ]:
        with pytest.raises(EquationError, match=reason):
            parse_expression(text)
    assert value("(" * (MAX_DEPTH - 1) + "3" + ")" * (MAX_DEPTH - 1)) == 3.0
    assert value("1" + "+1" * ((MAX_LENGTH - 1) // 2)) == (MAX_LENGTH - 1) // 2 + 1


HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from(string.printable), st.characters()), max_size=MAX_LENGTH + 20
)
WORDS = (
    "dbh h wd pi exp( log( log10( sqrt( ( ) + - * / ^ ** 2 0.5 1e300 9 __class__ eval( import lambda . [ ' {"
)
PIECES = st.lists(st.sampled_from([*WORDS.split(), "\n", "\0"]), max_size=120)


@given(st.one_of(HOSTILE, PIECES.map("".join), PIECES.map(" ".join)))
def test_no_text_does_anything_but_become_a_number_or_be_refused(text: str) -> None:
    begin = time.perf_counter()
    node = None
    with contextlib.suppress(EquationError):
        node = parse_expression(text)
    if node is not None:
        found = evaluate(node, {"dbh": np.array([1.0, 20.0]), "h": 15.0, "wd": 0.5})
        assert isinstance(found, np.ndarray)
        assert found.dtype == np.float64
    assert time.perf_counter() - begin < 1.0


def trees(leaf: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
            inner.map(lambda p: f"-({p})"),
            inner.map(lambda p: f"sqrt(({p})^2)"),
        ),
        max_leaves=12,
    )


@given(trees(st.one_of(st.integers(1, 99).map(str), st.sampled_from(["dbh", "h"]))))
def test_what_it_reads_means_what_a_calculator_says(text: str) -> None:
    """The same text in Python's own arithmetic: here, where the text is ours, it may be executed."""
    names = {"dbh": np.float64(3.0), "h": np.float64(7.0), "sqrt": np.sqrt}
    with np.errstate(all="ignore"):
        numbers = text.replace("^", "**")
        try:
            expected = float(eval(numbers, {"__builtins__": {}}, names))  # noqa: S307
        except ZeroDivisionError:
            return
    found = value(text, dbh=3.0, h=7.0)
    assert found == pytest.approx(expected, rel=1e-9, nan_ok=True)
