"""Price windows on a made series and on a real one; the band of a day."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import RuleViolation
from registry.model import PriceQuote
from registry.prices import PriceWindow, price_band_fen, stated_prices, summarise_prices


def _quote(day: date, fen: int) -> PriceQuote:
    return PriceQuote(venue="示范交易场所", quote_date=day, price_fen_per_t=fen, source_sha256="0" * 64)


def test_window_counts_quotes_days_and_gaps() -> None:
    as_of = date(2026, 6, 30)
    series = [
        _quote(date(2025, 6, 30), 100),  # one day too old for a window of 365 days
        _quote(date(2025, 7, 1), 6000),
        _quote(date(2025, 9, 1), 6400),
        _quote(date(2025, 9, 1), 6600),
        _quote(date(2026, 6, 20), 7000),
        _quote(date(2026, 7, 1), 99999),  # the future is not looked at
    ]
    evidence = summarise_prices(series, as_of)
    assert evidence.window_start_date == date(2025, 7, 1)
    assert (evidence.n_quotes, evidence.n_days) == (4, 3)
    assert (evidence.first_quote_date, evidence.last_quote_date) == (date(2025, 7, 1), date(2026, 6, 20))
    assert evidence.stale_days == 10
    assert (evidence.n_gaps, evidence.longest_gap_days) == (2, 292)
    # type 7 on 6000, 6400, 6600, 7000: p10 = 6000 + 0.3 * 400, p50 = 6500, p90 = 6600 + 0.7 * 400
    assert evidence.prices_fen_per_t == (6120, 6500, 6880)


def test_order_of_the_series_does_not_matter_but_its_content_does() -> None:
    as_of = date(2026, 6, 30)
    series = [_quote(as_of - timedelta(days=n), 6000 + n) for n in range(5)]
    digest = summarise_prices(series, as_of).inputs_sha256
    assert summarise_prices(series[::-1], as_of).inputs_sha256 == digest
    assert summarise_prices([*series[:-1], _quote(as_of, 6100)], as_of).inputs_sha256 != digest


def test_few_quotes_and_prices_of_nothing_are_refused() -> None:
    as_of = date(2026, 6, 30)
    with pytest.raises(RuleViolation) as caught:
        summarise_prices([_quote(as_of, 6000)] * 2, as_of)
    assert caught.value.rule == "valuation-too-few-quotes"
    assert caught.value.params["n_quotes"] == 2
    with pytest.raises(RuleViolation, match="valuation-price-not-positive"):
        summarise_prices([_quote(as_of, 6000), _quote(as_of, 0), _quote(as_of, 1)], as_of)


def test_a_window_out_of_order_is_refused() -> None:
    with pytest.raises(RuleViolation, match="valuation-parameter"):
        PriceWindow(quantiles_frac=(Decimal("0.9"), Decimal("0.5"), Decimal("0.1")))
    with pytest.raises(RuleViolation, match="valuation-parameter"):
        PriceWindow(window_days=0)


def test_one_simulated_quote_marks_the_evidence() -> None:
    as_of = date(2026, 6, 30)
    made = PriceQuote("甲", as_of, 6000, "0" * 64, simulated=True)
    assert summarise_prices([_quote(as_of, 1), _quote(as_of, 2), made], as_of).simulated
    assert not summarise_prices([_quote(as_of, n) for n in (1, 2, 3)], as_of).simulated


def test_a_stated_price_rests_on_no_quote_and_says_so() -> None:
    stated = stated_prices(date(2026, 6, 30), (5000, 7000, 9000), "an assumption")
    assert stated.n_quotes == 0
    assert stated.basis == "stated: an assumption"
    assert stated.prices_fen_per_t == (5000, 7000, 9000)
    for prices, source, rule in (
        ((7000, 5000, 9000), "x", "valuation-range"),
        ((0, 5000, 9000), "x", "valuation-parameter"),
        ((5000, 7000, 9000), " ", "valuation-parameter"),
    ):
        with pytest.raises(RuleViolation, match=rule):
            stated_prices(date(2026, 6, 30), prices, source)


@pytest.mark.parametrize(
    ("previous_close_fen", "band", "expected"),
    # methodology 5.1: 63.37 gives 57.03 to 69.71; 70.00 gives 63.00 to 77.00, and 49.00 to 91.00 at 30 %
    [
        (6337, "0.10", (5703, 6971)),
        (7000, "0.10", (6300, 7700)),
        (7000, "0.30", (4900, 9100)),
        (5, "0.10", (5, 6)),  # 4.5 and 5.5 fen: half up at both ends
        (1, "1.00", (1, 2)),  # never under one tick
    ],
)
def test_price_band(previous_close_fen: int, band: str, expected: tuple[int, int]) -> None:
    assert price_band_fen(previous_close_fen, Decimal(band)) == expected


def test_price_band_keeps_to_the_tick() -> None:
    # 63.37 in steps of 0.05: 57.033 -> 57.05, 69.707 -> 69.70
    assert price_band_fen(6337, Decimal("0.10"), tick_fen=5) == (5705, 6970)


@given(close=st.integers(1, 10**7), band=st.decimals(0, 1, places=4), tick=st.integers(1, 100))
def test_price_band_is_ordered_and_on_the_tick(close: int, band: Decimal, tick: int) -> None:
    low, high = price_band_fen(close, band, tick)
    assert low % tick == 0 == high % tick
    assert tick <= low
    assert low <= high


@pytest.mark.realdata
def test_real_series_of_new_zealand_units(real_data: Path) -> None:
    # nzu_price/spotprices.csv: irregular days and real gaps; the window July 2025 to June 2026 has 192 quotes
    # from 33.20 to 58.02, median 50.00, longest wait 17 days
    with (real_data / "nzu_price" / "spotprices.csv").open(encoding="utf-8", newline="") as file:
        quotes = [
            PriceQuote(
                "NZU spot", date.fromisoformat(row["date"]), int(Decimal(row["price"]) * 100), "0" * 64
            )
            for row in csv.DictReader(file)
        ]
    evidence = summarise_prices(quotes, date(2026, 6, 30), PriceWindow(currency="NZD", gap_days=7))
    assert evidence.n_quotes == 192
    assert (evidence.first_quote_date, evidence.last_quote_date) == (date(2025, 7, 3), date(2026, 6, 29))
    assert (evidence.longest_gap_days, evidence.n_gaps) == (17, 2)
    assert evidence.base_fen_per_t == 5000
    window = [q.price_fen_per_t for q in quotes if date(2025, 7, 1) <= q.quote_date <= date(2026, 6, 30)]
    ninths = quantiles(window, n=10, method="inclusive")  # the standard library's own type 7
    assert evidence.low_fen_per_t == pytest.approx(ninths[0], abs=0.5)
    assert evidence.high_fen_per_t == pytest.approx(ninths[-1], abs=0.5)
    # over a summer stop of the market the series has a gap of 34 days
    january = summarise_prices(quotes, date(2025, 1, 31), PriceWindow(window_days=60, currency="NZD"))
    assert (january.longest_gap_days, january.n_gaps) == (34, 1)
