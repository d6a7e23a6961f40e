from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.vintages import split_vintages


@given(st.integers(0, 10**7), st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 4000))
def test_vintages_add_up_and_follow_the_days(claim: int, start: date, days: int) -> None:
    end = start + timedelta(days=days)
    split = split_vintages(claim, start, end)
    assert sum(vintage.quantity_tco2e for vintage in split) == claim
    assert [vintage.year for vintage in split] == list(range(start.year, end.year + 1))
    for vintage in split:
        first, last = max(start, date(vintage.year, 1, 1)), min(end, date(vintage.year, 12, 31))
        share = claim * ((last - first).days + 1) / (days + 1)
        assert abs(vintage.quantity_tco2e - share) < 1


def test_equal_remainders_go_to_the_earlier_year() -> None:
    split = split_vintages(3, date(2021, 1, 1), date(2022, 12, 31))
    assert [(v.year, v.quantity_tco2e) for v in split] == [(2021, 2), (2022, 1)]


def test_a_period_that_is_none() -> None:
    with pytest.raises(EstimationError, match="vintage-period-invalid"):
        split_vintages(1, date(2022, 1, 2), date(2022, 1, 1))
    with pytest.raises(EstimationError, match="vintage-period-invalid"):
        split_vintages(-1, date(2022, 1, 1), date(2022, 1, 2))
