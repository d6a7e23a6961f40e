"""What units and stock are worth: pure arithmetic on quantities, prices and rates.

Amounts that leave this module are whole fen, rounded half up. Two subjects never mix. *Units* were issued and
can be sold: their value is a value. *Stock* is carbon standing in the forest of a county: its figure is
indicative, no tonne of it can be sold, and it is never added to the value of units.

Not here: loans and insurance (`registry.lending`), quotes (`registry.prices`), who may pledge what (the use
cases).

Formula: net present value with money at the end of each year,
NPV = sum over t of [q_t p0 (1+g)^t (1-K) (1-f) s - c_t] / (1+r)^t, where K is left out if q_t is net of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Final, Literal

from registry.canonical import digest
from registry.errors import RuleViolation
from registry.model import ValuationRecord
from registry.money import ARITHMETIC, ONE, refuse_below, refuse_not_fraction, round_fen
from registry.prices import PriceEvidence

SubjectKind = Literal["county_stock", "units", "pledge", "project"]
Method = Literal["comparables", "income"]
CO2_PER_C: Final = (44, 12)
"""Mass of CO2 over mass of carbon, the exact fraction."""
_RATES: Final = (
    "risk_deduction_frac",
    "price_growth_frac",
    "discount_frac",
    "fee_frac",
    "issuance_probability_frac",
)


@dataclass(frozen=True, slots=True)
class Valuation:
    """A value as a range, with what it rests on.

    Attributes
    ----------
    subject_kind : str
        ``units``, ``pledge``, ``project`` or ``county_stock``.
    method : str
        ``comparables`` (quotes) or ``income`` (discounted).
    as_of : date
        The day it holds for.
    low_fen, base_fen, high_fen : int
        The range [fen]. It spans prices (and, for stock, the interval of the stock); it is not a
        confidence interval.
    quantity_tco2e : int
        What was valued, rounded down [t CO2e].
    indicative : bool
        True where nothing of it is issued, so nothing can be sold: a figure to compare, never to book.
    inputs_sha256 : str
        Digest of everything the figure was computed from.
    assumptions : tuple of (str, str)
        Name with unit, and value as text.
    """

    subject_kind: SubjectKind
    method: Method
    as_of: date
    low_fen: int
    base_fen: int
    high_fen: int
    quantity_tco2e: int
    indicative: bool
    inputs_sha256: str
    assumptions: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        """Refuse a range out of order, and stock that claims to be more than indicative."""
        if not self.low_fen <= self.base_fen <= self.high_fen:
            raise RuleViolation("valuation-range", low=self.low_fen, base=self.base_fen, high=self.high_fen)
        if self.subject_kind == "county_stock" and not self.indicative:
            raise RuleViolation("valuation-stock-indicative", subject=self.subject_kind)

    def record(self, subject_id: str) -> ValuationRecord:
        """Return the form that the registry stores.

        Parameters
        ----------
        subject_id : str
            Id of the units, pledge, project or county stock.

        Returns
        -------
        ValuationRecord
            Its parameters say whether the figure is indicative.
        """
        marks = {"quantity_tco2e": str(self.quantity_tco2e), "indicative": _text(self.indicative)}
        return ValuationRecord(
            subject_kind=self.subject_kind,
            subject_id=subject_id,
            as_of=self.as_of,
            method=self.method,
            inputs_sha256=self.inputs_sha256,
            low_fen=self.low_fen,
            mid_fen=self.base_fen,
            high_fen=self.high_fen,
            parameters={**dict(self.assumptions), **marks},
        )


@dataclass(frozen=True, slots=True)
class IncomeCase:
    """Removals expected year by year, and what is taken off before they become money.

    Attributes
    ----------
    quantities_tco2e : tuple of int
        Quantity of year 1, 2, ... [t CO2e].
    net_of_risk : bool
        True if the quantities are already net of the risk deduction, which is then not applied again. There
        is no default: whoever values must know.
    risk_deduction_frac : Decimal
        Flat risk deduction K [fraction].
    price_growth_frac, discount_frac : Decimal
        Growth of the price g and discount rate r [per year].
    fee_frac : Decimal
        Fee of selling f [fraction of the amount].
    issuance_probability_frac : Decimal
        Share s that is expected to be issued at all [fraction].
    costs_fen : tuple of int
        Cost of year 1, 2, ... [fen]; empty for none.
    """

    quantities_tco2e: tuple[int, ...]
    net_of_risk: bool
    risk_deduction_frac: Decimal
    price_growth_frac: Decimal
    discount_frac: Decimal
    fee_frac: Decimal
    issuance_probability_frac: Decimal = ONE
    costs_fen: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse percents for fractions, negative quantities and costs for other years."""
        for name in ("risk_deduction_frac", "fee_frac", "issuance_probability_frac", "discount_frac"):
            refuse_not_fraction(name, getattr(self, name))
        if not -1 < self.price_growth_frac <= 1:
            raise RuleViolation(
                "valuation-fraction", name="price_growth_frac", value=str(self.price_growth_frac)
            )
        refuse_below("years", len(self.quantities_tco2e), 1)
        for quantity in (*self.quantities_tco2e, *self.costs_fen):
            refuse_below("quantities_tco2e, costs_fen", quantity)
        if self.costs_fen and len(self.costs_fen) != len(self.quantities_tco2e):
            raise RuleViolation(
                "valuation-parameter",
                name="costs_fen",
                value=str(len(self.costs_fen)),
                expected=str(len(self.quantities_tco2e)),
            )


def value_units(
    quantity_tco2e: int,
    prices: PriceEvidence,
    fee_frac: Decimal,
    subject_kind: Literal["units", "pledge"] = "units",
) -> Valuation:
    """Value issued units by comparable prices: quantity times price, less the fee of selling.

    Parameters
    ----------
    quantity_tco2e : int
        Units held [t CO2e]; they are net of every deduction already.
    prices : PriceEvidence
        Comparable prices, in CNY.
    fee_frac : Decimal
        Fee of selling [fraction].
    subject_kind : str
        ``units`` or ``pledge``; stock has its own function.

    Returns
    -------
    Valuation
        Not indicative: the units exist.

    Raises
    ------
    RuleViolation
        ``valuation-currency``, ``valuation-fraction`` or ``valuation-parameter``.
    """
    refuse_below("quantity_tco2e", quantity_tco2e)
    refuse_not_fraction("fee_frac", fee_frac)
    with localcontext(ARITHMETIC):
        amounts = [round_fen(quantity_tco2e * price * (ONE - fee_frac)) for price in _prices(prices)]
    low, base, high = amounts
    assumptions = (*_price_assumptions(prices), ("fee_frac", str(fee_frac)))
    return Valuation(
        subject_kind=subject_kind,
        method="comparables",
        as_of=prices.as_of,
        low_fen=low,
        base_fen=base,
        high_fen=high,
        quantity_tco2e=quantity_tco2e,
        indicative=False,
        inputs_sha256=_digest(prices, assumptions, quantity_tco2e),
        assumptions=assumptions,
    )


def value_stock(stock_tc: tuple[Decimal, Decimal, Decimal], prices: PriceEvidence) -> Valuation:
    """Give an indicative figure for the carbon that stands in a county's forest.

    The low end takes the low end of the stock at the low price, the high end the high of both. Nothing of it
    can be sold: most standing forest is eligible under no programme.

    Parameters
    ----------
    stock_tc : tuple of Decimal
        Lower end, estimate and upper end of the stock [t C]; a negative lower end counts as 0.
    prices : PriceEvidence
        Comparable prices, in CNY.

    Returns
    -------
    Valuation
        With `indicative` set.

    Raises
    ------
    RuleViolation
        ``valuation-currency`` or ``valuation-parameter``.
    """
    low_tc, base_tc, high_tc = stock_tc
    refuse_below("stock_tc (estimate)", base_tc, max(low_tc, Decimal(0)))
    refuse_below("stock_tc (upper end)", high_tc, base_tc)
    with localcontext(ARITHMETIC):
        tonnes = [max(tc, Decimal(0)) * CO2_PER_C[0] / CO2_PER_C[1] for tc in stock_tc]
        low, base, high = (round_fen(t * p) for t, p in zip(tonnes, _prices(prices), strict=True))
    assumptions = (
        *_price_assumptions(prices),
        ("stock_low_tc", str(low_tc)),
        ("stock_tc", str(base_tc)),
        ("stock_high_tc", str(high_tc)),
        ("co2_per_c", "44/12"),
    )
    quantity_tco2e = int(tonnes[1].to_integral_value(ROUND_FLOOR))
    return Valuation(
        subject_kind="county_stock",
        method="comparables",
        as_of=prices.as_of,
        low_fen=low,
        base_fen=base,
        high_fen=high,
        quantity_tco2e=quantity_tco2e,
        indicative=True,
        inputs_sha256=_digest(prices, assumptions, quantity_tco2e),
        assumptions=assumptions,
    )


def net_present_value_cny(case: IncomeCase, price_cny_per_t: Decimal) -> Decimal:
    """Return the net present value of a case at one price; the formula stands at the top of the module.

    Parameters
    ----------
    case : IncomeCase
        Quantities and rates.
    price_cny_per_t : Decimal
        Price of today p0 [CNY per t CO2e].

    Returns
    -------
    Decimal
        [CNY], not rounded to fen.

    Raises
    ------
    RuleViolation
        ``valuation-parameter`` for a negative price.

    Examples
    --------
    >>> K, g, r, f = Decimal("0.10"), Decimal("0.03"), Decimal("0.05"), Decimal("0.02")
    >>> round(net_present_value_cny(IncomeCase((1000,) * 10, False, K, g, r, f), Decimal(70)), 4)
    Decimal('556278.8841')
    """
    refuse_below("price_cny_per_t", price_cny_per_t)
    costs_fen = case.costs_fen or (0,) * len(case.quantities_tco2e)
    total = Decimal(0)
    with localcontext(ARITHMETIC):
        kept = (ONE - case.fee_frac) * case.issuance_probability_frac
        kept *= ONE if case.net_of_risk else ONE - case.risk_deduction_frac
        for t, (q_t, c_t) in enumerate(zip(case.quantities_tco2e, costs_fen, strict=True), start=1):
            income = q_t * price_cny_per_t * (ONE + case.price_growth_frac) ** t * kept
            total += (income - Decimal(c_t) / 100) / (ONE + case.discount_frac) ** t
    return total


def value_income(
    case: IncomeCase, prices: PriceEvidence, subject_kind: Literal["project", "pledge"] = "project"
) -> Valuation:
    """Value expected removals by discounted income at the low, the base and the high price.

    Parameters
    ----------
    case : IncomeCase
        Quantities and rates.
    prices : PriceEvidence
        Prices of today, in CNY.
    subject_kind : str
        ``project`` or ``pledge``.

    Returns
    -------
    Valuation
        Indicative: what is expected is not issued yet.

    Raises
    ------
    RuleViolation
        ``valuation-currency``.
    """
    with localcontext(ARITHMETIC):
        values = [round_fen(net_present_value_cny(case, Decimal(p) / 100) * 100) for p in _prices(prices)]
    low, base, high = values
    assumptions = (
        *_price_assumptions(prices),
        *((name, str(getattr(case, name))) for name in _RATES),
        ("net_of_risk", _text(case.net_of_risk)),
        ("quantities_tco2e", _list(case.quantities_tco2e)),
        ("costs_fen", _list(case.costs_fen)),
    )
    return Valuation(
        subject_kind=subject_kind,
        method="income",
        as_of=prices.as_of,
        low_fen=low,
        base_fen=base,
        high_fen=high,
        quantity_tco2e=sum(case.quantities_tco2e),
        indicative=True,
        inputs_sha256=_digest(prices, assumptions, sum(case.quantities_tco2e)),
        assumptions=assumptions,
    )


def _prices(prices: PriceEvidence) -> tuple[int, int, int]:
    if prices.currency != "CNY":
        raise RuleViolation("valuation-currency", currency=prices.currency)
    return prices.prices_fen_per_t


def _price_assumptions(prices: PriceEvidence) -> tuple[tuple[str, str], ...]:
    return (
        ("price_basis", prices.basis),
        ("price_low_fen_per_t", str(prices.low_fen_per_t)),
        ("price_base_fen_per_t", str(prices.base_fen_per_t)),
        ("price_high_fen_per_t", str(prices.high_fen_per_t)),
        ("price_quantiles_frac", _list(prices.quantiles_frac)),
        ("price_window", f"{prices.window_start_date.isoformat()}/{prices.as_of.isoformat()}"),
        ("n_quotes", str(prices.n_quotes)),
        ("n_gaps", str(prices.n_gaps)),
        ("longest_gap_days", str(prices.longest_gap_days)),
        ("stale_days", str(prices.stale_days)),
        ("prices_simulated", _text(prices.simulated)),
    )


def _digest(prices: PriceEvidence, assumptions: tuple[tuple[str, str], ...], quantity_tco2e: int) -> str:
    return digest(
        {"prices": prices.inputs_sha256, "assumptions": assumptions, "quantity_tco2e": quantity_tco2e}
    )


def _list(values: Iterable[object]) -> str:
    return " ".join(str(value) for value in values)


def _text(flag: bool) -> str:
    return "true" if flag else "false"
