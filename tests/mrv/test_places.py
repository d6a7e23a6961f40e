"""Plots against the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mrv.inventory import Columns, build_tree_inventory
from mrv.places import check_places

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]
OWN = "4306240010010001"


def test_each_kind_of_wrong_place(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    inventory, _ = build_tree_inventory(plot_table(plot_records), tree_table(tree_records))
    located = np.array(["", "9", OWN, OWN, OWN, OWN, OWN, OWN, OWN, OWN])
    land = np.array(["", "030100", "010000", "010000", "0301", "", "0301", "0301", "0301", "0301"])
    found = check_places(inventory, located, land, ("03",))
    assert {(f.rule, f.row, f.severity) for f in found} == {
        ("plot-outside-parcels", 2, "warning"),
        ("plot-in-other-parcel", 3, "warning"),
        # P3 in 2020 (row 4) lies on cropland as well, but has no trees then
        ("plot-land-class", 5, "warning"),
    }


def test_a_plot_without_a_place_or_a_parcel_is_not_compared(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    records = [(*r[:2], float("nan"), 2.0, r[4], r[5], r[6]) for r in plot_records[:5]]
    records += [(*r[:5], "", r[6]) for r in plot_records[5:]]
    inventory, _ = build_tree_inventory(plot_table(records), tree_table(tree_records))
    located = np.array([""] * 5 + ["9"] * 5)
    assert check_places(inventory, located, np.array([""] * 10), ("03",)) == []
