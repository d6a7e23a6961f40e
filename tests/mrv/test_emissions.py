"""The emission chain: what it refuses, and that a deduction never adds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.emissions import (
    EmissionReduction,
    ForestCarbon,
    Period,
    banded_deduction_frac,
    deducted_tco2e,
    deforestation_factor,
    degradation_factor,
    degraded_deforestation_factor,
    emission_reduction,
    trees_deduction_frac,
    yearly_emissions_tco2e,
)
from mrv.errors import EstimationError

FOREST = ForestCarbon(274.959, 0.333, 0.47)
widths = st.floats(0.0, 5.0)


@given(st.floats(0.0, 1.0))
def test_degrading_and_then_clearing_is_clearing(ratio: float) -> None:
    both = degradation_factor(FOREST, ratio) + degraded_deforestation_factor(FOREST, ratio)
    assert both == pytest.approx(deforestation_factor(FOREST))


def test_what_stands_afterwards_is_not_emitted() -> None:
    assert deforestation_factor(FOREST, 31.637) == pytest.approx(FOREST.tco2_per_ha - 31.637)


@given(widths, widths)
def test_a_wider_interval_never_deducts_less(one: float, two: float) -> None:
    low, high = sorted((one, two))
    for rule in (trees_deduction_frac, banded_deduction_frac):
        assert 0 <= rule(low) <= rule(high) <= 1


@given(st.floats(-1e9, 1e9), st.floats(0.0, 1.0))
def test_a_deduction_never_adds(reduction: float, share: float) -> None:
    left = deducted_tco2e(reduction, share)
    assert left <= reduction
    assert left == reduction or reduction > 0


def test_emissions_are_linear_in_area_and_time() -> None:
    factors = {"cleared": 600.0}
    base = yearly_emissions_tco2e(Period({"cleared": 100.0}, 5.0), factors)
    assert base == 12_000.0
    assert yearly_emissions_tco2e(Period({"cleared": 200.0}, 10.0), factors) == base
    more = emission_reduction(Period({"cleared": 100.0}, 5.0), Period({"cleared": 300.0}, 5.0), factors)
    assert more == EmissionReduction(12_000.0, 36_000.0)
    assert more.reduction_tco2e_per_year == -24_000.0


def test_what_is_refused() -> None:
    for ask, rule in (
        (
            lambda: yearly_emissions_tco2e(Period({"cleared": 1.0}, 0.0), {"cleared": 1.0}),
            "emission-period-empty",
        ),
        (lambda: yearly_emissions_tco2e(Period({"cleared": 1.0}, 1.0), {}), "emission-factor-missing"),
        (lambda: yearly_emissions_tco2e(Period({"x": -1.0}, 1.0), {"x": 1.0}), "pool-value-negative"),
        (lambda: degradation_factor(FOREST, 1.2), "pool-share-invalid"),
        (lambda: trees_deduction_frac(-0.1), "pool-value-negative"),
        (lambda: deducted_tco2e(1.0, 1.1), "pool-share-invalid"),
    ):
        with pytest.raises(EstimationError) as refused:
            ask()
        assert refused.value.rule == rule
