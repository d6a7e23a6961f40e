"""Harvested wood decays by halves, and nothing is lost on the way."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.pools.harvested_wood import decay_rate_per_year, product_series, products_change_tco2e
from mrv.units import CO2_PER_C

inflows = st.dictionaries(st.integers(2000, 2040), st.floats(0.0, 1e6), max_size=20)
lives = st.floats(0.5, 100.0)


def test_half_is_left_after_a_half_life() -> None:
    series = product_series({}, 35.0, 2034, initial_tc=100.0, first_year=2000)
    assert series[-1].stock_tc == pytest.approx(50.0)
    assert decay_rate_per_year(35.0) == pytest.approx(math.log(2) / 35)


def test_a_constant_inflow_comes_to_rest_at_inflow_over_k() -> None:
    """The stock at which decay equals the inflow is I / k (IPCC 2006, volume 4, eq. 12.1)."""
    series = product_series(dict.fromkeys(range(2000, 2400), 10.0), 25.0, 2399)
    assert series[-1].stock_tc == pytest.approx(10.0 / decay_rate_per_year(25.0), rel=1e-4)


@given(inflows, lives, st.floats(0.0, 1e6))
def test_what_came_in_is_in_use_or_emitted(inflow: dict[int, float], life: float, initial: float) -> None:
    series = product_series(inflow, life, 2040, initial_tc=initial, first_year=2000)
    arrived, emitted = initial, 0.0
    for row in series:
        arrived += inflow.get(row.year, 0.0)
        emitted += row.emitted_tc
        assert row.stock_tc >= 0
        assert row.emitted_tc >= -1e-6
        assert row.stock_tc + emitted == pytest.approx(arrived, rel=1e-9, abs=1e-6)


@given(inflows, lives, st.integers(2001, 2020), st.integers(0, 20))
def test_changes_of_periods_add_up(inflow: dict[int, float], life: float, middle: int, more: int) -> None:
    whole = products_change_tco2e(inflow, life, 2000, middle + more)
    parts = products_change_tco2e(inflow, life, 2000, middle - 1)
    parts += products_change_tco2e(inflow, life, middle, middle + more)
    assert parts == pytest.approx(whole, rel=1e-9, abs=1e-5)


def test_later_harvests_do_not_count_yet_and_earlier_ones_decay() -> None:
    assert products_change_tco2e({2030: 100.0}, 35.0, 2021, 2025) == 0.0
    kept = math.exp(-decay_rate_per_year(35.0))
    start = product_series({2010: 100.0}, 35.0, 2020)[-1].stock_tc
    assert products_change_tco2e({2010: 100.0}, 35.0, 2021, 2021) == pytest.approx(
        CO2_PER_C * start * (kept - 1)
    )


def test_what_is_refused() -> None:
    for ask in (
        lambda: product_series({2020: -1.0}, 35.0, 2025),
        lambda: product_series({2020: 1.0}, 0.0, 2025),
        lambda: product_series({2020: 1.0}, 35.0, 2019),
        lambda: product_series({2019: 1.0}, 35.0, 2025, first_year=2020),
        lambda: products_change_tco2e({}, 35.0, 2025, 2021),
    ):
        with pytest.raises(EstimationError):
            ask()
