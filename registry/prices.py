"""What a price series says on a day, and how far a price may move on the next.

A valuation rests on quotes that were there on its day: later ones are never looked at, few ones are refused,
and gaps are counted and told. A price that is only assumed can be used as well, and stays marked as assumed.
Not here: any forecast.

Price band: the rule of Chinese carbon exchanges, previous close times one plus or minus the band, rounded
half up to the tick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Final

from registry.canonical import digest
from registry.errors import RuleViolation
from registry.model import PriceQuote
from registry.money import ARITHMETIC, ONE, refuse_below, refuse_not_fraction, round_fen

DECILES: Final = (Decimal("0.1"), Decimal("0.5"), Decimal("0.9"))
"""Low, base and high quantile of a range of prices."""


@dataclass(frozen=True, slots=True)
class PriceWindow:
    """Which quotes to use and how to summarise them.

    Attributes
    ----------
    window_days : int
        Length of the window that ends on the day of the valuation [d].
    quantiles_frac : tuple of Decimal
        Low, base and high quantile.
    gap_days : int
        A wait between quotes longer than this counts as a gap [d].
    min_quotes : int
        Fewer quotes are refused.
    currency : str
        Currency of the quotes.
    """

    window_days: int = 365
    quantiles_frac: tuple[Decimal, Decimal, Decimal] = DECILES
    gap_days: int = 31
    min_quotes: int = 3
    currency: str = "CNY"

    def __post_init__(self) -> None:
        """Refuse an empty window and quantiles out of order."""
        refuse_below("window_days", self.window_days, 1)
        refuse_below("min_quotes", self.min_quotes, 1)
        low, base, high = self.quantiles_frac
        if not 0 <= low <= base <= high <= 1:
            raise RuleViolation(
                "valuation-parameter",
                name="quantiles_frac",
                value=f"{low} {base} {high}",
                expected="0..1, ordered",
            )


@dataclass(frozen=True, slots=True)
class PriceEvidence:
    """What the quotes of a window say, or a price that is only stated.

    Attributes
    ----------
    basis : str
        What the prices rest on: the quotes of a window, or the words of whoever states them.
    as_of, window_start_date : date
        The day of the valuation, and the first day of the window that ends on it.
    currency : str
        Currency of the quotes; only CNY can become a valuation.
    n_quotes, n_days : int
        Quotes in the window, and the days on which they fell.
    first_quote_date, last_quote_date : date or None
        The oldest and the newest quote used; None where there is none.
    stale_days : int
        Days from the newest quote to `as_of` [d].
    n_gaps, longest_gap_days : int
        Waits (between two days with a quote, and from the newest to `as_of`) longer than allowed, and the
        longest of all [d].
    low_fen_per_t, base_fen_per_t, high_fen_per_t : int
        Quantiles of the quotes [0.01 of the currency per t CO2e].
    quantiles_frac : tuple of Decimal
        The quantiles asked for.
    simulated : bool
        True if any quote used is simulated.
    inputs_sha256 : str
        Digest of the quotes used and of the question.
    """

    basis: str
    as_of: date
    window_start_date: date
    currency: str
    n_quotes: int
    n_days: int
    first_quote_date: date | None
    last_quote_date: date | None
    stale_days: int
    n_gaps: int
    longest_gap_days: int
    low_fen_per_t: int
    base_fen_per_t: int
    high_fen_per_t: int
    quantiles_frac: tuple[Decimal, Decimal, Decimal]
    simulated: bool
    inputs_sha256: str

    @property
    def prices_fen_per_t(self) -> tuple[int, int, int]:
        """Low, base and high price [fen per t CO2e]."""
        return self.low_fen_per_t, self.base_fen_per_t, self.high_fen_per_t


def summarise_prices(
    quotes: Sequence[PriceQuote], as_of: date, window: PriceWindow | None = None
) -> PriceEvidence:
    """Summarise the quotes of a window that ends on `as_of`.

    Quantiles are linear between order statistics (type 7 of Hyndman and Fan 1996) and rounded half up to fen;
    each quote has the same weight, for the series carries no volumes.

    Parameters
    ----------
    quotes : sequence of PriceQuote
        The series, in any order; quotes after `as_of` are not looked at.
    as_of : date
        Day of the valuation, the last day of the window.
    window : PriceWindow, optional
        Which quotes and which quantiles; a year and its deciles if left out.

    Returns
    -------
    PriceEvidence

    Raises
    ------
    RuleViolation
        ``valuation-too-few-quotes`` or ``valuation-price-not-positive``.
    """
    window = window or PriceWindow()
    start = as_of - timedelta(days=window.window_days - 1)
    used = _select(quotes, start, as_of, window.min_quotes)
    days = sorted({quote.quote_date for quote in used})
    waits = [(later - day).days for day, later in zip(days, [*days[1:], as_of], strict=True)]
    prices = sorted(quote.price_fen_per_t for quote in used)
    low, base, high = (_quantile_fen(prices, quantile) for quantile in window.quantiles_frac)
    return PriceEvidence(
        basis="quotes",
        as_of=as_of,
        window_start_date=start,
        currency=window.currency,
        n_quotes=len(used),
        n_days=len(days),
        first_quote_date=days[0],
        last_quote_date=days[-1],
        stale_days=waits[-1],
        n_gaps=sum(wait > window.gap_days for wait in waits),
        longest_gap_days=max(waits),
        low_fen_per_t=low,
        base_fen_per_t=base,
        high_fen_per_t=high,
        quantiles_frac=window.quantiles_frac,
        simulated=any(quote.simulated for quote in used),
        inputs_sha256=_digest(used, as_of, window),
    )


def stated_prices(as_of: date, prices_fen_per_t: tuple[int, int, int], source: str) -> PriceEvidence:
    """Return prices that somebody states, marked as such: they rest on no quote.

    Parameters
    ----------
    as_of : date
        Day of the valuation.
    prices_fen_per_t : tuple of int
        Low, base and high price [fen per t CO2e].
    source : str
        Who states them, and on what ground; kept as the `basis`.

    Returns
    -------
    PriceEvidence
        With no quotes.

    Raises
    ------
    RuleViolation
        ``valuation-range``, or ``valuation-parameter`` for a price or a source that is not there.
    """
    low, base, high = prices_fen_per_t
    refuse_below("price_low_fen_per_t", low, 1)
    refuse_below("source (letters)", len(source.strip()), 1)
    if not low <= base <= high:
        raise RuleViolation("valuation-range", low=low, base=base, high=high)
    return PriceEvidence(
        basis=f"stated: {source.strip()}",
        as_of=as_of,
        window_start_date=as_of,
        currency="CNY",
        n_quotes=0,
        n_days=0,
        first_quote_date=None,
        last_quote_date=None,
        stale_days=0,
        n_gaps=0,
        longest_gap_days=0,
        low_fen_per_t=low,
        base_fen_per_t=base,
        high_fen_per_t=high,
        quantiles_frac=DECILES,
        simulated=False,
        inputs_sha256=digest({"stated": prices_fen_per_t, "as_of": as_of, "source": source.strip()}),
    )


def price_band_fen(previous_close_fen: int, band_frac: Decimal, tick_fen: int = 1) -> tuple[int, int]:
    """Return the lowest and the highest price of a day.

    Parameters
    ----------
    previous_close_fen : int
        Previous close [fen per t CO2e].
    band_frac : Decimal
        Largest move [fraction].
    tick_fen : int
        Step of a price [fen].

    Returns
    -------
    tuple of int
        Ends of the band [fen per t CO2e], rounded half up to the tick; neither is under one tick.

    Raises
    ------
    RuleViolation
        ``valuation-fraction`` or ``valuation-parameter``.

    Examples
    --------
    >>> price_band_fen(6337, Decimal("0.10"))
    (5703, 6971)
    """
    refuse_not_fraction("band_frac", band_frac)
    refuse_below("previous_close_fen", previous_close_fen, 1)
    refuse_below("tick_fen", tick_fen, 1)
    with localcontext(ARITHMETIC):
        low, high = (
            round_fen(previous_close_fen * (ONE + move) / tick_fen) * tick_fen
            for move in (-band_frac, band_frac)
        )
    return max(low, tick_fen), max(high, tick_fen)


def _select(quotes: Sequence[PriceQuote], start: date, as_of: date, min_quotes: int) -> list[PriceQuote]:
    used = sorted(
        (quote for quote in quotes if start <= quote.quote_date <= as_of),
        key=lambda quote: (quote.quote_date, quote.venue, quote.price_fen_per_t, quote.source_sha256),
    )
    if len(used) < min_quotes:
        raise RuleViolation(
            "valuation-too-few-quotes",
            n_quotes=len(used),
            needed=min_quotes,
            first=start.isoformat(),
            last=as_of.isoformat(),
        )
    for quote in used:
        if quote.price_fen_per_t <= 0:
            raise RuleViolation(
                "valuation-price-not-positive",
                date=quote.quote_date.isoformat(),
                venue=quote.venue,
                value=quote.price_fen_per_t,
            )
    return used


def _quantile_fen(prices_fen: Sequence[int], quantile_frac: Decimal) -> int:
    # h = (n - 1) p; x[floor h] + (h - floor h)(x[floor h + 1] - x[floor h])
    with localcontext(ARITHMETIC):
        h = (len(prices_fen) - 1) * quantile_frac
        below = int(h.to_integral_value(ROUND_FLOOR))
        above = min(below + 1, len(prices_fen) - 1)
        return round_fen(prices_fen[below] + (h - below) * (prices_fen[above] - prices_fen[below]))


def _digest(used: Sequence[PriceQuote], as_of: date, window: PriceWindow) -> str:
    question = (
        as_of,
        window.window_days,
        window.currency,
        *(str(quantile) for quantile in window.quantiles_frac),
    )
    rows = [(q.quote_date, q.venue, q.price_fen_per_t, q.source_sha256) for q in used]
    return digest({"question": question, "quotes": rows})
