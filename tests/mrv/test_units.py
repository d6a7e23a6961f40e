from __future__ import annotations

import pytest

from mrv import units
from mrv.errors import StatementError


def test_the_us_survey_acre() -> None:
    # 4,046.872 609 9 m2: 43,560 square US survey feet
    acre_m2 = units.HA_PER_US_SURVEY_ACRE * 10_000
    assert acre_m2 == pytest.approx(4046.8726099, abs=5e-8)


def test_exact_factors() -> None:
    assert pytest.approx(0.028316846592, rel=1e-15) == units.M3_PER_FT3
    assert pytest.approx(3.6666666666666665, rel=1e-16) == units.CO2_PER_C
    assert units.HA_PER_MU * 15 == 1


def test_every_quantity_has_a_unit_with_decimals_and_two_names() -> None:
    for key, item in units.QUANTITIES.items():
        assert key == item.id
        assert item.decimals >= 3
        assert item.zh
        assert item.en
        assert item.zh != item.en


def test_an_unknown_quantity_is_refused() -> None:
    with pytest.raises(StatementError, match="quantity-unknown"):
        units.quantity("carbon")
