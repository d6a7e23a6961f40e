from __future__ import annotations

import numpy as np
import pytest

from mrv.equations.curves import curve_of, sample_values
from mrv.equations.forms import Predictors, predict
from mrv.equations.library import packaged_library
from mrv.errors import EquationError

LIBRARY = packaged_library()


def test_a_curve_is_what_the_equation_predicts_over_its_range() -> None:
    equation = LIBRARY["fir-ly208"]
    curve = curve_of(equation)
    assert (curve.name, float(curve.x[0]), float(curve.x[-1])) == ("dbh_cm", 2.0, pytest.approx(80.0))
    label, values = curve.lines[1]
    assert label == "H = 15 m"
    np.testing.assert_array_equal(values, predict(equation, Predictors(dbh_cm=curve.x, height_m=15.0)))


@pytest.mark.parametrize(
    ("name", "axis", "lines"),
    [
        ("moso-culm", "dbh_cm", 2),
        ("expansion-310", "volume_m3", 1),
        ("stand-fir", "volume_m3_per_ha", 1),
        ("root-shoot-tool14", "biomass_ag_t_per_ha", 1),
        ("chave-2014", "dbh_cm", 3),
    ],
)
def test_each_kind_has_its_axis(name: str, axis: str, lines: int) -> None:
    curve = curve_of(LIBRARY[name])
    assert (curve.name, len(curve.lines)) == (axis, lines)
    assert all(np.isfinite(values).all() for _, values in curve.lines)


def test_a_constant_has_no_curve() -> None:
    with pytest.raises(EquationError, match="equation-no-curve: equation=root-shoot-310"):
        curve_of(LIBRARY["root-shoot-310"])


def test_sample_values_are_those_of_a_printed_table() -> None:
    """Section 2.1 of the methodology specification: V(10, 8) and V(20, 15) of Chinese fir."""
    assert dict(sample_values(LIBRARY["fir-ly208"])) == {
        "D = 10 cm, H = 8 m": pytest.approx(0.035382, abs=6e-7),
        "D = 20 cm, H = 15 m": pytest.approx(0.243520, abs=6e-7),
        "D = 30 cm, H = 22 m": pytest.approx(0.7623, abs=5e-3),
    }
    assert sample_values(LIBRARY["stand-fir"]) == ()
    labels = [label for name in ("moso-culm", "chave-2014") for label, _ in sample_values(LIBRARY[name])]
    assert (labels[0], labels[-1]) == ("D = 10 cm, 1 du", "D = 30 cm, H = 22 m, WD = 0.6")
