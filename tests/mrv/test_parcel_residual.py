from __future__ import annotations

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.parcel_residual import estimate_residual
from mrv.sampling import Estimate

TOTAL = {"a": Estimate(100.0, 1.0, 9, "t C", 10, "stratified")}


def test_plots_of_one_parcel_take_the_spread_of_plots_off() -> None:
    """Ten parcels of 1 ha and 10 t C; plots 8, 12 in five of them: z = -.2, .2."""
    density = np.array([8.0, 12.0] * 5)
    found = estimate_residual(
        density, np.repeat(range(5), 2), ["a"] * 10, [10.0] * 10, [1.0] * 10, ["a"] * 10, TOTAL
    )
    assert found is not None
    assert found.within_frac2 == pytest.approx(0.08)
    assert (found.n_plots, found.n_pairs, found.df) == (10, 5, 9.0)
    # sum z^2 / 9 = .4 / 9 < .08: nothing is left, so the standard error stands in its place
    error = np.sqrt(2 * (0.4 / 9) ** 2 / 9 + 2 * 0.08**2 / 5)
    assert found.floored
    assert found.tau2_frac2 == pytest.approx(error)
    assert found.cv_frac == pytest.approx(np.sqrt(error))


def test_without_two_plots_in_a_parcel_nothing_is_taken_off() -> None:
    density = np.array([5.0, 15.0, 5.0, 15.0, 10.0])
    found = estimate_residual(density, range(5), ["a"] * 5, [10.0] * 10, [1.0] * 10, ["a"] * 10, TOTAL)
    assert found is not None
    assert (found.within_frac2, found.n_pairs) == (0.0, 0)
    assert found.tau2_frac2 == pytest.approx(4 * 0.25 / 4)


def test_a_known_spread_of_parcels_is_found() -> None:
    rng = np.random.default_rng(3)
    model = rng.uniform(20, 60, 4000)
    mean = model.mean()
    true = model + 0.2 * np.sqrt(model * mean) * rng.standard_normal(4000)
    at = np.repeat(rng.choice(4000, 2000, replace=False), 2)
    density = true[at] + 0.3 * np.sqrt(model[at] * mean) * rng.standard_normal(at.size)
    totals = {"a": Estimate(float(model.sum()), 1.0, 999, "t C", at.size, "stratified")}
    found = estimate_residual(density, at, ["a"] * at.size, model, np.ones(4000), ["a"] * 4000, totals)
    assert found is not None
    assert found.cv_frac == pytest.approx(0.2, rel=0.06)
    assert found.within_frac2 == pytest.approx(0.09, rel=0.06)
    assert not found.floored


def test_too_few_plots_tell_nothing() -> None:
    assert estimate_residual([9.0, 11.0], [0, 1], ["a", "a"], [10.0] * 2, [1.0] * 2, ["a"] * 2, TOTAL) is None
    assert estimate_residual([9.0], [-1], ["a"], [10.0], [1.0], ["a"], TOTAL) is None
    assert estimate_residual([9.0], [0], ["b"], [10.0], [1.0], ["b"], TOTAL) is None


def test_a_plot_outside_its_stratum_or_without_a_model_is_left_out() -> None:
    density, at = np.full(6, 10.0), [0, 1, 2, 3, 4, 5]
    model, strata = [10.0, 10, 10, 10, 0.0, 10], ["a"] * 5 + ["b"]
    found = estimate_residual(density, at, ["a"] * 6, model, [1.0] * 6, strata, TOTAL)
    assert found is not None
    assert found.n_plots == 4


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(EstimationError, match="sample-lengths-differ"):
        estimate_residual([9.0], [0, 1], ["a"], [10.0], [1.0], ["a"], TOTAL)
