from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.account import account_removals, share_deduction, uncertainty_deduction, whole_tonnes
from mrv.errors import EstimationError
from mrv.methodology.model import ProfileValue
from mrv.profile import Profile, load
from mrv.sampling import Estimate

NAMES = ("ar-cm-001-v01", "ccer-14-001-v01", "cdm-ar-tool14-v4.2", "demo")


def change(value: float, standard_error: float = 0.0) -> Estimate:
    return Estimate(value, standard_error**2, 30, "t CO2e", 31, "paired_change")


def with_rule(name: str, key: str, value: object) -> Profile:
    """Return a profile in which one rule is another, as a new version of the file would have it."""
    profile = load(name)
    return replace(
        profile, values={**profile.values, key: ProfileValue(value, "1", "test", "1", "placeholder")}
    )


@pytest.mark.parametrize("name", NAMES)
@given(value=st.floats(-1e6, 1e6), low=st.floats(0, 1e6), more=st.floats(0, 1e6))
def test_more_uncertainty_never_claims_more(name: str, value: float, low: float, more: float) -> None:
    profile = load(name)
    sure, unsure = (account_removals(change(value, x), profile) for x in (low, low + more))
    assert sure.claim_tco2e >= unsure.claim_tco2e >= 0
    assert sure.net_tco2e <= max(value, 0) + 1e-6


@given(st.floats(0, 1e6), st.floats(0, 2))
def test_where_the_lower_bound_may_be_claimed_no_more_is_claimed(value: float, u: float) -> None:
    profile = with_rule("demo", "claim_bound", "lower_bound")
    deducted = uncertainty_deduction(value, u, profile)
    assert value - deducted <= value * (1 - u) + 1e-6
    assert deducted >= uncertainty_deduction(value, u, load("demo"))


def test_from_the_limit_on_all_is_deducted() -> None:
    assert uncertainty_deduction(100.0, 0.30, load("ar-cm-001-v01")) == 100.0
    assert uncertainty_deduction(100.0, 0.30 - 1e-12, load("ar-cm-001-v01")) == pytest.approx(11.0)
    assert uncertainty_deduction(0.0, math.inf, load("demo")) == 0.0


def test_a_share_is_never_taken_of_a_loss() -> None:
    assert share_deduction("risk_deduction", -5.0, -5.0, load("demo")) == 0.0
    assert share_deduction("risk_deduction", 50.0, 40.0, load("demo")) == pytest.approx(4.0)


def test_other_pools_add_and_may_lose() -> None:
    ccer = load("ccer-14-001-v01")
    found = {
        v: account_removals(change(1_000.0), ccer, amounts_tco2e={"other_pools_change": v})
        for v in (100.0, -100.0)
    }
    assert found[100.0].net_tco2e == pytest.approx(990.0)
    assert found[-100.0].net_tco2e == pytest.approx(810.0)


@pytest.mark.parametrize(
    ("term", "amount"), [("leakage", -1.0), ("gift", 1.0), ("leakage", math.nan), ("other_pools_change", 1.0)]
)
def test_amounts_that_are_none(term: str, amount: float) -> None:
    with pytest.raises(EstimationError, match="account-amount-invalid"):
        account_removals(change(100.0), load("demo"), amounts_tco2e={term: amount})


def test_whole_tonnes() -> None:
    assert whole_tonnes(10_979.9999999998) == 10_980
    assert whole_tonnes(10_979.9999) == 10_979
    assert whole_tonnes(-1.0) == 0
