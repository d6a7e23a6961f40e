from __future__ import annotations

import pytest

from mrv.equations.library import packaged_library
from mrv.errors import EquationError
from registry.reports.charts.equations import render_equation

LIBRARY = packaged_library()


@pytest.mark.parametrize(
    "name", ["fir-ly208", "moso-culm", "expansion-310", "stand-fir", "root-shoot-tool14"]
)
def test_each_kind_of_equation_has_a_picture(name: str) -> None:
    picture = render_equation(LIBRARY[name], edition="en")
    assert picture.startswith(b"\x89PNG")
    assert picture == render_equation(LIBRARY[name], edition="en")
    assert picture != render_equation(LIBRARY["chave-2014"], edition="en")


def test_a_constant_has_no_picture() -> None:
    with pytest.raises(EquationError, match="equation-no-curve"):
        render_equation(LIBRARY["root-shoot-310"])
