from __future__ import annotations

import math

import pytest

from mrv.area import estimate_area_from_matrix
from mrv.combined_area import combined_area
from mrv.errors import EstimationError

# Olofsson and others 2014, table 8: deforestation, gain, stable forest, stable non-forest; 30 m cells
CLASSES = ("loss", "gain", "forest", "other")
ACCURACY = estimate_area_from_matrix(
    [[66, 0, 5, 4], [0, 55, 8, 12], [1, 0, 153, 11], [2, 1, 9, 313]],
    CLASSES,
    [200_000 * 0.09, 150_000 * 0.09, 3_200_000 * 0.09, 6_450_000 * 0.09],
)


def test_one_class_is_its_own_area() -> None:
    alone = combined_area(ACCURACY, ["forest"])
    assert alone.value == pytest.approx(285_769.93, abs=0.01)
    assert 1.96 * alone.standard_error == pytest.approx(15_509.84, abs=1)


def test_the_sum_is_the_sum_but_the_errors_do_not_add_as_if_independent() -> None:
    together = combined_area(ACCURACY, ["gain", "forest"])
    gain, forest = ACCURACY.area[1], ACCURACY.area[2]
    assert together.value == pytest.approx(gain.value + forest.value, rel=1e-12)
    independent = math.hypot(gain.standard_error, forest.standard_error)
    assert together.standard_error != pytest.approx(independent, rel=1e-3)
    # what is not in it is the rest of the map, with the same error
    rest = combined_area(ACCURACY, ["loss", "other"])
    assert rest.standard_error == pytest.approx(together.standard_error, rel=1e-12)


def test_all_classes_are_the_whole_map_without_error() -> None:
    whole = combined_area(ACCURACY, CLASSES)
    assert whole.value == pytest.approx(900_000.0)
    assert whole.variance == 0


def test_an_unknown_class_is_refused() -> None:
    with pytest.raises(EstimationError, match="area-class-unknown: classes=marsh"):
        combined_area(ACCURACY, ["forest", "marsh"])
