from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mrv.county_stock import CountyStock, estimate_county_stock
from mrv.error_budget import DrawnInventory, budget, significant, sources_of
from mrv.inventory import Columns, Inventory, build_tree_inventory
from mrv.montecarlo.terms import ErrorTerm, packaged_terms
from mrv.profile import load
from mrv.sampling import Estimate
from mrv.statement_items import BudgetItem

Maker = Callable[[list[tuple[Any, ...]]], Columns]
PROFILE = load("county-stock-v1")
AREAS = {"杉木": 300.0, "松类": 200.0}
SPECIES = {"杉木": "310", "松类": "220"}
PLOTS, TREES = 6, 40


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    """Return two strata of six plots with forty trees each, every tree seen twice."""
    plots, trees = [], []
    for stratum, code in SPECIES.items():
        for p in range(PLOTS):
            plot = f"{stratum}{p}"
            for year, growth in ((2020, 1.0), (2025, 1.15)):
                plots.append((plot, year, 1.0, 2.0, 600.0, "a", stratum))
                for i in range(TREES):
                    dbh = (8.0 + 0.3 * i + p) * growth
                    height = 1.3 + (dbh / (1.3 + 0.2 * dbh)) ** 2
                    trees.append((plot, year, str(i), code, dbh, height, float("nan"), "live"))
    return build_tree_inventory(_table(PLOT_NAMES, plots), _table(TREE_NAMES, trees))[0]


PLOT_NAMES = ("plot_id", "campaign_year", "x_m", "y_m", "area_m2", "parcel_id", "stratum")
TREE_NAMES = ("plot_id", "campaign_year", "tree_id", "species_code", "dbh_cm", "height_m", "du", "status")


def _table(names: tuple[str, ...], records: list[tuple[Any, ...]]) -> Columns:
    columns = {name: np.array([r[i] for r in records], dtype=object) for i, name in enumerate(names)}
    return Columns("t.xlsx", columns, np.arange(2, len(records) + 2))


@pytest.fixture(scope="module")
def stock(inventory: Inventory) -> CountyStock:
    return estimate_county_stock(inventory, AREAS, PROFILE)


def drawn(inventory: Inventory, **more: Any) -> DrawnInventory:
    return DrawnInventory(inventory, AREAS, PROFILE, seed=7, **more)


@pytest.fixture(scope="module")
def items(stock: CountyStock, inventory: Inventory) -> tuple[BudgetItem, ...]:
    return budget(stock.estimates, domain="county", drawn=drawn(inventory))


def pick(items: Sequence[BudgetItem], quantity: str, source: str, domain: str = "county") -> BudgetItem:
    (found,) = [i for i in items if (i.domain, i.quantity, i.source) == (domain, quantity, source)]
    return found


def test_the_squares_of_the_sources_add_up_and_so_do_the_shares(items: tuple[BudgetItem, ...]) -> None:
    for domain in ("county", "stratum:杉木", "stratum:松类"):
        for quantity in ("carbon_stock", "net_change"):
            parts = [pick(items, quantity, s, domain) for s in ("sampling", "model", "measurement")]
            total = pick(items, quantity, "total", domain)
            squares = sum(part.standard_error**2 for part in parts)
            assert total.standard_error == pytest.approx(math.sqrt(squares), rel=1e-12)
            assert sum(part.variance_share_frac for part in parts) == pytest.approx(1.0)


def test_the_sampling_error_is_the_estimates_own(stock: CountyStock, items: tuple[BudgetItem, ...]) -> None:
    estimate = stock.find("county", "carbon_stock", 2025).estimate
    assert pick(items, "carbon_stock", "sampling").standard_error == estimate.standard_error


def test_the_model_error_is_that_of_the_closed_form(
    stock: CountyStock, items: tuple[BudgetItem, ...]
) -> None:
    # one multiplier of a species has its coefficient of variation; two species are independent
    strata = [stock.find(f"stratum:{name}", "carbon_stock", 2025).estimate.value for name in AREAS]
    bef = pick(items, "carbon_stock", "model/bef").standard_error
    assert bef == pytest.approx(0.12 * math.hypot(*strata), rel=0.02)


def test_what_both_campaigns_share_cancels_in_the_change(
    stock: CountyStock, items: tuple[BudgetItem, ...]
) -> None:
    """Drawn once for both, a BEF off by 12 % moves the change by 12 % of the change, no more."""
    changes = [stock.find(f"stratum:{n}", "net_change", period=(2020, 2025)).estimate.value for n in AREAS]
    shared = pick(items, "net_change", "model/bef").standard_error
    assert shared == pytest.approx(0.12 * math.hypot(*changes), rel=0.02)
    stocks = [
        stock.find(f"stratum:{n}", "carbon_stock", year).estimate.value * 44 / 12
        for n in AREAS
        for year in (2020, 2025)
    ]
    apart = 0.12 * math.hypot(*stocks)  # the same error drawn anew at each campaign
    assert shared < 0.35 * apart


def test_the_same_seed_gives_the_same_items_and_another_seed_others(
    stock: CountyStock, inventory: Inventory, items: tuple[BudgetItem, ...]
) -> None:
    assert budget(stock.estimates, domain="county", drawn=drawn(inventory)) == items
    other = budget(stock.estimates, domain="county", drawn=replace(drawn(inventory), seed=8))
    assert pick(other, "carbon_stock", "model") != pick(items, "carbon_stock", "model")


def test_draws_come_with_their_error_their_path_and_the_status_of_what_they_rest_on(
    items: tuple[BudgetItem, ...],
) -> None:
    model = pick(items, "carbon_stock", "model")
    assert model.params["draws"] == 10_000
    assert 0 < float(model.params["mc_error_frac"]) < 0.02
    assert model.params["converged"] == "yes"
    assert model.params["path"] == "collapsed"
    assert model.params["status"] == "placeholder"
    assert model.params["seed"] == 7
    assert float(model.params["p05"]) < float(model.params["p50"]) < float(model.params["p95"])
    for name in ("mean", "p05", "p50", "p95", "half_width_90"):
        assert 0 < float(model.params[f"{name}_mc_error"]) < 0.05 * model.standard_error


def test_few_draws_say_that_they_are_not_enough(stock: CountyStock, inventory: Inventory) -> None:
    few = budget(stock.estimates, domain="county", drawn=drawn(inventory, n_draws=50))
    assert pick(few, "carbon_stock", "model").params["converged"] == "draws-insufficient"


def test_finer_sources_are_given_for_the_whole_only(items: tuple[BudgetItem, ...]) -> None:
    finer = {item.domain for item in items if "/" in item.source}
    assert finer == {"county"}
    names = {item.source for item in items if item.domain == "county"}
    assert {"model/bef", "model/wood_density", "model/root_ratio", "measurement/dbh_cm"} <= names
    assert "model/biomass_equation" not in names  # no tree here goes straight to biomass


def test_the_area_adds_its_relative_error(stock: CountyStock, inventory: Inventory) -> None:
    area = Estimate(500.0, 25.0**2, math.inf, "ha", 400, "olofsson")
    items = budget(stock.estimates, domain="county", drawn=drawn(inventory), area=area)
    value = stock.find("county", "carbon_stock", 2025).estimate.value
    assert pick(items, "carbon_stock", "area").standard_error == pytest.approx(0.05 * value, rel=1e-3)
    without = budget(stock.estimates, domain="county", drawn=drawn(inventory))
    assert (
        pick(items, "carbon_stock", "total").standard_error
        > pick(without, "carbon_stock", "total").standard_error
    )


def test_without_trees_the_budget_is_the_sampling_error(stock: CountyStock) -> None:
    items = budget(stock.estimates, domain="county")
    assert {item.source for item in items} == {"sampling", "total"}
    whole = pick(items, "net_change", "total")
    assert whole.standard_error == pick(items, "net_change", "sampling").standard_error


def test_a_term_without_spread_adds_nothing(stock: CountyStock, inventory: Inventory) -> None:
    still = tuple(replace(t, parameters={"sd": 0.0}) for t in packaged_terms())
    items = budget(stock.estimates, domain="county", drawn=drawn(inventory, terms=still))
    assert pick(items, "carbon_stock", "model").standard_error == 0
    assert pick(items, "carbon_stock", "sampling").variance_share_frac == 1


def test_terms_are_grouped_by_source() -> None:
    extra = ErrorTerm("blind_check", "global", "normal", {"sd": 0.01}, "s", "verified", group="measurement")
    found = sources_of([*packaged_terms(), extra])
    assert {"bef", "height_model"} <= found["model"]
    assert found["measurement"] == {"dbh_cm", "height_m", "blind_check"}


def test_four_digits_are_written() -> None:
    assert significant(12345.678) == 12350.0
    assert math.isnan(significant(math.nan))
