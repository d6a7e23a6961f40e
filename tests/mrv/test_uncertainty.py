from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.profile import load
from mrv.uncertainty import discount_amount, discount_share, relative_half_width_of_change

BANDS = load("demo").discount_bands


@given(st.floats(0, 5), st.floats(0, 5))
def test_more_uncertainty_never_deducts_less(u: float, v: float) -> None:
    low, high = sorted((u, v))
    assert discount_share(low, BANDS) <= discount_share(high, BANDS)
    less, more = (discount_amount(1000.0, x, BANDS, "half_width") for x in (low, high))
    assert 0 <= less <= more


@pytest.mark.parametrize(
    ("u", "share"), [(0.0, 0.0), (0.10, 0.0), (0.100001, 0.25), (0.15, 0.25), (0.30, 0.75), (9.0, 1.0)]
)
def test_a_band_holds_up_to_its_upper_end(u: float, share: float) -> None:
    assert discount_share(u, BANDS) == share


def test_a_value_of_nothing_with_an_error_deducts_nothing() -> None:
    assert discount_amount(0.0, math.inf, BANDS, "half_width") == 0.0


def test_refusals() -> None:
    with pytest.raises(EstimationError, match="half-width-invalid"):
        discount_share(-0.1, BANDS)
    with pytest.raises(EstimationError, match="half-width-invalid"):
        discount_share(math.nan, BANDS)
    with pytest.raises(EstimationError, match="half-width-invalid"):
        discount_share(0.5, [(0.1, 0.0)])
    with pytest.raises(EstimationError, match="discount-basis-unknown"):
        discount_amount(1.0, 0.5, BANDS, "none")
    with pytest.raises(EstimationError, match="ratio-denominator-zero"):
        relative_half_width_of_change(5.0, 0.1, 5.0, 0.1)
