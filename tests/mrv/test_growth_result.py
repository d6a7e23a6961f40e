"""What a fit says of an age, against derivatives by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mrv.growth_curves import Schumacher
from mrv.growth_result import GrowthFit
from mrv.sampling import t_value

COVARIANCE = np.array([[0.01, 0.002], [0.002, 0.09]])
FIT = GrowthFit(
    "schumacher", "difference", Schumacher(5.6, 12.0), ("a", "b"), COVARIANCE, 2.0, 10.0, 28.0, 30, 5.0,
    (4.0, 40.0),
)  # fmt: skip


def test_the_interval_is_that_of_the_delta_method() -> None:
    """For y = exp(a - b/t) the derivatives are y and -y/t."""
    y = math.exp(5.0)
    slope = np.array([y, -y / 20.0])
    variance = float(slope @ COVARIANCE @ slope)
    found = FIT.predict(20.0)
    t = t_value(28.0)
    assert found.value == pytest.approx(y)
    assert found.standard_error == pytest.approx(math.sqrt(variance), rel=1e-6)
    assert found.interval == pytest.approx((y - t * math.sqrt(variance), y + t * math.sqrt(variance)))
    assert found.plot_interval[1] - y == pytest.approx(t * math.sqrt(variance + 100.0), rel=1e-6)


def test_the_ratio_does_not_feel_the_level() -> None:
    found = FIT.gradient("ratio", 10.0, 20.0)
    assert found[0] == pytest.approx(0.0, abs=1e-9)
    assert found[1] == pytest.approx((1 / 10 - 1 / 20) * math.exp(12.0 * (1 / 10 - 1 / 20)), rel=1e-6)


def test_standard_errors_bear_the_names_of_the_parameters() -> None:
    assert dict(FIT.standard_errors) == {"a": 0.1, "b": 0.3}
    assert FIT.rebuilt(np.array([5.0, 10.0])) == Schumacher(5.0, 10.0)
