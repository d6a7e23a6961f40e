from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.strata import EstimationUnit, merge_small, pairs_of, partner, refuse_single, shares_of

counts = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 6), min_size=2)


@given(counts)
def test_merging_keeps_plots_and_weights(plots: dict[str, int]) -> None:
    shares = {name: 1 / len(plots) for name in plots}
    if sum(plots.values()) < 2:
        with pytest.raises(EstimationError, match="stratum-single-plot"):
            merge_small("u", plots, shares)
        return
    goes_to, left, done = merge_small("u", plots, shares)
    assert sum(left.values()) == pytest.approx(1.0)
    assert set(goes_to) == set(plots)
    assert set(goes_to.values()) == set(left)
    for merged in left:
        assert sum(plots[name] for name, to in goes_to.items() if to == merged) >= 2
    assert len(done) == len(plots) - len(left)


def test_strata_of_enough_plots_stay() -> None:
    goes_to, left, done = merge_small("u", {"a": 2, "b": 9}, {"a": 0.4, "b": 0.6})
    assert (goes_to, left, done) == ({"a": "a", "b": "b"}, {"a": 0.4, "b": 0.6}, [])


def test_a_stratum_without_plots_and_weight_is_left_alone() -> None:
    goes_to, _, done = merge_small("u", {"a": 2, "b": 9}, {"a": 0.4, "b": 0.6, "c": 0.0})
    assert "c" not in goes_to
    assert done == []


def test_the_next_fewest_plots_are_the_partner() -> None:
    plots = {"a": 1, "b": 7, "c": 4, "d": 4}
    assert partner(plots, "a") == "c"
    assert pairs_of(plots, ["a"], "collapse") == [("a", "c")]
    with pytest.raises(EstimationError, match="stratum-single-plot: stratum=a; n_plots=1"):
        pairs_of(plots, ["a"], "refuse")
    with pytest.raises(EstimationError, match="stratum-single-plot: stratum=a"):
        refuse_single(plots)
    with pytest.raises(EstimationError, match="stratum-single-plot"):
        partner({"a": 1}, "a")


def test_shares_are_of_the_sum() -> None:
    assert shares_of(EstimationUnit("u", 9.0, {"a": 30.0, "b": 10.0})) == {"a": 0.75, "b": 0.25}
    with pytest.raises(EstimationError, match="unit-without-weights: unit=u"):
        shares_of(EstimationUnit("u", 9.0, {"a": 0.0}))
