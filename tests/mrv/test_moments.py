from __future__ import annotations

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.moments import check_sample, moments_by_stratum, moments_of, weighted_moments


def test_moments_are_those_of_numpy() -> None:
    table = np.random.default_rng(1).normal(size=(50, 3))
    found = moments_of(table)
    assert found.n == 50
    np.testing.assert_allclose(found.mean, table.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.covariance, np.cov(table, rowvar=False), rtol=1e-12)


def test_a_single_plot_has_no_variance() -> None:
    with pytest.raises(EstimationError, match="stratum-single-plot: stratum=b; n_plots=1"):
        moments_by_stratum(["1", "2", "3"], [1.0, 2.0, 3.0], ["a", "a", "b"])


@pytest.mark.parametrize(
    ("ids", "values", "rule"),
    [
        ([], [], "sample-empty"),
        (["1", "1"], [1.0, 2.0], "plot-repeated: plot=1"),
        (["1", "2"], [1.0, float("nan")], "value-not-a-number: plot=2"),
        (["1", "2"], [1.0, float("inf")], "value-not-a-number: plot=2"),
        (["1", "2"], [1.0], "sample-lengths-differ"),
    ],
)
def test_a_sample_that_is_none(ids: list[str], values: list[float], rule: str) -> None:
    with pytest.raises(EstimationError, match=rule):
        check_sample(ids, values)


def test_strata_and_weights_must_fit() -> None:
    moments = moments_by_stratum(["1", "2"], [1.0, 2.0], ["a", "a"])
    with pytest.raises(EstimationError, match="stratum-without-plots: stratum=b"):
        weighted_moments(moments, {"a": 1.0, "b": 2.0})
    with pytest.raises(EstimationError, match="stratum-without-weight: stratum=a"):
        weighted_moments(moments, {})
    with pytest.raises(EstimationError, match="stratum-weight-invalid"):
        weighted_moments(moments, {"a": -1.0})
    with pytest.raises(EstimationError, match="sample-lengths-differ"):
        moments_by_stratum(["1", "2"], [1.0, 2.0], ["a"])


def test_a_stratum_without_area_needs_no_plots() -> None:
    moments = moments_by_stratum(["1", "2"], [1.0, 2.0], ["a", "a"])
    assert [weight for weight, _ in weighted_moments(moments, {"a": 5.0, "b": 0.0})] == [5.0]
