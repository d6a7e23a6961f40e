from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.sample_size import neyman_allocation, plots_by_formula, required_plots, required_points

W = {"1": 0.3, "2": 0.5, "3": 0.2}
SD = {"1": 25.0, "2": 18.0, "3": 30.0}
spreads = st.lists(st.floats(0.0, 50.0).map(lambda value: round(value, 2)), min_size=2, max_size=4)


def variance(shares: list[float], sd: list[float], n: tuple[int, ...]) -> float:
    return sum((w * s) ** 2 / k for w, s, k in zip(shares, sd, n, strict=True))


@given(spreads, st.integers(0, 9))
def test_no_other_allocation_has_a_smaller_variance(sd: list[float], more: int) -> None:
    shares = [(i + 1.0) / sum(range(1, len(sd) + 1)) for i in range(len(sd))]
    names = [f"h{i}" for i in range(len(sd))]
    n = 2 * len(sd) + more
    given = neyman_allocation(dict(zip(names, shares, strict=True)), dict(zip(names, sd, strict=True)), n)
    assert sum(given.values()) == n
    best = min(
        variance(shares, sd, parts)
        for parts in itertools.product(range(2, n + 1), repeat=len(sd))
        if sum(parts) == n
    )
    assert variance(shares, sd, tuple(given.values())) == pytest.approx(best, rel=1e-9, abs=1e-12)


def test_the_plan_reaches_the_precision_it_was_made_for() -> None:
    for precision in (0.05, 0.08, 0.1, 0.15):
        plan = required_plots(W, SD, 60.0, precision, 1000.0)
        # whole plots cannot be divided as the formula would: half a percent of the target at most
        assert plan.relative_half_width <= precision * 1.005
        assert plan.n == sum(plan.allocation.values())


def test_a_finer_precision_needs_more_plots() -> None:
    counts = [required_plots(W, SD, 60.0, precision, 1000.0).n for precision in (0.2, 0.1, 0.05, 0.02)]
    assert counts == sorted(set(counts))


def test_a_small_area_needs_fewer_plots_than_a_large_one() -> None:
    small, large = (required_plots(W, SD, 60.0, 0.05, area) for area in (20.0, math.inf))
    assert small.n < large.n


def test_two_numbers_that_alternate_give_the_greater() -> None:
    # found by search: the passes end in 10, 9, 10
    plan = next(
        plan
        for cv in range(5, 60)
        for percent in range(5, 40)
        if (plan := required_plots({"h": 1.0}, {"h": float(cv)}, 100.0, percent / 100))
        and plan.iterations[-1].plots != plan.iterations[-2].plots
    )
    assert plan.n == max(step.plots for step in plan.iterations[-2:])
    assert plan.iterations[-1].plots == plan.iterations[-3].plots


def test_each_stratum_gets_its_minimum_and_a_reserve() -> None:
    plan = required_plots({"a": 1.0, "b": 1.0}, {"a": 10.0, "b": 0.0}, 50.0, 0.05, minimum=3)
    assert plan.allocation["b"] == 3
    assert plan.reserve == {h: math.ceil(n / 10) for h, n in plan.allocation.items()}


def test_areas_serve_as_weights() -> None:
    areas = {"1": 300.0, "2": 500.0, "3": 200.0}
    assert required_plots(areas, SD, 60.0) == required_plots(W, SD, 60.0)


@given(st.integers(40, 4000))
def test_points_go_where_the_area_is(permille: int) -> None:
    shares = {"loss": permille / 1e5, "forest": 0.4, "other": 0.6}
    accuracy = {"loss": 0.7, "forest": 0.9, "other": 0.95}
    plan = required_points(shares, accuracy, 0.01)
    assert sum(plan.allocation.values()) == plan.n
    assert min(plan.allocation.values()) >= 50
    assert plan.allocation["other"] > plan.allocation["forest"] > plan.allocation["loss"]


def test_a_class_that_is_not_on_the_map_gets_no_points() -> None:
    plan = required_points({"a": 1.0, "b": 0.0, "c": 1.0}, {"a": 0.9, "b": 0.5, "c": 0.9}, 0.2)
    assert dict(plan.allocation) == {"a": 50, "c": 50}


@pytest.mark.parametrize(
    ("weights", "sd", "rule"),
    [
        ({"a": 1.0}, {}, "plan-stratum-invalid: stratum=a"),
        ({"a": -1.0}, {"a": 1.0}, "plan-stratum-invalid"),
        ({"a": 1.0}, {"a": math.nan}, "plan-stratum-invalid"),
        ({"a": 0.0}, {"a": 1.0}, "plan-stratum-invalid: stratum=-"),
    ],
)
def test_strata_that_cannot_be_planned(weights: dict[str, float], sd: dict[str, float], rule: str) -> None:
    with pytest.raises(EstimationError, match=rule):
        required_plots(weights, sd, 10.0)


def test_refusals() -> None:
    with pytest.raises(EstimationError, match="plan-input-invalid"):
        required_plots(W, SD, 0.0)
    with pytest.raises(EstimationError, match="plan-input-invalid"):
        required_plots(W, SD, 60.0, minimum=1)
    with pytest.raises(EstimationError, match="plan-target-invalid"):
        plots_by_formula(W, SD, half_width=0.0, t=1.6, plots_in_area=100.0)
    with pytest.raises(EstimationError, match="plan-too-few-plots: n=5; strata=3; minimum=2"):
        neyman_allocation(W, SD, 5)
    with pytest.raises(EstimationError, match="plan-accuracy-invalid: map_class=a"):
        required_points({"a": 1.0}, {"a": 1.2}, 0.01)
    with pytest.raises(EstimationError, match="plan-target-invalid"):
        required_points({"a": 1.0}, {"a": 0.9}, 0.0)
