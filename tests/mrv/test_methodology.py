"""Values of profiles in their frozen form, and two profiles beside each other."""

from __future__ import annotations

import json
import math

import pytest

from mrv.equations.library import packaged_library
from mrv.methodology.compare import differences, entry_json
from mrv.methodology.domains import AMOUNTS, BASES, CHECKS, KEYS, POOLS, TERMS, frozen
from mrv.methodology.model import AccountStep, ProfileValue, Section, plain
from mrv.methodology.rows import entry_of, is_row, row_entry
from mrv.profile import load

SECTION = {"no": "1", "zh": "引言", "en": "Introduction", "part": "introduction"}


@pytest.mark.parametrize(
    ("domain", "good", "bad"),
    [
        ("number", [0, -1.5], [True, "1", math.inf, None]),
        ("fraction", [0, 1, 0.5], [1.1, -0.1, "half"]),
        ("limit", [0.3, math.inf], [0, -1, "none", True]),
        ("fraction-or-species", ["species", 0.47], [0, 1, "by species"]),
        ("number-or-missing", ["missing", "none", 2.0], ["unknown", math.nan]),
        ("fraction-or-missing", ["missing", 0.1], ["none", 2]),
        ("rule-number", ["none", "missing", 0, 40], [-1, "never"]),
        ("date-or-none", ["none", "2012-11-08"], ["2012-13-01", "8.11.2012", 20121108]),
        ("words", [["a", "b"], []], ["ab", ["a", "a"], [1]]),
        ("bands", [[[0.1, 0.0], [math.inf, 1.0]]], [[[0.1, 0.0]], [], [[math.inf, 1.5]], 3]),
        (
            "dated-numbers",
            ["missing", [["none", 0]], [["2019-12-31", 667], ["none", 400]]],
            [[], [["2019-12-31", 667]], [["2020-01-01", 1], ["2019-01-01", 2], ["none", 3]], [["none", -1]]],
        ),
        ("sections", [[SECTION]], [[], [{"no": "1"}], [{**SECTION, "part": "gift"}], [SECTION, SECTION]]),
    ],
)
def test_what_belongs_to_a_domain(domain: str, good: list[object], bad: list[object]) -> None:
    for value in good:
        assert frozen(domain, value)[1], value
    for value in bad:
        assert not frozen(domain, value)[1], value


def test_every_domain_that_a_key_names_is_known() -> None:
    for keys in KEYS.values():
        for domain in keys.values():
            assert isinstance(domain, frozenset) or domain in CHECKS
    assert {f"pool_{name}" for name in POOLS} <= set(KEYS["county_stock"])
    assert set(TERMS) >= AMOUNTS
    assert BASES[0] == "none"


def step(term: str, sign: int, base: str) -> dict[str, object]:
    return {"term": term, "sign": sign, "base": base}


def test_no_file_can_turn_a_deduction_into_a_gain() -> None:
    change = step("project_change", 1, "none")
    assert frozen("steps", [change, step("leakage", -1, "project_change")])[1]
    assert not frozen("steps", [change, step("leakage", 1, "project_change")])[1]
    assert not frozen("steps", [step("project_change", -1, "none")])[1]
    assert not frozen("steps", [step("leakage", -1, "project_change"), change])[1]
    assert not frozen("steps", [change, step("leakage", -1, "none")])[1]
    assert not frozen("steps", [change, change])[1]


def test_values_become_plain_json() -> None:
    value = (AccountStep("leakage", -1, "subtotal"), Section(**SECTION), (0.1, math.inf))
    text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False)
    assert json.loads(text)[2] == [0.1, "inf"]
    for name in ("ccer-14-001-v01", "county-stock-v1"):
        json.dumps([entry_json(item) for item in load(name).entries().values()], allow_nan=False)


def test_a_value_says_whether_it_is_missing() -> None:
    assert ProfileValue("missing", "1", "s", "", "placeholder").missing
    assert not ProfileValue("none", "1", "s", "", "placeholder").missing


def test_differences_are_ordered_by_kind_and_have_no_echo() -> None:
    first, second = load("demo"), load("vm0047-v1.0")
    found = differences(first, second)
    kinds = [(item.first or item.second).kind for item in found]  # type: ignore[union-attr]
    assert kinds == sorted(kinds, key=["value", "parameter", "condition", "equation"].index)
    back = {item.name: item.what for item in differences(second, first)}
    swapped = {"only-first": "only-second", "only-second": "only-first"}
    assert back == {item.name: swapped.get(item.what, item.what) for item in found}
    assert found[0].as_json()["name"] == found[0].name


def test_rows_of_tables_are_entries_too() -> None:
    fir = row_entry("biomass_factors.csv:310")
    assert fir is not None
    assert (fir.kind, fir.status) == ("row", "unverified")
    assert dict(fir.value)["svd"] == "0.307"
    assert "status" not in dict(fir.value)
    pine = row_entry("biomass_factors.csv:220")
    assert pine is not None
    assert pine.sha256 != fir.sha256
    printed = row_entry("volume_equations.csv:fir-ly208")
    assert printed is not None
    assert printed.status == "verified"
    for name in (
        "biomass_factors.csv:none",
        "none.csv:310",
        "../pyproject.csv:1",
        "biomass_factors.csv:",
        "x",
    ):
        assert row_entry(name) is None
    assert entry_of(load("demo"), "risk_deduction") is load("demo").entries()["risk_deduction"]
    assert entry_of(load("demo"), "biomass_factors.csv:310") == fir
    assert entry_of(load("demo"), "gift") is None


def test_each_row_that_a_statement_may_name_can_be_found() -> None:
    for equation in packaged_library().values():
        name = equation.origin or equation.id
        assert not is_row(name) or row_entry(name) is not None, name
