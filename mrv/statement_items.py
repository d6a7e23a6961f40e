"""The parts of a statement: estimates, account lines, vintages, notes, error budget, self-audit.

Each has a canonical form of text, integers and maps, with numbers rounded to the decimals declared for
their unit, so that it can be sealed, stored and read back without a changed digit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final, Literal

from mrv.errors import StatementError
from mrv.sampling import Estimate
from mrv.units import UNIT_DECIMALS, quantity


def number_text(value: float, decimals: int) -> str:
    """Return a number as plain text with a fixed number of decimals, half to even.

    Examples
    --------
    >>> number_text(-0.0004, 3), number_text(20654.48, 1)
    ('0.000', '20654.5')
    """
    if not math.isfinite(value):
        raise StatementError("statement-number-not-finite", value=repr(value))
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    return format(abs(rounded) if rounded == 0 else rounded, "f")


def plain_params(params: Mapping[str, str | int | float]) -> dict[str, Any]:
    """Return parameters as text and integers; a float as text with ten significant digits."""
    return {k: format(v, ".10g") if isinstance(v, float) else v for k, v in params.items()}


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader must know about a result; a catalogue key with its values."""

    rule: str
    """Catalogue key."""
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    """Values the sentence names."""

    def canonical(self) -> dict[str, Any]:
        """Return plain text, integers and maps."""
        return {"rule": self.rule, "params": plain_params(self.params)}


@dataclass(frozen=True, slots=True)
class DomainEstimate:
    """One estimate of one quantity in one domain."""

    stage: str
    """Stage that made it, ``monitor`` or ``account``."""
    domain: str
    """``county``, ``project``, or ``stratum:<name>`` and ``district:<id>`` below them."""
    quantity: str
    """Identifier of `mrv.units.QUANTITIES`."""
    estimate: Estimate
    """Value, variance, degrees of freedom, number of plots and method."""
    year: int | None = None
    """Year of a state (a campaign); None for a change."""
    period: tuple[int, int] | None = None
    """First and last year of a change; None for a state."""
    model_based: bool = False
    """Whether it rests on a model alone, with no sample of its own."""

    def __post_init__(self) -> None:
        """Refuse a quantity outside the closed list or in another unit than its own."""
        if quantity(self.quantity).unit != self.estimate.unit:
            raise StatementError("quantity-unit", quantity=self.quantity, unit=self.estimate.unit)

    def canonical(self) -> dict[str, Any]:
        """Return the estimate as text and integers; value and standard error in its unit."""
        decimals = quantity(self.quantity).decimals
        estimate = self.estimate
        return {
            "stage": self.stage,
            "domain": self.domain,
            "quantity": self.quantity,
            "unit": estimate.unit,
            "value": number_text(estimate.value, decimals),
            "standard_error": number_text(estimate.standard_error, decimals),
            "df": "inf" if math.isinf(estimate.df) else number_text(estimate.df, 3),
            "n_plots": estimate.n_plots,
            "method": estimate.method,
            "warnings": list(estimate.warnings),
            "year": self.year,
            "period": None if self.period is None else list(self.period),
            "model_based": self.model_based,
        }

    @classmethod
    def from_canonical(cls, data: Mapping[str, Any]) -> DomainEstimate:
        """Read an estimate back from its canonical form."""
        estimate = Estimate(
            value=float(data["value"]),
            variance=float(data["standard_error"]) ** 2,
            df=float(data["df"]),
            unit=data["unit"],
            n_plots=data["n_plots"],
            method=data["method"],
            warnings=tuple(data["warnings"]),
        )
        period = None if data["period"] is None else (data["period"][0], data["period"][1])
        labels = (data["stage"], data["domain"], data["quantity"])
        return cls(*labels, estimate, data["year"], period, data["model_based"])


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line of the account from the stock change to the claim."""

    term: str
    """Identifier of the term, e.g. ``project_change`` or ``risk_deduction``."""
    value: float
    """Signed value."""
    unit: str
    """Unit, one of `mrv.units.UNIT_DECIMALS`."""

    def canonical(self) -> dict[str, Any]:
        """Return the line as text."""
        if self.unit not in UNIT_DECIMALS:
            raise StatementError("unit-unknown", unit=self.unit)
        return {
            "term": self.term,
            "value": number_text(self.value, UNIT_DECIMALS[self.unit]),
            "unit": self.unit,
        }


@dataclass(frozen=True, slots=True)
class VintageQuantity:
    """Whole tonnes that arose in one calendar year."""

    year: int
    """Calendar year."""
    quantity_tco2e: int
    """Whole t CO2e."""


SHARE_DECIMALS: Final = 6
"""Decimals with which a share is written [1]."""
Verdict = Literal["ok", "look", "fail"]
"""Of an audit check: nothing to say, a person should look, a rule is broken."""


@dataclass(frozen=True, slots=True)
class BudgetItem:
    """What one source of error contributes to the uncertainty of one estimate."""

    domain: str
    """Domain of the estimate."""
    quantity: str
    """Identifier of `mrv.units.QUANTITIES`."""
    source: str
    """``sampling``, ``model``, ``measurement``, ``area`` or ``total``; a finer one after a slash."""
    standard_error: float
    """Standard error from this source alone, in the quantity's unit."""
    variance_share_frac: float
    """Share of the total variance [1]; 1 for ``total``."""
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    """What it rests on, e.g. draws, Monte Carlo error, whether the assumed error is verified."""

    def canonical(self) -> dict[str, Any]:
        """Return plain text, integers and maps."""
        return {
            "domain": self.domain,
            "quantity": self.quantity,
            "source": self.source,
            "standard_error": number_text(self.standard_error, quantity(self.quantity).decimals),
            "variance_share": number_text(self.variance_share_frac, SHARE_DECIMALS),
            "params": plain_params(self.params),
        }

    @classmethod
    def from_canonical(cls, data: Mapping[str, Any]) -> BudgetItem:
        """Read an item back from its canonical form."""
        figures = float(data["standard_error"]), float(data["variance_share"])
        return cls(data["domain"], data["quantity"], data["source"], *figures, data["params"])


@dataclass(frozen=True, slots=True)
class AuditItem:
    """One line of the page on which a statement audits itself."""

    check: str
    """Catalogue key of the check."""
    verdict: Verdict
    """What it comes to."""
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    """Values that the sentence names."""

    def canonical(self) -> dict[str, Any]:
        """Return plain text, integers and maps."""
        return {"check": self.check, "verdict": self.verdict, "params": plain_params(self.params)}

    @classmethod
    def from_canonical(cls, data: Mapping[str, Any]) -> AuditItem:
        """Read an item back from its canonical form."""
        return cls(data["check"], data["verdict"], data["params"])
