from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.population import Population
from mrv.regression import estimate_greg, estimate_two_phase

N = 40
IDS = [f"P{i:02d}" for i in range(N)]
STRATA = ["ab"[i % 2] for i in range(N)]
POPULATION = Population.stratified(IDS, STRATA, {"a": 30.0, "b": 50.0})


def sample(seed: int = 1, noise: float = 5.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.gamma(3.0, 20.0, (N, 2))
    return 10 + x @ [0.8, 0.1] + rng.normal(0, noise, N), x


def test_a_perfect_relation_has_no_error() -> None:
    y, x = sample(noise=0.0)
    found = estimate_greg(POPULATION, y, x, [60.0, 58.0], unit="t")
    assert found.estimate.value == pytest.approx(80 * (10 + 0.8 * 60 + 0.1 * 58), rel=1e-10)
    assert found.estimate.variance == pytest.approx(0.0, abs=1e-12)
    assert found.coefficients == pytest.approx([10.0, 0.8, 0.1], rel=1e-9)


def test_the_weights_reproduce_the_auxiliary_means() -> None:
    # calibration: the g-weighted totals of the auxiliary variables are the population's
    y, x = sample()
    found = estimate_greg(POPULATION, y, x, [60.0, 58.0], unit="t")
    weight = POPULATION.weight_ha * found.g_weights
    assert weight.sum() == pytest.approx(80.0, rel=1e-10)
    assert weight @ x[POPULATION.order] == pytest.approx([80 * 60.0, 80 * 58.0], rel=1e-10)
    assert weight @ y[POPULATION.order] == pytest.approx(found.estimate.value, rel=1e-10)


def test_the_larger_variance_is_reported() -> None:
    y, x = sample()
    for means in ([60.0, 58.0], [110.0, 20.0]):
        found = estimate_greg(POPULATION, y, x, means, unit="t")
        assert found.estimate.variance == max(found.g_variance, found.df_variance)
    # far from the sample's mean the g-weights dominate
    assert found.g_variance > found.df_variance
    assert "regression-extrapolates" in found.estimate.warnings


def test_a_useless_map_costs_little_and_a_good_one_gains() -> None:
    rng = np.random.default_rng(4)
    y, x = sample()
    good = estimate_greg(POPULATION, y, x, x.mean(axis=0), unit="t")
    noise = rng.normal(size=(N, 1))
    useless = estimate_greg(POPULATION, y, noise, [0.0], unit="t")
    assert good.relative_efficiency > 5
    assert 0.9 < useless.relative_efficiency < 1.3
    assert good.estimate.variance < good.direct.variance / 5


@settings(max_examples=25)
@given(st.integers(0, 9999), st.floats(0.01, 100.0), st.floats(-50.0, 50.0))
def test_neither_order_nor_units_of_the_map_matter(seed: int, factor: float, shift: float) -> None:
    y, x = sample(seed)
    order = np.random.default_rng(seed).permutation(N)
    ids, strata = np.array(IDS)[order], np.array(STRATA)[order]
    one = estimate_greg(POPULATION, y, x, [60.0, 58.0], unit="t").estimate
    again = Population.stratified(ids, strata, {"a": 30.0, "b": 50.0})
    two = estimate_greg(again, y[order], x[order], [60.0, 58.0], unit="t").estimate
    assert (one.value, one.variance, one.digest) == (two.value, two.variance, two.digest)
    scaled = estimate_greg(
        POPULATION, y, x * factor + shift, np.array([60.0, 58.0]) * factor + shift, unit="t"
    )
    assert scaled.estimate.value == pytest.approx(one.value, rel=1e-8)
    assert scaled.estimate.variance == pytest.approx(one.variance, rel=1e-6)


def test_few_plots_are_told() -> None:
    population = Population.simple(IDS[:12])
    y, x = sample()
    found = estimate_greg(population, y[:12], x[:12, :1], [60.0], unit="t/ha")
    assert found.estimate.warnings == ("regression-few-plots",)


def test_two_phases_reach_greg_when_the_first_is_the_whole() -> None:
    y, x = sample()
    population = Population.simple(IDS, 80.0)
    whole = estimate_greg(population, y, x, [60.0, 58.0], unit="t")
    dense = estimate_two_phase(population, y, x, [60.0, 58.0], 10**9, unit="t")
    assert dense.estimate.value == pytest.approx(whole.estimate.value, rel=1e-12)
    assert dense.estimate.variance == pytest.approx(whole.estimate.variance, rel=1e-5)
    sparse = estimate_two_phase(population, y, x, [60.0, 58.0], 200, unit="t")
    assert sparse.estimate.variance > dense.estimate.variance
    assert sparse.estimate.method == "two_phase"


def test_refusals() -> None:
    y, x = sample()
    with pytest.raises(EstimationError, match="regression-singular"):
        estimate_greg(POPULATION, y, np.column_stack([x[:, 0], 2 * x[:, 0] + 1]), [60.0, 121.0], unit="t")
    with pytest.raises(EstimationError, match="regression-singular"):
        estimate_greg(POPULATION, y, np.ones(N), [1.0], unit="t")
    with pytest.raises(EstimationError, match="regression-means-differ: columns=2; means=1"):
        estimate_greg(POPULATION, y, x, [60.0], unit="t")
    with pytest.raises(EstimationError, match="regression-means-differ"):
        estimate_two_phase(Population.simple(IDS), y, x, [60.0], 100, unit="t")
    with pytest.raises(EstimationError, match="regression-too-few-plots: n_plots=3; coefficients=3"):
        estimate_greg(Population.simple(IDS[:3]), y[:3], x[:3], [60.0, 58.0], unit="t")
    with pytest.raises(EstimationError, match="two-phase-strata: strata=2"):
        estimate_two_phase(POPULATION, y, x, [60.0, 58.0], 100, unit="t")
    with pytest.raises(EstimationError, match="two-phase-points: points=10"):
        estimate_two_phase(Population.simple(IDS), y, x, [60.0, 58.0], 10, unit="t")
    with pytest.raises(EstimationError, match="sample-lengths-differ"):
        estimate_greg(POPULATION, y, x[:5], [60.0, 58.0], unit="t")
    y[3] = np.nan
    with pytest.raises(EstimationError, match="value-not-a-number: plot=P03"):
        estimate_greg(POPULATION, y, x, [60.0, 58.0], unit="t")
