from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.proportions import jeffreys, part_of_sum, weighted_sum

counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.floats(0.5, 0.99))
def test_an_interval_holds_its_share_and_has_a_width(count: tuple[int, int], level: float) -> None:
    x, n = count
    low, high = jeffreys(x, n, level)
    assert 0 <= low <= x / n <= high <= 1
    assert high - low > 0
    other_low, other_high = jeffreys(n - x, n, level)
    assert (1 - other_high, 1 - other_low) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


@pytest.mark.parametrize(("x", "n"), [(1, 7), (3, 7), (19, 20), (40, 60)])
def test_the_limits_hold_the_level_of_the_posterior(x: int, n: int) -> None:
    # Beta(x + 1/2, n - x + 1/2), integrated numerically
    q = (np.arange(200_000) + 0.5) / 200_000
    density = q ** (x - 0.5) * (1 - q) ** (n - x - 0.5)
    low, high = jeffreys(x, n, 0.90)
    mass = [float(density[part].sum() / density.sum()) for part in (q < low, q > high)]
    assert mass == pytest.approx([0.05, 0.05], abs=2e-4)


@given(st.lists(counts, min_size=2, max_size=5), st.integers(0, 4))
def test_sums_and_parts_hold_their_estimate(rows: list[tuple[int, int]], part: int) -> None:
    part = part % len(rows)
    weights = [float(i + 1) for i in range(len(rows))]
    x, n = [row[0] for row in rows], [row[1] for row in rows]
    value = sum(w * a / b for w, a, b in zip(weights, x, n, strict=True))
    low, high = weighted_sum(weights, x, n)
    assert low <= value + 1e-12
    assert value <= high + 1e-12
    low, high = part_of_sum(weights, x, n, part)
    assert -1e-12 <= low <= high <= 1 + 1e-12
    if value > 0:
        share = weights[part] * x[part] / n[part] / value
        assert low - 1e-9 <= share <= high + 1e-9


def test_many_points_give_the_normal_interval() -> None:
    weights, x, n = [0.3, 0.7], [4000, 3000], [10_000, 10_000]
    variance = sum(w**2 * a / b * (1 - a / b) / b for w, a, b in zip(weights, x, n, strict=True))
    low, high = weighted_sum(weights, x, n)
    assert high - low == pytest.approx(2 * 1.644854 * math.sqrt(variance), rel=1e-3)


def test_no_error_among_few_points_still_has_a_width() -> None:
    low, high = weighted_sum([100.0, 900.0], [20, 0], [20, 20])
    assert low < 100 < high
    assert high - low > 50


def test_an_interval_of_a_sum_covers_what_it_says() -> None:
    # 4,000 samples of 50 points in each of two strata: the standard error of the rate is .5 %
    rng = np.random.default_rng(8)
    weights, p = [0.8, 0.2], [0.02, 0.9]
    truth = sum(w * q for w, q in zip(weights, p, strict=True))
    hits = 0
    for _ in range(4000):
        low, high = weighted_sum(weights, rng.binomial(50, p), [50, 50])
        hits += low <= truth <= high
    assert 0.88 <= hits / 4000 <= 0.94


def test_refusals_and_nothing_to_go_by() -> None:
    with pytest.raises(EstimationError, match="level-invalid"):
        jeffreys(1, 2, 1.0)
    assert part_of_sum([1.0, 1.0], [0, 0], [5, 5], 0) == (0.0, 1.0)
