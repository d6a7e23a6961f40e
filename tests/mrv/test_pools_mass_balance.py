"""Carbon is neither made nor lost: pools plus cumulated net emissions are the same at every step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.pools.mass_balance import (
    ATMOSPHERE,
    POOLS,
    FlowMatrix,
    decay,
    felling,
    fire,
    grown,
    mortality,
    moved,
    opened,
    run,
)

FIRE = fire(0.5, 1.0, 0.5)
stocks = st.dictionaries(st.sampled_from(POOLS), st.floats(0.0, 1e6))
shares = st.floats(0.0, 1.0)
fires = st.tuples(shares, shares, shares).map(lambda f: fire(min(f[0], f[1]), max(f[0], f[1]), f[2]))
steps = st.lists(
    st.one_of(
        fires,
        st.builds(felling, shares, shares),
        st.builds(mortality, shares),
        st.dictionaries(st.sampled_from(POOLS), st.floats(0.0, 2.0)).map(decay),
        st.dictionaries(st.sampled_from(POOLS), st.floats(0.0, 1e4)),
    ),
    max_size=40,
)


@given(stocks, steps)
def test_pools_plus_emissions_are_constant_at_every_step(
    stock: dict[str, float], history: list[FlowMatrix | dict[str, float]]
) -> None:
    states = run(opened(stock), history)
    assert len(states) == len(history) + 1
    scale = sum(stock.values()) + 1e4 * len(POOLS) * len(history)
    for state in states:
        assert state.total_tc == pytest.approx(states[0].total_tc, abs=1e-9 * max(scale, 1.0))
        assert min(state.stock_tc.values()) >= 0


@given(stocks, shares)
def test_half_a_fire_is_half_the_emission(stock: dict[str, float], part: float) -> None:
    whole = moved(opened(stock), FIRE).emitted_tc
    assert moved(opened(stock), FIRE, part).emitted_tc == pytest.approx(part * whole, rel=1e-9, abs=1e-9)


def test_a_felling_goes_to_products_litter_and_dead_roots() -> None:
    start = opened({"above_ground": 100.0, "below_ground": 25.0, "litter": 3.0})
    after = moved(start, felling(0.6))
    assert dict(after.stock_tc) == {
        "above_ground": 0.0,
        "below_ground": 0.0,
        "dead_wood": 25.0,
        "litter": 43.0,
        "soil": 0.0,
        "products": 60.0,
    }
    assert after.emitted_tc == 0.0


def test_growth_draws_from_the_atmosphere() -> None:
    after = grown(opened({}), {"above_ground": 8.0, "below_ground": 2.0})
    assert after.pools_tc == 10.0
    assert after.emitted_tc == -10.0


def test_inputs_stay_untouched() -> None:
    start = opened({"above_ground": 100.0})
    moved(start, FIRE)
    grown(start, {"above_ground": 1.0})
    assert start.stock_tc["above_ground"] == 100.0


@pytest.mark.parametrize(
    ("ask", "rule"),
    [
        (lambda: opened({"peat": 1.0}), "flow-unknown"),
        (lambda: opened({"soil": -1.0}), "pool-value-negative"),
        (lambda: FlowMatrix({("soil", "soil"): 0.1}), "flow-unknown"),
        (lambda: FlowMatrix({(ATMOSPHERE, "soil"): 0.1}), "flow-unknown"),
        (lambda: FlowMatrix({("soil", ATMOSPHERE): 1.1}), "pool-share-invalid"),
        (lambda: FlowMatrix({("soil", ATMOSPHERE): 0.7, ("soil", "litter"): 0.7}), "flow-exceeds-pool"),
        (lambda: fire(0.8, 0.5, 0.0), "flow-exceeds-pool"),
        (lambda: grown(opened({}), {"peat": 1.0}), "flow-unknown"),
        (lambda: moved(opened({}), FIRE, 2.0), "pool-share-invalid"),
    ],
)
def test_flows_that_cannot_be(ask: object, rule: str) -> None:
    assert callable(ask)
    with pytest.raises(EstimationError) as refused:
        ask()
    assert refused.value.rule == rule
