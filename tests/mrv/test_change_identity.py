"""Stock difference = survivor growth + ingrowth - mortality - felling: by tree, by plot and in total."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.inventory import Columns, build_tree_inventory
from mrv.plot_stocks import change_components, plot_stocks, tree_stocks
from mrv.population import Population
from mrv.profile import load

PROFILE = load("county-stock-v1")
PLOTS = {"A": "松类", "B": "松类", "C": "杉木", "D": "杉木"}
AREA = {"松类": 300.0, "杉木": 100.0}
FATES = ("活立木", "枯死", "采伐", "进界", "none")

tree = st.tuples(
    st.sampled_from(sorted(PLOTS)),
    st.sampled_from(["220", "310", "410"]),
    # from below the smallest DBH that counts to a thick tree; the second may be thinner
    st.floats(3.0, 40.0).map(lambda value: round(value, 1)),
    st.floats(-2.0, 12.0).map(lambda value: round(value, 1)),
    st.sampled_from(FATES),
)


def table(source: str, names: str, rows: list[tuple[Any, ...]]) -> Columns:
    columns = {n: np.array([r[i] for r in rows], dtype=object) for i, n in enumerate(names.split())}
    return Columns(source, columns, np.arange(2, len(rows) + 2))


def records(trees: list[tuple[str, str, float, float, str]]) -> list[tuple[Any, ...]]:
    """Return the rows of both campaigns: fate `none` has no record in the second."""
    rows: list[tuple[Any, ...]] = []
    for number, (plot, code, dbh, growth, fate) in enumerate(trees):
        name = str(number + 1)
        later = max(round(dbh + growth, 1), 1.0)
        if fate != "进界":
            rows.append((plot, 2020, name, code, dbh, 8.0, float("nan"), "活立木"))
        if fate != "none":
            rows.append((plot, 2025, name, code, later, 10.0, float("nan"), fate))
    return rows


@settings(max_examples=30)
@given(st.lists(tree, min_size=1, max_size=25), st.floats(200.0, 900.0))
def test_the_components_are_the_difference(
    trees: list[tuple[str, str, float, float, str]], later_area: float
) -> None:
    plots = [
        (name, year, 1.0, 2.0, 667.0 if year == 2020 else later_area, "1", stratum)
        for year in (2020, 2025)
        for name, stratum in PLOTS.items()
    ]
    rows = records(trees)
    if not any(row[1] == 2020 for row in rows):
        rows.append(("A", 2020, "999", "310", 10.0, 8.0, float("nan"), "活立木"))
    inventory = build_tree_inventory(
        table("plots", "plot_id campaign_year x_m y_m area_m2 parcel_id stratum", plots),
        table("trees", "plot_id campaign_year tree_id species_code dbh_cm height_m du status", rows),
    )[0]
    stocks = tree_stocks(inventory.trees, PROFILE)
    change = change_components(inventory, stocks, 2020, 2025)
    first, second = (plot_stocks(inventory, stocks, year).per_ha[:, 4] for year in (2020, 2025))
    net, growth, ingrowth, mortality, felling = change.per_ha.T

    # in each plot
    np.testing.assert_allclose(net, second - first, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(net, growth + ingrowth - mortality - felling, rtol=1e-10, atol=1e-10)
    assert (change.per_ha[:, 2:] >= 0).all()

    # tree by tree: each tree's own difference, added up by plot, is the plot's
    carbon = stocks.mass.carbon_kg / 1000
    share = np.where(inventory.trees.campaign_year == 2025, 1 / later_area, -1 / 667.0) * 10_000
    by_plot = {name: float((carbon * share)[inventory.trees.plot_id == name].sum()) for name in sorted(PLOTS)}
    np.testing.assert_allclose(net, [by_plot[str(name)] for name in change.plot_id], rtol=1e-9, atol=1e-9)

    # in total, with one variance for the sum and for what it is made of
    totals = Population.stratified(change.plot_id, change.stratum, AREA).totals(change.per_ha)
    parts = totals.combination({(1, "all"): 1, (2, "all"): 1, (3, "all"): -1, (4, "all"): -1}, "t C")
    whole = totals.estimate(0, "all", "t C")
    assert parts.value == pytest.approx(whole.value, rel=1e-9, abs=1e-7)
    assert parts.variance == pytest.approx(whole.variance, rel=1e-6, abs=1e-4)
