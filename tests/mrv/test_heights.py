from __future__ import annotations

import numpy as np
import pytest

from mrv.errors import InventoryError
from mrv.heights import HeightModel, fill_heights_m, fit_height_model, fit_height_models

NAN = float("nan")


def test_the_curve_that_made_the_heights_is_found_again() -> None:
    truth = HeightModel(2.1, 0.19, 0.0, 0)
    rng = np.random.default_rng(3)
    dbh = rng.uniform(5, 40, 2000)
    height = truth.height_m(dbh) + rng.normal(0, 0.8, dbh.size)
    found = fit_height_model(dbh, height)
    assert (found.a, found.b) == (pytest.approx(2.1, rel=0.03), pytest.approx(0.19, rel=0.03))
    assert found.residual_sd_m == pytest.approx(0.8, rel=0.05)
    assert found.n_trees == 2000


def test_heights_rise_with_diameter_and_start_at_breast_height() -> None:
    model = HeightModel(2.0, 0.2, 1.0, 30)
    assert float(model.height_m(1e-9)) == pytest.approx(1.3)
    assert (np.diff(model.height_m(np.linspace(1, 80, 50))) > 0).all()


def test_measured_heights_stay_and_bamboo_needs_none() -> None:
    codes = np.array(["310"] * 12 + ["410", "660"])
    dbh = np.concatenate([np.linspace(8, 30, 12), [20.0, 10.0]])
    height = np.concatenate([1.3 + (dbh[:12] / (2.0 + 0.2 * dbh[:12])) ** 2, [NAN, NAN]])
    height[3] = NAN
    models = fit_height_models(codes, dbh, height)
    filled = fill_heights_m(codes, dbh, height, models)
    assert models.pooled == ("410",)
    assert filled[0] == height[0]
    assert filled[3] == pytest.approx(1.3 + (dbh[3] / (2.0 + 0.2 * dbh[3])) ** 2, rel=1e-4)
    assert filled[12] == pytest.approx(1.3 + (20.0 / 6.0) ** 2, rel=1e-3)
    assert np.isnan(filled[13])
    assert np.isnan(height[3])


def test_too_few_measured_heights() -> None:
    with pytest.raises(InventoryError, match="heights-too-few: count=2"):
        fit_height_models(["310"] * 3, [10.0, 20.0, 30.0], [8.0, 12.0, NAN])


def test_all_measured_needs_no_curve() -> None:
    assert fit_height_models(["310"], [10.0], [8.0]).by_species == {}


def test_trees_of_one_diameter_still_have_a_curve() -> None:
    assert float(fit_height_model([20.0] * 4, [14.0, 15.0, 16.0, 15.0]).height_m(20.0)) == pytest.approx(
        15.0, abs=0.1
    )
