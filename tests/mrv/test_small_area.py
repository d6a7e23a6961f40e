"""Small areas beyond the published numbers of tests/oracles: limits, honesty over the model, refusals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.estimate import Estimate
from mrv.small_area import SmallAreaFit, estimate_area_level, estimate_unit_level, with_pooled_variance

AREAS = [f"T{i:02d}" for i in range(15)]


def draw(rng: np.random.Generator, between: float, within: float, n: int = 6) -> tuple[Any, ...]:
    effect = rng.normal(0, between, 15)
    owner = np.repeat(np.arange(15), n)
    x = rng.normal(50, 15, owner.size)
    y = 5 + 0.8 * x + effect[owner] + rng.normal(0, within, owner.size)
    means = {name: [50.0 + i] for i, name in enumerate(AREAS)}
    truth = {name: 5 + 0.8 * (50.0 + i) + effect[i] for i, name in enumerate(AREAS)}
    return np.array(AREAS)[owner], y, x, means, truth


def fit(sample: tuple[Any, ...]) -> SmallAreaFit:
    owner, y, x, means, _ = sample
    return estimate_unit_level([f"{i:03d}" for i in range(len(y))], owner, y, x, means, unit="t/ha")


def test_over_the_model_the_errors_are_honest() -> None:
    # 300 populations of the model, 4,500 intervals; the mean squared error against what it says
    rng, hits, errors, said = np.random.default_rng(3), 0, [], []
    for _ in range(300):
        sample = draw(rng, 4.0, 8.0)
        for name, estimate in fit(sample).estimates.items():
            low, high = estimate.interval(0.90)
            hits += low <= sample[4][name] <= high
            errors.append((estimate.value - sample[4][name]) ** 2)
            said.append(estimate.variance)
    assert 0.88 <= hits / 4500 <= 0.92
    assert np.mean(said) == pytest.approx(np.mean(errors), rel=0.08)


def test_plots_that_tell_all_leave_nothing_to_the_model() -> None:
    rng = np.random.default_rng(4)
    owner, y, x, means, truth = draw(rng, 20.0, 0.01)
    found = fit((owner, y, x, means, truth))
    for name in AREAS:
        assert found.estimates[name].value == pytest.approx(truth[name], abs=0.05)


def test_areas_that_do_not_differ_are_predicted_by_the_regression() -> None:
    # residuals that cancel in every area: nothing is left for an area effect
    owner = np.repeat(np.arange(15), 4)
    x = np.tile([40.0, 45.0, 55.0, 60.0], 15) + np.repeat(np.arange(15), 4)
    y = 5 + 0.8 * x + np.tile([1.0, -1.0, -1.0, 1.0], 15)
    means = {name: [50.0] for name in AREAS}
    found = fit((np.array(AREAS)[owner], y, x, means, {}))
    assert found.area_variance == 0.0
    assert len({round(e.value, 9) for e in found.estimates.values()}) == 1
    assert all("area-effect-none" in e.warnings for e in found.estimates.values())


def test_an_area_without_plots_is_predicted_and_says_so() -> None:
    owner, y, x, means, truth = draw(np.random.default_rng(5), 4.0, 8.0)
    found = fit((owner, y, x, means | {"T99": [60.0]}, truth))
    far = found.estimates["T99"]
    assert (far.n_plots, "area-synthetic" in far.warnings) == (0, True)
    assert far.value == pytest.approx(float(np.r_[1.0, 60.0] @ found.coefficients))
    assert far.variance > max(found.estimates[name].variance for name in AREAS)


def test_the_order_of_plots_changes_no_bit() -> None:
    owner, y, x, means, _ = draw(np.random.default_rng(6), 4.0, 8.0)
    ids, order = np.array([f"{i:03d}" for i in range(len(y))]), np.random.default_rng(1).permutation(len(y))
    one = estimate_unit_level(ids, owner, y, x, means, unit="t/ha")
    two = estimate_unit_level(ids[order], owner[order], y[order], x[order], means, unit="t/ha")
    assert one.estimates == two.estimates


def direct_of(
    rng: np.random.Generator,
) -> tuple[dict[str, Estimate], dict[str, list[float]], dict[str, float]]:
    psi = rng.uniform(4.0, 30.0, 15)
    truth = {name: 20.0 + i + float(rng.normal(0, 3)) for i, name in enumerate(AREAS)}
    direct = {
        name: Estimate(truth[name] + float(rng.normal(0, math.sqrt(v))), float(v), 9.0, "t/ha", 10, "simple")
        for name, v in zip(AREAS, psi, strict=True)
    }
    return direct, {name: [1.0, float(i)] for i, name in enumerate(AREAS)}, truth


def test_area_level_lies_between_direct_and_regression_and_gains() -> None:
    direct, rows, _ = direct_of(np.random.default_rng(7))
    found = estimate_area_level(direct, rows, unit="t/ha")
    for name in AREAS:
        synthetic = float(np.array(rows[name]) @ found.coefficients)
        low, high = sorted((direct[name].value, synthetic))
        assert low - 1e-9 <= found.estimates[name].value <= high + 1e-9
    assert np.mean([found.estimates[n].variance for n in AREAS]) < np.mean(
        [d.variance for d in direct.values()]
    )


def test_area_level_errors_are_honest_over_the_model() -> None:
    rng, hits = np.random.default_rng(8), 0
    for _ in range(300):
        direct, rows, truth = direct_of(rng)
        for name, estimate in estimate_area_level(direct, rows, unit="t/ha").estimates.items():
            low, high = estimate.interval(0.90)
            hits += low <= truth[name] <= high
    assert 0.87 <= hits / 4500 <= 0.93


def test_an_area_without_direct_estimate_is_predicted() -> None:
    direct, rows, _ = direct_of(np.random.default_rng(9))
    del direct["T03"]
    found = estimate_area_level(direct, rows, unit="t/ha").estimates["T03"]
    assert "area-synthetic" in found.warnings
    assert found.value == pytest.approx(23.0, abs=6.0)


def test_variances_are_pooled_by_their_degrees_of_freedom() -> None:
    direct = {
        "a": Estimate(1.0, 4.0, 4.0, "t", 5, "simple"),
        "b": Estimate(2.0, 1.0, 9.0, "t", 10, "simple"),
    }
    pooled = with_pooled_variance(direct)
    s2 = (4 * 5 * 4 + 1 * 10 * 9) / 13
    assert (pooled["a"].variance, pooled["b"].variance) == pytest.approx((s2 / 5, s2 / 10))


def test_refusals() -> None:
    owner, y, x, means, _ = draw(np.random.default_rng(10), 4.0, 8.0)
    ids = [f"{i:03d}" for i in range(len(y))]
    with pytest.raises(EstimationError, match="area-without-means: area=T14"):
        fit((owner, y, x, {name: means[name] for name in AREAS[:-1]}, {}))
    with pytest.raises(EstimationError, match="small-area-too-few"):
        estimate_unit_level(ids[:3], owner[:3], y[:3], x[:3], means, unit="t/ha")
    with pytest.raises(EstimationError, match="regression-singular"):
        estimate_unit_level(ids, owner, y, np.ones(len(y)), means, unit="t/ha")
    with pytest.raises(EstimationError, match="regression-means-differ"):
        fit((owner, y, x, {name: [1.0, 2.0] for name in AREAS}, {}))
    bad = y.copy()
    bad[4] = np.nan
    with pytest.raises(EstimationError, match="value-not-a-number: plot=004"):
        fit((owner, bad, x, means, {}))
    direct, rows, _ = direct_of(np.random.default_rng(11))
    zero = direct | {"T00": Estimate(1.0, 0.0, 9.0, "t/ha", 10, "simple")}
    with pytest.raises(EstimationError, match="area-variance-zero: area=T00"):
        estimate_area_level(zero, rows, unit="t/ha")
    with pytest.raises(EstimationError, match="area-unit: area=T00"):
        estimate_area_level(direct, rows, unit="t")
    with pytest.raises(EstimationError, match="area-without-means"):
        estimate_area_level(direct, {}, unit="t/ha")
    few = {name: direct[name] for name in AREAS[:3]}
    with pytest.raises(EstimationError, match="small-area-too-few"):
        estimate_area_level(few, rows, unit="t/ha")
    same = {name: [1.0, 1.0] for name in AREAS}
    with pytest.raises(EstimationError, match="regression-singular"):
        estimate_area_level(direct, same, unit="t/ha")
