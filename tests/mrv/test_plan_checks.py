"""What came back held against the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mrv.inventory import Columns, build_tree_inventory
from mrv.plan_checks import PlannedPlot, check_plan

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]


def planned(name: str, stratum: str, *, reserve: bool = False, x: float = 1.0) -> PlannedPlot:
    return PlannedPlot(name, stratum, x, 2.0, reserve)


def test_a_campaign_against_its_plan(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    trees = [r for r in tree_records if not (r[0] == "P3" and r[1] == 2025)]
    inventory, _ = build_tree_inventory(plot_table(plot_records), tree_table(trees))
    plan = [
        planned("P1", "杉木"),
        planned("P2", "杉木", x=40.0),  # measured 39 m away
        planned("P3", "杉木", reserve=True),
        planned("P4", "毛竹"),
        planned("Q1", "杉木"),  # P3 stands in
        planned("Q2", "毛竹"),  # nobody stands in
        planned("Q3", "毛竹", reserve=True),
    ]
    found = check_plan(inventory, plan, 2025)
    assert {(f.rule, f.severity, f.row, f.value) for f in found} == {
        ("plan-plot-missing", "warning", None, "Q2"),
        ("plan-plot-off-place", "warning", 8, "1.0"),
        ("plan-plot-without-trees", "info", 9, "P3"),
        ("plan-plot-unplanned", "info", 11, "P5"),
    }
    off = next(f for f in found if f.rule == "plan-plot-off-place")
    assert off.params["distance"] == 39.0


def test_another_campaign_is_not_looked_at(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    inventory, _ = build_tree_inventory(plot_table(plot_records), tree_table(tree_records))
    found = check_plan(inventory, [planned("P1", "杉木")], 2030)
    assert [f.rule for f in found] == ["plan-plot-missing"]
