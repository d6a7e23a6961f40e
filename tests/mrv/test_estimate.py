from __future__ import annotations

import math
from dataclasses import replace

import pytest

from mrv.errors import EstimationError
from mrv.estimate import WARNINGS, Estimate, t_value


def test_the_digest_says_where_from_and_is_no_part_of_the_value() -> None:
    one = Estimate(1.0, 2.0, 3.0, "t", 4, "simple")
    other = replace(one, digest="ab")
    assert one == other
    assert other.scaled(2.0, "kg").digest == "ab"


def test_scaling_squares_the_variance() -> None:
    found = Estimate(3.0, 4.0, 9.0, "t C", 10, "simple").scaled(44 / 12, "t CO2e")
    assert (found.value, found.standard_error, found.unit) == (
        pytest.approx(11.0),
        pytest.approx(22 / 3),
        "t CO2e",
    )
    assert found.relative_half_width() == pytest.approx(t_value(9.0) * 2 / 3)


def test_refusals() -> None:
    with pytest.raises(EstimationError, match="estimate-not-finite"):
        Estimate(math.inf, 1.0, 3, "t", 4, "simple")
    with pytest.raises(EstimationError, match="variance-negative"):
        Estimate(1.0, -1e-9, 3, "t", 4, "simple")


def test_warnings_are_a_closed_list_without_repetition() -> None:
    assert len(set(WARNINGS)) == len(WARNINGS)
