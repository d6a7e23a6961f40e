"""Growth curves against the worked numbers of the methodology specification, section 4.9."""

from __future__ import annotations

import pytest

from mrv.growth import Richards, Schumacher

RICHARDS = {5: 26.10039190281362, 10: 73.53585542967166, 20: 150.5350960248644, 21: 155.9738125988172}


@pytest.mark.parametrize("age", sorted(RICHARDS))
def test_richards(age: int) -> None:
    assert float(Richards(220.0, 0.09, 2.1).value(age)) == pytest.approx(RICHARDS[age], rel=1e-12)


def test_increment_of_the_twenty_first_year() -> None:
    assert float(Richards(220.0, 0.09, 2.1).increment(20, 21)) == pytest.approx(RICHARDS[21] - RICHARDS[20])


def test_schumacher() -> None:
    assert float(Schumacher(5.6, 12.0).value(20)) == pytest.approx(148.413159, abs=5e-7)
