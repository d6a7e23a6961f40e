from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mrv.audit_facts import design_effect, sample_facts
from mrv.inventory import Columns, build_tree_inventory
from mrv.plot_stocks import PlotStocks, plot_stocks, tree_stocks
from mrv.profile import load

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]


def stocks(density: list[float], strata: list[str]) -> PlotStocks:
    per_ha = np.zeros((len(density), 5))
    per_ha[:, 4] = density
    return PlotStocks(2025, np.array([f"{i}" for i in range(len(density))]), np.array(strata), per_ha)


def test_the_design_effect_is_the_variance_over_that_of_a_simple_sample() -> None:
    """Means 10 and 30, s2 = 2 in both, W = (.5, .5), n = 4: .25 (2/2) 2 = .5 over (2 + 100) / 4."""
    data = stocks([9.0, 11.0, 29.0, 31.0], ["a", "a", "b", "b"])
    assert design_effect(data, {"a": 5.0, "b": 5.0}) == pytest.approx(0.5 / (102 / 4))


def test_one_stratum_has_a_design_effect_of_one() -> None:
    data = stocks([9.0, 11.0, 29.0, 31.0], ["a"] * 4)
    assert design_effect(data, {"a": 5.0}) == pytest.approx(1.0)


@pytest.mark.parametrize("density", [[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]])
def test_there_is_none_for_zeros_or_a_single_plot(density: list[float]) -> None:
    strata = ["a", "a", "a"] if not any(density) else ["a", "a", "b"]
    assert math.isnan(design_effect(stocks(density, strata), dict.fromkeys(set(strata), 1.0)))


def test_facts_count_plots_zeros_and_those_overdue(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    records = [row for row in plot_records if not (row[0] == "P2" and row[1] == 2025)]
    trees = [row for row in tree_records if not (row[1] == 2025 and row[0] in {"P2", "P3"})]
    inventory = build_tree_inventory(plot_table(records), tree_table(trees))[0]
    last = plot_stocks(inventory, tree_stocks(inventory.trees, load("county-stock-v1")), 2025)
    found = sample_facts(inventory, last, {"杉木": 10.0, "毛竹": 5.0}, 2026)
    assert (found.year, found.n_plots, found.zero_plots) == (2025, 4, 1)
    assert found.plots_by_stratum == {"杉木": 2, "毛竹": 2}
    assert found.overdue == 1
