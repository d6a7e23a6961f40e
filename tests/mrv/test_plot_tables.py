"""One's own plots and trees: expansion, domains, groups and designs, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mrv.errors import EstimationError, ExpressionError, InventoryError
from mrv.plot_tables import PlotTables, TableAnswer, TableRequest, estimate_plot_tables
from mrv.population import Population
from mrv.where import parse_condition

NAN = float("nan")


@pytest.fixture
def tables() -> PlotTables:
    """Four plots of 500 m2, the third without trees; the second lies on forest by half."""
    return PlotTables(
        plots={
            "plot_id": np.array(["P3", "P1", "P2", "P4"], dtype=object),
            "area_m2": np.array([500.0, 500.0, 500.0, 1000.0]),
            "land_frac": np.array([0.0, 1.0, 0.5, 1.0]),
            "owner": np.array(["集体", "国有", "国有", "集体"], dtype=object),
        },
        trees={
            "plot_id": np.array(["P1", "P1", "P2", "P4"], dtype=object),
            "dbh_cm": np.array([20.0, 10.0, 30.0, 20.0]),
            "volume_m3": np.array([0.3, 0.1, 0.8, 0.3]),
            "carbon_ag_kg": np.array([90.0, 30.0, 200.0, 90.0]),
            "carbon_bg_kg": np.array([20.0, 6.0, 40.0, 20.0]),
            "species": np.array(["杉木", "松", "松", "杉木"], dtype=object),
        },
    )


def ask(tables: PlotTables, quantity: str, where: str | None = None, **words: Any) -> TableAnswer:
    population = Population.simple(tables.plots["plot_id"], 1000.0)
    node = parse_condition(where) if where else None
    return estimate_plot_tables(tables, population, TableRequest(quantity, where=node, **words))


def test_totals_by_hand(tables: PlotTables) -> None:
    # m3/ha of P1, P2, P3, P4: 20 and 10 trees a hectare stand for each tree
    per_ha = np.array([0.4 * 20, 0.8 * 20, 0.0, 0.3 * 10])
    volume = ask(tables, "volume").rows[0]
    assert volume.estimate.value == pytest.approx(1000 * per_ha.mean())
    assert volume.estimate.variance == pytest.approx(1000**2 * per_ha.var(ddof=1) / 4)
    assert (volume.estimate.unit, volume.n_nonzero, volume.estimate.n_plots) == ("m3", 3, 4)
    assert ask(tables, "tpa").rows[0].estimate.value == pytest.approx(1000 * (40 + 20 + 10) / 4)
    basal = np.pi / 4 * (0.04 + 0.01 + 0.09) * 20 + np.pi / 4 * 0.04 * 10
    assert ask(tables, "baa").rows[0].estimate.value == pytest.approx(1000 * basal / 4)
    carbon = (120 * 20 + 200 * 20 + 90 * 10) / 1000
    assert ask(tables, "carbon_ag").rows[0].estimate.value == pytest.approx(1000 * carbon / 4)
    total = carbon + (26 * 20 + 40 * 20 + 20 * 10) / 1000
    assert ask(tables, "carbon_total").rows[0].estimate.value == pytest.approx(1000 * total / 4)


def test_area_and_ratio(tables: PlotTables) -> None:
    area = ask(tables, "area").rows[0].estimate
    assert (area.value, area.unit) == (pytest.approx(1000 * 2.5 / 4), "ha")
    ratio = ask(tables, "volume", per_area=True).rows[0]
    assert ratio.estimate.value == pytest.approx(27 / 2.5)
    assert ratio.estimate.unit == "m3/ha"
    assert ratio.denominator == area


def test_without_shares_the_land_is_all(tables: PlotTables) -> None:
    plots = {name: values for name, values in tables.plots.items() if name != "land_frac"}
    whole = PlotTables(plots, tables.trees)
    area = ask(whole, "area").rows[0].estimate
    assert (area.value, area.variance) == (1000.0, 0.0)
    assert ask(whole, "volume", per_area=True).rows[0].estimate.value == pytest.approx(27 / 4)
    state = ask(whole, "area", where="owner = '国有'").rows[0].estimate
    assert state.value == pytest.approx(500.0)
    assert state.variance == pytest.approx(1000**2 * np.var([1, 1, 0, 0], ddof=1) / 4)


def test_conditions_on_plots_and_on_trees(tables: PlotTables) -> None:
    on_plots = ask(tables, "volume", where="owner = '集体'", per_area=True).rows[0]
    assert on_plots.estimate.value == pytest.approx(3 / 1.0)
    on_trees = ask(tables, "volume", where="dbh_cm >= 20", per_area=True).rows[0]
    assert on_trees.estimate.value == pytest.approx((6 + 16 + 3) / 2.5)
    both = ask(tables, "volume", where="owner = '国有' and species = '松'").rows[0].estimate
    assert both.value == pytest.approx(1000 * (2 + 16) / 4)
    with pytest.raises(ExpressionError, match="where-tree-column-of-area: column=dbh_cm"):
        ask(tables, "area", where="dbh_cm > 5")
    with pytest.raises(ExpressionError, match="column-unknown: column=height"):
        ask(tables, "volume", where="height > 5")


def test_groups_add_up(tables: PlotTables) -> None:
    for by in ("owner", "species"):
        found = ask(tables, "volume", by=(by,))
        values = [row.estimate.value for row in found.rows]
        assert len(values) == 3
        assert sum(values[1:]) == pytest.approx(values[0])
        assert np.sum(found.group_covariance) == pytest.approx(found.rows[0].estimate.variance)
    by_owner = ask(tables, "volume", by=("owner",), per_area=True)
    assert [row.group for row in by_owner.rows[1:]] == [("国有",), ("集体",)]
    assert by_owner.rows[1].estimate.value == pytest.approx(24 / 1.5)
    by_species = ask(tables, "volume", by=("species",), per_area=True)
    assert by_species.rows[1].denominator == by_species.rows[0].denominator
    with pytest.raises(EstimationError, match="estimate-area-by-trees: column=species"):
        ask(tables, "area", by=("species",))


def test_own_expansion_counts_and_nulls_are_left_out(tables: PlotTables) -> None:
    trees = {**tables.trees, "trees_per_ha": np.array([100.0, NAN, 50.0, 10.0])}
    found = ask(PlotTables(tables.plots, trees), "volume")
    assert found.rows[0].estimate.value == pytest.approx(1000 * (30 + 40 + 3) / 4)
    assert [(note.rule, dict(note.params)) for note in found.notes] == [
        ("table-null-expansion", {"count": 1})
    ]


def test_one_stratum_is_a_simple_sample(tables: PlotTables) -> None:
    names = tables.plots["plot_id"]
    request = TableRequest("volume", by=("species",))
    simple = estimate_plot_tables(tables, Population.simple(names, 1000.0), request)
    one = estimate_plot_tables(tables, Population.stratified(names, ["h"] * 4, {"h": 1000.0}), request)
    for a, b in zip(simple.rows, one.rows, strict=True):
        assert (a.estimate.value, a.estimate.variance) == (b.estimate.value, b.estimate.variance)


def test_the_order_of_rows_changes_no_bit(tables: PlotTables) -> None:
    plots = {name: values[::-1] for name, values in tables.plots.items()}
    trees = {name: values[[2, 0, 3, 1]] for name, values in tables.trees.items()}
    for words in ({}, {"per_area": True}, {"by": ("species",)}):
        other = ask(PlotTables(plots, trees), "volume", **words)
        assert other.rows == ask(tables, "volume", **words).rows


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"trees": {"plot_id": ["P1", "P9", "P9", "P4"]}}, "table-tree-without-plot: plot=P9; count=2"),
        ({"plots": {"area_m2": [500.0, 0.0, NAN, 1.0]}}, "table-area-not-positive: plot=P1; count=2"),
        (
            {"trees": {"volume_m3": [0.3, NAN, 0.8, 0.3]}},
            "table-value-missing: field=volume_m3; plot=P1; count=1",
        ),
    ],
)
def test_what_is_refused(tables: PlotTables, change: dict[str, Any], rule: str) -> None:
    parts = {
        part: {**getattr(tables, part), **{k: np.array(v) for k, v in change.get(part, {}).items()}}
        for part in ("plots", "trees")
    }
    with pytest.raises(InventoryError, match=rule):
        ask(PlotTables(**parts), "volume")


def test_what_is_missing_is_named(tables: PlotTables) -> None:
    with pytest.raises(InventoryError, match="table-column-missing: field=biomass_ag_kg; quantity=biomass"):
        ask(tables, "biomass")
    bare = {name: values for name, values in tables.plots.items() if name != "area_m2"}
    with pytest.raises(InventoryError, match="table-without-expansion"):
        ask(PlotTables(bare, tables.trees), "volume")
    with pytest.raises(EstimationError, match="estimate-quantity-unknown"):
        ask(tables, "weight")
    with pytest.raises(EstimationError, match="estimate-area-per-area"):
        ask(tables, "area", per_area=True)


def test_an_area_needs_no_trees(tables: PlotTables) -> None:
    assert ask(PlotTables(tables.plots, {}), "area").rows[0].estimate.value == pytest.approx(625.0)
