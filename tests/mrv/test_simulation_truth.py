"""The truth is what the plots estimate: expectation against brute force, and over replicate samples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from mrv.simulation.species import COUNTY_STRATA
from mrv.simulation.stands import Stands, draw_stands
from mrv.simulation.trees import draw_trees, plot_totals
from mrv.simulation.truth import ExpectedStock, expected_stock

PARCELS = 260
REPLICATES = 200
PLOTS = 16
QUANTITIES = (("volume_m3", "volume_m3_per_ha"), ("carbon_kg", "carbon_tc_per_ha"))


@pytest.fixture(scope="module")
def stands() -> Stands:
    rng = np.random.default_rng(7)
    burned = np.zeros(PARCELS, dtype=np.bool_)
    burned[:4] = True
    return draw_stands(7, rng.random(PARCELS), rng.normal(size=PARCELS), np.zeros(PARCELS, np.int64), burned)


@pytest.fixture(scope="module")
def stock(stands: Stands) -> ExpectedStock:
    return expected_stock(stands)


@pytest.fixture(scope="module")
def area_ha() -> np.ndarray:
    return np.random.default_rng(8).lognormal(1.2, 0.7, PARCELS)


def test_the_expectation_is_the_mean_of_many_plots(stands: Stands, stock: ExpectedStock) -> None:
    repeats = 120
    parcel = np.tile(np.arange(PARCELS), repeats)
    trees = draw_trees(np.random.default_rng(9), stands, parcel)
    for campaign in (0, 1):
        drawn = plot_totals(trees, parcel.size, campaign)
        for name, field in QUANTITIES:
            values = drawn[name].reshape(repeats, PARCELS)
            truth = getattr(stock, field)[:, campaign]
            total, error = values.sum(axis=1), values.sum(axis=1).std(ddof=1) / np.sqrt(repeats)
            assert abs(float(total.mean() - truth.sum())) < 3.5 * error
            each = values.std(axis=0, ddof=1) / np.sqrt(repeats)
            z = (values.mean(axis=0) - truth)[each > 0] / each[each > 0]
            assert 0.8 < float(z.std()) < 1.25


def test_the_expectation_does_not_depend_on_the_chunks(
    stands: Stands, stock: ExpectedStock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mrv.simulation.truth.CHUNK", 17)
    again = expected_stock(stands)
    assert again.carbon_tc_per_ha == pytest.approx(stock.carbon_tc_per_ha, rel=1e-12)


def test_cleared_stands_hold_nothing_in_the_second_campaign(stands: Stands, stock: ExpectedStock) -> None:
    assert stands.cleared.sum() >= 4
    assert (stock.carbon_tc_per_ha[stands.cleared, 1] == 0.0).all()
    assert (stock.mean_dbh_cm[stands.cleared, 1] == 0.0).all()
    standing = ~stands.cleared & (stands.stems_per_ha > 0)
    assert (stock.carbon_tc_per_ha[standing] > 0.0).all()


def test_stocks_are_those_of_low_hills(stock: ExpectedStock, area_ha: np.ndarray) -> None:
    volume = (stock.volume_m3_per_ha * area_ha[:, None]).sum(axis=0) / area_ha.sum()
    assert 35.0 < volume[0] < volume[1] < 110.0
    assert stock.volume_m3_per_ha.max() < 600.0
    assert stock.mean_height_m.max() < 30.0


Estimator = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray, int]]


@pytest.fixture(scope="module")
def replicate_estimates(stands: Stands, area_ha: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Stratified totals (and their variances) of both stocks and of the change of carbon, per replicate."""
    rng = np.random.default_rng(10)
    drawn, weight = [], []
    for stratum in range(COUNTY_STRATA):
        members = np.flatnonzero(stands.stratum == stratum)
        chance = area_ha[members] / area_ha[members].sum()
        drawn.append(rng.choice(members, (REPLICATES, PLOTS), p=chance))
        weight.append(area_ha[members].sum())
    parcel = np.stack(drawn, axis=1)
    trees = draw_trees(rng, stands, parcel.ravel())
    first, second = (plot_totals(trees, parcel.size, campaign)["carbon_kg"] for campaign in (0, 1))
    found = {}
    for name, values in (("2020", first), ("2025", second), ("change", second - first)):
        y = values.reshape(parcel.shape)
        total = (y.mean(axis=2) * weight).sum(axis=1)
        variance = (y.var(axis=2, ddof=1) / PLOTS * np.square(weight)).sum(axis=1)
        found[name] = (total, variance)
    return found


@pytest.mark.parametrize("name", ["2020", "2025", "change"])
def test_the_stratified_estimate_is_unbiased_for_the_truth_and_its_interval_covers_it(
    name: str,
    replicate_estimates: dict[str, tuple[np.ndarray, np.ndarray]],
    stock: ExpectedStock,
    area_ha: np.ndarray,
) -> None:
    carbon = stock.carbon_tc_per_ha * area_ha[:, None]
    truth = {"2020": carbon[:, 0], "2025": carbon[:, 1], "change": carbon[:, 1] - carbon[:, 0]}[name].sum()
    total, variance = replicate_estimates[name]
    error = float(total.std(ddof=1)) / np.sqrt(REPLICATES)
    assert abs(float(total.mean()) - truth) < 3.0 * error
    t = stats.t.ppf(0.95, COUNTY_STRATA * (PLOTS - 1))
    covered = np.abs(total - truth) <= t * np.sqrt(variance)
    assert 0.84 <= float(covered.mean()) <= 0.96
