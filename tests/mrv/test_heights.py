from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mrv.errors import InventoryError
from mrv.height_curves import HeightCurve
from mrv.height_levels import PRIOR_TREES
from mrv.heights import HeightModels, fill_heights, fill_heights_m, fit_height_models

Floats = NDArray[np.float64]
NAN = float("nan")
CURVE = HeightCurve("naslund", (2.0, 0.2), 0.0, 0)


def stand(species: dict[str, float], n: int, sd: float, seed: int) -> tuple[NDArray[np.str_], Floats, Floats]:
    """Return trees of species whose curves are the common one, its rise times a factor each."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.array(list(species)), n)
    dbh = rng.uniform(6, 40, codes.size).round(1)
    factor = np.array([species[str(code)] for code in codes])
    height = 1.3 + factor * (CURVE.height_m(dbh) - 1.3) + rng.normal(0, sd, codes.size)
    return codes, dbh, height


def test_measured_heights_stay_and_bamboo_needs_none() -> None:
    codes = np.array(["310"] * 12 + ["410", "660"])
    dbh = np.concatenate([np.linspace(8, 30, 12), [20.0, 10.0]])
    height = np.concatenate([CURVE.height_m(dbh[:12]), [NAN, NAN]])
    height[3] = NAN
    models = fit_height_models(codes, dbh, height)
    filled = fill_heights(codes, dbh, height, models)
    assert dict(models.pooled) == {"410": "all"}
    assert filled.height_m[0] == height[0]
    assert filled.height_m[3] == pytest.approx(float(CURVE.height_m(dbh[3])), rel=1e-4)
    assert filled.height_m[12] == pytest.approx(1.3 + (20.0 / 6.0) ** 2, rel=1e-3)
    assert np.isnan(filled.height_m[13])
    assert np.isnan(height[3])
    assert filled.level[[0, 3, 12, 13]].tolist() == ["measured", "species", "all", "none"]
    assert filled.counts() == {"measured": 11, "species": 1, "all": 1, "none": 1}
    assert filled.residual_sd_m[0] == 0.0
    assert fill_heights_m(codes, dbh, height, models)[3] == filled.height_m[3]


def test_a_species_with_many_trees_goes_its_own_way() -> None:
    codes, dbh, height = stand({"310": 1.0, "410": 0.7, "220": 1.25}, 400, 1.0, 1)
    height[::2] = NAN
    models = fit_height_models(codes, dbh, height)
    for code, factor in {"310": 1.0, "410": 0.7, "220": 1.25}.items():
        curve = models.by_species[code]
        assert curve.weight > 0.98
        expected = 1.3 + factor * (CURVE.height_m([10.0, 30.0]) - 1.3)
        assert curve.height_m([10.0, 30.0]) == pytest.approx(expected, rel=0.06)
        assert curve.residual_sd_m == pytest.approx(1.0, rel=0.15)


def test_species_that_do_not_differ_share_one_curve() -> None:
    codes, dbh, height = stand({"310": 1.0, "410": 1.0, "220": 1.0, "350": 1.0}, 30, 2.0, 3)
    height[0] = NAN
    models = fit_height_models(codes, dbh, height)
    assert max(curve.weight for curve in models.by_species.values()) < 0.5


def test_shrinkage_errs_less_than_no_pooling_and_than_full_pooling() -> None:
    """The reason for partial pooling: over many inventories the mean squared error is the smallest."""
    errors = np.zeros(3)
    at = np.linspace(8, 36, 15)
    for seed in range(20):
        rng = np.random.default_rng(100 + seed)
        factors = {f"{310 + i}": float(np.exp(rng.normal(0, 0.06))) for i in range(8)}
        codes, dbh, height = stand(factors, 14, 1.8, seed)
        height = np.append(height, NAN)
        models = fit_height_models(np.append(codes, "310"), np.append(dbh, 20.0), height)
        for code, factor in factors.items():
            truth = 1.3 + factor * (CURVE.height_m(at) - 1.3)
            curve = models.by_species[code]
            assert curve.upper is not None
            found = (curve.height_m(at), curve.own.height_m(at), curve.upper.height_m(at))
            errors += [float(((values - truth) ** 2).mean()) for values in found]
    shrunk, own, group = errors
    assert shrunk < own
    assert shrunk < group


def test_each_level_of_curve_fills_its_trees() -> None:
    codes, dbh, height = stand({"310": 1.0, "410": 0.8}, 200, 0.5, 5)
    stratum = np.where(np.arange(codes.size) % 2 == 0, "north", "south")
    height = np.where(stratum == "south", 1.3 + 1.15 * (height - 1.3), height)
    codes = np.append(codes, ["310", "410", "490"])
    dbh, height = np.append(dbh, [20.0, 20.0, 20.0]), np.append(height, [NAN] * 3)
    stratum = np.append(stratum, ["south", "east", "north"])
    models = fit_height_models(codes, dbh, height, stratum)
    filled = fill_heights(codes, dbh, height, models, stratum)
    assert filled.level[-3:].tolist() == ["stratum", "species", "group"]
    rise = float(CURVE.height_m(20.0)) - 1.3
    assert filled.height_m[-3] == pytest.approx(1.3 + 1.15 * rise, rel=0.03)
    assert models.by_stratum["310", "south"].n_trees == 100
    # without the strata the same tree lies between the two
    flat = fill_heights_m(codes, dbh, height, fit_height_models(codes, dbh, height))
    assert flat[-3] < filled.height_m[-3] - 0.3


def test_few_trees_bend_no_curve_but_move_the_upper_one() -> None:
    codes, dbh, height = stand({"310": 1.0}, 300, 0.5, 9)
    few_dbh = np.array([10.0, 20.0, 30.0, 25.0])
    few = 1.3 + 0.5 * (CURVE.height_m(few_dbh) - 1.3)
    few[3] = NAN
    codes = np.append(codes, ["410"] * 4)
    models = fit_height_models(codes, np.append(dbh, few_dbh), np.append(height, few))
    curve = models.by_species["410"]
    # one coefficient, three trees, and no second species with a curve of its own
    assert curve.weight == pytest.approx(3 / (3 + PRIOR_TREES))
    assert curve.upper is not None
    own, upper = curve.own.height_m(25.0), curve.upper.height_m(25.0)
    assert float(curve.height_m(25.0)) == pytest.approx(curve.weight * own + (1 - curve.weight) * upper)
    assert curve.residual_sd_m == curve.upper.residual_sd_m


def test_a_species_without_heights_takes_its_groups_curve() -> None:
    """Conifers are tall and broadleaf trees low; an unmeasured sweet gum is drawn like an oak."""
    codes, dbh, height = stand({"310": 1.2, "220": 1.15, "410": 0.7, "470": 0.75}, 60, 0.5, 8)
    codes, dbh, height = np.append(codes, ["480"]), np.append(dbh, [20.0]), np.append(height, [NAN])
    models = fit_height_models(codes, dbh, height)
    filled = fill_heights(codes, dbh, height, models)
    assert (filled.level[-1], dict(models.pooled)) == ("group", {"480": "group"})
    rise = float(CURVE.height_m(20.0)) - 1.3
    assert filled.height_m[-1] == pytest.approx(1.3 + 0.725 * rise, rel=0.05)
    assert models.by_species["310"].upper is models.by_group["conifer"]
    # the only measured species of a group is drawn to all trees, not to itself
    alone = fit_height_models(codes[codes != "470"], dbh[codes != "470"], height[codes != "470"])
    assert alone.by_species["410"].upper is alone.common
    assert alone.by_species["480"] is alone.by_group["hard_broadleaf"]


def test_one_form_may_be_stated() -> None:
    codes, dbh, height = stand({"310": 1.0, "410": 0.9}, 50, 0.5, 2)
    height[0] = NAN
    models = fit_height_models(codes, dbh, height, forms=("chapman_richards",))
    assert {curve.form for curve in models.by_species.values()} == {"chapman_richards"}


def test_order_of_the_trees_does_not_matter() -> None:
    codes, dbh, height = stand({"310": 1.0, "410": 0.8}, 40, 1.0, 4)
    height[::3] = NAN
    order = np.random.default_rng(0).permutation(codes.size)
    straight = fill_heights_m(codes, dbh, height, fit_height_models(codes, dbh, height))
    mixed = fit_height_models(codes[order], dbh[order], height[order])
    np.testing.assert_allclose(
        fill_heights_m(codes[order], dbh[order], height[order], mixed), straight[order], rtol=1e-6
    )


def test_too_few_measured_heights() -> None:
    with pytest.raises(InventoryError, match="heights-too-few: count=2"):
        fit_height_models(["310"] * 3, [10.0, 20.0, 30.0], [8.0, 12.0, NAN])
    with pytest.raises(InventoryError, match="heights-too-few: count=0"):
        fill_heights(["310"], [10.0], [NAN], HeightModels(None, {}, {}, {}, {}))


def test_all_measured_needs_no_curve() -> None:
    models = fit_height_models(["310"], [10.0], [8.0])
    assert (models.common, dict(models.by_species)) == (None, {})


def test_an_empty_inventory_has_no_heights() -> None:
    empty = np.array([])
    models = fit_height_models(np.array([], dtype=np.str_), empty, empty)
    assert fill_heights(np.array([], dtype=np.str_), empty, empty, models).height_m.size == 0
