from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from mrv.equations.forms import FORMS, PREDICTOR_NAMES, Predictors, form_of, needs, predict
from mrv.equations.library import packaged_library
from mrv.equations.model import Equation
from mrv.errors import EquationError

LIBRARY = packaged_library()


def made(form: str, coefficients: dict[str, float], **more: object) -> Equation:
    base = replace(LIBRARY["fir-ly208"], id="made", form=form, coefficients=coefficients)
    return replace(base, **more)  # type: ignore[arg-type]


CASES = {
    "power": ({"a": 2.0, "b": 3.0}, 2.0 * 10.0**3),
    "power_height": ({"a": 2.0, "b": 2.0, "c": 0.5}, 2.0 * 100.0 * 4.0),
    "power_variable": ({"a": 1.0, "b1": 2.0, "b2": 0.01, "c1": 1.0, "c2": -0.01}, 10.0**2.26 * 16.0**0.74),
    "d2h": ({"a": 3.0, "b": 0.5}, 3.0 * 40.0),
    "density_d2h": ({"a": 1.0, "b": 1.0}, 0.5 * 16.0 * 100.0),
    "segmented": ({"joint": 5.0, "a0": 9.0, "b0": 9.0, "a1": 1.0, "b1": 2.0, "c": 0.5}, 400.0),
    "expansion": ({"svd": 0.4, "bef": 1.5}, 0.25 * 0.4 * 1.5 * 1000.0),
    "conversion": ({"bcef": 0.6}, 0.25 * 0.6 * 1000.0),
    "bamboo_culm": (
        {"a": 1.0, "b": 1.0, "c": 2.0, "d": 2.0, "e": 1.0, "f": 3.0},
        10.0 * (2.0 * 2.0 / 4.0) + 3.0,
    ),
    "stand_linear": ({"a": 0.5, "b": 20.0}, 70.0),
    "chapman_richards": ({"a": 20.0, "b": 0.1, "c": 2.0}, 1.3 + 20.0 * (1 - math.exp(-1.0)) ** 2),
    "naslund": ({"a": 2.0, "b": 0.2}, 1.3 + (10.0 / 4.0) ** 2),
    "log": ({"a": 1.0, "b": 2.0}, 2.3 + 2.0 * math.log(10.0)),
    "root_share": ({"a": -1.0, "b": 0.9}, math.exp(-1.0 + 0.9 * math.log(50.0)) / 50.0),
    "constant": ({"r": 0.25}, 0.25),
}
KNOWN = Predictors(
    dbh_cm=10.0,
    height_m=16.0,
    wood_density=0.5,
    volume_m3=0.25,
    volume_m3_per_ha=100.0,
    biomass_ag_t_per_ha=50.0,
    du=2.0,
)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_each_form_by_hand(form: str) -> None:
    coefficients, expected = CASES[form]
    assert float(predict(made(form, coefficients), KNOWN)) == pytest.approx(expected, rel=1e-14)
    assert set(FORMS[form].coefficients) == set(coefficients)
    assert set(FORMS[form].needs) <= set(PREDICTOR_NAMES)
    assert FORMS[form].text


def test_a_segmented_equation_changes_at_its_joint() -> None:
    equation = made("segmented", CASES["segmented"][0])
    found = predict(equation, Predictors(dbh_cm=[4.999, 5.0], height_m=1.0))
    assert found == pytest.approx([9.0 * 4.999**9, 25.0])


def test_a_formula_takes_its_own_units() -> None:
    """Millimetres in, grams out: 2 dbh^2 g of a tree of 10 cm is 20 kg."""
    equation = made("expression", {}, expression="2*dbh^2", dbh_factor=10.0, output_factor=1e-3)
    assert needs(equation) == ("dbh_cm",)
    assert float(predict(equation, KNOWN)) == pytest.approx(20.0)
    assert float(predict(replace(equation, correction=1.05), KNOWN)) == pytest.approx(21.0)


def test_a_draw_may_stand_in_for_the_coefficients() -> None:
    draws = {"a": np.array([1.0, 2.0])[:, None], "b": 2.0}
    found = predict(made("power", {"a": 9.0, "b": 9.0}), Predictors(dbh_cm=[10.0, 20.0]), draws)
    assert found.tolist() == [[100.0, 400.0], [200.0, 800.0]]


def test_what_is_missing_is_named() -> None:
    with pytest.raises(EquationError, match="equation-predictor-missing: equation=fir-ly208; name=height_m"):
        predict(LIBRARY["fir-ly208"], Predictors(dbh_cm=10.0))
    with pytest.raises(EquationError, match="equation-coefficient-missing: equation=made; name=b"):
        predict(made("power", {"a": 1.0}), KNOWN)
    with pytest.raises(EquationError, match="equation-form-unknown: equation=made; form=spline"):
        form_of(made("spline", {}))


def test_inputs_stay_as_they_are_and_a_value_that_is_none_is_not_finite() -> None:
    dbh = np.array([0.0, 10.0])
    found = predict(made("log", {"a": 1.0, "b": 2.0}), Predictors(dbh_cm=dbh))
    assert dbh.tolist() == [0.0, 10.0]
    assert not np.isfinite(found[0])
    assert np.isfinite(found[1])
