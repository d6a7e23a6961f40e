"""The curve of an equation over its range, for people to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mrv.equations.examine import axis_of, range_cm, range_m
from mrv.equations.forms import Predictors, needs, predict
from mrv.equations.model import Equation
from mrv.errors import EquationError
from mrv.moments import Floats

HEIGHTS_M: Final = (8.0, 15.0, 22.0)
"""Heights for which the curves of an equation in DBH and height are drawn [m]."""
WOOD_DENSITY: Final = 0.6
"""Wood density for which they are drawn [g/cm3]."""
AGES_DU: Final = (1.0, 3.0)
"""Ages of culms for which they are drawn [du]."""


SAMPLE_TREES: Final = ((10.0, 8.0), (20.0, 15.0), (30.0, 22.0))
"""DBH [cm] and height [m] of trees whose values are shown, to compare with a printed table."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What an equation predicts along its first predictor."""

    name: str
    """First predictor, a field of `Predictors`."""
    x: Floats
    """Its values."""
    lines: tuple[tuple[str, Floats], ...]
    """(what is held fixed, predictions [the equation's unit])."""


def curve_of(equation: Equation) -> Curve:
    """Return the curves of an equation over its range, one for each height or age that it asks for.

    Raises
    ------
    EquationError
        The equation is a constant.

    Examples
    --------
    >>> from mrv.equations.library import packaged_library
    >>> [label for label, _ in curve_of(packaged_library()["fir-ly208"]).lines]
    ['H = 8 m', 'H = 15 m', 'H = 22 m']
    """
    asked = needs(equation)
    if not asked:
        raise EquationError("equation-no-curve", equation=equation.id)
    name, x = axis_of(equation)
    fixed: dict[str, float] = {"wood_density": WOOD_DENSITY} if "wood_density" in asked else {}
    cases: list[tuple[str, dict[str, float]]] = [("", {})]
    if "height_m" in asked and name != "height_m":
        low, high = range_m(equation)
        cases = [(f"H = {h:g} m", {"height_m": h}) for h in HEIGHTS_M if low <= h <= high]
    elif "du" in asked:
        cases = [(f"{age:g} du", {"du": age}) for age in AGES_DU]
    lines = []
    for label, case in cases:
        y = predict(equation, Predictors(**{name: x}, **fixed, **case))
        lines.append((label, np.where(np.isfinite(y), y, np.nan)))
    return Curve(name, x, tuple(lines))


def sample_values(equation: Equation) -> tuple[tuple[str, float], ...]:
    """Return (tree, prediction [the equation's unit]) of the sample trees inside the range.

    Examples
    --------
    >>> from mrv.equations.library import packaged_library
    >>> [(tree, round(value, 3)) for tree, value in sample_values(packaged_library()["fir-ly208"])][:2]
    [('D = 10 cm, H = 8 m', 0.035), ('D = 20 cm, H = 15 m', 0.244)]
    """
    asked = needs(equation)
    if "dbh_cm" not in asked:
        return ()
    low, high = range_cm(equation)
    found = []
    for D, H in SAMPLE_TREES:
        if low <= D <= high:
            tree = Predictors(dbh_cm=D, height_m=H, wood_density=WOOD_DENSITY, du=AGES_DU[0])
            words = {
                "dbh_cm": f"D = {D:g} cm",
                "height_m": f"H = {H:g} m",
                "wood_density": f"WD = {WOOD_DENSITY:g}",
                "du": f"{AGES_DU[0]:g} du",
            }
            label = ", ".join(word for name, word in words.items() if name in asked)
            found.append((label, float(predict(equation, tree))))
    return tuple(found)
