"""The surveyor's view: attributes that agree with each other, and tallies as crews write them."""

from __future__ import annotations

import numpy as np
import pytest

from mrv.allometry import tree_volume_m3
from mrv.simulation.stands import Stands, draw_stands
from mrv.simulation.survey import StandSurvey, Tally, survey_stands, tally_trees
from mrv.simulation.trees import draw_sample
from mrv.simulation.truth import expected_stock

COUNT = 500


@pytest.fixture(scope="module")
def stands() -> Stands:
    rng = np.random.default_rng(1)
    burned = np.zeros(COUNT, dtype=np.bool_)
    burned[:5] = True
    return draw_stands(3, rng.random(COUNT), rng.normal(size=COUNT), np.zeros(COUNT, np.int64), burned)


@pytest.fixture(scope="module")
def survey(stands: Stands) -> StandSurvey:
    return survey_stands(3, stands, expected_stock(stands))


@pytest.fixture(scope="module")
def tally(stands: Stands) -> Tally:
    return tally_trees(3, draw_sample(3, stands, np.arange(0, COUNT, 5)))


def test_cleared_and_burned_land_keeps_the_species_that_stood_there(
    stands: Stands, survey: StandSurvey
) -> None:
    assert (survey.land_class[:5] == "030406").all()
    gone = stands.cleared
    assert set(survey.land_class[gone].tolist()) == {"030405", "030406"}
    assert (survey.volume_m3_per_ha[gone] == 0.0).all()
    assert (survey.age_group[gone] == "").all()
    assert (survey.species_code != "").all()


def test_forest_meets_the_rules_of_the_resource_map(survey: StandSurvey) -> None:
    """Methodology 6.4: closure from 0.20, volume above 0, and stems x v(D, H) within half of the volume."""
    forest = survey.land_class == "030100"
    assert forest.sum() > 200
    assert (survey.closure_frac[forest] >= 0.20).all()
    assert (survey.closure_frac <= 1.0).all()
    assert (survey.volume_m3_per_ha[forest] > 0.0).all()
    one = tree_volume_m3(survey.species_code[forest], survey.dbh_cm[forest], survey.height_m[forest])
    ratio = survey.stems_per_ha[forest] * one / survey.volume_m3_per_ha[forest]
    assert (np.abs(ratio - 1.0) < 0.5).mean() > 0.98


def test_young_plantations_are_not_yet_forest(survey: StandSurvey) -> None:
    young = survey.land_class == "030402"
    assert young.any()
    assert (survey.closure_frac[young] < 0.20).all()


def test_public_forest_has_a_protective_category(survey: StandSurvey) -> None:
    public = np.isin(survey.forest_class, ["011", "012"])
    assert 0.15 < public.mean() < 0.5
    assert np.char.startswith(survey.category[public], "1").all()
    assert np.char.startswith(survey.category[~public], "23").all()


def test_fir_age_groups(stands: Stands, survey: StandSurvey) -> None:
    """LY/T 2908: planted fir is young to 10, middle-aged to 20, near-mature to 25, mature to 35 years."""
    fir = (stands.stratum == 0) & ~stands.cleared
    expected = np.searchsorted([10, 20, 25, 35], survey.age_year[fir], side="left") + 1
    assert survey.age_group[fir].tolist() == expected.astype(str).tolist()


def test_tallies_are_rounded_as_on_the_field_sheet(tally: Tally) -> None:
    assert tally.dbh_cm == pytest.approx(np.round(tally.dbh_cm, 1))
    measured = ~np.isnan(tally.height_m)
    assert 0.18 < measured.mean() < 0.30
    assert set(tally.year.tolist()) == {2020, 2025}
    assert (tally.status[tally.year == 2020] == "活立木").all()
    assert set(tally.status.tolist()) == {"活立木", "枯死", "采伐", "进界"}


def test_a_tree_keeps_its_number(tally: Tally) -> None:
    keys = list(zip(tally.plot.tolist(), tally.year.tolist(), tally.tree.tolist(), strict=True))
    assert len(keys) == len(set(keys))
    first = {(plot, tree) for plot, year, tree in keys if year == 2020}
    for (plot, year, tree), status in zip(keys, tally.status.tolist(), strict=True):
        if year == 2025:
            assert ((plot, tree) in first) == (status != "进界")


def test_there_is_exactly_one_shrunken_tree_and_one_odd_height(stands: Stands, tally: Tally) -> None:
    rows = {
        (int(plot), int(tree), int(year)): float(dbh)
        for plot, tree, year, dbh in zip(tally.plot, tally.tree, tally.year, tally.dbh_cm, strict=True)
    }
    shrunk = [
        rows[plot, tree, 2025] - rows[plot, tree, 2020]
        for plot, tree, year in rows
        if year == 2025 and (plot, tree, 2020) in rows and rows[plot, tree, 2025] < rows[plot, tree, 2020]
    ]
    assert shrunk == pytest.approx([-0.3])
    clean = draw_sample(3, stands, np.arange(0, COUNT, 5))
    drawn = set(np.round(clean.height_m, 1).ravel().tolist())
    odd = set(tally.height_m[~np.isnan(tally.height_m)].tolist()) - drawn
    assert len(odd) <= 1


def test_the_drawn_trees_are_left_as_they_were(stands: Stands) -> None:
    trees = draw_sample(3, stands, np.arange(20))
    before = trees.dbh_cm.copy()
    tally_trees(3, trees)
    assert np.array_equal(before, trees.dbh_cm, equal_nan=True)
