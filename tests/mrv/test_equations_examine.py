from __future__ import annotations

import math
from dataclasses import replace

import pytest

from mrv.equations.examine import axis_of, examine, examine_equation, narrow, range_cm, range_m
from mrv.equations.forms import Predictors, predict
from mrv.equations.library import packaged_library
from mrv.equations.model import Equation
from mrv.errors import EquationError

LIBRARY = packaged_library()
NAN = float("nan")


def formula(text: str, low: float = 5.0, high: float = 50.0, **more: object) -> Equation:
    equation = replace(
        LIBRARY["fir-lyt2264"], id="made", form="expression", expression=text, coefficients={},
        dbh_range_cm=(low, high),
    )  # fmt: skip
    return replace(equation, **more)  # type: ignore[arg-type]


def errors(equation: Equation) -> list[str]:
    return [f.rule for f in examine_equation(equation) if f.severity == "error"]


def test_an_equation_that_holds_has_no_finding() -> None:
    found = examine(formula("0.12071*(dbh^2.09684)", 6, 18.6))
    assert (found.findings, found.usable) == ((), True)
    assert found.sound_range_cm == (pytest.approx(6.0), pytest.approx(18.6))


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        # negative inside the stated range, as in Picea engelmannii of an earlier allodb (its thread 106)
        ("-60 + 0.12*dbh^2.4", ["equation-not-positive"]),
        # coefficients like exp(-3463.8): nothing is left of the tree
        ("exp(-3463.8+1083.9*log(dbh))", ["equation-not-positive"]),
        ("exp(-10.8036+2.7727*dbh+1*log(dbh))", ["equation-size-absurd"]),
        # a curve that falls while the tree grows (thread 107)
        ("2*dbh^2 - 0.03*dbh^3", ["equation-not-rising"]),
        # no value at all
        ("log(dbh-10.603)", ["equation-not-positive", "equation-size-absurd"]),
        # grams read as kilograms, and kilograms as tonnes
        ("1000*0.1*dbh^2.5", ["equation-size-absurd"]),
        ("0.001*0.1*dbh^2.5", ["equation-size-absurd"]),
    ],
)
def test_each_way_to_fail_is_caught(text: str, rules: list[str]) -> None:
    assert set(errors(formula(text))) >= set(rules[:1])
    assert set(errors(formula(text))) <= {*rules, "equation-size-absurd"}
    assert not examine(formula(text)).usable


def test_a_failing_equation_may_be_narrowed_to_where_it_holds() -> None:
    equation = formula("36.56038-(10.62749*dbh)+(0.93837*dbh^2)-(0.01032*dbh^3)", 5, 35)
    found = examine(equation)
    assert [f.rule for f in found.findings] == ["equation-not-rising"]
    assert found.sound_range_cm is not None
    low, high = found.sound_range_cm
    assert low == pytest.approx(6.4, abs=0.1)
    assert high == pytest.approx(35.0)
    assert examine(narrow(equation, low, high)).usable
    with pytest.raises(EquationError, match="equation-range-widened"):
        narrow(equation, 4.0, 20.0)
    with pytest.raises(EquationError, match="equation-range-widened"):
        narrow(equation, 20.0, 20.0)


def test_a_finding_names_the_equation_and_where_it_begins() -> None:
    finding = examine_equation(formula("-60 + 0.12*dbh^2.4"))[0]
    assert (finding.params["equation"], finding.field, finding.value) == ("made", "dbh_cm", "5")
    assert str(finding.params["held"]).endswith("..50")


def test_height_is_judged_too() -> None:
    wrong = replace(LIBRARY["fir-ly208"], coefficients={"a": 5.9e-3, "b": 1.97, "c": -0.9})
    assert "equation-not-rising-height" in errors(wrong)
    tall = formula("0.1*dbh^2.2*h^0.0 + 0*wd")
    assert errors(tall) == []


def test_the_unit_must_be_one_of_the_response() -> None:
    assert errors(formula("0.1*dbh^2.5", unit="m3")) == ["equation-unit"]
    litres = replace(
        LIBRARY["fir-ly208"], coefficients=dict(LIBRARY["fir-ly208"].coefficients) | {"a": 5.88e-2}
    )
    assert errors(litres) == ["equation-size-absurd"]
    assert errors(formula("200 + dbh", response="height", unit="m")) == ["equation-size-absurd"]


def test_a_range_that_is_none_is_refused_and_an_unstated_one_is_told() -> None:
    assert errors(formula("0.1*dbh^2.5", 50, 5)) == ["equation-range-empty"]
    assert errors(formula("0.1*dbh^2.5", -1, 5)) == ["equation-range-empty"]
    unstated = formula("0.1*dbh^2.5", NAN, NAN)
    finding = examine_equation(unstated)[0]
    assert (finding.rule, finding.severity) == ("equation-range-unstated", "info")
    assert (finding.params["low"], finding.params["high"]) == (5.0, 60.0)
    assert (range_cm(unstated), examine(unstated).usable) == ((5.0, 60.0), True)
    assert range_cm(formula("dbh", 40, NAN)) == (40.0, 80.0)
    assert range_m(unstated) == (1.5, 40.0)


def test_branches_that_do_not_meet_are_a_jump() -> None:
    segmented = LIBRARY["segmented-biomass"]
    assert errors(segmented) == []
    apart = replace(segmented, coefficients=dict(segmented.coefficients) | {"a0": 0.2})
    assert "equation-jump" in errors(apart)


def test_the_segmented_set_is_continuous_at_five_centimetres() -> None:
    """Methodology specification, section 2.3: |difference| / x < 1e-4 at (5, 5)."""
    for name in ("segmented-volume", "segmented-bcf", "segmented-rsr", "segmented-biomass"):
        below, above = predict(LIBRARY[name], Predictors(dbh_cm=[5.0 - 1e-12, 5.0], height_m=5.0)).tolist()
        assert abs(above - below) / above < 1e-4


@pytest.mark.parametrize("name", ["expansion-310", "stand-fir", "root-shoot-tool14", "root-shoot-310"])
def test_what_asks_for_no_diameter_is_examined_along_its_own_axis(name: str) -> None:
    found = examine(LIBRARY[name])
    assert found.usable
    assert axis_of(LIBRARY[name])[1].size > 100
    shrinking = replace(LIBRARY["stand-fir"], coefficients={"a": -0.1, "b": 200.0})
    assert set(errors(shrinking)) == {"equation-not-rising"}
    assert math.isfinite(float(axis_of(shrinking)[1][-1]))
