from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.equations.forms import Predictors, predict
from mrv.equations.importing import COLUMNS, ImportedLibrary, import_equations
from mrv.inventory import Columns

GOOD = {
    "equation_id": "e1",
    "equation_allometry": "0.1*dbh^2.4",
    "dependent_variable": "Total aboveground biomass",
    "independent_variable": "DBH",
    "equation_taxa": "Quercus",
    "geographic_area": "Hunan, China",
    "dbh_min_cm": "5",
    "dbh_max_cm": "40",
    "dbh_units_original": "cm",
    "dbh_unit_cf": "1",
    "output_units_original": "kg",
    "output_units_cf": "1",
    "ref_id": "somebody_2001",
}


def imported(*rows: Mapping[str, str]) -> ImportedLibrary:
    full = [GOOD | dict(row) for row in rows]
    columns = {name: np.array([row[name] for row in full], dtype=object) for name in COLUMNS}
    return import_equations(Columns("equations.csv", columns, np.arange(2, len(full) + 2)))


def test_a_row_becomes_an_equation() -> None:
    found = imported({})
    equation = found.usable["e1"]
    assert (equation.response, equation.unit, equation.status) == ("biomass_ag", "kg", "unverified")
    assert (equation.species, equation.region) == (("Quercus",), "Hunan, China")
    assert (equation.dbh_range_cm, equation.source) == ((5.0, 40.0), "somebody_2001")
    assert equation.residual_error is None
    assert math.isnan(equation.height_range_m[0])
    assert (found.count, found.findings) == (1, ())


@pytest.mark.parametrize(
    ("units", "formula", "expected"),
    [
        ({"dbh_units_original": "mm", "dbh_unit_cf": "10"}, "0.0004*dbh^2.4", 0.0004 * 200.0**2.4),
        ({"dbh_units_original": "inch", "dbh_unit_cf": "0.393701"}, "dbh^2.4", (20.0 / 2.54) ** 2.4),
        ({"output_units_original": "g", "output_units_cf": "0.001"}, "100*dbh^2.4", 0.1 * 20.0**2.4),
        (
            {"output_units_original": "lbs", "output_units_cf": "0.453592"},
            "0.2*dbh^2.4",
            0.090718474 * 20.0**2.4,
        ),
        ({"output_units_original": "Mg", "output_units_cf": "NI"}, "0.0001*dbh^2.4", 0.1 * 20.0**2.4),
    ],
)
def test_units_become_ours(units: dict[str, str], formula: str, expected: float) -> None:
    found = imported(units | {"equation_allometry": formula})
    assert float(predict(found.usable["e1"], Predictors(dbh_cm=20.0))) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"dependent_variable": "Bark thickness"}, "equation-response-unknown"),
        ({"equation_allometry": "0.1*dba^2"}, "equation-formula-unreadable"),
        ({"equation_allometry": "0.1*dbh^2*h"}, "equation-variables-differ"),
        ({"equation_allometry": "42"}, "equation-variables-differ"),
        ({"dbh_units_original": "furlong"}, "equation-unit-unknown"),
        ({"output_units_original": "m3"}, "equation-unit-unknown"),
        ({"dbh_unit_cf": "10"}, "equation-factor-differs"),
        ({"output_units_cf": "0.001"}, "equation-factor-differs"),
        ({"dbh_min_cm": "about 5"}, "equation-cell"),
        ({"dbh_max_cm": "-5"}, "equation-cell"),
        ({"dbh_min_cm": "50"}, "equation-range-empty"),
        ({"equation_allometry": "1-dbh"}, "equation-not-positive"),
        ({"equation_allometry": "100*dbh^2.4"}, "equation-size-absurd"),
        ({"equation_allometry": "300-dbh"}, "equation-not-rising"),
    ],
)
def test_each_refusal_names_its_reason_and_row(row: dict[str, str], rule: str) -> None:
    found = imported({}, row | {"equation_id": "e2"})
    assert (list(found.usable), list(found.refused), found.count) == (["e1"], ["e2"], 2)
    rules = [finding.rule for finding in found.refused["e2"]]
    assert rule in rules
    assert {(f.source, f.row, f.params["equation"]) for f in found.refused["e2"]} == {
        ("equations.csv", 3, "e2")
    }
    assert sum(found.reasons().values()) == 1


def test_an_identifier_that_comes_again_or_not_at_all_is_accounted_for() -> None:
    found = imported({}, {}, {"equation_id": ""})
    assert list(found.usable) == ["e1", "row-4"]
    assert list(found.refused) == ["e1"]
    assert found.reasons() == {"equation-twice-in-table": 1}
    assert found.count == 3


def test_a_height_equation_goes_to_the_heights() -> None:
    height = {"dependent_variable": "Height", "output_units_original": "m"}
    found = imported(height | {"equation_allometry": "30.1*(1-exp(-0.0273*dbh^1.018))"})
    assert (list(found.heights), list(found.usable)) == (["e1"], [])
    assert found.heights["e1"].unit == "m"


def test_what_fails_its_examination_is_kept_for_the_record() -> None:
    found = imported({"equation_allometry": "300-dbh"}, {"equation_id": "e2", "equation_allometry": "?"})
    assert (list(found.kept), len(found.examined)) == (["e1"], 1)


def test_a_fit_in_logarithms_without_correction_is_told() -> None:
    rows = [GOOD | {"equation_id": f"e{i}", "log_biomass": a, "bias_corrected": b} for i, (a, b) in enumerate(
        [("1", "0"), ("1", "1"), ("0", "0"), ("1", ""), ("", "")]
    )]  # fmt: skip
    columns = {name: np.array([row[name] for row in rows], dtype=object) for name in rows[0]}
    found = import_equations(Columns("equations.csv", columns, np.arange(2, 7)))
    told = [(f.rule, f.severity, f.row, f.params["equation"]) for f in found.findings]
    assert told == [("equation-log-uncorrected", "info", 2, "e0")]
    assert len(found.usable) == 5


@given(st.lists(st.fixed_dictionaries({name: st.text(max_size=30) for name in COLUMNS}), max_size=6))
def test_no_row_is_lost_whatever_it_says(rows: list[dict[str, str]]) -> None:
    found = imported(*rows)
    assert found.count == len(rows)
