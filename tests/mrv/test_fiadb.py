"""The rules of FIADB estimation on tables small enough to reckon by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mrv.errors import EstimationError, InventoryError
from mrv.fia_population import FiaPopulation, make_population
from mrv.fiadb import FiaTables, estimate_fiadb, fia_totals, forest_land, plot_values
from mrv.sampling import EstimationUnit
from mrv.units import HA_PER_US_SURVEY_ACRE, KG_PER_LB, M3_PER_FT3

NAN = float("nan")


@pytest.fixture
def tables() -> FiaTables:
    """Plot 1 half forest, 2 all forest but a quarter not sampled, 3 no forest, 4 forest without trees."""
    return FiaTables(
        plots={"cn": np.array(["1", "2", "3", "4"]), "plot_status_cd": np.array([1, 1, 2, 1])},
        conditions={
            "plt_cn": np.array(["1", "1", "2", "2", "3", "4"]),
            "condid": np.array([1, 2, 1, 2, 1, 1]),
            "cond_status_cd": np.array([1, 2, 1, 5, 2, 1]),
            "condprop_unadj": np.array([0.5, 0.5, 0.75, 0.25, 1.0, 1.0]),
            "subpprop_unadj": np.array([0.5, 0.5, 0.75, 0.25, 1.0, 1.0]),
            "micrprop_unadj": np.array([0.25, 0.75, 1.0, 0.0, 1.0, 1.0]),
        },
        trees={
            "plt_cn": np.array(["1", "2", "2", "1", "2", "2"]),
            "condid": np.array([1, 1, 1, 2, 1, 1]),
            "statuscd": np.array([1, 1, 1, 1, 2, 1]),
            # the second was tallied on the microplot
            "tpa_unadj": np.array([6.0, 75.0, 6.0, 6.0, NAN, 6.0]),
            "volcfnet": np.array([10.0, 1.0, NAN, 99.0, 5.0, 20.0]),
            "carbon_ag": np.array([100.0, 8.0, 30.0, 900.0, 50.0, 200.0]),
        },
    )


@pytest.fixture
def population() -> FiaPopulation:
    unit = EstimationUnit("u", 1000.0, {"h": 1.0})
    return make_population("county", ["1", "2", "3", "4"], ["h"] * 4, units=(unit,))


def test_adjusted_values_by_hand(tables: FiaTables, population: FiaPopulation) -> None:
    found = plot_values(
        tables, population, forest_land(tables), ("growing_stock", "carbon_stock_ag", "trees")
    )
    # 3.75 of 4 plots were sampled by conditions and subplots, all 4 by microplots
    adjust = 4 / 3.75
    assert found[:, 0] == pytest.approx([0.5 * adjust, 0.75 * adjust, 0.0, adjust])
    per_acre = np.array([60 * adjust, 75 * 1.0 + 120 * adjust, 0.0, 0.0])
    assert found[:, 1] == pytest.approx(per_acre * M3_PER_FT3 / HA_PER_US_SURVEY_ACRE)
    pounds = np.array([600 * adjust, 600 * 1.0 + 180 * adjust + 1200 * adjust, 0.0, 0.0])
    assert found[:, 2] == pytest.approx(pounds * KG_PER_LB / 1000 / HA_PER_US_SURVEY_ACRE)
    stems = np.array([6 * adjust, 75 + 12 * adjust, 0.0, 0.0])
    assert found[:, 3] == pytest.approx(stems / HA_PER_US_SURVEY_ACRE)


def test_estimates_in_si_and_their_notes(tables: FiaTables, population: FiaPopulation) -> None:
    found = estimate_fiadb(tables, population, year=2013)
    by_name = {item.quantity: item.estimate for item in found.estimates}
    assert set(by_name) == {
        "forest_area",
        "growing_stock",
        "growing_stock_per_ha",
        "carbon_stock_ag",
        "carbon_stock_ag_per_ha",
    }
    assert by_name["forest_area"].value == pytest.approx(1000.0 * 2.25 / 3.75)
    assert {item.year for item in found.estimates} == {2013}
    counts = {note.rule: note.params["count"] for note in found.notes}
    assert counts == {"fia-volume-null-zero": 1, "fia-tree-without-expansion": 1}


def test_a_live_tree_without_carbon_is_refused(tables: FiaTables, population: FiaPopulation) -> None:
    carbon = tables.trees["carbon_ag"].copy()
    carbon[0] = NAN
    broken = replace(tables, trees={**tables.trees, "carbon_ag": carbon})
    with pytest.raises(InventoryError, match="fia-value-missing: field=carbon_ag; plot=1; count=1"):
        estimate_fiadb(broken, population, year=2013)


def test_a_plot_that_is_not_in_the_table(tables: FiaTables) -> None:
    unit = EstimationUnit("u", 1000.0, {"h": 1.0})
    stranger = make_population("county", ["1", "99"], ["h", "h"], units=(unit,))
    with pytest.raises(InventoryError, match="fia-plot-unknown: plot=99"):
        estimate_fiadb(tables, stranger, year=2013)


def test_no_forest_has_no_ratio_but_an_area(tables: FiaTables, population: FiaPopulation) -> None:
    status = np.where(tables.conditions["cond_status_cd"] == 1, 2, tables.conditions["cond_status_cd"])
    bare = replace(tables, conditions={**tables.conditions, "cond_status_cd": status})
    found = estimate_fiadb(bare, population, year=2013)
    assert {item.quantity: item.estimate.value for item in found.estimates} == {
        "forest_area": 0.0,
        "growing_stock": 0.0,
        "carbon_stock_ag": 0.0,
    }


def test_a_stratum_that_was_not_sampled_at_all(tables: FiaTables, population: FiaPopulation) -> None:
    status = np.full(6, 5)
    gone = replace(tables, conditions={**tables.conditions, "cond_status_cd": status})
    with pytest.raises(EstimationError, match="stratum-not-sampled: domain=county"):
        estimate_fiadb(gone, population, year=2013)


def test_a_collapsed_stratum_is_noted(tables: FiaTables) -> None:
    unit = EstimationUnit("u", 1000.0, {"forest": 30.0, "other": 10.0})
    given = make_population("district:1", ["1", "2", "3", "4"], ["forest"] * 3 + ["other"], units=(unit,))
    found = estimate_fiadb(tables, given, year=2013)
    assert [n.params["domain"] for n in found.notes if n.rule == "strata-collapsed"] == ["district:1"]
    assert found.estimates[0].estimate.df == 3


def test_the_forest_is_the_sum_of_its_parts(tables: FiaTables, population: FiaPopulation) -> None:
    forest = forest_land(tables)
    one = forest & (tables.conditions["plt_cn"] == "1")
    values = [
        fia_totals(tables, population, part, ("growing_stock",)).total
        for part in (one, forest & ~one, forest)
    ]
    np.testing.assert_allclose(values[0] + values[1], values[2], rtol=1e-12)
