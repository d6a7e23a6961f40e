"""From an inventory to growth curves: which plots tell, whose growth is borrowed, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.forecast_plots import (
    FELLED_SHARE,
    GrowthChoice,
    GrowthPlots,
    StatedCurve,
    fitted,
    growth_plots,
    stands_to_forecast,
)
from mrv.growth import Richards
from mrv.inventory import Columns, Inventory, build_tree_inventory
from mrv.profile import load

TRUE = Richards(120.0, 0.06, 2.0)
AREA = 2_000.0 / 3.0


def plots(n: int, *, stratum: str = "fir", age: float | None = None, seed: int = 1) -> GrowthPlots:
    rng = np.random.default_rng(seed)
    first = rng.uniform(5.0, 40.0, n) if age is None else np.full(n, age - 5.0)
    held = TRUE.value(np.maximum(first, 0.0)) * np.exp(rng.normal(0.0, 0.15, n))
    second = TRUE.value(first + 5.0) * np.exp(rng.normal(0.0, 0.15, n))
    if age is None:
        second = TRUE.projected(held, first, first + 5.0) + rng.normal(0.0, 1.0, n)
    ids = np.array([f"{stratum}{i:02d}" for i in range(n)])
    return GrowthPlots(stratum, ids, first + 5.0, held, second, np.zeros(n), 5.0)


PLANTED = plots(6, stratum="planted", age=5.0)
OLD = plots(30)


def test_a_stratum_takes_its_own_growth_first() -> None:
    stands, tried = stands_to_forecast({"fir": OLD}, {"fir": 100.0}, GrowthChoice())
    assert stands[0].model.mode == "ratio"
    assert stands[0].model.curve.parameters == pytest.approx(TRUE.parameters, rel=0.3)
    assert tried == ()


def test_a_planted_stratum_borrows_what_it_is_said_to_be_like() -> None:
    found = {"fir": OLD, "planted": PLANTED}
    choice = GrowthChoice(like={"planted": "fir"})
    stands, tried = stands_to_forecast(found, {"planted": 100.0}, choice)
    assert stands[0].model.key == "like:fir"
    assert stands[0].model.mode == "increment"
    assert [(item.stratum, item.rule) for item in tried] == [("planted", "growth-no-plots")]


def test_without_a_similar_stratum_it_is_refused_with_what_was_tried() -> None:
    for choice in (GrowthChoice(), GrowthChoice(like={"planted": "nowhere"})):
        with pytest.raises(EstimationError) as refused:
            stands_to_forecast({"fir": OLD, "planted": PLANTED}, {"planted": 100.0}, choice)
        assert refused.value.rule == "forecast-growth-unknown"
        assert "growth-no-plots" in str(refused.value.params["tried"])


def test_a_stated_curve_comes_before_all() -> None:
    curve = StatedCurve("schumacher", (5.0, 10.0), "yield table")
    stands, _ = stands_to_forecast({"fir": OLD}, {"fir": 100.0}, GrowthChoice(stated={"fir": curve}))
    assert stands[0].model.fit is None
    assert stands[0].model.source == "yield table"
    wrong = GrowthChoice(stated={"fir": StatedCurve("richards", (5.0, 10.0), "yield table")})
    with pytest.raises(EstimationError, match="growth-parameter-count"):
        stands_to_forecast({"fir": OLD}, {"fir": 100.0}, wrong)


def test_a_form_that_is_not_told_makes_way_for_the_next() -> None:
    """Twelve young stands: rate and shape of Richards stay unknown, Schumacher's one parameter does not."""
    rng = np.random.default_rng(0)
    age = rng.uniform(8.0, 11.0, 12)
    held = TRUE.value(age - 5.0) * np.exp(rng.normal(0.0, 0.3, 12))
    second = TRUE.projected(held, age - 5.0, age) * np.exp(rng.normal(0.0, 0.15, 12))
    young = GrowthPlots(
        "fir", np.array([f"P{i:02d}" for i in range(12)]), age, held, second, np.zeros(12), 5.0
    )
    fit, tried = fitted(young, ("richards", "schumacher"))
    assert fit is not None
    assert fit.form == "schumacher"
    assert [item.form for item in tried] == ["richards"]


def test_a_stratum_without_plots_is_refused() -> None:
    with pytest.raises(EstimationError, match="forecast-plots-few"):
        stands_to_forecast({"fir": OLD}, {"oak": 1.0}, GrowthChoice())


def test_which_plots_tell_growth() -> None:
    n = 6
    age = np.array([20.0, np.nan, 4.0, 20.0, 20.0, 20.0])
    first = np.array([50.0, 50.0, 50.0, 0.0, 50.0, 50.0])
    second = np.array([60.0, 60.0, 60.0, 60.0, 0.0, 45.0])
    felled = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 50.0 * FELLED_SHARE * 1.01])
    item = GrowthPlots("fir", np.array([str(i) for i in range(n)]), age, first, second, felled, 5.0)
    assert item.telling.tolist() == [True, False, False, False, False, False]
    assert item.grown_tc_per_ha[5] == pytest.approx(45.0 + felled[5])


@pytest.fixture
def inventory(
    plot_table: Callable[[list[tuple[Any, ...]]], Columns],
    tree_table: Callable[[list[tuple[Any, ...]]], Columns],
) -> Inventory:
    """Return four fir plots of two campaigns; in the last one a tree of three was felled."""
    visits = [(f"P{i}", year, 1.0, 2.0, AREA, f"L{i}", "fir") for year in (2020, 2025) for i in range(4)]
    nan, trees = float("nan"), []
    for i in range(4):
        for tree in range(3):
            felled = i == 3 and tree == 0
            trees.append((f"P{i}", 2020, f"T{tree}", "310", 12.0 + i, 10.0 + i, nan, "live"))
            status = "cut" if felled else "live"
            trees.append((f"P{i}", 2025, f"T{tree}", "310", 15.0 + i, 12.0 + i, nan, status))
    return build_tree_inventory(plot_table(visits), tree_table(trees))[0]


def test_plots_of_an_inventory_have_the_age_of_their_parcel(inventory: Inventory) -> None:
    found = growth_plots(inventory, load("demo"), {"L0": 12.0, "L1": 15.0, "L2": 18.0})["fir"]
    assert found.age_year.tolist()[:3] == [12.0, 15.0, 18.0]
    assert np.isnan(found.age_year[3])
    assert (found.first_tc_per_ha > 0).all()
    assert (found.second_tc_per_ha[:3] > found.first_tc_per_ha[:3]).all()
    assert found.felled_tc_per_ha[:3].tolist() == [0.0, 0.0, 0.0]
    assert found.felled_tc_per_ha[3] == pytest.approx(found.first_tc_per_ha[3] / 3)
    assert found.period_year == 5.0


def test_one_campaign_tells_no_growth(
    plot_table: Callable[[list[tuple[Any, ...]]], Columns],
    tree_table: Callable[[list[tuple[Any, ...]]], Columns],
) -> None:
    visits = [("P0", 2020, 1.0, 2.0, AREA, "L0", "fir")]
    trees = [("P0", 2020, "T0", "310", 12.0, 10.0, float("nan"), "live")]
    only = build_tree_inventory(plot_table(visits), tree_table(trees))[0]
    with pytest.raises(EstimationError, match="change-needs-two-campaigns"):
        growth_plots(only, load("demo"), {})
