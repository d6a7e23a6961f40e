"""Deductions for uncertainty, by bands that a methodology profile gives.

``half_width`` (AR-TOOL14 v04.2, appendix 2): X - d U |X|, a share d of the half-width;
``value`` (AR-CM-001/003): X - DR |X|, a share of the value itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from mrv.errors import EstimationError

Bands = Sequence[tuple[float, float]]


def discount_share(relative_half_width: float, bands: Bands) -> float:
    """Return the share to deduct [1] for a relative half-width U [1].

    Parameters
    ----------
    relative_half_width
        U, half the interval over the absolute value.
    bands
        (U up to and including which, share), rising.

    Examples
    --------
    >>> discount_share(0.18, [(0.10, 0.0), (0.15, 0.25), (0.20, 0.50), (math.inf, 1.0)])
    0.5
    """
    if math.isnan(relative_half_width) or relative_half_width < 0:
        raise EstimationError("half-width-invalid", value=relative_half_width)
    for upper, share in bands:
        if relative_half_width <= upper:
            return share
    raise EstimationError("half-width-invalid", value=relative_half_width)


def discount_amount(value: float, relative_half_width: float, bands: Bands, basis: str) -> float:
    """Return the amount to deduct, never negative, in the unit of `value`.

    Parameters
    ----------
    value
        X, in any unit.
    relative_half_width
        U [1].
    bands
        As for `discount_share`.
    basis
        ``half_width`` or ``value``.

    Examples
    --------
    >>> discount_amount(1000.0, 0.18, [(0.10, 0.0), (0.15, 0.25), (0.20, 0.50)], "half_width")
    90.0
    """
    share = discount_share(relative_half_width, bands)
    if share == 0 or value == 0:
        return 0.0
    if basis == "value":
        return share * abs(value)
    if basis == "half_width":
        return share * relative_half_width * abs(value)
    raise EstimationError("discount-basis-unknown", basis=basis)


def relative_half_width_of_change(first: float, u_first: float, second: float, u_second: float) -> float:
    """Return U of a change between two independent occasions [1] (AR-TOOL14 eq. 2).

    u = sqrt((u1 C1)^2 + (u2 C2)^2) / |C2 - C1|.

    Examples
    --------
    >>> round(relative_half_width_of_change(50_000, 0.08, 62_000, 0.07), 6)
    0.491847
    """
    if first == second:
        raise EstimationError("ratio-denominator-zero", method="change")
    return math.hypot(u_first * first, u_second * second) / abs(second - first)
