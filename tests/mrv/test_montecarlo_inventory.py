from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mrv.county_stock import estimate_county_stock
from mrv.errors import EstimationError
from mrv.inventory import Columns, Inventory, build_tree_inventory
from mrv.montecarlo.inventory import TreeErrors, tree_errors
from mrv.montecarlo.own_errors import HEIGHT_MODEL
from mrv.montecarlo.terms import packaged_terms
from mrv.profile import load

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]
PROFILE = load("county-stock-v1")
AREAS = {"杉木": 300.0, "毛竹": 120.0}
EVERY = frozenset({"tree_residual", "dbh_cm", "height_m", HEIGHT_MODEL})


@pytest.fixture
def inventory(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> Inventory:
    return build_tree_inventory(plot_table(plot_records), tree_table(tree_records))[0]


@pytest.fixture
def trees(inventory: Inventory) -> TreeErrors:
    return tree_errors(inventory, AREAS, PROFILE, packaged_terms())


def test_the_weights_add_up_to_the_estimates(inventory: Inventory, trees: TreeErrors) -> None:
    stock = estimate_county_stock(inventory, AREAS, PROFILE)
    found = trees.weighted.sum(axis=(0, 1))
    assert found[0] == pytest.approx(stock.find("county", "carbon_stock", 2025).estimate.value, rel=1e-12)
    change = stock.find("county", "net_change", period=(2020, 2025)).estimate.value
    assert found[1] == pytest.approx(change, rel=1e-12)


def test_the_strata_are_the_estimates_of_the_strata(inventory: Inventory, trees: TreeErrors) -> None:
    stock = estimate_county_stock(inventory, AREAS, PROFILE)
    for name in AREAS:
        groups = trees.groups(name, EVERY).values()
        total = sum(group.weighted[..., 0].sum() for group in groups)
        assert total == pytest.approx(stock.find(f"stratum:{name}", "carbon_stock", 2025).estimate.value)


def test_a_tree_of_both_campaigns_is_one_tree(trees: TreeErrors) -> None:
    # P1/1, P2/1, P4/1 and P5/1 stand in both campaigns; five others in one
    both = (trees.weighted[0, :, 1] != 0) & (trees.weighted[1, :, 1] != 0)
    assert int(both.sum()) == 4
    assert trees.weighted.shape == (2, 8, 2)


def test_inactive_terms_give_no_error(trees: TreeErrors) -> None:
    quiet = trees.groups("杉木", frozenset())["310"]
    assert not quiet.tree_sd.any()
    assert not quiet.visit_sd.any()
    loud = trees.groups("杉木", EVERY)["310"]
    assert loud.tree_sd.all()
    assert loud.visit_sd.any()


def test_one_campaign_has_a_stock_and_no_change(inventory: Inventory) -> None:
    plots, stems = inventory.plots, inventory.trees
    keep, grown = plots.campaign_year == 2025, stems.campaign_year == 2025
    later = replace(
        inventory,
        plots=replace(plots, **{n: getattr(plots, n)[keep] for n in type(plots).__slots__ if n != "source"}),
        trees=replace(stems, **{n: getattr(stems, n)[grown] for n in type(stems).__slots__ if n != "source"}),
    )
    found = tree_errors(later, AREAS, PROFILE, packaged_terms())
    assert found.weighted.shape[0] == 1
    assert found.weighted.shape[2] == 1
    stock = estimate_county_stock(inventory, AREAS, PROFILE).find("county", "carbon_stock", 2025)
    assert found.weighted.sum() == pytest.approx(stock.estimate.value, rel=1e-12)


def test_a_stratum_without_area_and_an_inventory_without_trees_are_refused(inventory: Inventory) -> None:
    with pytest.raises(EstimationError, match="stratum-without-weight"):
        tree_errors(inventory, {"杉木": 300.0}, PROFILE, packaged_terms())
    dead = replace(inventory.trees, status=np.full(inventory.trees.status.shape, "dead"))
    with pytest.raises(EstimationError, match="domain-without-trees"):
        tree_errors(replace(inventory, trees=dead), AREAS, PROFILE, packaged_terms())
