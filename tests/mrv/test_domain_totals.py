from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.domain_totals import DomainTotals
from mrv.population import Population

IDS = [f"P{i:02d}" for i in range(40)]
STRATA = ["ab"[i % 2] for i in range(40)]
values = st.lists(st.floats(-1e4, 1e4).map(lambda value: round(value, 3)), min_size=40, max_size=40)


def totals(table: Any, df: Any = "satterthwaite") -> DomainTotals:
    return Population.stratified(IDS, STRATA, {"a": 30.0, "b": 50.0}).totals(table, df=df)


@given(values, st.floats(-50, 50).map(lambda value: round(value, 2)))
def test_totals_are_linear(y: list[float], factor: float) -> None:
    one = totals(y).estimate(0, "all", "t")
    many = totals(np.asarray(y) * factor).estimate(0, "all", "t")
    assert many.value == pytest.approx(one.value * factor, rel=1e-9, abs=1e-6)
    assert many.variance == pytest.approx(one.variance * factor**2, rel=1e-9, abs=1e-6)


@given(values)
def test_another_unit_changes_nothing_but_the_unit(y: list[float]) -> None:
    tonnes = totals(y).estimate(0, "all", "t")
    kilograms = totals(np.asarray(y) * 1000).estimate(0, "all", "kg")
    assert kilograms.relative_half_width() == pytest.approx(tonnes.relative_half_width(), rel=1e-9, abs=1e-9)
    assert kilograms.df == pytest.approx(tonnes.df, rel=1e-6)


@given(values)
def test_variance_is_never_negative_nor_df_out_of_range(y: list[float]) -> None:
    rng = np.random.default_rng(1)
    found = totals(np.column_stack([y, np.abs(y) + 1, rng.normal(size=40)]))
    smallest = float(np.linalg.eigvalsh(found.covariance).min())
    assert smallest >= -1e-9 * float(np.abs(found.covariance).max())
    for estimate in (found.estimate(0, "all", "t"), found.ratio(0, 1, "all", "1")):
        assert estimate.variance >= 0
        assert 1 - 1e-6 <= estimate.df <= 38 + 1e-6


@given(values)
def test_a_ratio_to_itself_is_one_without_error(y: list[float]) -> None:
    found = totals(np.abs(y) + 1).ratio(0, 0, "all", "1")
    assert (found.value, found.variance) == (1.0, pytest.approx(0.0, abs=1e-18))


def test_a_difference_takes_the_covariance() -> None:
    rng = np.random.default_rng(2)
    first = rng.normal(50, 10, 40)
    second = first + rng.normal(5, 1, 40)
    found = totals(np.column_stack([first, second]))
    change = found.combination({(0, "all"): -1.0, (1, "all"): 1.0}, "t")
    direct = totals(second - first).estimate(0, "all", "t")
    assert (change.value, change.variance) == pytest.approx((direct.value, direct.variance), rel=1e-9)
    assert change.variance < 0.2 * found.estimate(0, "all", "t").variance


def test_the_rule_of_degrees_of_freedom_is_chosen() -> None:
    y = np.where(np.arange(40) % 2 == 0, 0.0, np.arange(40.0))
    assert totals(y, "plots").estimate(0, "all", "t").df == 38
    # stratum a is all zeros: only b has a variance
    assert totals(y).estimate(0, "all", "t").df == pytest.approx(19.0)
    assert totals(np.zeros(40)).estimate(0, "all", "t").df == 38


def test_heavy_tails_take_degrees_of_freedom() -> None:
    # one clear-cut among 40 plots: the variance itself is hardly known
    y = np.full(40, 10.0) + np.arange(40) % 5
    rare = y.copy()
    rare[3] = -90.0
    calm, wild = (totals(values).estimate(0, "all", "t") for values in (y, rare))
    assert calm.df > 30
    assert wild.df < 3


def test_degrees_of_freedom_by_hand() -> None:
    # one group, n = 5, y = 0 0 0 0 10: s2 = 20, sum d2 = 80, sum d4 = 4 x 16 + 4096
    y = [0.0, 0.0, 0.0, 0.0, 10.0]
    found = Population.simple(list("abcde")).totals(y).estimate(0, "all", "t")
    raw = 5 * (4 * 16 + 4096) / 80**2 - 3
    excess = 4 / (3 * 2) * (6 * raw + 6)
    assert found.df == pytest.approx(2 / (2 / 4 + excess / 5), rel=1e-12)


def test_a_mean_is_the_total_over_the_area() -> None:
    found = totals(np.arange(40.0))
    mean, total = found.mean(0, "all", "t/ha"), found.estimate(0, "all", "t")
    assert (mean.value, mean.standard_error) == pytest.approx((total.value / 80, total.standard_error / 80))
