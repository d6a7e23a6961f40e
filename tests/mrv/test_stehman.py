from __future__ import annotations

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.stehman import estimate_area_stratified

IDS = [f"{i:02d}" for i in range(8)]
STRATA = ["n"] * 4 + ["s"] * 4
MAP = ["a", "a", "b", "b", "a", "b", "b", "b"]
TRUE = ["a", "b", "b", "b", "a", "b", "b", "a"]
AREA = {"n": 60.0, "s": 40.0}


def test_areas_and_matrix_add_up() -> None:
    found = estimate_area_stratified(IDS, STRATA, MAP, TRUE, ["a", "b"], AREA)
    assert sum(area.value for area in found.area) == pytest.approx(100.0)
    assert float(found.matrix.sum()) == pytest.approx(1.0)
    # a: one of four in the north, two of four in the south
    assert found.area[0].value == pytest.approx(60 / 4 + 40 / 2)
    assert found.share[0].value == pytest.approx(0.35)
    assert found.matrix[0, 1] == pytest.approx(0.6 / 4)
    assert found.overall_accuracy.value == pytest.approx(1 - 0.6 / 4 - 0.4 / 4)


def test_variance_by_hand() -> None:
    found = estimate_area_stratified(IDS, STRATA, MAP, TRUE, ["a", "b"], AREA)
    s2_n, s2_s = float(np.var([1, 0, 0, 0], ddof=1)), float(np.var([1, 0, 0, 1], ddof=1))
    assert found.area[0].variance == pytest.approx(60**2 * s2_n / 4 + 40**2 * s2_s / 4)


def test_the_order_of_points_changes_no_bit() -> None:
    order = np.random.default_rng(1).permutation(8)
    shuffled = [np.array(column)[order] for column in (IDS, STRATA, MAP, TRUE)]
    one = estimate_area_stratified(IDS, STRATA, MAP, TRUE, ["a", "b"], AREA)
    two = estimate_area_stratified(*shuffled, ["a", "b"], AREA)
    assert one.area == two.area
    assert one.users_accuracy == two.users_accuracy


def test_a_class_that_no_point_has_has_no_accuracy() -> None:
    found = estimate_area_stratified(IDS, STRATA, MAP, TRUE, ["a", "b", "c"], AREA)
    assert (found.users_accuracy[2], found.producers_accuracy[2]) == (None, None)
    assert found.area[2].value == 0.0
    assert "domain-all-zero" in found.area[2].warnings


def test_refusals() -> None:
    with pytest.raises(EstimationError, match="reference-class-unknown: point=1"):
        estimate_area_stratified(IDS, STRATA, MAP, ["a", "x", *TRUE[2:]], ["a", "b"], AREA)
    with pytest.raises(EstimationError, match="stratum-plots-too-many"):
        estimate_area_stratified(IDS, STRATA, MAP, TRUE, ["a", "b"], AREA, stratum_units={"n": 3.0, "s": 9.0})
