"""Expansion of an inventory, and conditions of plots that a border splits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mrv.errors import InventoryError
from mrv.expansion import adjustment, condition_values, expand, visits_of
from mrv.inventory import Columns, Inventory, build_tree_inventory
from mrv.plot_design import PlotDesign, design_from
from mrv.plot_stocks import change_components, plot_stocks, tree_stocks
from mrv.profile import load

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]
PROFILE = load("county-stock-v1")
ANGLE = PlotDesign("angle_count", baf_m2_per_ha=1.0)


@pytest.fixture
def inventory(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> Inventory:
    return build_tree_inventory(plot_table(plot_records), tree_table(tree_records))[0]


def test_fixed_plots_expand_by_their_area(inventory: Inventory) -> None:
    found = expand(inventory)
    assert set(found.share.tolist()) == {1.0}
    assert found.base_area_m2.tolist() == inventory.plots.area_m2.tolist()
    assert set(found.adjustment.tolist()) == {1.0}
    assert (inventory.plots.plot_id[found.visit] == inventory.trees.plot_id).all()
    assert (inventory.plots.campaign_year[found.visit] == inventory.trees.campaign_year).all()


def test_a_tree_without_a_visit_has_none(inventory: Inventory) -> None:
    lost = replace(inventory.trees, campaign_year=np.full(inventory.trees.row.size, 1999))
    assert set(visits_of(inventory.plots, lost).tolist()) == {-1}


def test_nested_and_angle_counts_reach_the_stock(inventory: Inventory) -> None:
    stocks = tree_stocks(inventory.trees, PROFILE)
    # P2 in 2020: two pines of 16 and 14 cm
    at = [i for i, t in enumerate(inventory.trees.plot_id) if t == "P2"][:2]
    volume = stocks.mass.volume_m3[at]
    dbh = inventory.trees.dbh_cm[at]
    angle = plot_stocks(replace(inventory, design=ANGLE), stocks, 2020)
    expected = sum(v / (math.pi / 4 * (d / 100) ** 2) for v, d in zip(volume, dbh, strict=True))
    assert angle.per_ha[1, 0] == pytest.approx(expected, rel=1e-12)
    rings = [{"area_m2": 100.0, "dbh_from_cm": 5.0}, {"area_m2": 400.0, "dbh_from_cm": 15.0}]
    nested = plot_stocks(
        replace(inventory, design=design_from({"kind": "nested", "rings": rings})), stocks, 2020
    )
    by_size = {d: v for v, d in zip(volume, dbh, strict=True)}
    assert nested.per_ha[1, 0] == pytest.approx(by_size[14.0] * 100 + by_size[16.0] * 25, rel=1e-12)


@pytest.mark.parametrize("kind", ["angle", "slope", "partial", "twice"])
def test_components_still_make_up_the_difference(inventory: Inventory, kind: str) -> None:
    plots, trees = inventory.plots, inventory.trees
    steep = replace(plots, slope_deg=np.linspace(0, 40, plots.row.size))
    cut = replace(plots, sampled_frac=np.linspace(0.3, 1, plots.row.size))
    twice = replace(trees, tally_count=np.where(trees.tree_id == "1", 2.0, 1.0))
    changed = {
        "angle": replace(inventory, design=ANGLE),
        "slope": Inventory(steep, trees, PlotDesign(slope_corrected=False)),
        "partial": Inventory(cut, trees),
        "twice": Inventory(plots, twice),
    }[kind]
    stocks = tree_stocks(changed.trees, PROFILE)
    first, second = (plot_stocks(changed, stocks, year).per_ha[:, 4] for year in (2020, 2025))
    net, growth, ingrowth, mortality, felling = change_components(changed, stocks, 2020, 2025).per_ha.T
    np.testing.assert_allclose(net, second - first, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(net, growth + ingrowth - mortality - felling, rtol=1e-12, atol=1e-12)
    plain = plot_stocks(inventory, stocks, 2025).per_ha[:, 4]
    assert not np.allclose(second, plain)


def test_a_tree_counted_twice_counts_twice(inventory: Inventory) -> None:
    stocks = tree_stocks(inventory.trees, PROFILE)
    twice = replace(inventory.trees, tally_count=np.full(inventory.trees.row.size, 2.0))
    plain = plot_stocks(inventory, stocks, 2020).per_ha
    assert plot_stocks(Inventory(inventory.plots, twice), stocks, 2020).per_ha == pytest.approx(2 * plain)


def test_the_adjustment_is_the_mean_fraction_of_stratum_and_campaign(inventory: Inventory) -> None:
    fraction = np.ones(inventory.plots.row.size)
    fraction[0] = 0.5  # P1 in 2020, one of three plots of 杉木
    found = adjustment(replace(inventory.plots, sampled_frac=fraction))
    assert found[:3] == pytest.approx([3 / 2.5] * 3)
    assert set(found[3:].tolist()) == {1.0}


def test_plots_cut_by_the_border_are_right_on_average(inventory: Inventory) -> None:
    """Points in a stand of 1 ha, plots of 10 m cut at its border: what lies outside is not measured.

    Divided by the mean fraction the estimate is that of the stand. Divided plot by plot it is not: slivers
    would count like whole plots, and the trees near the border would weigh too much.
    """
    rng = np.random.default_rng(9)
    trees = rng.uniform(0, 100, (300, 2))
    trees[:, 0] = trees[:, 0] ** 2 / 100  # crowded at the left border
    grid = np.stack(np.meshgrid(np.linspace(-9.75, 9.75, 40), np.linspace(-9.75, 9.75, 40)), axis=-1)
    disc = grid.reshape(-1, 2)[(grid**2).sum(axis=-1).ravel() <= 100]
    by_mean, by_plot = [], []
    for _ in range(200):
        points = rng.uniform(-10, 110, (60, 2))
        inside = points[:, None, :] + disc
        part = ((inside >= 0) & (inside <= 100)).all(axis=2).mean(axis=1)
        points, part = points[part > 0], part[part > 0]
        near = np.hypot(*(trees[None] - points[:, None]).transpose(2, 0, 1)) <= 10
        per_ha = near.sum(axis=1) * 10_000 / (math.pi * 100)
        size = len(points)
        visits = replace(
            inventory.plots,
            campaign_year=np.full(size, 2020),
            stratum=np.full(size, "fir"),
            sampled_frac=part,
        )
        by_mean.append(float((per_ha * adjustment(visits)).mean()))
        by_plot.append(float((per_ha / part).mean()))
    error = np.std(by_mean, ddof=1) / math.sqrt(200)
    assert abs(np.mean(by_mean) - 300) < 3 * error
    assert abs(np.mean(by_plot) - 300) > 3 * error


def test_conditions_are_unbiased_over_a_stand_with_a_border() -> None:
    """Forest on the left of a frame of 100 x 100 m, meadow on the right; plots of 10 m that overlap both."""
    rng = np.random.default_rng(3)
    trees = np.column_stack([rng.uniform(10, 55, 400), rng.uniform(10, 90, 400)])
    grid = np.stack(np.meshgrid(np.linspace(-9.75, 9.75, 40), np.linspace(-9.75, 9.75, 40)), axis=-1)
    disc = grid.reshape(-1, 2)[(grid**2).sum(axis=-1).ravel() <= 100]
    plots, kinds, parts, tree_plot, per_tree = [], [], [], [], []
    for k, point in enumerate(rng.uniform(0, 100, (3000, 2))):
        forest = float((point[0] + disc[:, 0] < 55).mean())
        plots += [str(k), str(k)]
        kinds += ["forest", "meadow"]
        parts += [forest, 1 - forest]
        found = int((np.hypot(*(trees - point).T) <= 10).sum())
        tree_plot += [str(k)] * found
        per_tree += [10_000 / (math.pi * 100)] * found
    found = condition_values(plots, kinds, parts, tree_plot, ["forest"] * len(tree_plot), per_tree)
    number, area = found.per_ha[:, 0], found.fraction[:, 0]
    # the frame is 1 ha with 400 trees; left of the frame counts as forest
    assert abs(number.mean() - 400) < 3 * number.std(ddof=1) / math.sqrt(3000)
    assert abs(area.mean() - 0.55) < 3 * area.std(ddof=1) / math.sqrt(3000)
    assert found.per_ha[:, 1].tolist() == [0.0] * 3000


def test_parts_that_cannot_be() -> None:
    with pytest.raises(InventoryError, match="condition-fractions: plot=A"):
        condition_values(["A", "A"], ["f", "m"], [0.7, 0.4], ["A"], ["f"], [1.0])
    with pytest.raises(InventoryError, match="condition-unrecorded: plot=A; value=m"):
        condition_values(["A", "B"], ["f", "m"], [1.0, 1.0], ["A"], ["m"], [1.0])
