"""An expected amount can never be claimed."""

from __future__ import annotations

import dataclasses
import math
from types import SimpleNamespace
from typing import Any

import pytest

from mrv.account import account_removals
from mrv.claim_gate import check_claim
from mrv.errors import EstimationError
from mrv.ex_ante import ExAnte, require_measured
from mrv.profile import load
from mrv.sampling import Estimate
from mrv.statement_items import DomainEstimate

EXPECTED = ExAnte(1000.0, 50.0, 900.0, 1100.0)
MEASURED = Estimate(1000.0, 2500.0, 9.0, "t CO2e", 10, "paired_change")


def test_a_forecast_is_no_estimate_and_has_no_way_to_become_one() -> None:
    assert not isinstance(EXPECTED, Estimate)
    public = {name for name in dir(EXPECTED) if not name.startswith("_")}
    assert public == {field.name for field in dataclasses.fields(ExAnte)}


def test_no_estimate_of_a_statement_is_a_forecast() -> None:
    anything: Any = EXPECTED
    with pytest.raises(AttributeError):
        DomainEstimate("account", "project", "net_change", anything, period=(2025, 2030))


def test_an_account_takes_no_forecast() -> None:
    """The type checker refuses this call; here it is made in spite of it."""
    anything: Any = EXPECTED
    with pytest.raises(EstimationError, match="ex-ante-never-issued"):
        account_removals(anything, load("demo"))


@pytest.mark.parametrize("method", ["ex_ante", "ratio/ex_ante", "ex_ante/stratified"])
def test_an_account_takes_no_estimate_that_says_it_was_expected(method: str) -> None:
    disguised = dataclasses.replace(MEASURED, method=method)
    with pytest.raises(EstimationError, match="ex-ante-never-issued"):
        account_removals(disguised, load("demo"))


def test_an_account_takes_what_was_measured() -> None:
    assert require_measured(MEASURED) is MEASURED
    assert account_removals(MEASURED, load("demo")).claim_tco2e > 0


def test_a_forecast_cannot_call_itself_anything_else() -> None:
    for change in ({"method": "paired_change"}, {"value_tco2e": math.nan}):
        with pytest.raises(EstimationError, match="ex-ante-malformed"):
            dataclasses.replace(EXPECTED, **change)


def test_the_gate_refuses_a_statement_that_rests_on_an_expected_amount() -> None:
    """Whoever makes the statement by hand meets the gate in front of every claim."""
    expected = dataclasses.replace(MEASURED, method="ex_ante")
    statement: Any = SimpleNamespace(
        kind="project_removals",
        estimates=(DomainEstimate("account", "project", "net_change", expected, period=(2025, 2030)),),
    )
    findings = check_claim(statement, None)
    assert [item.rule for item in findings] == ["claim-ex-ante"]
