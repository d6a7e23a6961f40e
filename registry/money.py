"""Round and check amounts: the one place where a decimal becomes fen.

Amounts are whole fen (0.01 CNY). Inside a computation they are decimals with 40 digits, so that a figure
does not depend on the machine; a float never enters.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from registry.errors import RuleViolation

ARITHMETIC: Final = Context(prec=40, rounding=ROUND_HALF_UP)
"""Context of every computation with money."""
ONE: Final = Decimal(1)


def round_fen(amount_fen: Decimal, rounding: str = ROUND_HALF_UP) -> int:
    """Return whole fen.

    Parameters
    ----------
    amount_fen : Decimal
        Amount [fen].
    rounding : str
        A rounding mode of `decimal`; half up unless the caller's rule says otherwise.

    Returns
    -------
    int
        [fen]

    Examples
    --------
    >>> round_fen(Decimal("570.5")), round_fen(Decimal("-570.5"))
    (571, -571)
    """
    return int(amount_fen.to_integral_value(rounding, ARITHMETIC))


def refuse_not_fraction(name: str, value_frac: Decimal) -> None:
    """Refuse a number outside 0 to 1, such as a percent.

    Parameters
    ----------
    name : str
        Name of the parameter, for the message.
    value_frac : Decimal
        The number [fraction].

    Raises
    ------
    RuleViolation
        ``valuation-fraction``.
    """
    if not 0 <= value_frac <= 1:
        raise RuleViolation("valuation-fraction", name=name, value=str(value_frac))


def refuse_below(name: str, value: Decimal | int, least: Decimal | int = 0) -> None:
    """Refuse a number below the least allowed.

    Parameters
    ----------
    name : str
        Name of the parameter with its unit, for the message.
    value, least : Decimal or int
        The number, and the least allowed.

    Raises
    ------
    RuleViolation
        ``valuation-parameter``.
    """
    if value < least:
        raise RuleViolation("valuation-parameter", name=name, value=str(value), expected=f">= {least}")
