"""The curve of an equation over its range, for people to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mrv.equations.examine import axis_of, range_m
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
