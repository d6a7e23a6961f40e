"""What may be lent on carbon, how it is paid back, and what an insurance pays: pure arithmetic in fen.

Formulas: level annuity A = L i / (1 - (1+i)^-n); simple interest L i n; index insurance
S clip((I - strike) / (exit - strike), 0, 1); price insurance q max(0, p_insured - p_average).

Not here: the pledge itself and its filing number (the use cases), and whether anyone should lend.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, localcontext

from registry.errors import RuleViolation
from registry.money import ARITHMETIC, ONE, refuse_below, refuse_not_fraction, round_fen


@dataclass(frozen=True, slots=True)
class Instalment:
    """One yearly payment of a loan.

    Attributes
    ----------
    year : int
        1, 2, ...
    payment_fen, interest_fen, principal_fen : int
        What is paid, and its two parts [fen].
    outstanding_fen : int
        What is still owed afterwards [fen].
    """

    year: int
    payment_fen: int
    interest_fen: int
    principal_fen: int
    outstanding_fen: int


def loan_limit_fen(value_fen: int, loan_to_value_frac: Decimal) -> int:
    """Return the most that may be lent on a value, rounded down.

    Parameters
    ----------
    value_fen : int
        Value of what is pledged [fen]; a value below 0 secures nothing.
    loan_to_value_frac : Decimal
        Loan to value [fraction].

    Returns
    -------
    int
        [fen]

    Examples
    --------
    >>> loan_limit_fen(55_627_888, Decimal("0.50"))
    27813944
    """
    refuse_not_fraction("loan_to_value_frac", loan_to_value_frac)
    with localcontext(ARITHMETIC):
        return round_fen(max(value_fen, 0) * loan_to_value_frac, ROUND_FLOOR)


def margin_call(outstanding_fen: int, value_now_fen: int, trigger_frac: Decimal) -> bool:
    """Tell whether the lender may ask for more security.

    Parameters
    ----------
    outstanding_fen : int
        What is still owed [fen].
    value_now_fen : int
        Value of the pledge today [fen].
    trigger_frac : Decimal
        Outstanding over value above which the lender asks [fraction].

    Returns
    -------
    bool
        True if the outstanding loan is more than `trigger_frac` times the value.

    Examples
    --------
    >>> margin_call(81, 100, Decimal("0.80")), margin_call(80, 100, Decimal("0.80"))
    (True, False)
    """
    refuse_not_fraction("trigger_frac", trigger_frac)
    refuse_below("outstanding_fen", outstanding_fen)
    with localcontext(ARITHMETIC):
        return outstanding_fen > max(value_now_fen, 0) * trigger_frac


def simple_interest_fen(principal_fen: int, rate_frac: Decimal, years: int = 1) -> int:
    """Return simple interest.

    Parameters
    ----------
    principal_fen : int
        Loan [fen].
    rate_frac : Decimal
        Interest [per year].
    years : int
        Whole years.

    Returns
    -------
    int
        [fen]

    Examples
    --------
    >>> simple_interest_fen(30_000_000, Decimal("0.04"))
    1200000
    """
    _check_loan(principal_fen, rate_frac, years)
    with localcontext(ARITHMETIC):
        return round_fen(principal_fen * rate_frac * years)


def annuity_cny(principal_cny: Decimal, rate_frac: Decimal, years: int) -> Decimal:
    """Return the level yearly payment of a loan, not rounded.

    Parameters
    ----------
    principal_cny : Decimal
        Loan [CNY].
    rate_frac : Decimal
        Interest [per year].
    years : int
        Yearly payments, the first after one year.

    Returns
    -------
    Decimal
        [CNY per year]

    Examples
    --------
    >>> round(annuity_cny(Decimal(300_000), Decimal("0.04"), 5), 4)
    Decimal('67388.1340')
    """
    _check_loan(principal_cny, rate_frac, years)
    with localcontext(ARITHMETIC):
        if rate_frac == 0:
            return principal_cny / years
        return principal_cny * rate_frac / (ONE - (ONE + rate_frac) ** -years)


def annuity_schedule(principal_fen: int, rate_frac: Decimal, years: int) -> tuple[Instalment, ...]:
    """Return the payments of a level annuity in whole fen; the last one takes up the rounding.

    Parameters
    ----------
    principal_fen : int
        Loan [fen].
    rate_frac : Decimal
        Interest [per year].
    years : int
        Yearly payments.

    Returns
    -------
    tuple of Instalment
        The principal parts add up to the loan exactly.
    """
    with localcontext(ARITHMETIC):
        level_fen = round_fen(annuity_cny(Decimal(principal_fen), rate_frac, years))
        outstanding_fen, rows = principal_fen, []
        for year in range(1, years + 1):
            interest_fen = round_fen(outstanding_fen * rate_frac)
            repaid_fen = outstanding_fen if year == years else min(level_fen - interest_fen, outstanding_fen)
            outstanding_fen -= repaid_fen
            rows.append(
                Instalment(year, interest_fen + repaid_fen, interest_fen, repaid_fen, outstanding_fen)
            )
    return tuple(rows)


def index_insurance_fen(
    sum_insured_fen: int, index_frac: Decimal, strike_frac: Decimal, exit_frac: Decimal
) -> int:
    """Return the payout of an index insurance (for instance the share of canopy lost).

    Parameters
    ----------
    sum_insured_fen : int
        Sum insured [fen].
    index_frac : Decimal
        The index observed [fraction].
    strike_frac, exit_frac : Decimal
        Where the payout begins, and where it is the whole sum [fraction].

    Returns
    -------
    int
        [fen]

    Raises
    ------
    RuleViolation
        ``valuation-parameter`` unless the exit lies above the strike.

    Examples
    --------
    >>> index_insurance_fen(50_000_000, Decimal("0.35"), Decimal("0.10"), Decimal("0.60"))
    25000000
    """
    refuse_below("sum_insured_fen", sum_insured_fen)
    for name, value in (("index_frac", index_frac), ("strike_frac", strike_frac), ("exit_frac", exit_frac)):
        refuse_not_fraction(name, value)
    if exit_frac <= strike_frac:
        raise RuleViolation(
            "valuation-parameter", name="exit_frac", value=str(exit_frac), expected=f"> {strike_frac}"
        )
    with localcontext(ARITHMETIC):
        share = (index_frac - strike_frac) / (exit_frac - strike_frac)
        return round_fen(sum_insured_fen * min(max(share, Decimal(0)), ONE))


def price_insurance_fen(quantity_tco2e: int, insured_fen_per_t: int, average_fen_per_t: int) -> int:
    """Return the payout of an insurance against low prices.

    Parameters
    ----------
    quantity_tco2e : int
        Quantity insured [t CO2e].
    insured_fen_per_t, average_fen_per_t : int
        The price insured, and the average of the period [fen per t CO2e].

    Returns
    -------
    int
        [fen]

    Examples
    --------
    >>> price_insurance_fen(100, 6000, 5500), price_insurance_fen(100, 6000, 6100)
    (50000, 0)
    """
    for name, value in (("quantity_tco2e", quantity_tco2e), ("average_fen_per_t", average_fen_per_t)):
        refuse_below(name, value)
    return quantity_tco2e * max(0, insured_fen_per_t - average_fen_per_t)


def _check_loan(principal: int | Decimal, rate_frac: Decimal, years: int) -> None:
    refuse_below("principal", principal)
    refuse_not_fraction("rate_frac", rate_frac)
    refuse_below("years", years, 1)
