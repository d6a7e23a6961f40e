"""A finding about a record says who, when and where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mrv.inventory import Columns, build_tree_inventory
from mrv.record_findings import plot_finding, positions, tree_finding

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]


def test_a_finding_leads_back_to_the_sheet(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    inventory, _ = build_tree_inventory(plot_table(plot_records), tree_table(tree_records))
    tree = tree_finding(inventory.trees, 0, "dbh-range", "warning", "dbh_cm", low=1.0)
    assert (tree.source, tree.row, tree.field, tree.value) == ("plots.xlsx[样木]", 2, "dbh_cm", "18.0")
    assert dict(tree.params) == {"plot": "P1", "tree": "1", "year": 2020, "low": 1.0}
    plot = plot_finding(inventory.plots, 1, "plot-area-missing", "error", "area_m2", value="")
    assert (plot.row, plot.value, plot.params["plot"]) == (3, "", "P2")


def test_positions_are_plain_numbers() -> None:
    assert [type(i) for i in positions(np.array([False, True]))] == [int]
