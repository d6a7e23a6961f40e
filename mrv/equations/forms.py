"""What each form of equation computes, and which measurements it asks for.

One function for each form, on arrays; no coefficient stands here. Units: D cm, H m, wood density
g/cm3 (= t/m3), stem volume m3, growing stock m3/ha, age class of a culm du.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from mrv.equations.expressions import Node, evaluate, parse_expression, variables_of
from mrv.equations.model import Equation
from mrv.errors import EquationError
from mrv.moments import Floats
from mrv.units import KG_PER_T


@dataclass(frozen=True, slots=True)
class Predictors:
    """What is known of trees (or of stands); None for what is not known at all."""

    dbh_cm: ArrayLike | None = None
    """DBH over bark at 1.3 m [cm]."""
    height_m: ArrayLike | None = None
    """Total height [m]."""
    wood_density: ArrayLike | None = None
    """Basic wood density [g/cm3]."""
    volume_m3: ArrayLike | None = None
    """Over-bark stem volume of a tree [m3]."""
    volume_m3_per_ha: ArrayLike | None = None
    """Growing stock of a stand [m3/ha]."""
    biomass_ag_t_per_ha: ArrayLike | None = None
    """Above-ground biomass of a stand [t/ha]."""
    du: ArrayLike | None = None
    """Age class of a bamboo culm [du]."""


_K = Mapping[str, float]
_X = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of equation."""

    coefficients: tuple[str, ...]
    """Names of its coefficients, in order."""
    needs: tuple[str, ...]
    """Fields of `Predictors` it asks for."""
    compute: Callable[[_K, _X], Floats]
    """Values from coefficients and predictors, in the unit of the equation."""
    text: str
    """Formula as people read it."""


def _power(k: _K, x: _X) -> Floats:
    """M = a D^b."""
    return k["a"] * x["dbh_cm"] ** k["b"]


def _power_height(k: _K, x: _X) -> Floats:
    """M = a D^b H^c (LY 208-77; GB/T 43648-2024)."""
    return k["a"] * x["dbh_cm"] ** k["b"] * x["height_m"] ** k["c"]


def _power_variable(k: _K, x: _X) -> Floats:
    """V = a D^(b1 + b2 (D + H)) H^(c1 + c2 (D + H))."""
    D, H = x["dbh_cm"], x["height_m"]
    size = D + H
    return k["a"] * D ** (k["b1"] + k["b2"] * size) * H ** (k["c1"] + k["c2"] * size)


def _d2h(k: _K, x: _X) -> Floats:
    """M = a (D^2 H)^b."""
    return k["a"] * (x["dbh_cm"] ** 2 * x["height_m"]) ** k["b"]


def _density_d2h(k: _K, x: _X) -> Floats:
    """M = a (rho H D^2)^b (Chave and others 2014, equation 4)."""
    return k["a"] * (x["wood_density"] * x["height_m"] * x["dbh_cm"] ** 2) ** k["b"]


def _segmented(k: _K, x: _X) -> Floats:
    """Return a0 D^b0 H^c below the joint, a1 D^b1 H^c from the joint on."""
    thick = x["dbh_cm"] >= k["joint"]
    a, b = np.where(thick, k["a1"], k["a0"]), np.where(thick, k["b1"], k["b0"])
    return a * x["dbh_cm"] ** b * x["height_m"] ** k["c"]


def _expansion(k: _K, x: _X) -> Floats:
    """M = V SVD BEF (AR-TOOL14 A1.5), t to kg."""
    return x["volume_m3"] * k["svd"] * k["bef"] * KG_PER_T


def _conversion(k: _K, x: _X) -> Floats:
    """M = V BCEF (IPCC 2006, volume 4, equation 2.8), t to kg."""
    return x["volume_m3"] * k["bcef"] * KG_PER_T


def _bamboo_culm(k: _K, x: _X) -> Floats:
    """M = a D^b (c A / (d + A))^e + f (Zhou 2006)."""
    A = x["du"]
    return k["a"] * x["dbh_cm"] ** k["b"] * (k["c"] * A / (k["d"] + A)) ** k["e"] + k["f"]


def _stand_linear(k: _K, x: _X) -> Floats:
    """B = a V + b (Fang and others 2001), 0 where there is no growing stock."""
    V = x["volume_m3_per_ha"]
    return np.where(V > 0, k["a"] * V + k["b"], 0.0)


def _chapman_richards(k: _K, x: _X) -> Floats:
    """H = 1.3 + a (1 - exp(-b D))^c."""
    return 1.3 + k["a"] * (-np.expm1(-k["b"] * x["dbh_cm"])) ** k["c"]


def _naslund(k: _K, x: _X) -> Floats:
    """H = 1.3 + (D / (a + b D))^2 (Naslund 1936)."""
    return 1.3 + (x["dbh_cm"] / (k["a"] + k["b"] * x["dbh_cm"])) ** 2


def _log(k: _K, x: _X) -> Floats:
    """H = 1.3 + a + b ln D (Henricksen 1950)."""
    return 1.3 + k["a"] + k["b"] * np.log(x["dbh_cm"])


def _root_share(k: _K, x: _X) -> Floats:
    """R = exp(a + b ln B) / B (AR-TOOL14; Cairns and others 1997)."""
    B = x["biomass_ag_t_per_ha"]
    return np.exp(k["a"] + k["b"] * np.log(B)) / B


def _constant(k: _K, x: _X) -> Floats:
    """Return r, whatever the tree."""
    return np.asarray(k["r"], dtype=np.float64)


_TREE: Final = ("dbh_cm", "height_m")
FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "power": Form(("a", "b"), ("dbh_cm",), _power, "a D^b"),
        "power_height": Form(("a", "b", "c"), _TREE, _power_height, "a D^b H^c"),
        "power_variable": Form(
            ("a", "b1", "b2", "c1", "c2"), _TREE, _power_variable, "a D^(b1 + b2 (D + H)) H^(c1 + c2 (D + H))"
        ),
        "d2h": Form(("a", "b"), _TREE, _d2h, "a (D^2 H)^b"),
        "density_d2h": Form(("a", "b"), (*_TREE, "wood_density"), _density_d2h, "a (WD H D^2)^b"),
        "segmented": Form(
            ("joint", "a0", "b0", "a1", "b1", "c"),
            _TREE,
            _segmented,
            "a0 D^b0 H^c if D < joint, else a1 D^b1 H^c",
        ),
        "expansion": Form(("svd", "bef"), ("volume_m3",), _expansion, "1000 V svd bef"),
        "conversion": Form(("bcef",), ("volume_m3",), _conversion, "1000 V bcef"),
        "bamboo_culm": Form(
            ("a", "b", "c", "d", "e", "f"), ("dbh_cm", "du"), _bamboo_culm, "a D^b (c A / (d + A))^e + f"
        ),
        "stand_linear": Form(("a", "b"), ("volume_m3_per_ha",), _stand_linear, "a V + b"),
        "chapman_richards": Form(
            ("a", "b", "c"), ("dbh_cm",), _chapman_richards, "1.3 + a (1 - exp(-b D))^c"
        ),
        "naslund": Form(("a", "b"), ("dbh_cm",), _naslund, "1.3 + (D / (a + b D))^2"),
        "log": Form(("a", "b"), ("dbh_cm",), _log, "1.3 + a + b ln D"),
        "root_share": Form(("a", "b"), ("biomass_ag_t_per_ha",), _root_share, "exp(a + b ln B) / B"),
        "constant": Form(("r",), (), _constant, "r"),
    }
)
"""All forms but ``expression``, whose formula stands in the equation itself."""
_VARIABLE_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {"dbh": "dbh_cm", "h": "height_m", "wd": "wood_density"}
)


def predict(
    equation: Equation, predictors: Predictors, coefficients: Mapping[str, float] | None = None
) -> Floats:
    """Return what an equation predicts [its unit]; not finite where it has no value.

    Parameters
    ----------
    equation
        Of a library.
    predictors
        What its form asks for (`needs`) must be there.
    coefficients
        Others in place of the equation's own, e.g. one draw of an error propagation; a value may
        be an array that broadcasts with the predictors.

    Raises
    ------
    EquationError
        A predictor that the form asks for is missing, or the form or a coefficient is unknown.

    Examples
    --------
    >>> from mrv.equations.library import packaged_library
    >>> tree = Predictors(dbh_cm=20.0, height_m=15.0, wood_density=0.6)
    >>> round(float(predict(packaged_library()["chave-2014"], tree)), 6)
    199.05189
    """
    given = {name: _column(equation, predictors, name) for name in needs(equation)}
    with np.errstate(all="ignore"):
        values = _compute(equation, given, equation.coefficients if coefficients is None else coefficients)
        return np.asarray(values * equation.correction, dtype=np.float64)


def _compute(equation: Equation, given: _X, coefficients: _K) -> Floats:
    if equation.form == "expression":
        names = {word: field for word, field in _VARIABLE_FIELDS.items() if field in given}
        values = {word: given[field] for word, field in names.items()}
        if "dbh" in values:
            values["dbh"] = values["dbh"] * equation.dbh_factor
        return evaluate(_tree(equation.expression), values) * equation.output_factor
    form = form_of(equation)
    for name in form.coefficients:
        if name not in coefficients:
            raise EquationError("equation-coefficient-missing", equation=equation.id, name=name)
    return form.compute(coefficients, given)


def form_of(equation: Equation) -> Form:
    """Return the form of an equation; an unknown one is refused."""
    try:
        return FORMS[equation.form]
    except KeyError:
        raise EquationError("equation-form-unknown", equation=equation.id, form=equation.form) from None


def needs(equation: Equation) -> tuple[str, ...]:
    """Return the fields of `Predictors` that an equation asks for."""
    if equation.form != "expression":
        return form_of(equation).needs
    asked = variables_of(_tree(equation.expression))
    return tuple(_VARIABLE_FIELDS[name] for name in sorted(asked))


@lru_cache(maxsize=2048)
def _tree(expression: str) -> Node:
    return parse_expression(expression)


def _column(equation: Equation, predictors: Predictors, name: str) -> Floats:
    value = getattr(predictors, name)
    if value is None:
        raise EquationError("equation-predictor-missing", equation=equation.id, name=name)
    return np.asarray(value, dtype=np.float64)


PREDICTOR_NAMES: Final = tuple(field.name for field in fields(Predictors))
"""Names of all predictors."""
