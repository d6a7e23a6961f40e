"""Estimators: small hand cases, properties, and the coverage of their intervals."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.sampling import (
    Estimate,
    EstimationUnit,
    estimate_independent_change,
    estimate_paired_change,
    estimate_post_stratified,
    estimate_ratio,
    estimate_ratio_to_size,
    estimate_simple,
    estimate_stratified,
    t_value,
    totals_post_stratified,
    totals_stratified,
)

values = st.floats(-1e4, 1e4, allow_nan=False).map(lambda value: round(value, 3))
samples = st.lists(values, min_size=4, max_size=30)


def names(count: int) -> list[str]:
    return [f"P{i:04d}" for i in range(count)]


def halves(count: int) -> list[str]:
    return ["a" if i % 2 else "b" for i in range(count)]


# Small hand cases of post-stratified totals: (areas, weights, plots by unit and stratum, variance)
HAND_CASES = [
    ([4000.0], [{"1": 1.0}], [("u0", "1", [0.8, 1, 0.6, 0.9])], 116_666.6667),
    (
        [3000.0, 3000.0],
        [{"1": 1.0}, {"1": 1.0}],
        [("u0", "1", [0.8, 1, 0.6]), ("u1", "1", [0.5, 0.9])],
        480_000,
    ),
    ([10_000.0], [{"1": 1.0}], [("u0", "1", [10, 20, 30, 40])], 4_166_666_666.67),
    ([10_000.0], [{"1": 0.6, "2": 0.4}], [("u0", "1", [10, 20, 30]), ("u0", "2", [50, 60])], 1_880_000_000),
    (
        [8000.0, 12_000.0],
        [{"1": 1.0}, {"1": 1.0}],
        [("u0", "1", [10, 20, 30]), ("u1", "1", [50, 70])],
        16_533_333_333.33,
    ),
    ([6000.0], [{"1": 0.5, "2": 0.5}], [("u0", "1", [0.8, 1, 0.6]), ("u0", "2", [0.5, 0.9])], 518_400),
]


@pytest.mark.parametrize(("areas", "weights", "plots", "variance"), HAND_CASES)
def test_post_stratified_variance_by_hand(
    areas: list[float],
    weights: list[dict[str, float]],
    plots: list[tuple[str, str, list[float]]],
    variance: float,
) -> None:
    y = [value for _, _, group in plots for value in group]
    unit = [name for name, _, group in plots for _ in group]
    stratum = [name for _, name, group in plots for _ in group]
    units = [EstimationUnit(f"u{i}", area, W) for i, (area, W) in enumerate(zip(areas, weights, strict=True))]
    found = estimate_post_stratified(names(len(y)), y, unit, stratum, units, unit="ha")
    assert found.variance == pytest.approx(variance, rel=1e-6)


def test_the_second_term_of_post_stratification_counts() -> None:
    y = [10.0, 20, 30, 50, 60]
    stratum = ["1", "1", "1", "2", "2"]
    unit = EstimationUnit("u", 10_000.0, {"1": 3.0, "2": 2.0})
    post = estimate_post_stratified(names(5), y, ["u"] * 5, stratum, [unit], unit="m3")
    pre = estimate_stratified(names(5), y, stratum, {"1": 6000.0, "2": 4000.0}, unit="m3")
    assert post.value == pre.value
    assert post.variance > pre.variance


def test_plots_without_forest_stay_in_the_sample() -> None:
    y = [12.0, 8.0, 10.0, 0.0, 0.0]
    kept = estimate_simple(names(5), y, unit="m3/ha")
    dropped = estimate_simple(names(3), y[:3], unit="m3/ha")
    assert (kept.value, kept.n_plots) == (6.0, 5)
    assert dropped.value == 10.0


def test_bootstrap_agrees_with_the_stratified_error() -> None:
    rng = np.random.default_rng(11)
    groups = {"a": rng.normal(60, 12, 40), "b": rng.gamma(2.0, 20.0, 60)}
    area = {"a": 300.0, "b": 700.0}
    y = np.concatenate(list(groups.values()))
    stratum = ["a"] * 40 + ["b"] * 60
    found = estimate_stratified(names(100), y, stratum, area, unit="t")
    draws = [sum(area[h] * rng.choice(g, g.size).mean() for h, g in groups.items()) for _ in range(4000)]
    # resampling uses the divisor n, hence the small factor
    assert float(np.std(draws)) == pytest.approx(found.standard_error, rel=0.05)


@given(samples)
def test_one_stratum_is_simple_random_sampling(y: list[float]) -> None:
    one = estimate_stratified(names(len(y)), y, ["h"] * len(y), {"h": 250.0}, unit="t")
    simple = estimate_simple(names(len(y)), y, unit="t", expansion=250.0)
    assert one.value == pytest.approx(simple.value, rel=1e-12, abs=1e-9)
    assert one.variance == pytest.approx(simple.variance, rel=1e-12, abs=1e-9)
    assert one.df == simple.df


@given(samples, st.randoms(use_true_random=False))
def test_the_order_of_plots_changes_no_bit(y: list[float], random: object) -> None:
    order = list(range(len(y)))
    random.shuffle(order)  # type: ignore[attr-defined]
    ids, strata = names(len(y)), halves(len(y))
    table = np.column_stack([y, np.asarray(y) ** 2])
    area = {"a": 120.0, "b": 80.0}
    first = totals_stratified(ids, table, strata, area)
    again = totals_stratified([ids[i] for i in order], table[order], [strata[i] for i in order], area)
    assert first.total.tobytes() == again.total.tobytes()
    assert first.covariance.tobytes() == again.covariance.tobytes()


@given(samples, st.floats(-50, 50).map(lambda value: round(value, 2)))
def test_estimates_are_linear(y: list[float], factor: float) -> None:
    ids, strata, area = names(len(y)), halves(len(y)), {"a": 3.0, "b": 5.0}
    one = estimate_stratified(ids, y, strata, area, unit="t")
    many = estimate_stratified(ids, np.asarray(y) * factor, strata, area, unit="t")
    assert many.value == pytest.approx(one.value * factor, rel=1e-9, abs=1e-6)
    assert many.variance == pytest.approx(one.variance * factor**2, rel=1e-9, abs=1e-6)
    assert one.variance >= 0


@given(samples)
def test_domains_add_up(y: list[float]) -> None:
    ids, strata, area = names(len(y)), halves(len(y)), {"a": 3.0, "b": 5.0}
    inside = np.array([i % 3 == 0 for i in range(len(y))])
    table = np.column_stack([np.where(inside, y, 0.0), np.where(inside, 0.0, y), y])
    found = totals_stratified(ids, table, strata, area)
    parts = found.combination({0: 1.0, 1: 1.0}, "t")
    whole = found.estimate(2, "t")
    assert parts.value == pytest.approx(whole.value, rel=1e-9, abs=1e-6)
    assert parts.variance == pytest.approx(whole.variance, rel=1e-9, abs=1e-3)


@given(samples)
def test_paired_change_is_the_difference_with_its_covariance(y: list[float]) -> None:
    ids, strata, area = names(len(y)), halves(len(y)), {"a": 3.0, "b": 5.0}
    later = np.asarray(y) * 1.1 + 2.0
    change = estimate_paired_change(ids, y, later, strata, area, unit="t")
    both = totals_stratified(ids, np.column_stack([y, later]), strata, area)
    difference = both.combination({0: -1.0, 1: 1.0}, "t")
    assert change.method == "paired_change"
    assert change.value == pytest.approx(difference.value, rel=1e-9, abs=1e-6)
    assert change.variance == pytest.approx(difference.variance, rel=1e-6, abs=1e-3)


def test_a_change_of_nothing_is_exactly_nothing() -> None:
    y = [3.0, 7.5, 1.25, 9.0]
    change = estimate_paired_change(names(4), y, y, ["h"] * 4, {"h": 9.0}, unit="t C")
    assert (change.value, change.variance) == (0.0, 0.0)


def _coverage(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


@pytest.mark.parametrize("paired", [False, True])
def test_a_90_percent_interval_covers_the_truth_in_90_of_100(paired: bool) -> None:
    # 3,000 samples: two standard errors of the rate are 1.1 %
    rng, hits = np.random.default_rng(20_260_630), []
    mean, sd = {"a": 60.0, "b": 20.0}, {"a": 12.0, "b": 10.0}
    area, n = {"a": 300.0, "b": 700.0}, {"a": 12, "b": 15}
    strata = ["a"] * n["a"] + ["b"] * n["b"]
    ids = names(len(strata))
    growth = 4.0
    for _ in range(3000):
        first = np.concatenate([rng.normal(mean[h], sd[h], n[h]) for h in ("a", "b")])
        if paired:
            later = first + rng.normal(growth, 2.0, first.size)
            found = estimate_paired_change(ids, first, later, strata, area, unit="t")
            truth = growth * 1000.0
        else:
            found = estimate_stratified(ids, first, strata, area, unit="t")
            truth = sum(area[h] * mean[h] for h in area)
        low, high = found.interval(0.90)
        hits.append(low <= truth <= high)
    assert 0.88 <= _coverage(hits) <= 0.92


def test_ratio_to_a_constant_is_a_mean() -> None:
    unit = EstimationUnit("u", 10.0, {"h": 1.0})
    y = [1.0, 2.0, 6.0]
    plots = {"unit_of_plot": ["u"] * 3, "stratum": ["h"] * 3, "units": [unit]}
    ratio = estimate_ratio(names(3), y, [1.0, 1.0, 1.0], **plots, unit="t/ha")  # type: ignore[arg-type]
    mean = estimate_simple(names(3), y, unit="t/ha")
    assert ratio.value == pytest.approx(mean.value)
    assert ratio.variance == pytest.approx(mean.variance)


def test_refusals() -> None:
    unit = EstimationUnit("u", 10.0, {"h": 1.0})
    with pytest.raises(EstimationError, match="unit-unknown: unit=v"):
        totals_post_stratified(["1", "2"], [1.0, 2.0], ["v", "v"], ["h", "h"], [unit])
    other = EstimationUnit("w", 1.0, {"h": 1.0})
    with pytest.raises(EstimationError, match="unit-without-plots: unit=w"):
        totals_post_stratified(["1", "2"], [1.0, 2.0], ["u", "u"], ["h", "h"], [unit, other])
    empty = EstimationUnit("u", 1.0, {"h": 0.0})
    with pytest.raises(EstimationError, match="unit-without-weights"):
        totals_post_stratified(["1", "2"], [1.0, 2.0], ["u", "u"], ["h", "h"], [empty])
    with pytest.raises(EstimationError, match="ratio-denominator-zero"):
        estimate_ratio_to_size(["1", "2"], [1.0, 2.0], [0.0, 0.0], unit="t/ha")
    with pytest.raises(EstimationError, match="ratio-denominator-zero"):
        totals_stratified(["1", "2"], [[1.0, 0.0], [2.0, 0.0]], ["h", "h"], {"h": 1.0}).ratio(0, 1, "1")
    with pytest.raises(EstimationError, match="stratum-single-plot"):
        estimate_simple(["1"], [1.0], unit="t")
    with pytest.raises(EstimationError, match="stratum-single-plot"):
        estimate_ratio_to_size(["1"], [1.0], [1.0], unit="t/ha")


def test_an_estimate_carries_the_digest_of_its_input() -> None:
    one = estimate_stratified(names(4), [1.0, 2.0, 3.0, 5.0], ["h"] * 4, {"h": 9.0}, unit="t")
    again = estimate_stratified(names(4), [1.0, 2.0, 3.0, 5.0], ["h"] * 4, {"h": 9.0}, unit="t")
    other = estimate_stratified(names(4), [1.0, 2.0, 3.0, 5.5], ["h"] * 4, {"h": 9.0}, unit="t")
    assert one.digest == again.digest != other.digest
    assert len(one.digest) == 64


def test_independent_occasions_must_be_in_one_unit() -> None:
    first, second = Estimate(1.0, 1.0, 9, "t", 10, "simple"), Estimate(2.0, 3.0, 9, "m3", 10, "simple")
    with pytest.raises(EstimationError, match="change-units-differ: first=t; second=m3"):
        estimate_independent_change(first, second)
    # by Welch 16 over 1/9 and 9/9
    change = estimate_independent_change(first, replace(second, unit="t"))
    assert (change.variance, change.df, change.n_plots) == (4.0, pytest.approx(16 / (10 / 9)), 20)


def test_an_estimate_refuses_what_is_no_number() -> None:
    with pytest.raises(EstimationError, match="estimate-not-finite"):
        Estimate(math.nan, 1.0, 3, "t", 4, "simple")
    with pytest.raises(EstimationError, match="variance-negative"):
        Estimate(1.0, -1.0, 3, "t", 4, "simple")
    with pytest.raises(EstimationError, match="level-invalid"):
        t_value(3, 1.0)


def test_relative_half_width_at_zero() -> None:
    assert Estimate(0.0, 0.0, 3, "t", 4, "simple").relative_half_width() == 0.0
    assert math.isinf(Estimate(0.0, 1.0, 3, "t", 4, "simple").relative_half_width())


@settings(max_examples=30)
@given(st.integers(1, 200), st.floats(0.5, 0.99))
def test_t_is_wider_than_the_normal(df: int, level: float) -> None:
    assert t_value(df, level) > t_value(math.inf, level)
