from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mrv.county_parcels import CountyParcels, ParcelRecords, county_parcels, stratum_totals
from mrv.county_stock import CountyStock, estimate_county_stock
from mrv.inventory import Columns, Inventory, build_tree_inventory
from mrv.profile import load

Maker = Callable[[list[tuple[Any, ...]]], Columns]
Records = list[tuple[Any, ...]]
PROFILE = load("county-stock-v1")
COLUMNS = {
    "parcel_id": ["A", "B", "C", "D", "E"],
    "area_ha": [100.0, 200.0, 90.0, 30.0, 10.0],
    "stratum": ["杉木", "杉木", "毛竹", "毛竹", ""],
    "volume_m3_per_ha": [40.0, 10.0, 0.0, 0.0, 0.0],
    "species_code": ["310", "310", "660", "660", ""],
    "stems_per_ha": [900.0, 300.0, 20.0, 10.0, math.nan],
    "dbh_cm": [12.0, 8.0, 9.0, 9.0, math.nan],
    "age_year": [20.0, 9.0, 12.0, 12.0, math.nan],
}


@pytest.fixture
def inventory(
    plot_table: Maker, tree_table: Maker, plot_records: Records, tree_records: Records
) -> Inventory:
    parcels = {"P1": "A", "P2": "B", "P3": "B", "P4": "C", "P5": "D"}
    placed = [(*row[:5], parcels[row[0]], row[6]) for row in plot_records]
    return build_tree_inventory(plot_table(placed), tree_table(tree_records))[0]


@pytest.fixture
def stock(inventory: Inventory) -> CountyStock:
    return estimate_county_stock(inventory, {"杉木": 300.0, "毛竹": 120.0}, PROFILE)


@pytest.fixture
def parcels(inventory: Inventory, stock: CountyStock) -> CountyParcels:
    records = ParcelRecords(["A", "Z"], [2023, 2023], [50.0, 1.0])
    return county_parcels(COLUMNS, inventory, stock.estimates, PROFILE, records, 2026)


def test_strata_add_up_to_the_plots_in_both_campaigns(parcels: CountyParcels, stock: CountyStock) -> None:
    for year in (2020, 2025):
        column = parcels.yearly.carbon_tc[:, parcels.yearly.years.index(year)]
        for name, total in stratum_totals(stock.estimates, year).items():
            rows = np.array(COLUMNS["stratum"]) == name
            assert math.fsum(column[rows]) == pytest.approx(total.value, rel=1e-12)


def test_land_without_forest_stays_zero_and_years_reach_the_day_asked_for(parcels: CountyParcels) -> None:
    assert parcels.yearly.years == tuple(range(2020, 2027))
    assert parcels.yearly.campaigns == (2020, 2025)
    assert (parcels.yearly.carbon_tc[4] == 0).all()
    assert parcels.calibrated.basis[4] == "none"
    assert parcels.year == 2025


def test_a_recorded_loss_takes_stock_in_its_year(inventory: Inventory, stock: CountyStock) -> None:
    def years(records: ParcelRecords) -> Any:
        found = county_parcels(COLUMNS, inventory, stock.estimates, PROFILE, records, 2025)
        return found.yearly.carbon_tc[0]

    lost = years(ParcelRecords(["A"], [2023], [50.0]))
    assert lost[3] < 0.7 * lost[2]
    steps = np.diff(years(ParcelRecords())[:5])
    assert steps == pytest.approx(np.full(4, steps[0]))


def test_the_difference_at_the_campaign_is_told(parcels: CountyParcels, stock: CountyStock) -> None:
    whole = parcels.yearly.recalibrations[-1]
    assert (whole.year, whole.stratum) == (2025, "")
    assert whole.estimate_tc == pytest.approx(stock.find("county", "carbon_stock", 2025).estimate.value)
    assert parcels.county[2025].value == pytest.approx(whole.estimate_tc)


def test_what_the_data_do_not_tell_is_said(parcels: CountyParcels) -> None:
    found = {note.rule: note.params for note in parcels.notes}
    assert found["update-without-curve"] == {"strata": "杉木, 毛竹", "count": 2}
    assert found["parcels-residual-bound"]["pairs"] == 1
    assert found["parcels-factor-far"]["stratum"] == "杉木"


def test_with_one_campaign_nothing_grows_and_that_is_said(inventory: Inventory) -> None:
    plots, trees = inventory.plots, inventory.trees
    keep, grown = plots.campaign_year == 2025, trees.campaign_year == 2025
    chosen = {n: getattr(plots, n)[keep] for n in type(plots).__slots__ if n != "source"}
    standing = {n: getattr(trees, n)[grown] for n in type(trees).__slots__ if n != "source"}
    one = replace(inventory, plots=replace(plots, **chosen), trees=replace(trees, **standing))
    stock = estimate_county_stock(one, {"杉木": 300.0, "毛竹": 120.0}, PROFILE)
    found = county_parcels(COLUMNS, one, stock.estimates, PROFILE, ParcelRecords(), 2027)
    assert found.yearly.years == (2025, 2026, 2027)
    assert (found.yearly.carbon_tc[:, 0] == found.yearly.carbon_tc[:, 2]).all()
    assert "update-without-growth" in {note.rule for note in found.notes}


def test_a_species_without_factors_takes_the_mean_and_is_told(
    inventory: Inventory, stock: CountyStock
) -> None:
    columns = COLUMNS | {"species_code": ["999", "310", "660", "660", ""]}
    found = county_parcels(columns, inventory, stock.estimates, PROFILE, ParcelRecords(), 2025)
    assert found.calibrated.basis[0] == "stratum_mean"
    assert "parcels-species-refused" in {note.rule for note in found.notes}
