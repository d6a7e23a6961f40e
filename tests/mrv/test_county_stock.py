from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mrv.county_stock import (
    CountyStock,
    build_stock_statement,
    estimate_county_stock,
    net_change,
    override_notes,
    select_strata,
)
from mrv.errors import EstimationError, ProfileError
from mrv.inventory import Columns, Inventory, build_tree_inventory
from mrv.plot_stocks import plot_stocks, tree_stocks
from mrv.profile import load
from mrv.sampling import estimate_paired_change, estimate_stratified
from mrv.statement import StatementHeader
from mrv.units import CO2_PER_C

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]
PROFILE = load("county-stock-v1")
AREAS = {"杉木": 300.0, "毛竹": 120.0}


@pytest.fixture
def inventory(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> Inventory:
    return build_tree_inventory(plot_table(plot_records), tree_table(tree_records))[0]


@pytest.fixture
def stock(inventory: Inventory) -> CountyStock:
    return estimate_county_stock(inventory, AREAS, PROFILE)


def test_the_county_is_the_stratified_estimate_of_its_plots(inventory: Inventory, stock: CountyStock) -> None:
    data = plot_stocks(inventory, tree_stocks(inventory.trees, PROFILE), 2025)
    direct = estimate_stratified(data.plot_id, data.per_ha[:, 4], data.stratum, AREAS, unit="t C")
    found = stock.find("county", "carbon_stock", 2025).estimate
    assert (found.value, found.variance, found.df, found.n_plots) == (direct.value, direct.variance, 3, 5)


def test_the_strata_add_up_to_the_county(stock: CountyStock) -> None:
    for quantity in ("growing_stock", "carbon_stock", "biomass_ag"):
        parts = [stock.find(f"stratum:{name}", quantity, 2025).estimate for name in AREAS]
        whole = stock.find("county", quantity, 2025).estimate
        assert sum(part.value for part in parts) == pytest.approx(whole.value, rel=1e-12)
        assert sum(part.variance for part in parts) == pytest.approx(whole.variance, rel=1e-12)


def test_per_hectare_is_the_total_over_the_area(stock: CountyStock) -> None:
    total = stock.find("county", "carbon_stock", 2020).estimate
    per_ha = stock.find("county", "carbon_stock_per_ha", 2020).estimate
    assert per_ha.value == pytest.approx(total.value / 420.0)
    assert per_ha.standard_error == pytest.approx(total.standard_error / 420.0)


def test_the_change_is_paired(inventory: Inventory, stock: CountyStock) -> None:
    stocks = tree_stocks(inventory.trees, PROFILE)
    first, second = (plot_stocks(inventory, stocks, year) for year in (2020, 2025))
    direct = estimate_paired_change(
        first.plot_id, first.per_ha[:, 4], second.per_ha[:, 4], second.stratum, AREAS, unit="t C"
    )
    found = net_change(stock)
    assert found.value == pytest.approx(direct.value * CO2_PER_C, rel=1e-12)
    assert found.variance == pytest.approx(direct.variance * CO2_PER_C**2, rel=1e-12)
    assert found.method == "paired_change"


def test_growth_and_losses_make_up_the_change(stock: CountyStock) -> None:
    period = (2020, 2025)
    for domain in ("county", "stratum:杉木", "stratum:毛竹"):
        value = {
            name: stock.find(domain, name, period=period).estimate.value
            for name in ("net_change", "survivor_growth", "ingrowth", "mortality", "felling")
        }
        made_up = value["survivor_growth"] + value["ingrowth"] - value["mortality"] - value["felling"]
        assert value["net_change"] == pytest.approx(made_up, rel=1e-12)
    yearly = stock.find("county", "net_change_per_ha_year", period=period).estimate
    assert yearly.value == pytest.approx(net_change(stock).value / 420.0 / 5)


def test_the_order_of_rows_changes_no_bit(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records, stock: CountyStock
) -> None:
    shuffled = build_tree_inventory(plot_table(plot_records[::-1]), tree_table(tree_records[::-1]))[0]
    assert estimate_county_stock(shuffled, AREAS, PROFILE) == stock


def test_leaving_out_the_empty_plot_would_change_the_result(inventory: Inventory, stock: CountyStock) -> None:
    plots = inventory.plots
    keep = plots.plot_id != "P3"
    chosen = {name: getattr(plots, name)[keep] for name in type(plots).__slots__ if name != "source"}
    trees = inventory.trees
    stand = trees.plot_id != "P3"
    grown = {name: getattr(trees, name)[stand] for name in type(trees).__slots__ if name != "source"}
    fewer = estimate_county_stock(
        Inventory(replace(plots, **chosen), replace(trees, **grown)), AREAS, PROFILE
    )
    with_zero = stock.find("county", "carbon_stock", 2020).estimate
    without = fewer.find("county", "carbon_stock", 2020).estimate
    assert with_zero.n_plots == without.n_plots + 1
    assert with_zero.value < without.value


def test_strata_of_a_project_are_chosen(inventory: Inventory) -> None:
    chosen = select_strata(inventory, frozenset({"毛竹"}))
    assert set(chosen.plots.plot_id.tolist()) == {"P4", "P5"}
    assert set(chosen.trees.plot_id.tolist()) == {"P4", "P5"}
    found = estimate_county_stock(chosen, {"毛竹": 120.0}, PROFILE, domain="project")
    assert net_change(found, "project").value > 0


def test_a_stratum_needs_two_plots_and_an_area(inventory: Inventory) -> None:
    with pytest.raises(EstimationError, match="stratum-without-weight: stratum=毛竹"):
        estimate_county_stock(inventory, {"杉木": 300.0}, PROFILE)
    with pytest.raises(EstimationError, match="stratum-without-plots: stratum=杨树"):
        estimate_county_stock(inventory, {**AREAS, "杨树": 10.0}, PROFILE)
    stratum = np.where(inventory.plots.plot_id == "P5", "杉木", inventory.plots.stratum)
    single = Inventory(replace(inventory.plots, stratum=stratum), inventory.trees)
    with pytest.raises(EstimationError, match="stratum-single-plot: stratum=毛竹; n_plots=1"):
        estimate_county_stock(single, AREAS, PROFILE)


def test_one_campaign_has_no_change(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> None:
    inventory = build_tree_inventory(plot_table(plot_records[:5]), tree_table(tree_records[:7]))[0]
    found = estimate_county_stock(inventory, AREAS, PROFILE)
    assert found.find("county", "carbon_stock", 2020).estimate.value > 0
    with pytest.raises(EstimationError, match="change-needs-two-campaigns"):
        net_change(found)
    with pytest.raises(EstimationError, match="estimate-missing"):
        found.find("county", "carbon_stock", 2025)


def test_a_stock_statement_claims_nothing(stock: CountyStock, county_header: StatementHeader) -> None:
    statement = build_stock_statement(county_header, PROFILE, stock.estimates, stock.notes, stock.unverified)
    assert (statement.kind, statement.claim_tco2e, statement.vintages) == ("county_stock", 0, ())
    assert "biomass_factors.csv:310" in statement.unverified
    assert "carbon_fraction (unverified)" in statement.unverified


def test_a_stock_statement_refuses_registration_and_another_profile(
    stock: CountyStock, county_header: StatementHeader, header: StatementHeader
) -> None:
    with pytest.raises(ProfileError, match="profile-unverified"):
        build_stock_statement(replace(county_header, purpose="registration"), PROFILE, stock.estimates)
    with pytest.raises(EstimationError, match="profile-kind"):
        build_stock_statement(header, load("demo"), stock.estimates)


def test_what_a_run_stated_is_noted() -> None:
    stated = PROFILE.with_values({"carbon_fraction": (0.5, "README of the data")})
    note = override_notes(stated)[0]
    assert note.rule == "profile-value-stated"
    assert note.params == {"key": "carbon_fraction", "value": "0.5", "source": "README of the data"}


def test_honest_degrees_of_freedom_leave_value_and_variance(inventory: Inventory, stock: CountyStock) -> None:
    honest = estimate_county_stock(inventory, AREAS, PROFILE, df="satterthwaite")
    assert {item.estimate.df for item in stock.estimates if item.domain == "county"} == {3.0}
    for one, two in zip(stock.estimates, honest.estimates, strict=True):
        assert (one.estimate.value, one.estimate.variance) == (two.estimate.value, two.estimate.variance)
        assert two.estimate.df <= one.estimate.df + 1e-9
        assert two.estimate.half_width() >= one.estimate.half_width() * (1 - 1e-12)
    found = honest.find("county", "carbon_stock", 2025).estimate
    assert found.df < 3
    assert found.warnings == ("stratum-few-plots", "domain-few-plots")


def test_what_estimates_warn_of_is_told_in_the_notes(stock: CountyStock) -> None:
    notes = {note.rule: note.params for note in stock.notes}
    assert notes["estimates-few-plots"]["count"] == len(stock.estimates)
    assert notes["estimates-few-plots"]["first"] == "county growing_stock"
    zero = [item for item in stock.estimates if "domain-all-zero" in item.estimate.warnings]
    # no bamboo was cut and no bamboo plot has growing stock
    assert ("stratum:毛竹", "felling") in {(item.domain, item.quantity) for item in zero}
    assert notes["estimates-all-zero"]["count"] == len(zero) > 0
    assert all(item.estimate.value == 0 for item in zero)
