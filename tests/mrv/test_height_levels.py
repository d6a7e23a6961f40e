from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mrv.height_curves import HeightCurve, Tally, fit_curve, tally_heights
from mrv.height_levels import PRIOR_TREES, LevelCurve, ScaledCurve, shrink_level

Floats = NDArray[np.float64]
CURVE = HeightCurve("naslund", (2.0, 0.2), 1.0, 1000)
UPPER = LevelCurve(CURVE, 1.0, None, 1.0, 1000)


def unit(n: int, factor: float, sd: float, seed: int) -> Tally:
    rng = np.random.default_rng(seed)
    dbh = rng.uniform(6, 40, n).round(1)
    height = 1.3 + factor * (CURVE.height_m(dbh) - 1.3) + rng.normal(0, sd, n)
    return tally_heights(np.zeros(n, dtype=np.intp), 1, dbh, height)[0]


def shrunk(tallies: dict[str, Tally]) -> dict[str, LevelCurve]:
    return shrink_level(tallies, dict.fromkeys(tallies, UPPER), 5.0, None)


def test_the_weight_is_that_of_the_best_linear_predictor() -> None:
    """w = n / (n + p s2 / t2), both variances by moments, written out again."""
    tallies = {f"s{i}": unit(20 + 10 * i, 1 + 0.15 * (i - 2), 1.2, i) for i in range(5)}
    owns = {name: fit_curve(tally, "naslund") for name, tally in tallies.items()}
    squares = sum(t.residual_m2(owns[name].height_m(t.dbh_cm)) for name, t in tallies.items())
    s2 = squares / sum(t.n_trees - 2 for t in tallies.values())
    apart = [
        np.average((owns[name].height_m(t.dbh_cm) - CURVE.height_m(t.dbh_cm)) ** 2, weights=t.count)
        - 2 * s2 / t.n_trees
        for name, t in tallies.items()
    ]
    k = 2 * s2 / float(np.mean(apart))
    for name, curve in shrunk(tallies).items():
        n = tallies[name].n_trees
        assert curve.weight == pytest.approx(n / (n + k), rel=1e-9)
        mixed = curve.weight * owns[name].height_m(20.0) + (1 - curve.weight) * CURVE.height_m(20.0)
        assert float(curve.height_m(20.0)) == pytest.approx(float(mixed), rel=1e-12)


def test_more_trees_weigh_more() -> None:
    found = shrunk({"few": unit(12, 0.8, 1.0, 1), "many": unit(300, 1.2, 1.0, 2)})
    assert found["few"].weight < found["many"].weight


def test_units_that_agree_with_the_upper_curve_have_no_weight_of_their_own() -> None:
    found = shrunk({f"s{i}": unit(15, 1.0, 3.0, i) for i in range(6)})
    assert max(curve.weight for curve in found.values()) < 0.6
    exact = shrunk({f"s{i}": unit(15, 1.0, 0.0, i) for i in range(3)})
    for curve in exact.values():
        assert curve.height_m([10.0, 30.0]) == pytest.approx(CURVE.height_m([10.0, 30.0]), rel=1e-6)


def test_three_trees_scale_the_upper_curve() -> None:
    found = shrunk({"few": unit(3, 1.3, 0.0, 4)})["few"]
    assert isinstance(found.own, ScaledCurve)
    assert found.own.factor == pytest.approx(1.3)
    assert found.weight == pytest.approx(3 / (3 + PRIOR_TREES))
    assert (found.residual_sd_m, found.form) == (UPPER.residual_sd_m, "naslund")
    expected = 1.3 + (1 + 0.3 * found.weight) * (CURVE.height_m(20.0) - 1.3)
    assert float(found.height_m(20.0)) == pytest.approx(float(expected))


def test_two_trees_make_no_unit() -> None:
    assert shrunk({"two": unit(2, 1.0, 0.5, 1)}) == {}


def test_the_residual_is_that_about_the_mixture() -> None:
    tally = unit(400, 1.2, 0.9, 3)
    curve = shrunk({"a": tally, "b": unit(400, 0.8, 0.9, 5)})["a"]
    squares = tally.residual_m2(curve.height_m(tally.dbh_cm))
    assert curve.residual_sd_m == pytest.approx(np.sqrt(squares / (400 - 2 * curve.weight)))
    assert curve.residual_sd_m == pytest.approx(0.9, rel=0.1)
