from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from mrv.errors import InventoryError
from mrv.height_curves import (
    HEIGHT_FORMS,
    HeightCurve,
    Tally,
    choose_curve,
    fit_curve,
    merge_tallies,
    tally_heights,
)

Floats = NDArray[np.float64]
TRUTH = {
    "naslund": (2.1, 0.19),
    "chapman_richards": (24.0, 0.06, 1.3),
    "log": (-12.0, 8.5),
}


def one_unit(dbh: Floats, height: Floats) -> Tally:
    return tally_heights(np.zeros(dbh.size, dtype=np.intp), 1, dbh, height)[0]


@pytest.mark.parametrize("form", HEIGHT_FORMS)
def test_the_curve_that_made_the_heights_is_found_again(form: str) -> None:
    truth = HeightCurve(form, TRUTH[form], 0.0, 0)
    rng = np.random.default_rng(3)
    dbh = rng.uniform(6, 45, 4000)
    height = truth.height_m(dbh) + rng.normal(0, 0.8, dbh.size)
    found = fit_curve(one_unit(dbh, height), form)
    at = np.array([8.0, 20.0, 40.0])
    assert found.height_m(at) == pytest.approx(truth.height_m(at), abs=0.1)
    assert found.residual_sd_m == pytest.approx(0.8, rel=0.05)
    assert found.n_trees == 4000


@pytest.mark.parametrize("form", HEIGHT_FORMS)
def test_the_criterion_chooses_the_form_that_made_the_heights(form: str) -> None:
    truth = HeightCurve(form, TRUTH[form], 0.0, 0)
    rng = np.random.default_rng(5)
    dbh = rng.uniform(5.0, 60.0, 20_000).round(1)
    height = truth.height_m(dbh) + rng.normal(0, 0.4, dbh.size)
    assert choose_curve(one_unit(dbh, height), 5.0).form == form


@pytest.mark.parametrize("form", HEIGHT_FORMS)
def test_the_tally_loses_nothing_of_least_squares(form: str) -> None:
    """A fit to the tally is the fit to the single trees: same sum of squares, same minimum."""
    rng = np.random.default_rng(7)
    dbh = rng.uniform(6, 40, 300).round(1)
    height = 1.3 + (dbh / (2.0 + 0.2 * dbh)) ** 2 + rng.normal(0, 1.0, dbh.size)
    found = fit_curve(one_unit(dbh, height), form)
    squares = float(((height - found.height_m(dbh)) ** 2).sum())
    p = len(found.coefficients)
    assert found.residual_sd_m == pytest.approx(math.sqrt(squares / (300 - p)), rel=1e-9)
    # Hurvich and Tsai (1989), written out
    K = p + 1
    assert found.aicc == pytest.approx(
        300 * math.log(squares / 300) + 2 * K + 2 * K * (K + 1) / (300 - K - 1)
    )
    for i in range(p):
        for step in (-1e-3, 1e-3):
            moved = tuple(c * (1 + step) if j == i else c for j, c in enumerate(found.coefficients))
            other = HeightCurve(form, moved, 0.0, 0).height_m(dbh)
            assert float(((height - other) ** 2).sum()) >= squares


def test_heights_start_at_breast_height_and_rise() -> None:
    model = HeightCurve("naslund", (2.0, 0.2), 1.0, 30)
    assert float(model.height_m(1e-9)) == pytest.approx(1.3)
    assert (np.diff(model.height_m(np.linspace(1, 80, 50))) > 0).all()
    assert float(HeightCurve("log", (-12.0, 8.5), 1.0, 30).height_m(2.0)) == 1.3


def test_a_form_that_sinks_under_breast_height_is_not_chosen() -> None:
    dbh = np.array([20.0, 22.0, 25.0, 28.0, 31.0, 35.0] * 4)
    tally = one_unit(dbh, HeightCurve("log", (-20.0, 10.0), 0.0, 0).height_m(dbh))
    assert choose_curve(tally, 15.0).form == "log"
    assert choose_curve(tally, 5.0).form != "log"


def test_what_was_not_measured_is_left_out() -> None:
    dbh = np.array([10.0, 10.0, np.nan, 12.0, 14.0])
    height = np.array([8.0, 10.0, 9.0, np.nan, 1.3])
    tally = one_unit(dbh, height)
    assert (tally.dbh_cm.tolist(), tally.count.tolist(), tally.height_m.tolist()) == ([10.0], [2.0], [9.0])
    assert tally.within_m2 == pytest.approx(2.0)


def test_units_merge_into_the_tally_of_all() -> None:
    rng = np.random.default_rng(1)
    dbh, height = rng.uniform(5, 20, 200).round(0), rng.uniform(5, 15, 200)
    parts = tally_heights(rng.integers(0, 4, 200).astype(np.intp), 4, dbh, height)
    merged, whole = merge_tallies(parts), one_unit(dbh, height)
    np.testing.assert_allclose(merged.dbh_cm, whole.dbh_cm)
    np.testing.assert_allclose(merged.height_m, whole.height_m)
    assert merged.count.tolist() == whole.count.tolist()
    assert merged.within_m2 == pytest.approx(whole.within_m2)


def test_two_trees_make_no_curve() -> None:
    with pytest.raises(InventoryError, match="heights-too-few: count=2; needed=3"):
        fit_curve(one_unit(np.array([10.0, 20.0]), np.array([8.0, 12.0])), "naslund")


def test_trees_of_one_diameter_still_have_a_curve() -> None:
    found = fit_curve(one_unit(np.full(4, 20.0), np.array([14.0, 15.0, 16.0, 15.0])), "naslund")
    assert float(found.height_m(20.0)) == pytest.approx(15.0, abs=0.1)
