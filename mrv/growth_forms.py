"""Forms of growth curves: their parameters, the scales and bounds of the search for them.

Rates and limits are searched by their logarithm, Chapman's power by its logit, so that a step of the search
is relative and never leaves the domain. On the scale of a level (A by its logarithm, Schumacher's a as it is)
0 is an upper limit of 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from mrv.errors import EstimationError
from mrv.growth_curves import Chapman, GrowthCurve, Richards, Schumacher
from mrv.moments import Floats

Form = Literal["richards", "schumacher", "chapman"]
"""Forms that can be fitted."""


@dataclass(frozen=True, slots=True)
class FormRule:
    """How the parameters of one form are searched."""

    curve: type[Richards] | type[Schumacher] | type[Chapman]
    """Class of the curve."""
    names: tuple[str, ...]
    """Parameters, the level first."""
    scales: tuple[str, ...]
    """Scale on which each is searched: log, logit or identity."""
    lower: tuple[float, ...]
    """Smallest values, in their units."""
    upper: tuple[float, ...]
    """Largest values, in their units."""
    starts: tuple[tuple[float, ...], ...]
    """Where the search for the shape begins, in their units."""


RULES: Final[Mapping[str, FormRule]] = MappingProxyType(
    {
        "richards": FormRule(
            Richards,
            ("A", "k", "c"),
            ("log", "log", "log"),
            (1e-6, 1e-3, 0.2),
            (1e9, 2.0, 20.0),
            ((0.05, 1.5), (0.15, 3.0), (0.02, 1.0)),
        ),
        "schumacher": FormRule(
            Schumacher, ("a", "b"), ("identity", "log"), (-20.0, 1e-2), (30.0, 500.0), ((10.0,), (40.0,))
        ),
        "chapman": FormRule(
            Chapman,
            ("A", "k", "m"),
            ("log", "log", "logit"),
            (1e-6, 1e-3, 1e-3),
            (1e9, 2.0, 0.95),
            ((0.05, 0.4), (0.15, 0.7), (0.02, 0.1)),
        ),
    }
)
"""Form -> how its parameters are searched."""

PARAMETER_NAMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {form: rule.names for form, rule in RULES.items()}
)
"""Names of the parameters of each form, the level first."""


def stated_curve(form: Form, parameters: Sequence[float]) -> GrowthCurve:
    """Return a curve by its form and parameters, the level first.

    Examples
    --------
    >>> stated_curve("schumacher", [5.6, 12.0])
    Schumacher(a=5.6, b=12.0)
    """
    rule = RULES[form]
    if len(parameters) != len(rule.names):
        raise EstimationError(
            "growth-parameter-count", form=form, names=", ".join(rule.names), n=len(parameters)
        )
    return rule.curve(*(float(value) for value in parameters))


def to_free(values: Floats, scales: tuple[str, ...]) -> Floats:
    """Return parameters on the scales of the search, where none has a bound at 0 [1]."""
    made = [
        math.log(v) if s == "log" else math.log(v / (1 - v)) if s == "logit" else v
        for v, s in zip(values.tolist(), scales, strict=True)
    ]
    return np.array(made)


def from_free(free: Floats, scales: tuple[str, ...]) -> Floats:
    """Return parameters in their units from the scales of the search."""
    made = [
        math.exp(u) if s == "log" else 1 / (1 + math.exp(-u)) if s == "logit" else u
        for u, s in zip(free.tolist(), scales, strict=True)
    ]
    return np.array(made)


def curve_of(rule: FormRule, free: Floats) -> GrowthCurve:
    """Return the curve of parameters on the scales of the search."""
    return rule.curve(*(float(v) for v in from_free(free, rule.scales)))
