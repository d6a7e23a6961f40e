"""Stands: where species grow, how old they are, what happens to them."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from mrv.simulation.species import COUNTY_STRATA, STRATA
from mrv.simulation.stands import FIRE_YEAR, Event, Stands, draw_stands

COUNT = 6_000


@pytest.fixture(scope="module")
def site() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    project = np.zeros(COUNT, dtype=np.int64)
    project[:30], project[30:60] = 1, 2
    burned = np.zeros(COUNT, dtype=np.bool_)
    burned[100:120] = True
    return rng.random(COUNT), rng.normal(size=COUNT), project, burned


@pytest.fixture(scope="module")
def stands(site: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]) -> Stands:
    return draw_stands(3, *site)


def test_all_strata_occur_and_none_is_rare(stands: Stands) -> None:
    share = np.bincount(stands.stratum, minlength=len(STRATA)) / COUNT
    assert (share[:COUNTY_STRATA] > 0.05).all()
    assert share[:COUNTY_STRATA].max() < 0.45
    assert (stands.stratum[:60] == np.repeat([5, 6], 30)).all()


def test_poplar_grows_on_the_plain_and_bamboo_where_it_is_moist(
    stands: Stands, site: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
) -> None:
    relief, moisture = site[0], site[1]
    assert relief[stands.stratum == 3].mean() < 0.35 < relief[stands.stratum == 4].mean()
    assert moisture[stands.stratum == 4].mean() > 0.5 > moisture[stands.stratum == 1].mean()


def test_mixtures_are_proportions(stands: Stands) -> None:
    assert stands.share_frac.sum(axis=1) == pytest.approx(np.ones(COUNT))
    assert (stands.share_frac >= 0.0).all()
    assert stands.share_frac[:, 0].min() > 0.3


def test_the_project_is_planted_after_the_first_campaign(stands: Stands) -> None:
    assert (stands.age_year[:60] == 5).all()
    assert (stands.stems_per_ha[:60] == 0.0).all()
    assert (stands.ingrowth_per_ha[:60] > 800.0).all()
    assert (stands.event[:60] == Event.NONE).all()


def test_fire_and_clearing_leave_nothing(stands: Stands) -> None:
    assert (stands.event[100:120] == Event.BURNED).all()
    assert (stands.event_year[100:120] == FIRE_YEAR).all()
    cleared = stands.event == Event.CLEARED
    assert 0.01 < cleared.mean() < 0.10
    assert (stands.ingrowth_per_ha[stands.cleared] == 0.0).all()
    assert np.array_equal(stands.cleared_year > 0, stands.cleared)
    assert set(stands.event_year[cleared].tolist()) == {2021, 2022, 2023, 2024, 2025}
    assert 0.01 < (stands.event == Event.THINNED).mean() < 0.10


def test_older_stands_have_fewer_and_thicker_trees(stands: Stands) -> None:
    fir = (stands.stratum == 0) & (stands.age_year > 12)
    old, young = fir & (stands.age_year > 30), fir & (stands.age_year < 20)
    assert stands.dbh_cm[old].mean() > stands.dbh_cm[young].mean() + 3.0
    assert stands.stems_per_ha[old].mean() < stands.stems_per_ha[young].mean()
    assert (stands.growth_cm >= 0.0).all()


def test_seed_gives_the_same_stands(
    stands: Stands, site: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
) -> None:
    again, other = draw_stands(3, *site), draw_stands(4, *site)
    assert all(np.array_equal(getattr(again, f.name), getattr(stands, f.name)) for f in fields(Stands))
    assert not np.array_equal(other.age_year, stands.age_year)
