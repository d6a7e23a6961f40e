from __future__ import annotations

import math
from dataclasses import replace

import pytest

from mrv.equations.library import packaged_library
from mrv.equations.model import ResidualError
from mrv.equations.records import COLUMNS, equation_of_record, record_of_equation
from mrv.errors import EquationError

RECORD = {
    "id": "x",
    "response": "biomass_ag",
    "form": "power",
    "coefficients": "a=0.1;b=2.4",
    "unit": "kg",
    "source": "a paper",
    "status": "unverified",
}


@pytest.mark.parametrize("name", sorted(packaged_library()))
def test_a_record_gives_its_equation_back(name: str) -> None:
    equation = replace(packaged_library()[name], origin="")
    record = record_of_equation(equation)
    assert set(record) == set(COLUMNS)
    again = equation_of_record(record)
    assert record_of_equation(again) == record
    assert again.coefficients == equation.coefficients
    assert again.residual_error == equation.residual_error


def test_what_is_empty_is_not_known() -> None:
    equation = equation_of_record(RECORD)
    assert all(math.isnan(end) for end in (*equation.dbh_range_cm, *equation.height_range_m))
    assert (equation.residual_error, equation.species, equation.groups, equation.region) == (None, (), (), "")
    assert (equation.correction, equation.dbh_factor, equation.output_factor) == (1.0, 1.0, 1.0)
    filled = equation_of_record(
        RECORD
        | {"species": "310; Pinus massoniana", "groups": "any conifer", "error_kind": "lognormal"}
        | {"error_sd": "0.3", "coefficient_sd": "b=0.02", "dbh_min_cm": "5"}
    )
    assert filled.species == ("310", "Pinus massoniana")
    assert filled.groups == ("any", "conifer")
    assert filled.residual_error == ResidualError("lognormal", 0.3)
    assert [p.sd for p in filled.parameters()] == [None, 0.02]
    assert filled.dbh_range_cm[0] == 5.0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("response", "crown"),
        ("form", "spline"),
        ("unit", "lb"),
        ("source", ""),
        ("status", "sure"),
        ("error_kind", "normal"),
        ("coefficients", "a=0.1"),
        ("coefficients", "a=0.1;b=2;c=3"),
        ("coefficients", "a=x;b=2"),
        ("coefficients", "a=inf;b=2"),
        ("dbh_min_cm", "five"),
        ("correction", "nan"),
        ("colour", "green"),
    ],
)
def test_a_field_that_is_wrong_is_named(field: str, value: str) -> None:
    with pytest.raises(EquationError) as caught:
        equation_of_record(RECORD | {field: value})
    assert caught.value.rule == "equation-record"
    assert caught.value.params["field"] == field


def test_a_residual_error_needs_its_size() -> None:
    with pytest.raises(EquationError, match="error_sd"):
        equation_of_record(RECORD | {"error_kind": "relative"})


def test_a_formula_is_read_at_once() -> None:
    formula = RECORD | {"form": "expression", "coefficients": "", "expression": "2*age"}
    with pytest.raises(EquationError, match="equation-formula"):
        equation_of_record(formula)
