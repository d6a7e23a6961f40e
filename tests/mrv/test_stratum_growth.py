from __future__ import annotations

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.growth_curves import Richards
from mrv.stratum_growth import reasons, stratum_growth


def test_a_plot_that_was_emptied_does_not_count_as_growth() -> None:
    found = stratum_growth(
        ["1", "2", "3"], ["a"] * 3, [10.0, 20.0, 0.0], [15.0, 0.0, 5.0], [np.nan] * 3, (2020, 2025)
    )
    assert found["a"].net_tc_per_ha_year == pytest.approx(1.0)
    assert found["a"].n_plots == 2
    assert reasons(found) == {"a": "growth-ages-unknown"}


def test_a_curve_is_fitted_where_the_ages_tell_one() -> None:
    true = Richards(90.0, 0.08, 2.0)
    age = np.linspace(8, 50, 40)
    noise = np.random.default_rng(1).normal(0, 0.5, 40)
    first, second = true.value(age - 5), true.value(age) + noise
    ids = [f"{i:02d}" for i in range(40)]
    found = stratum_growth(ids, ["a"] * 40, first, second, age, (2020, 2025))["a"]
    assert found.curve is not None
    assert found.reason == ""
    assert float(found.curve.increment(20.0, 21.0)) == pytest.approx(
        float(true.increment(20.0, 21.0)), rel=0.1
    )
    assert found.age_range_year == (3.0, 50.0)


def test_plots_that_do_not_tell_a_curve_fall_back_and_say_why() -> None:
    found = stratum_growth(["1", "2"], ["a"] * 2, [10.0, 12.0], [14.0, 15.0], [20.0, 30.0], (2020, 2025))["a"]
    assert (found.curve, found.reason) == (None, "growth-too-few")


def test_campaigns_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(EstimationError, match="campaigns-reversed"):
        stratum_growth(["1"], ["a"], [1.0], [2.0], [9.0], (2025, 2020))
