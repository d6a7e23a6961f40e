from __future__ import annotations

import numpy as np
import pytest

from mrv.design_factors import check_units, not_measured, strata_of_unit, unit_factors, with_lenders
from mrv.errors import EstimationError
from mrv.strata import EstimationUnit

UNIT = EstimationUnit("u", 100.0, {"a": 60.0, "b": 40.0})


def test_post_stratified_factors_by_hand() -> None:
    found = unit_factors("post_stratified", UNIT, 3, np.array([0.6, 0.4]), np.array([3.0, 2.0]))
    expansion, spread, unit, share, between = found
    assert expansion.tolist() == [60.0, 40.0]
    # A2 (W / n + (1 - W) / n2), n the plots of the whole unit
    assert spread.tolist() == pytest.approx([1e4 * (0.6 / 5 + 0.4 / 25), 1e4 * (0.4 / 5 + 0.6 / 25)])
    assert (unit.tolist(), share.tolist(), between.tolist()) == ([3, 3], [0.6, 0.4], [0, 0])


def test_double_sampled_factors_by_hand() -> None:
    found = unit_factors("double_sampled", UNIT, 0, np.array([0.6, 0.4]), np.array([3.0, 2.0]))
    assert found[1].tolist() == pytest.approx([1e4 * 59 / 99 * 0.6 / 3, 1e4 * 39 / 99 * 0.4 / 2])
    assert found[4].tolist() == pytest.approx([1e4 * 0.6 / 99, 1e4 * 0.4 / 99])


def test_a_collapsed_pair_is_a_further_group_of_the_same_plots() -> None:
    rows, group = with_lenders(np.array([0, 1, 0, 2]), [(1, 0)])
    assert rows.tolist() == [0, 1, 2, 3, 0, 1, 2]
    assert group.tolist() == [0, 1, 0, 2, 3, 3, 3]


def test_the_share_not_measured() -> None:
    assert not_measured({"a": 3, "b": 5}, {"b": 10.0}).tolist() == [1.0, 0.5]
    with pytest.raises(EstimationError, match="stratum-plots-too-many: stratum=b; n_plots=5; whole=4"):
        not_measured({"b": 5}, {"b": 4.0})


def test_strata_of_a_unit_are_refused_or_merged() -> None:
    names = {"a": 3, "b": 1}
    with pytest.raises(EstimationError, match="stratum-single-plot: stratum=b"):
        strata_of_unit(UNIT, names, "refuse")
    strata, codes, shares, merged = strata_of_unit(UNIT, names, "collapse")
    assert (strata, codes.tolist(), shares.tolist()) == (["a+b"], [0, 0], [1.0])
    assert [(c.stratum, c.into) for c in merged] == [("b", "a")]
    with pytest.raises(EstimationError, match="stratum-without-weight: stratum=c"):
        strata_of_unit(UNIT, {"a": 2, "c": 2}, "collapse")


def test_a_unit_must_be_listed() -> None:
    with pytest.raises(EstimationError, match="unit-unknown: unit=v"):
        check_units(np.array(["u", "v"]), [UNIT])
