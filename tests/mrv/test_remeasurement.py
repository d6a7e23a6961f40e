"""What is missing between campaigns, and how fast a large inventory is checked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mrv.checks import check_inventory
from mrv.findings import Finding
from mrv.inventory import Columns, build_tree_inventory
from mrv.remeasurement import first_of, pair_positions, tree_codes

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]
Check = Callable[[Records, Records], list[Finding]]


@pytest.fixture
def check(plot_table: Maker, tree_table: Maker) -> Check:
    return lambda plots, trees: build_tree_inventory(plot_table(plots), tree_table(trees))[1]


def test_a_standing_tree_without_a_later_record(
    check: Check, plot_records: Records, tree_records: Records
) -> None:
    trees = [r for r in tree_records if not (r[0] == "P2" and r[2] == "2" and r[1] == 2025)]
    found = [f for f in check(plot_records, trees) if f.rule == "tree-vanished"]
    assert [(f.severity, f.row, f.params["plot"], f.params["tree"], f.params["next"]) for f in found] == [
        ("warning", 6, "P2", "2", 2025)
    ]


def test_a_live_tree_that_was_not_there_before(
    check: Check, plot_records: Records, tree_records: Records
) -> None:
    trees = [r for r in tree_records if not (r[0] == "P2" and r[2] == "1" and r[1] == 2020)]
    found = [f for f in check(plot_records, trees) if f.rule == "tree-unannounced"]
    assert [(f.severity, f.row, f.params["tree"], f.params["before"]) for f in found] == [
        ("warning", 11, "1", 2020)
    ]
    # ingrowth is announced by its word, and a plot that is new has no trees before
    assert check(plot_records, tree_records) == []
    late = [r for r in plot_records if not (r[0] == "P4" and r[1] == 2020)]
    only = [r for r in tree_records if not (r[0] == "P4" and r[1] == 2020)]
    assert check(late, only) == []


def test_a_plot_that_was_not_visited_again_says_nothing_of_its_trees(
    check: Check, plot_records: Records, tree_records: Records
) -> None:
    plots = [r for r in plot_records if not (r[0] == "P2" and r[1] == 2025)]
    trees = [r for r in tree_records if not (r[0] == "P2" and r[1] == 2025)]
    found = check(plots, trees)
    assert [(f.rule, f.row) for f in found] == [("plot-not-revisited", 3)]


def test_gaps_in_the_numbers_of_a_plot(check: Check, plot_records: Records, tree_records: Records) -> None:
    trees = [(*r[:2], "4", *r[3:]) if (r[0], r[2]) == ("P1", "2") else r for r in tree_records]
    found = [f for f in check(plot_records, trees) if f.rule == "tree-number-gap"]
    # told at the plot's last visit
    assert [(f.severity, f.row, f.params["numbers"]) for f in found] == [("info", 7, "2")]
    codes = [(*r[:2], f"T{r[2]}", *r[3:]) for r in tree_records]
    assert check(plot_records, codes) == []


def test_a_tree_missing_in_the_middle_of_three_campaigns(check: Check) -> None:
    plots = [("P1", y, 1.0, 2.0, 600.0, "x", "杉木") for y in (2010, 2015, 2020)]
    trees = [("P1", y, "1", "310", 15.0 + (y - 2010) / 5, 12.0, float("nan"), "live") for y in (2010, 2020)]
    found = [f for f in check(plots, trees) if f.rule == "tree-vanished"]
    assert [(f.row, f.params["next"]) for f in found] == [(2, 2015)]


def test_names_that_only_look_alike_when_joined(check: Check) -> None:
    """Plot 1 of 12025 is no plot 11 of 2025, tree 12 of plot 3 is no tree 2 of plot 31."""
    plots = [(name, 2025, 1.0, 2.0, 600.0, "x", "杉木") for name in ("3", "31")]
    trees = [
        ("3", 2025, "12", "310", 15.0, 12.0, 0.0, "live"),
        ("31", 2025, "2", "310", 15.0, 12.0, 0.0, "live"),
    ]
    assert [f.rule for f in check(plots, trees) if f.severity != "info"] == []


def test_pairs_by_hand() -> None:
    codes = np.array([5, 7, 9, 7, 5, 8])
    years = np.array([1, 1, 1, 2, 2, 2])
    i, j = pair_positions(codes, years, 1, 2)
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == [(1, 3), (0, 4)]
    assert first_of(np.array(["b", "a", "b", "b"])).tolist() == [0, 1, 0, 0]


def test_a_hundred_thousand_trees_in_about_a_second(plot_table: Maker, tree_table: Maker) -> None:
    plots = [(f"P{p}", y, 1.0, 2.0, 600.0, "x", "杉木") for y in (2020, 2025) for p in range(1000)]
    trees = [
        (f"P{p}", y, str(t), "310", 10.0 + t % 20 + (y == 2025), 8.0 + t % 20 / 2, float("nan"), "live")
        for y in (2020, 2025)
        for p in range(1000)
        for t in range(1, 51)
    ]
    inventory, _ = build_tree_inventory(plot_table(plots), tree_table(trees))
    assert np.unique(tree_codes(inventory.trees)).size == 50_000
    started = time.perf_counter()
    found = check_inventory(inventory)
    assert time.perf_counter() - started < 4.0  # a second on an idle computer
    assert found == []
