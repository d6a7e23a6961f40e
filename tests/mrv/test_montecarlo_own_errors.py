from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mrv.inventory import Columns, Inventory, build_tree_inventory
from mrv.montecarlo.own_errors import (
    HEIGHT_MODEL,
    Records,
    curve_errors,
    elasticities,
    own_errors,
    parameters,
    spread_over,
)
from mrv.montecarlo.terms import packaged_terms
from mrv.profile import load
from mrv.tree_stocks import TreeStocks, inventory_stocks

Maker = Callable[[list[tuple[Any, ...]]], Columns]
PROFILE = load("county-stock-v1")
TERMS = {term.name: term for term in packaged_terms()}
N = 40


@pytest.fixture
def inventory(plot_table: Maker, tree_table: Maker) -> Inventory:
    """Return firs in one plot, seen twice; every second height of both campaigns is missing."""
    rng = np.random.default_rng(3)
    plots = [("P1", year, 1.0, 2.0, 600.0, "a", "杉木") for year in (2020, 2025)]
    trees = []
    for year, growth in ((2020, 0.0), (2025, 2.0)):
        for i in range(N):
            dbh = 8.0 + 0.4 * i + growth
            height = 1.3 + (dbh / (1.2 + 0.2 * dbh)) ** 2 + rng.normal(0, 0.8)
            measured = round(float(height), 1) if i % 2 else float("nan")
            trees.append(("P1", year, str(i), "310", round(dbh, 1), measured, float("nan"), "live"))
    return build_tree_inventory(plot_table(plots), tree_table(trees))[0]


@pytest.fixture
def stocks(inventory: Inventory) -> TreeStocks:
    return inventory_stocks(inventory, PROFILE)


def records(inventory: Inventory) -> Records:
    """Return the records of each tree by its number."""
    trees = inventory.trees
    order = sorted(set(trees.tree_id.tolist()))
    rows = [
        [int(np.flatnonzero((trees.tree_id == name) & (trees.campaign_year == year))[0]) for name in order]
        for year in (2020, 2025)
    ]
    return Records((2020, 2025), np.array(rows))


def test_elasticities_are_the_exponents_of_the_equation(inventory: Inventory, stocks: TreeStocks) -> None:
    # V = 5.8777042e-5 D^1.9699831 H^0.89646157 of Chinese fir
    by_dbh, by_height = elasticities(inventory.trees, stocks, PROFILE)
    measured = np.isfinite(inventory.trees.height_m)
    assert by_dbh[measured] == pytest.approx(1.9699831, rel=1e-6)
    assert by_height == pytest.approx(0.89646157, rel=1e-6)
    # a height from the curve rises with the diameter, so the tree's carbon moves further
    assert (by_dbh[~measured] > 1.9699831).all()


def test_a_step_is_taken_along_the_equation_that_the_region_chose(inventory: Inventory) -> None:
    """Fujian's fir, V = a D^1.801671 H^.997998: stepping along another equation would show a hundredfold."""
    there = replace(inventory, region="Fujian")
    found = inventory_stocks(there, PROFILE)
    assert {equation.id for equation in found.equations.volume.equations()} == {"fir-db35"}
    _, height = elasticities(there.trees, found, PROFILE)
    assert height[found.tallied] == pytest.approx(0.997998, abs=1e-9)


def test_a_reading_of_the_tape_moves_carbon_by_its_elasticity(
    inventory: Inventory, stocks: TreeStocks
) -> None:
    slopes = elasticities(inventory.trees, stocks, PROFILE)
    own, reading = own_errors(inventory.trees, stocks, TERMS, records(inventory), slopes)
    i = int(records(inventory).row[0, 1])
    dbh = float(inventory.trees.dbh_cm[i])
    expected = slopes[0][i] * (0.0904 + 0.0062 * dbh) / dbh
    assert reading["dbh_cm"][0, 1] == pytest.approx(expected, rel=1e-12)
    assert own["tree_residual"] == pytest.approx(np.sqrt(np.log1p(0.1**2)))


def test_measured_heights_have_a_reading_error_and_filled_ones_the_curves(
    inventory: Inventory, stocks: TreeStocks
) -> None:
    slopes = elasticities(inventory.trees, stocks, PROFILE)
    own, reading = own_errors(inventory.trees, stocks, TERMS, records(inventory), slopes)
    filled = ~np.isfinite(inventory.trees.height_m[records(inventory).row[0]])
    assert (reading["height_m"][:, ~filled] > 0).all()
    assert not reading["height_m"][:, filled].any()
    # these trees were filled in both campaigns, so their deviation from the curve stays with them
    assert (own[HEIGHT_MODEL][filled] > 0).all()
    assert not own[HEIGHT_MODEL][~filled].any()
    assert not reading[HEIGHT_MODEL].any()


def test_a_height_filled_in_one_campaign_only_is_drawn_for_that_one(inventory: Inventory) -> None:
    trees = inventory.trees
    later = trees.campaign_year == 2025
    known = replace(trees, height_m=np.where(later & ~np.isfinite(trees.height_m), 12.0, trees.height_m))
    changed = replace(inventory, trees=known)
    stocks = inventory_stocks(changed, PROFILE)
    slopes = elasticities(known, stocks, PROFILE)
    own, reading = own_errors(known, stocks, TERMS, records(changed), slopes)
    filled = ~np.isfinite(known.height_m[records(changed).row[0]])
    assert not own[HEIGHT_MODEL].any()
    assert (reading[HEIGHT_MODEL][0, filled] > 0).all()
    assert not reading[HEIGHT_MODEL][1].any()


def test_the_curve_itself_is_off_by_less_than_one_tree(inventory: Inventory, stocks: TreeStocks) -> None:
    by_height = elasticities(inventory.trees, stocks, PROFILE)[1]
    found = curve_errors(inventory.trees, stocks, by_height)
    heights = stocks.heights
    one = float((0.9 * heights.residual_sd_m / heights.height_m).max())
    assert 0 < found["310"] < one / np.sqrt(N)


def test_species_name_what_their_carbon_rests_on(stocks: TreeStocks) -> None:
    fir = parameters(stocks)["310"]
    assert fir.volume
    assert fir.biomass
    assert fir.density


def test_values_go_back_to_their_records() -> None:
    assert spread_over(np.array([1.0, 2.0]), np.array([True, False, True])).tolist() == [1.0, 0.0, 2.0]
