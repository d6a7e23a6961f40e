from __future__ import annotations

from dataclasses import replace

from mrv.equations.library import packaged_library
from mrv.equations.model import RESPONSE_UNITS


def test_parameters_bear_their_identity() -> None:
    found = packaged_library()["expansion-310"].parameters()
    assert [(p.identity, p.name, p.value, p.sd) for p in found] == [
        ("expansion-310.svd", "svd", 0.307, None),
        ("expansion-310.bef", "bef", 1.634, None),
    ]


def test_two_equations_share_no_parameter() -> None:
    names = [p.identity for equation in packaged_library().values() for p in equation.parameters()]
    assert len(names) == len(set(names)) > 200


def test_each_response_has_its_units() -> None:
    for equation in packaged_library().values():
        assert equation.unit in RESPONSE_UNITS[equation.response]


def test_equal_equations_have_equal_hashes() -> None:
    equation = packaged_library()["fir-ly208"]
    again = replace(equation, coefficients=dict(equation.coefficients))
    assert (again == equation, hash(again) == hash(equation)) == (True, True)
    assert replace(equation, correction=2.0) != equation
