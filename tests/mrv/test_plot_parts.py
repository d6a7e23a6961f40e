"""Plots that a border splits, by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mrv.inventory import Columns, Inventory, build_tree_inventory
from mrv.plot_parts import PART_COLUMNS, apply_parts
from mrv.plot_stocks import plot_stocks, tree_stocks
from mrv.profile import load

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]
PROFILE = load("county-stock-v1")


def parts(*rows: tuple[Any, ...]) -> Columns:
    columns = {name: np.array([row[i] for row in rows], dtype=object) for i, name in enumerate(PART_COLUMNS)}
    return Columns("w.xlsx[样地部分]", columns, np.arange(2, len(rows) + 2))


@pytest.fixture
def inventory(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> Inventory:
    """Return the inventory; of P1 in 2020, trees 1 and 2 stand in part A, the thin tree 3 in part B."""
    trees = tree_table(tree_records)
    place = [
        {"1": "A", "2": "A", "3": "B"}.get(str(r[2]), "") if r[:2] == ("P1", 2020) else ""
        for r in tree_records
    ]
    return build_tree_inventory(
        plot_table(plot_records),
        Columns(trees.source, {**trees.columns, "part_id": np.array(place, object)}, trees.rows),
    )[0]


def test_a_plot_counts_with_its_part_in_the_population(inventory: Inventory) -> None:
    cut, found = apply_parts(inventory, parts(("P1", 2020, "A", 0.6, "是"), ("P1", 2020, "B", 0.4, "否")))
    assert found == []
    assert cut.plots.sampled_frac[:3].tolist() == [0.6, 1.0, 1.0]
    assert set(cut.plots.sampled_frac[3:].tolist()) == {1.0}
    stocks = tree_stocks(inventory.trees, PROFILE)
    before, after = (plot_stocks(one, stocks, 2020).per_ha[:3, 4] for one in (inventory, cut))
    # trees of the population as before, over the mean fraction of the stratum, 2.6 / 3
    assert after == pytest.approx(before * 3 / 2.6, rel=1e-12)


def test_trees_outside_the_population_do_not_count(inventory: Inventory) -> None:
    cut, _ = apply_parts(inventory, parts(("P1", 2020, "A", 0.6, "no"), ("P1", 2020, "B", 0.4, "yes")))
    stocks = tree_stocks(inventory.trees, PROFILE)
    assert plot_stocks(cut, stocks, 2020).per_ha[0].tolist() == [0.0] * 5
    assert plot_stocks(cut, stocks, 2025).per_ha[0, 4] == plot_stocks(inventory, stocks, 2025).per_ha[0, 4]


def test_what_cannot_be(inventory: Inventory) -> None:
    _, found = apply_parts(
        inventory,
        parts(
            ("P9", 2020, "A", 0.5, "是"),
            ("P2", 2020, "A", 1.5, "是"),
            ("P3", 2020, "A", 0.5, "也许"),
            ("P1", 2020, "A", 0.7, "是"),
            ("P1", 2020, "C", 0.4, "是"),
        ),
    )
    assert {(f.rule, f.row, f.field) for f in found} == {
        ("part-without-plot", 2, "plot_id"),
        ("part-fraction-range", 3, "part_frac"),
        ("part-word-unknown", 4, "in_population"),
        ("part-fractions-over", 6, "part_frac"),
        ("tree-part-unknown", 4, "part_id"),  # tree 3 says B
    }
    assert {f.severity for f in found} == {"error"}


def test_whole_plots_stay_as_they_are(inventory: Inventory) -> None:
    cut, found = apply_parts(inventory, parts())
    assert found == []
    assert cut.plots.sampled_frac.tolist() == inventory.plots.sampled_frac.tolist()
    assert cut.trees.tally_count.tolist() == inventory.trees.tally_count.tolist()
