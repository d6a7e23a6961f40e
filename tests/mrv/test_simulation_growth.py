"""Growth, death and cutting of one tree."""

from __future__ import annotations

import numpy as np
import pytest

from mrv.simulation import growth
from mrv.simulation.species import SPECIES
from mrv.simulation.stands import Event

ONES = np.ones(1)


def test_height_follows_its_curve() -> None:
    """Chinese fir: 1.3 + 21 (1 - exp(-0.055 x 20))^1.2 = 14.2 m at 20 cm."""
    fir = np.array([SPECIES.index("310")])
    by_hand = 1.3 + 21.0 * (1.0 - np.exp(-1.1)) ** 1.2
    assert growth.height_m(fir, 20.0 * ONES, ONES)[0] == pytest.approx(by_hand)
    assert growth.height_m(fir, 20.0 * ONES, 1.1 * ONES)[0] == pytest.approx(1.1 * by_hand)


def test_a_tree_of_mean_size_grows_by_the_mean() -> None:
    assert growth.first_dbh_cm(15.0 * ONES, ONES)[0] == 15.0
    assert growth.grown_dbh_cm(15.0 * ONES, 3.0 * ONES, ONES, ONES)[0] == pytest.approx(18.0)
    large = growth.grown_dbh_cm(25.0 * ONES, 3.0 * ONES, 2.0 * ONES, ONES)[0]
    assert large - 25.0 == pytest.approx(3.0 * 1.6)


def test_what_is_cut() -> None:
    fir = np.full(4, SPECIES.index("310"))
    event = np.array([Event.NONE, Event.THINNED, Event.CLEARED, Event.BURNED])
    frac = growth.cut_frac(fir, np.ones(4), np.zeros(4, dtype=np.int64), event)
    assert frac.tolist() == [growth.SELECTIVE_FRAC, growth.THINNED_FRAC, 1.0, 0.0]


def test_old_culms_are_harvested_and_young_ones_kept() -> None:
    bamboo = np.full(5, growth.BAMBOO_NUMBER)
    frac = growth.cut_frac(bamboo, np.ones(5), np.arange(1, 6), np.zeros(5, dtype=np.int64))
    assert frac.tolist() == list(growth.DU_CUT_FRAC)


def test_small_trees_die_more_often_and_fire_kills_all() -> None:
    rel = np.array([0.2, 1.0, 2.0])
    calm = growth.death_frac(rel, np.full(3, 0.06), np.zeros(3, dtype=np.int64))
    assert calm[0] > calm[1] > calm[2]
    assert calm[1] == pytest.approx(0.06)
    assert growth.death_frac(rel, np.full(3, 0.06), np.full(3, int(Event.BURNED))).tolist() == [1.0] * 3


def test_culms_age_by_two_classes_up_to_the_fifth() -> None:
    assert growth.aged_du(np.array([0, 1, 2, 3, 4, 5])).tolist() == [0, 3, 4, 5, 5, 5]


@pytest.mark.parametrize("frequency", [growth.DU_FREQUENCY, growth.DU_INGROWTH])
def test_age_classes_add_up(frequency: tuple[float, ...]) -> None:
    assert sum(frequency) == pytest.approx(1.0)
