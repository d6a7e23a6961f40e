from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.parcel_calibration import calibrate_parcels
from mrv.parcel_residual import ResidualVariance
from mrv.sampling import Estimate

NAN = float("nan")


def plots(value: float, se: float = 0.0, df: float = 9) -> Estimate:
    return Estimate(value, se**2, df, "t C", 10, "stratified")


RESIDUAL = ResidualVariance(0.04, 0.25, 0.1, 0.02, 50.0, 60, 12, floored=False)


@given(
    model=st.lists(st.floats(0, 1e6) | st.just(NAN), min_size=1, max_size=30),
    areas=st.lists(st.floats(0.01, 500), min_size=30, max_size=30),
    total=st.floats(0, 1e7),
    strata=st.lists(st.sampled_from(["a", "b"]), min_size=30, max_size=30),
)
def test_parcels_of_a_stratum_add_up_to_its_plot_estimate(
    model: list[float], areas: list[float], total: float, strata: list[str]
) -> None:
    size = len(model)
    names = np.array(strata[:size])
    totals = {"a": plots(total, 1.0), "b": plots(2 * total, 1.0)}
    found = calibrate_parcels(model, areas[:size], names, totals, RESIDUAL)
    for name in np.unique(names):
        summed = math.fsum(found.carbon_tc[names == name])
        assert summed == pytest.approx(totals[name].value, rel=1e-12, abs=1e-9)
    assert (found.standard_error_tc >= 0).all()
    assert math.fsum(item.calibrated_tc for item in found.strata) == pytest.approx(
        math.fsum(found.carbon_tc), rel=1e-12, abs=1e-9
    )


def test_the_error_is_that_of_the_ratio_and_of_the_parcel() -> None:
    """x = 20, 40 t C on 1, 2 ha; T = 90 +- 9; mean density 30, so k m = 30 in both."""
    found = calibrate_parcels([20.0, 40.0], [1.0, 2.0], ["a", "a"], {"a": plots(90.0, 9.0)}, RESIDUAL)
    assert found.carbon_tc.tolist() == [30.0, 60.0]
    # ratio: 20 / 60 * 9 = 3, 40 / 60 * 9 = 6; parcel: A k m tau = 30 * .2 = 6, 60 * .2 = 12
    assert found.standard_error_tc == pytest.approx([math.hypot(3, 6), math.hypot(6, 12)])
    assert found.df[0] == pytest.approx(45**2 / (81 / 9 + 36**2 / 50))
    (stratum,) = found.strata
    assert (stratum.model_tc, stratum.calibrated_tc, stratum.factor) == (60.0, 90.0, 1.5)
    assert found.model_based


def test_a_parcel_without_a_model_takes_the_mean_of_its_stratum_and_is_told() -> None:
    found = calibrate_parcels(
        [NAN, 30.0, 10.0], [1.0, 2.0, 1.0], ["a"] * 3, {"a": plots(100.0, 10.0)}, RESIDUAL
    )
    assert found.carbon_tc == pytest.approx([25.0, 56.25, 18.75])
    assert found.basis.tolist() == ["stratum_mean", "calibrated", "calibrated"]
    # about the mean parcels lie further: sqrt(.25) of 25 t C, with the share 1/4 of 10
    assert found.standard_error_tc[0] == pytest.approx(math.hypot(2.5, 12.5))
    assert [note.rule for note in found.notes] == ["parcels-by-stratum-mean"]
    assert found.notes[0].params == {"stratum": "a", "count": 1}


def test_a_stratum_whose_model_is_all_zero_is_shared_by_area() -> None:
    """Bamboo whose register has neither stems nor diameters."""
    found = calibrate_parcels([0.0, 0.0], [1.0, 3.0], ["m", "m"], {"m": plots(40.0, 4.0)}, RESIDUAL)
    assert found.carbon_tc.tolist() == [10.0, 30.0]
    assert set(found.basis) == {"stratum_mean"}
    assert math.isnan(found.strata[0].factor)


def test_a_stratum_without_plots_keeps_the_register_and_has_no_error() -> None:
    found = calibrate_parcels([5.0, 7.0], [1.0, 1.0], ["a", "b"], {"a": plots(6.0, 1.0)}, RESIDUAL)
    assert found.carbon_tc.tolist() == [6.0, 7.0]
    assert math.isnan(found.standard_error_tc[1])
    assert found.basis.tolist() == ["calibrated", "uncalibrated"]
    assert [note.rule for note in found.notes] == ["parcels-stratum-without-plots"]


def test_land_without_a_stratum_is_left_alone_and_told_where_it_carries_trees() -> None:
    found = calibrate_parcels([0.0, 8.0], [1.0, 1.0], ["", ""], {}, None)
    assert found.carbon_tc.tolist() == [0.0, 8.0]
    assert found.basis.tolist() == ["none", "uncalibrated"]
    assert [note.rule for note in found.notes] == ["parcels-outside-strata"]


@pytest.mark.parametrize(
    ("total", "rule"), [(300.0, "parcels-factor-far"), (0.0, "parcels-stratum-all-zero")]
)
def test_register_and_plots_far_apart_are_told(total: float, rule: str) -> None:
    estimate = plots(total, 1.0 if total else 0.0)
    found = calibrate_parcels([50.0, 50.0], [1.0, 1.0], ["a", "a"], {"a": estimate}, RESIDUAL)
    assert [note.rule for note in found.notes] == [rule]


def test_without_a_residual_only_the_ratio_counts_and_this_is_told() -> None:
    found = calibrate_parcels([10.0], [1.0], ["a"], {"a": plots(10.0, 2.0)})
    assert found.standard_error_tc.tolist() == [2.0]
    assert [note.rule for note in found.notes] == ["parcels-without-residual"]


def test_columns_of_different_length_and_negative_values_are_refused() -> None:
    with pytest.raises(EstimationError, match="parcel-columns-length"):
        calibrate_parcels([1.0, 2.0], [1.0], ["a"], {})
    with pytest.raises(EstimationError, match="parcel-value-negative"):
        calibrate_parcels([-1.0], [1.0], ["a"], {})
    with pytest.raises(EstimationError, match="parcel-value-negative"):
        calibrate_parcels([1.0], [0.0], ["a"], {})


def test_the_order_of_parcels_changes_no_value() -> None:
    rng = np.random.default_rng(5)
    model, area = rng.gamma(2, 20, 40), rng.uniform(0.1, 9, 40)
    names = np.array(["a", "b"])[rng.integers(0, 2, 40)]
    totals = {"a": plots(500.0, 20.0), "b": plots(900.0, 50.0)}
    turned = rng.permutation(40)
    one = calibrate_parcels(model, area, names, totals, RESIDUAL)
    two = calibrate_parcels(model[turned], area[turned], names[turned], totals, RESIDUAL)
    assert two.carbon_tc == pytest.approx(one.carbon_tc[turned], rel=1e-13)
    assert two.standard_error_tc == pytest.approx(one.standard_error_tc[turned], rel=1e-13)
