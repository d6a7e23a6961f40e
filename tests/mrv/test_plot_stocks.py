from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.inventory import Columns, Inventory, build_tree_inventory
from mrv.plot_stocks import change_components, plot_stocks, tree_stocks
from mrv.profile import load

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]
PROFILE = load("county-stock-v1")


@pytest.fixture
def inventory(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> Inventory:
    return build_tree_inventory(plot_table(plot_records), tree_table(tree_records))[0]


def test_only_standing_trees_from_5_cm_on_are_tallied(inventory: Inventory) -> None:
    stocks = tree_stocks(inventory.trees, PROFILE)
    # 15 records less one under 5 cm, one dead, one cut
    assert int(stocks.tallied.sum()) == 12
    assert (stocks.mass.carbon_kg[~stocks.tallied] == 0).all()
    notes = {note.rule: note.params.get("count") for note in stocks.notes}
    assert notes["trees-below-minimum"] == 1
    assert notes["bamboo-roots-left-out"] == 4
    assert "bamboo-age-assumed" not in notes


def test_a_plot_without_trees_is_a_zero(inventory: Inventory) -> None:
    found = plot_stocks(inventory, tree_stocks(inventory.trees, PROFILE), 2020)
    assert found.plot_id.tolist() == ["P1", "P2", "P3", "P4", "P5"]
    assert found.per_ha[2].tolist() == [0.0] * 5


def test_stock_per_hectare_by_hand(inventory: Inventory) -> None:
    found = plot_stocks(inventory, tree_stocks(inventory.trees, PROFILE), 2025)
    # P1 in 2025: fir of 20 cm and 15 m (.243520 m3) and of 6 cm and 5 m (.008491 m3), on 1/15 ha
    assert found.per_ha[0, 0] == pytest.approx((0.243520 + 0.008491) * 15, rel=1e-4)
    factor = 0.307 * 1.634 * (1 + 0.246) * 0.520
    assert found.per_ha[0, 4] == pytest.approx(found.per_ha[0, 0] * factor, rel=1e-12)
    assert found.per_ha[:, 4] == pytest.approx(found.per_ha[:, 2] + found.per_ha[:, 3], rel=1e-12)


def test_the_components_make_up_the_difference_in_every_plot(inventory: Inventory) -> None:
    stocks = tree_stocks(inventory.trees, PROFILE)
    change = change_components(inventory, stocks, 2020, 2025)
    first, second = (plot_stocks(inventory, stocks, year).per_ha[:, 4] for year in (2020, 2025))
    net, growth, ingrowth, mortality, felling = change.per_ha.T
    np.testing.assert_allclose(net, second - first, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(net, growth + ingrowth - mortality - felling, rtol=1e-12, atol=1e-12)
    by_plot = dict(zip(change.plot_id.tolist(), change.per_ha.tolist(), strict=True))
    assert by_plot["P1"][3] > 0
    assert by_plot["P1"][4] == 0
    assert by_plot["P2"][4] > 0
    assert by_plot["P3"][1:3] == [0.0, by_plot["P3"][2]]
    assert by_plot["P3"][2] > 0
    assert (change.unpaired, change.unrecorded) == (0, 0)


def test_a_tree_without_a_later_record_died(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    trees = [r for r in tree_records if not (r[0] == "P2" and r[2] == "2" and r[1] == 2025)]
    inventory = build_tree_inventory(plot_table(plot_records), tree_table(trees))[0]
    change = change_components(inventory, tree_stocks(inventory.trees, PROFILE), 2020, 2025)
    assert change.unrecorded == 1
    assert change.per_ha[1, 3] > 0
    assert change.per_ha[1, 4] == 0


def test_a_plot_measured_once_cannot_tell_a_change(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    inventory = build_tree_inventory(plot_table(plot_records[:-1]), tree_table(tree_records[:-1]))[0]
    change = change_components(inventory, tree_stocks(inventory.trees, PROFILE), 2020, 2025)
    assert change.plot_id.tolist() == ["P1", "P2", "P3", "P4"]
    assert change.unpaired == 1


def test_refusals(inventory: Inventory) -> None:
    stocks = tree_stocks(inventory.trees, PROFILE)
    with pytest.raises(EstimationError, match="campaign-missing: year=2030"):
        plot_stocks(inventory, stocks, 2030)
    with pytest.raises(EstimationError, match="campaigns-reversed"):
        change_components(inventory, stocks, 2025, 2020)
    area = inventory.plots.area_m2.copy()
    area[0] = 0.0
    broken = Inventory(replace(inventory.plots, area_m2=area), inventory.trees)
    with pytest.raises(EstimationError, match=r"plot-area-unusable.*row=2"):
        plot_stocks(broken, stocks, 2020)
    orphan = replace(
        inventory.trees, plot_id=np.where(inventory.trees.plot_id == "P1", "P9", inventory.trees.plot_id)
    )
    with pytest.raises(EstimationError, match="tree-plot-unusable"):
        plot_stocks(Inventory(inventory.plots, orphan), stocks, 2020)
