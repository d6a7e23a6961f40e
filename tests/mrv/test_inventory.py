from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mrv.errors import InventoryError
from mrv.inventory import Columns, build_tree_inventory

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]


def test_a_clean_inventory_has_no_findings(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    inventory, findings = build_tree_inventory(plot_table(plot_records), tree_table(tree_records))
    assert findings == []
    assert inventory.campaigns == (2020, 2025)
    assert set(inventory.trees.status.tolist()) == {"live", "dead", "cut", "ingrowth"}
    assert inventory.plots.area_m2[0] == pytest.approx(666.6667, abs=1e-3)


def test_the_order_of_rows_changes_nothing_but_the_rows(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    one, _ = build_tree_inventory(plot_table(plot_records), tree_table(tree_records))
    two, _ = build_tree_inventory(plot_table(plot_records[::-1]), tree_table(tree_records[::-1]))
    for name in ("plot_id", "tree_id", "dbh_cm", "status"):
        assert getattr(one.trees, name).tobytes() == getattr(two.trees, name).tobytes()
    assert one.plots.plot_id.tolist() == two.plots.plot_id.tolist()
    assert one.trees.row.tolist() != two.trees.row.tolist()


def test_rows_lead_back_to_the_sheet(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    tree_records[3] = ("P2", 2020, "1", "999", 16.0, 12.0, float("nan"), "活立木")
    _, findings = build_tree_inventory(plot_table(plot_records), tree_table(tree_records))
    unknown = [finding for finding in findings if finding.rule == "species-unknown"]
    # the fourth record stands in row 5, under the headings
    assert [(f.source, f.row, f.field, f.value) for f in unknown] == [
        ("plots.xlsx[样木]", 5, "species_code", "999")
    ]


def test_a_missing_column_is_named(plot_table: Maker, tree_table: Maker, plot_records: Records) -> None:
    plots = plot_table(plot_records)
    trees = Columns("trees.csv", {"plot_id": np.array(["P1"])}, np.array([2]))
    with pytest.raises(
        InventoryError, match=r"inventory-column-missing: source=trees.csv; field=campaign_year"
    ):
        build_tree_inventory(plots, trees)


def test_columns_of_unequal_length_are_refused(plot_table: Maker, plot_records: Records) -> None:
    plots = plot_table(plot_records)
    with pytest.raises(InventoryError, match="inventory-column-length"):
        build_tree_inventory(Columns(plots.source, plots.columns, plots.rows[:-1]), plots)


def test_a_year_that_is_none(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    plot_records[2] = ("P3", None, 1.0, 2.0, 600.0, "x", "杉木")
    with pytest.raises(InventoryError, match=r"year-missing: source=plots.xlsx\[样地\]; row=4"):
        build_tree_inventory(plot_table(plot_records), tree_table(tree_records))


def test_an_inventory_without_trees(plot_table: Maker, tree_table: Maker, plot_records: Records) -> None:
    inventory, findings = build_tree_inventory(plot_table(plot_records), tree_table([]))
    assert findings == []
    assert inventory.trees.plot_id.size == 0
    assert inventory.plots.plot_id.size == 10
