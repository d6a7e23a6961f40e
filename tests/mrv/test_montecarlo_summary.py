from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.montecarlo.summary import summarise


def normal(n: int, seed: int = 1) -> np.ndarray:
    return 100 + 5 * np.random.default_rng(seed).standard_normal(n)


def test_the_monte_carlo_errors_are_those_seen_over_many_repetitions() -> None:
    repeated = [summarise(normal(4000, seed)) for seed in range(200)]
    for pick in (
        lambda s: s.mean,
        lambda s: s.sd,
        lambda s: s.percentile(0.05),
        lambda s: s.percentile(0.5),
        lambda s: s.half_width_90,
    ):
        figures = [pick(one) for one in repeated]
        seen = np.std([figure.value for figure in figures], ddof=1)
        told = np.median([figure.mc_error for figure in figures])
        assert told == pytest.approx(seen, rel=0.2)


def test_ten_draws_are_told_to_be_too_few_and_many_are_not() -> None:
    assert summarise(normal(10)).warnings == ("draws-insufficient",)
    assert summarise(normal(1000)).warnings == ("draws-insufficient",)
    many = summarise(normal(20_000))
    assert many.converged
    assert many.half_width_90.value == pytest.approx(1.645 * 5, rel=0.03)


def test_draws_that_drift_have_not_settled() -> None:
    drifting = normal(20_000) + np.linspace(0, 2, 20_000)
    assert summarise(drifting).warnings == ("draws-not-settled",)


def test_draws_that_hang_together_have_not_settled() -> None:
    rng = np.random.default_rng(4)
    steps = np.repeat(rng.standard_normal(400), 50)  # 400 values, each fifty times
    found = summarise(steps)
    assert found.batch_ratio > 3
    assert not found.converged


def test_one_value_again_and_again_needs_no_more_draws() -> None:
    found = summarise(np.full(50, 7.0))
    assert (found.mean.value, found.sd.value, found.half_width_90.value) == (7.0, 0.0, 0.0)
    assert found.converged


@pytest.mark.parametrize("draws", [[], [1.0], [1.0, float("nan")], [[1.0, 2.0]]])
def test_what_is_no_set_of_draws_is_refused(draws: list[object]) -> None:
    with pytest.raises(EstimationError, match="draws-unusable"):
        summarise(np.array(draws))


@given(st.floats(-1e6, 1e6), st.floats(0.01, 1e3))
def test_figures_move_and_grow_with_the_draws(shift: float, scale: float) -> None:
    base, moved = summarise(normal(200)), summarise(shift + scale * normal(200))
    assert moved.sd.value == pytest.approx(scale * base.sd.value, rel=1e-6)
    low = shift + scale * base.percentile(0.05).value
    assert moved.percentile(0.05).value == pytest.approx(low, rel=1e-9, abs=1e-6)
