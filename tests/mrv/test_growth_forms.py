"""Forms of growth: scales that go there and back, curves by their parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.growth_curves import Chapman, Richards, Schumacher
from mrv.growth_forms import PARAMETER_NAMES, RULES, curve_of, from_free, stated_curve, to_free

parts = st.lists(st.floats(0.01, 0.99), min_size=3, max_size=3)


@given(st.sampled_from(sorted(RULES)), parts)
def test_scales_go_there_and_back(form: str, part: list[float]) -> None:
    rule = RULES[form]
    low, high = np.array(rule.lower), np.array(rule.upper)
    values = low + (high - low) * np.array(part[: low.size])
    back = from_free(to_free(values, rule.scales), rule.scales)
    assert back == pytest.approx(values, rel=1e-9)


@pytest.mark.parametrize("form", sorted(RULES))
def test_a_free_level_of_nothing_is_an_upper_limit_of_one(form: str) -> None:
    rule = RULES[form]
    start = to_free(np.array(rule.starts[0]), rule.scales[1:])
    assert float(curve_of(rule, np.r_[0.0, start]).value(1e9)) == pytest.approx(1.0)
    for begin in rule.starts:
        assert all(a < x < b for a, x, b in zip(rule.lower[1:], begin, rule.upper[1:], strict=True))


def test_a_curve_by_its_parameters() -> None:
    assert stated_curve("richards", [220.0, 0.09, 2.1]) == Richards(220.0, 0.09, 2.1)
    assert stated_curve("schumacher", [5.6, 12.0]) == Schumacher(5.6, 12.0)
    assert stated_curve("chapman", [220.0, 0.09, 0.5]) == Chapman(220.0, 0.09, 0.5)
    assert PARAMETER_NAMES["richards"] == ("A", "k", "c")
    with pytest.raises(EstimationError, match="growth-parameter-count"):
        stated_curve("richards", [220.0, 0.09])
