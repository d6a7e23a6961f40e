"""Growth curves: worked numbers, identities, and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.growth_curves import Chapman, GrowthCurve, Richards, Schumacher

levels = st.floats(1.0, 500.0)
rates = st.floats(0.01, 0.3)
shapes = st.floats(0.5, 6.0)
ages = st.floats(0.5, 120.0)
curves = st.one_of(
    st.builds(Richards, levels, rates, shapes),
    st.builds(Schumacher, st.floats(0.5, 6.0), st.floats(0.5, 60.0)),
    st.builds(Chapman, levels, rates, st.floats(0.05, 0.9)),
)


@given(curves, ages, ages)
def test_a_curve_rises_and_its_increment_is_the_difference(
    curve: GrowthCurve, one: float, two: float
) -> None:
    first, second = sorted((one, two))
    increment = float(curve.increment(first, second))
    assert increment >= 0
    assert increment == pytest.approx(float(curve.value(second)) - float(curve.value(first)))


@given(curves, ages, ages, ages)
def test_projection_goes_the_way_in_one_or_two_steps(
    curve: GrowthCurve, one: float, two: float, three: float
) -> None:
    straight = float(curve.projected(10.0, one, three))
    by_way = float(curve.projected(curve.projected(10.0, one, two), two, three))
    assert by_way == pytest.approx(straight, rel=1e-9)


@given(curves, ages, st.floats(1.0, 100.0))
def test_projection_of_a_stand_on_the_curve_stays_on_it(curve: GrowthCurve, age: float, years: float) -> None:
    on = float(curve.value(age))
    assert float(curve.projected(on, age, age + years)) == pytest.approx(
        float(curve.value(age + years)), rel=1e-9
    )


@given(curves, ages)
def test_the_slope_is_the_limit_of_the_increment(curve: GrowthCurve, age: float) -> None:
    step = 1e-5 * age
    central = float(curve.increment(age - step, age + step)) / (2 * step)
    assert float(curve.slope(age)) == pytest.approx(central, rel=1e-4, abs=1e-7)


@given(levels, rates, st.floats(0.05, 0.9), ages)
def test_chapman_is_richards_by_other_parameters(A: float, k: float, m: float, age: float) -> None:
    chapman, richards = Chapman(A, k, m), Richards(A, k, 1 / (1 - m))
    assert float(chapman.value(age)) == float(richards.value(age))
    # dy/dt = eta y^m - gamma y must be the derivative of the closed form; its two terms cancel when y nears A
    scale = chapman.gamma * float(chapman.value(age))
    assert float(chapman.slope(age)) == pytest.approx(float(richards.slope(age)), rel=1e-6, abs=1e-9 * scale)
    assert (chapman.eta / chapman.gamma) ** (1 / (1 - m)) == pytest.approx(A)


def test_the_fastest_growth_is_at_the_inflection() -> None:
    for curve in (Richards(220.0, 0.09, 2.1), Schumacher(5.6, 12.0), Chapman(220.0, 0.09, 0.5)):
        at = curve.inflection_year
        around = [float(curve.slope(at + d)) for d in (-0.5, 0.0, 0.5)]
        assert around[1] == max(around)
    assert Richards(220.0, 0.09, 0.9).inflection_year == 0.0


def test_the_curve_begins_at_the_origin() -> None:
    for curve in (Richards(220.0, 0.09, 2.1), Schumacher(5.6, 12.0), Chapman(220.0, 0.09, 0.5)):
        assert float(curve.value(0.0)) == 0.0
        assert len(curve.parameters) in {2, 3}


def test_arrays_keep_their_shape() -> None:
    assert Richards(220.0, 0.09, 2.1).value(np.ones((2, 3))).shape == (2, 3)
    assert Schumacher(5.6, 12.0).projected([1.0, 2.0], 5.0, 10.0).shape == (2,)


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: Richards(-1.0, 0.1, 2.0), "growth-parameter-invalid"),
        (lambda: Richards(1.0, math.nan, 2.0), "growth-parameter-invalid"),
        (lambda: Schumacher(1.0, 0.0), "growth-parameter-invalid"),
        (lambda: Schumacher(math.inf, 1.0), "growth-parameter-invalid"),
        (lambda: Chapman(1.0, 0.1, 1.0), "growth-parameter-invalid"),
        (lambda: Richards(1.0, 0.1, 2.0).value(-1.0), "growth-age-invalid"),
        (lambda: Richards(1.0, 0.1, 2.0).ratio(0.0, 5.0), "growth-age-invalid"),
        (lambda: Schumacher(1.0, 0.1).value(math.nan), "growth-age-invalid"),
    ],
)
def test_what_no_curve_takes(make: object, rule: str) -> None:
    assert callable(make)
    with pytest.raises(EstimationError) as refused:
        make()
    assert refused.value.rule == rule
