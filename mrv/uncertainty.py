"""Deductions for uncertainty, by bands that a methodology profile gives.

``half_width`` (AR-TOOL14 v04.2, appendix 2): X - d U |X|, a share d of the half-width; a single band
gives ART-TREES' constant factor. ``value`` (AR-CM-001/003): X - DR |X|, a share of the value itself.
``excess`` (VM0047, Gold Standard): only that part of the half-width that lies in a band is multiplied by
the band's share, so that what exceeds a threshold is deducted.
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
        ``half_width``, ``value`` or ``excess``.

    Examples
    --------
    >>> discount_amount(1000.0, 0.18, [(0.10, 0.0), (0.15, 0.25), (0.20, 0.50)], "half_width")
    90.0
    >>> round(discount_amount(1000.0, 0.19, [(0.15, 0.0), (math.inf, 1.0)], "excess"), 9)
    40.0
    """
    share = discount_share(relative_half_width, bands)
    if share == 0 or value == 0:
        return 0.0
    if basis == "value":
        return share * abs(value)
    if basis == "half_width":
        return share * relative_half_width * abs(value)
    if basis == "excess":
        return _within_bands(relative_half_width, bands) * abs(value)
    raise EstimationError("discount-basis-unknown", basis=basis)


def _within_bands(relative_half_width: float, bands: Bands) -> float:
    """Return the sum over the bands of share times the part of U inside the band [1]."""
    found, lower = 0.0, 0.0
    for upper, share in bands:
        if share:
            found += share * max(min(relative_half_width, upper) - lower, 0.0)
        lower = upper
    return found


def conservative_value(
    value: float, relative_half_width: float, bands: Bands, basis: str, *, baseline: bool = False
) -> float:
    """Return the value after the discount: less for a project, more for a baseline, in its own unit.

    Examples
    --------
    >>> bands = [(0.10, 0.0), (0.15, 0.25), (0.20, 0.50), (0.30, 0.75), (math.inf, 1.0)]
    >>> conservative_value(60.0, 0.15, bands, "half_width")
    57.75
    >>> conservative_value(60.0, 0.15, bands, "half_width", baseline=True)
    62.25
    """
    amount = discount_amount(value, relative_half_width, bands, basis)
    return value + amount if baseline else value - amount


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


def carry_stock_forward(first: float, u_first: float, change: float, u_change: float) -> tuple[float, float]:
    """Return the stock from which the next change is reckoned, and its U [1] (AR-TOOL14 eq. 22-23).

    C2 = C1 + dC and u2 = sqrt((u1 C1)^2 + (u dC)^2) / C2, always with the undiscounted C1 and dC: a
    discount is taken of a claim, never of the stock that is carried on.

    Parameters
    ----------
    first, change
        C1 and dC, in one unit.
    u_first, u_change
        Their relative half-widths [1].

    Examples
    --------
    >>> second, u = carry_stock_forward(50_000, 0.08, 12_000, 0.25)
    >>> second, round(u, 6)
    (62000, 0.080645)
    """
    second = first + change
    if second == 0:
        raise EstimationError("ratio-denominator-zero", method="carried stock")
    return second, math.hypot(u_first * first, u_change * change) / abs(second)
