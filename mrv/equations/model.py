"""What an equation is: its form, coefficients, range, residual error, source and status.

An equation is data. What it computes stands in `mrv.equations.forms` (one function for each form);
what it may be used for in `response`, `species`, `region` and the ranges. `parameters()` names the
coefficients by identity, so that an error propagation draws each of them once for all trees that
share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

Response = Literal[
    "stem_volume",
    "biomass_ag",
    "biomass_bg",
    "biomass_total",
    "biomass_stem",
    "biomass_part",
    "stand_biomass",
    "height",
    "ratio",
    "increment",
]
"""What an equation predicts. A part (foliage, bark, branches) is never taken for a whole tree."""
ErrorKind = Literal["lognormal", "relative", "absolute"]
Status = Literal["verified", "unverified", "placeholder", "synthetic"]

RESPONSE_UNITS: Final[Mapping[Response, tuple[str, ...]]] = MappingProxyType(
    {
        "stem_volume": ("m3",),
        "biomass_ag": ("kg",),
        "biomass_bg": ("kg",),
        "biomass_total": ("kg",),
        "biomass_stem": ("kg",),
        "biomass_part": ("kg",),
        "stand_biomass": ("t/ha",),
        "height": ("m",),
        "ratio": ("1", "t/m3"),
        "increment": ("t/ha/a",),
    }
)
"""Units in which each response may be given."""


@dataclass(frozen=True, slots=True)
class ResidualError:
    """Spread of single trees about an equation; an equation without one has an unknown spread."""

    kind: ErrorKind
    """``lognormal`` of ln y, ``relative`` to y, ``absolute`` in the unit of y."""
    sd: float
    """Standard deviation [1, 1, or the unit of the response]."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One coefficient of an equation, as an error propagation draws it."""

    equation: str
    """Equation it belongs to."""
    name: str
    """Name within the equation's form."""
    value: float
    """Value [unit of the form]."""
    sd: float | None
    """Standard error [same unit]; None where no source states one."""

    @property
    def identity(self) -> str:
        """Key under which all trees that use this coefficient share one draw."""
        return f"{self.equation}.{self.name}"


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation of the library."""

    id: str
    """Identifier, unique in its library."""
    response: Response
    """What it predicts."""
    form: str
    """Key of `mrv.equations.forms.FORMS`."""
    coefficients: Mapping[str, float]
    """Coefficient -> value, in the order of the form."""
    species: tuple[str, ...]
    """Three-digit codes or scientific names it was made for; empty for any species."""
    region: str
    """Where its sample trees stood; empty where it is not known."""
    dbh_range_cm: tuple[float, float]
    """DBH of its sample trees, or over which it was tested [cm]; NaN where not stated."""
    height_range_m: tuple[float, float]
    """Height, the same [m]; NaN where not stated or not used."""
    unit: str
    """Unit of the response (`RESPONSE_UNITS`)."""
    residual_error: ResidualError | None
    """Spread of single trees about it; None is unknown, never zero."""
    correction: float
    """Factor by which the form's value is multiplied, e.g. for a fit in logarithms [1]."""
    source: str
    """Where it stands."""
    status: Status
    """Whether a person or a test has confirmed it against that source."""
    groups: tuple[str, ...] = ()
    """Groups of species it may stand in for; ``any`` for all; empty when it serves its own only."""
    expression: str = ""
    """Formula as printed, for the form ``expression``."""
    dbh_factor: float = 1.0
    """The formula's unit of DBH per centimetre, e.g. 10 for millimetres; 1 for a form of ours."""
    output_factor: float = 1.0
    """`unit` per unit of the formula, e.g. 0.001 for a formula in grams; 1 for a form of ours."""
    coefficient_sd: Mapping[str, float] = field(default_factory=dict)
    """Coefficient -> its standard error, where a source states it."""
    origin: str = ""
    """Table and row it was read from, as ``table:row``."""

    def __hash__(self) -> int:
        """Return a hash of what tells equations apart; equal equations have equal hashes."""
        return hash((self.id, self.form, self.source))

    def parameters(self) -> tuple[Parameter, ...]:
        """Return the coefficients by identity, in the order of the form.

        Examples
        --------
        >>> any_range = (float("nan"), float("nan"))
        >>> chave = Equation("chave-2014", "biomass_ag", "density_d2h", {"a": 0.0673, "b": 0.976}, (), "",
        ...                  any_range, any_range, "kg", None, 1.0, "Chave and others (2014)", "verified")
        >>> [parameter.identity for parameter in chave.parameters()]
        ['chave-2014.a', 'chave-2014.b']
        """
        return tuple(
            Parameter(self.id, name, value, self.coefficient_sd.get(name))
            for name, value in self.coefficients.items()
        )
