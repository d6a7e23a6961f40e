"""Ex-ante figures: amounts that a model expects, which no statement may claim.

`ExAnte` is no `Estimate` and turns into none: an account takes an `Estimate` only, so a forecast cannot be
handed to it, neither as this type nor as an estimate that says of itself where it comes from
(`require_measured`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from mrv.errors import EstimationError
from mrv.sampling import Estimate

METHOD: Final = "ex_ante"
"""Method that everything expected and not measured bears."""


@dataclass(frozen=True, slots=True)
class ExAnte:
    """An expected amount with its interval."""

    value_tco2e: float
    """Expected amount [t CO2e]."""
    standard_error_tco2e: float
    """Its standard error: plots, parameters of the curve, sites, growth to come [t CO2e]."""
    low_tco2e: float
    """Lower end of the interval [t CO2e]."""
    high_tco2e: float
    """Upper end of the interval [t CO2e]."""
    method: str = METHOD
    """Always ``ex_ante``."""

    def __post_init__(self) -> None:
        """Refuse a figure that calls itself anything else, and one that is no number."""
        numbers = (self.value_tco2e, self.standard_error_tco2e, self.low_tco2e, self.high_tco2e)
        if self.method != METHOD or not all(math.isfinite(number) for number in numbers):
            raise EstimationError("ex-ante-malformed", method=self.method, value=self.value_tco2e)


def is_expected(method: str) -> bool:
    """Tell whether an estimator's name says that the value was expected and not measured.

    Examples
    --------
    >>> is_expected("ratio/ex_ante"), is_expected("paired_change")
    (True, False)
    """
    return METHOD in method.split("/")


def require_measured(change: object) -> Estimate:
    """Return a change that was measured; an expected one is refused.

    Parameters
    ----------
    change
        What an account is asked to take.

    Raises
    ------
    EstimationError
        Rule ``ex-ante-never-issued``: it is no `Estimate`, or its method says that it was expected.

    Examples
    --------
    >>> require_measured(ExAnte(100.0, 10.0, 80.0, 120.0))
    Traceback (most recent call last):
    mrv.errors.EstimationError: ex-ante-never-issued: method=ex_ante
    """
    method = str(getattr(change, "method", type(change).__name__))
    if not isinstance(change, Estimate) or is_expected(method):
        raise EstimationError("ex-ante-never-issued", method=method)
    return change
