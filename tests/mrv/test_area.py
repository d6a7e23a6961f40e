from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.area import estimate_area, estimate_area_from_matrix
from mrv.errors import EstimationError

CLASSES = ["loss", "forest", "other"]
counts = st.lists(st.integers(0, 30), min_size=9, max_size=9)


@given(counts)
def test_areas_add_up_to_the_map(cells: list[int]) -> None:
    matrix = np.array(cells).reshape(3, 3) + np.diag([2, 2, 2])
    found = estimate_area_from_matrix(matrix, CLASSES, [100.0, 500.0, 400.0])
    assert sum(item.value for item in found.area) == pytest.approx(1000.0)
    for item in (*found.area, *found.users_accuracy, *found.producers_accuracy, found.overall_accuracy):
        assert item.variance >= 0
        assert item.value >= 0


def test_points_and_matrix_are_the_same() -> None:
    mapped = ["loss"] * 3 + ["forest"] * 4 + ["other"] * 3
    true = ["loss", "forest", "loss", "forest", "forest", "other", "forest", "other", "other", "forest"]
    one = estimate_area(mapped, true, CLASSES, [10.0, 50.0, 40.0])
    two = estimate_area_from_matrix([[2, 1, 0], [0, 3, 1], [0, 1, 2]], CLASSES, [10.0, 50.0, 40.0])
    assert one.area == two.area
    assert one.overall_accuracy == two.overall_accuracy


def test_a_perfect_map_has_no_error() -> None:
    found = estimate_area_from_matrix(np.diag([5, 9, 7]), CLASSES, [10.0, 50.0, 40.0])
    assert [item.value for item in found.area] == pytest.approx([10.0, 50.0, 40.0])
    assert all(item.variance == pytest.approx(0.0, abs=1e-9) for item in found.area)


def test_a_class_that_is_nowhere() -> None:
    found = estimate_area_from_matrix([[5, 0, 1], [0, 0, 0], [1, 0, 9]], CLASSES, [10.0, 0.0, 40.0])
    assert found.area[1].value == 0.0
    assert found.producers_accuracy[1].value == 0.0


def test_refusals() -> None:
    with pytest.raises(EstimationError, match="reference-class-unknown: point=1"):
        estimate_area(["loss", "water"], ["loss", "loss"], CLASSES, [1.0, 1.0, 1.0])
    with pytest.raises(EstimationError, match="class-points-too-few: map_class=forest; n_points=1"):
        estimate_area_from_matrix([[5, 0, 0], [0, 1, 0], [0, 0, 5]], CLASSES, [1.0, 1.0, 1.0])
    with pytest.raises(EstimationError, match="sample-lengths-differ"):
        estimate_area_from_matrix([[5, 0], [0, 5]], CLASSES, [1.0, 1.0])


def test_few_points_in_a_class_are_told() -> None:
    enough = estimate_area_from_matrix(np.diag([20, 25, 30]), CLASSES, [10.0, 50.0, 40.0])
    few = estimate_area_from_matrix(np.diag([19, 25, 30]), CLASSES, [10.0, 50.0, 40.0])
    assert [area.warnings for area in enough.area] == [()] * 3
    assert [area.warnings for area in few.area] == [("class-few-points",)] * 3


@given(counts)
def test_intervals_hold_their_estimates(cells: list[int]) -> None:
    matrix = np.array(cells).reshape(3, 3) + np.diag([2, 2, 2])
    found = estimate_area_from_matrix(matrix, CLASSES, [100.0, 500.0, 400.0])
    for i in range(3):
        for interval, estimate in (
            (found.area_interval(i), found.area[i]),
            (found.users_interval(i), found.users_accuracy[i]),
            (found.producers_interval(i), found.producers_accuracy[i]),
        ):
            low, high = interval
            assert low - 1e-9 <= estimate.value <= high + 1e-9
            assert low < high
    low, high = found.overall_interval()
    assert low - 1e-12 <= found.overall_accuracy.value <= high + 1e-12


def test_a_perfect_sample_does_not_prove_a_perfect_map() -> None:
    found = estimate_area_from_matrix(np.diag([20, 20, 20]), CLASSES, [10.0, 500.0, 400.0])
    assert found.area[0].half_width() == pytest.approx(0.0, abs=1e-9)
    low, high = found.area_interval(0)
    assert low < 10.0
    assert high > 40.0
    assert found.overall_interval()[0] < 0.95
