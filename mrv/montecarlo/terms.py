"""Assumed errors: what is uncertain, by which identity it is drawn, how it is distributed, whence.

A parameter is drawn by its identity, never by row: a species' root ratio once a draw for all of its
trees and both campaigns, a tree's own deviation once for that tree, a tape reading anew at each
visit. Correlation matters more than the form of the distribution. No draw is cut off at 0 or rounded;
what has bounds says them, and is drawn within them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from mrv.coefficients import read_rows
from mrv.errors import EstimationError
from mrv.moments import Floats

Scope = Literal["global", "species", "plot", "tree"]
Distribution = Literal["normal", "lognormal", "truncated_normal", "mixture"]
SCOPES: Final = ("global", "species", "plot", "tree")
STATUSES: Final = ("verified", "stated", "unverified", "placeholder")
_SPREAD: Final = frozenset({"sd", "sd_slope"})
_BOUNDS: Final = frozenset({"low", "high"})
_NEEDED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "normal": frozenset(),
        "lognormal": frozenset(),
        "truncated_normal": frozenset({"low", "high"}),
        "mixture": frozenset({"share", "sd_large"}),
    }
)


@dataclass(frozen=True, slots=True)
class ErrorTerm:
    """One assumed error."""

    name: str
    """What it acts on, e.g. ``root_ratio``; the finer source of the budget."""
    scope: Scope
    """Who shares one draw: everything, a species, a plot, a tree."""
    distribution: Distribution
    """``normal``, ``lognormal``, ``truncated_normal`` or ``mixture`` (a normal, wider for a share)."""
    parameters: Mapping[str, float]
    """``sd`` and, where it grows with size, ``sd_slope``; ``low`` and ``high``; ``share``, ``sd_large``."""
    source: str
    """Where the error is taken from."""
    status: str
    """verified, unverified or placeholder; stated where a run gave it with a source of its own."""
    each_visit: bool = False
    """Whether it is drawn anew at each campaign (a reading), or stays with its identity."""
    group: str = "model"
    """Source of the budget it counts under: ``model``, ``measurement`` or ``area``."""

    def __post_init__(self) -> None:
        """Refuse an unknown scope or distribution and parameters that do not belong to it."""
        known = self.scope in SCOPES and self.distribution in _NEEDED and self.status in STATUSES
        if not known:
            raise EstimationError("error-term-unknown", term=self.name, scope=self.scope)
        names = frozenset(self.parameters)
        needed = _NEEDED[self.distribution]
        allowed = needed | _SPREAD | (_BOUNDS if self.distribution == "mixture" else frozenset())
        if not (needed <= names <= allowed) or not (names & _SPREAD):
            raise EstimationError("error-term-parameters", term=self.name, given=", ".join(sorted(names)))
        if any(
            value < 0 or not math.isfinite(value) for key, value in self.parameters.items() if key != "low"
        ):
            raise EstimationError("error-term-parameters", term=self.name, given=str(dict(self.parameters)))

    def sd_at(self, size: ArrayLike = 0.0) -> Floats:
        """Return the standard deviation sd + sd_slope x size, in the unit of the variable.

        Examples
        --------
        >>> tape = ErrorTerm("dbh", "tree", "normal", {"sd": 0.0904, "sd_slope": 0.0062}, "-", "verified")
        >>> tape.sd_at([10.0, 20.0]).round(4).tolist()
        [0.1524, 0.2144]
        """
        slope = self.parameters.get("sd_slope", 0.0)
        spread: Floats = self.parameters.get("sd", 0.0) + slope * np.asarray(size, dtype=np.float64)
        return spread

    def draw(self, rng: np.random.Generator, mean: ArrayLike, shape: tuple[int, ...]) -> Floats:
        """Return draws of a variable about its mean, in the variable's unit.

        Parameters
        ----------
        rng
            Source of randomness.
        mean
            Mean of each identity, of a shape that broadcasts to `shape`; the size for ``sd_slope``.
        shape
            Draws x identities.

        Notes
        -----
        ``lognormal`` keeps the mean: mean x exp(s z - s^2/2), with the standard deviation as a
        fraction of the mean, s^2 = ln(1 + sd^2). A mixture gives each identity in each draw the
        larger deviation with probability ``share``, and may have bounds too. What has bounds is drawn
        by its quantile.
        """
        centre = np.asarray(mean, dtype=np.float64)
        if self.distribution == "lognormal":
            s = np.sqrt(np.log1p(self.sd_at(centre) ** 2))
            drawn: Floats = centre * np.exp(s * rng.standard_normal(shape) - s**2 / 2)
            return drawn
        spread = np.broadcast_to(self.sd_at(centre), shape)
        if self.distribution == "mixture":
            large = rng.random(shape) < self.parameters["share"]
            spread = np.where(large, self.parameters["sd_large"], spread)
        if frozenset(self.parameters) >= _BOUNDS:
            return truncated_normal(rng, centre, spread, self.parameters["low"], self.parameters["high"])
        return centre + spread * rng.standard_normal(shape)


def truncated_normal(
    rng: np.random.Generator, mean: ArrayLike, sd: ArrayLike, low: ArrayLike, high: ArrayLike
) -> Floats:
    """Return draws of a normal within bounds by its quantile function, in the unit of the mean.

    The shape is that of `sd`. An identity without spread keeps its mean.
    """
    m, s = np.broadcast_arrays(np.asarray(mean, np.float64), np.asarray(sd, np.float64))
    unit = np.where(s > 0, s, 1.0)
    first, last = ndtr((np.asarray(low) - m) / unit), ndtr((np.asarray(high) - m) / unit)
    drawn: Floats = m + s * ndtri(first + rng.random(s.shape) * (last - first))
    return drawn


def with_measured(
    terms: Sequence[ErrorTerm], *, dbh_sd_cm: float, height_sd_m: float | None, source: str
) -> tuple[ErrorTerm, ...]:
    """Return the terms with the reading errors that a blind check found in the place of the assumed ones.

    Parameters
    ----------
    terms
        Assumed errors.
    dbh_sd_cm, height_sd_m
        Of one reading, as `mrv.blind_checks.measurement_error` gives them; a height's may be None.
    source
        Which check.
    """
    found = {"dbh_cm": dbh_sd_cm, "height_m": height_sd_m}

    def measured(term: ErrorTerm) -> ErrorTerm:
        sd = found.get(term.name)
        return term if sd is None else replace(term, parameters={"sd": sd}, source=source, status="stated")

    return tuple(measured(term) for term in terms)


@cache
def packaged_terms() -> tuple[ErrorTerm, ...]:
    """Return the assumed errors of ``mrv/tables/error_terms.csv`` in its order."""
    return tuple(term_from_row(row) for row in read_rows("error_terms"))


def term_from_row(row: Mapping[str, str]) -> ErrorTerm:
    """Return one assumed error from a row of text."""
    parameters = dict(part.split("=") for part in row["parameters"].split())
    return ErrorTerm(
        row["name"],
        row["scope"],  # type: ignore[arg-type]
        row["distribution"],  # type: ignore[arg-type]
        MappingProxyType({name: float(value) for name, value in parameters.items()}),
        row["source"],
        row["status"],
        each_visit=row["each_visit"] == "yes",
        group=row["group"],
    )
