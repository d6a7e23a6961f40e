"""Forecasts: what they add up to, how wide they are, and that they are told as what they are."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.ex_ante import METHOD
from mrv.forecast import GrowthModel, Stands, expected, forecast, growth_parameters
from mrv.growth import Richards, Schumacher, fit_growth
from mrv.units import CO2_PER_C

TRUE = Richards(120.0, 0.06, 2.0)


def stated(curve: Richards | Schumacher = TRUE) -> GrowthModel:
    return GrowthModel("stated", curve, "increment")


def stands(model: GrowthModel, ages: list[float], carbon: list[float], area_ha: float = 10.0) -> Stands:
    return Stands("fir", area_ha, np.array(ages), np.array(carbon), model)


def drawn(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ages, first and second values of plots that follow the curve with site and noise."""
    t1 = rng.uniform(4.0, 40.0, n)
    y1 = TRUE.value(t1) * np.exp(rng.normal(0.0, 0.2, n) - 0.02)
    y2 = TRUE.projected(y1, t1, t1 + 5.0) + rng.normal(0.0, 2.0, n)
    return t1, y1, np.maximum(y2, 0.1)


def own(n: int, rng: np.random.Generator, key: str = "fir") -> Stands:
    t1, y1, y2 = drawn(n, rng)
    fit = fit_growth([f"P{i:03d}" for i in range(n)], t1, y1, t1 + 5.0, y2)
    return Stands(key, 10.0, t1 + 5.0, y2, GrowthModel(key, fit.curve, "ratio", fit))


def test_a_stated_curve_adds_its_increment() -> None:
    one = expected([stands(stated(), [10.0, 10.0], [30.0, 20.0])], 0, 5)
    assert one.value_tco2e == pytest.approx(10.0 * float(TRUE.increment(10.0, 15.0)) * CO2_PER_C)
    assert one.standard_error_tco2e == pytest.approx(0.0, abs=1e-9)


def test_years_add_up_to_what_is_cumulated_and_strata_to_the_whole() -> None:
    rng = np.random.default_rng(1)
    first, second = own(30, rng, "fir"), own(30, rng, "oak")
    result = forecast([first, second], 2025, 20)
    whole = result.of("project")
    assert [row.year for row in whole] == list(range(2026, 2046))
    total = sum(row.removals.value_tco2e for row in whole)
    assert total == pytest.approx(whole[-1].cumulated.value_tco2e)
    parts = [result.of(f"stratum:{name}")[-1].cumulated for name in ("fir", "oak")]
    assert sum(item.value_tco2e for item in parts) == pytest.approx(whole[-1].cumulated.value_tco2e)
    independent = sum(item.standard_error_tco2e**2 for item in parts) ** 0.5
    assert whole[-1].cumulated.standard_error_tco2e == pytest.approx(independent)


def test_strata_that_share_a_curve_share_its_errors() -> None:
    rng = np.random.default_rng(2)
    donor = own(40, rng)
    assert donor.model.fit is not None
    borrowed = GrowthModel("like:fir", donor.model.curve, "increment", donor.model.fit)
    ages, carbon = np.full(5, 5.0), np.full(5, 8.0)
    twice = [Stands(name, 10.0, ages, carbon, borrowed) for name in ("a", "b")]
    once = [Stands("a", 20.0, ages, carbon, borrowed)]
    together, alone = expected(twice, 0, 10), expected(once, 0, 10)
    assert together.value_tco2e == pytest.approx(alone.value_tco2e)
    assert together.standard_error_tco2e == pytest.approx(alone.standard_error_tco2e)
    apart = [Stands(name, 10.0, ages, carbon, GrowthModel(name, borrowed.curve, "increment", borrowed.fit))
             for name in ("a", "b")]  # fmt: skip
    assert expected(apart, 0, 10).standard_error_tco2e < together.standard_error_tco2e


def test_a_borrowed_curve_is_less_certain_than_the_stratums_own() -> None:
    item = own(40, np.random.default_rng(3))
    borrowed = GrowthModel("like", item.model.curve, "increment", item.model.fit)
    other = Stands(item.stratum, item.area_ha, item.age_year, item.carbon_tc_per_ha, borrowed)
    assert expected([other], 0, 10).standard_error_tco2e > expected([item], 0, 10).standard_error_tco2e


def test_intervals_grow_with_the_horizon() -> None:
    result = forecast([own(40, np.random.default_rng(4))], 2025, 20)
    widths = [row.cumulated.high_tco2e - row.cumulated.low_tco2e for row in result.of("project")]
    assert widths == sorted(widths)
    assert all(row.cumulated.method == METHOD for row in result.rows)


def test_intervals_cover_what_comes() -> None:
    """Ten years of the true curve, over 150 samples of 40 plots: 90 % nominal, binomial band of 99 %."""
    years, hits = 10.0, 0
    big = np.random.default_rng(99).uniform(9.0, 45.0, 200_000)
    truth = float(np.mean(TRUE.increment(big, big + years))) * 10.0 * CO2_PER_C
    for seed in range(150):
        found = expected([own(40, np.random.default_rng(seed))], 0, years)
        hits += found.low_tco2e <= truth <= found.high_tco2e
    assert 0.83 <= hits / 150 <= 0.97


def test_intervals_of_a_borrowed_curve_cover_the_site() -> None:
    """Fifteen years of a plantation whose site is one draw of the donor's, over 120 donors of 25 plots."""
    hits = 0
    for seed in range(120):
        rng = np.random.default_rng(seed)
        donor = own(25, rng)
        site = float(np.exp(rng.normal(0.0, 0.2) - 0.02))
        ages = np.full(10, 5.0)
        model = GrowthModel("like:fir", donor.model.curve, "increment", donor.model.fit)
        found = expected([Stands("planted", 1.0, ages, TRUE.value(ages) * site, model)], 0, 15)
        truth = site * float(TRUE.increment(5.0, 20.0)) * CO2_PER_C
        hits += found.low_tco2e <= truth <= found.high_tco2e
    assert 0.85 <= hits / 120 <= 0.99


@pytest.mark.realdata
def test_what_a_forecast_cannot_know(real_data: Path) -> None:
    """Three campaigns of 36 real plots: the third foretold from the first two, told as it came out.

    The interval misses: the second five years brought more than twice the growth of the first, and one period
    does not tell how periods differ. docs/operations.md says so with these numbers.
    """
    campaigns = []
    for period in (1, 2, 3):
        with (real_data / "forestat_china" / f"plot_{period}.csv").open(encoding="utf-8") as file:
            campaigns.append({row["plot_id"]: row for row in csv.DictReader(file)})
    names = ("average_age", "standing_stock", "forest_cutting_stock")
    rows = []
    for plot in sorted(set(campaigns[0]) & set(campaigns[1]) & set(campaigns[2])):
        (t1, v1, _), (t2, v2, cut2), (_, v3, cut3) = (
            [float(table[plot][name] or 0) for name in names] for table in campaigns
        )
        if 0 < t1 < t2 and min(v1, v2, v3) > 0 and cut2 <= 0.2 * v1 and cut3 <= 0.2 * v2:
            rows.append((plot, t1, v1, t2, v2 + cut2, v2, v3 + cut3))
    ids, t1s, v1s, t2s, grown, now, later = (list(column) for column in zip(*rows, strict=True))
    assert len(ids) == 36
    fit = fit_growth(ids, t1s, v1s, t2s, grown)
    plots = Stands("oak", 1.0, np.array(t2s), np.array(now), GrowthModel("own", fit.curve, "ratio", fit))
    found = expected([plots], 0, 5)
    told = [x / CO2_PER_C for x in (found.value_tco2e, found.low_tco2e, found.high_tco2e)]
    assert told == pytest.approx([0.06, -0.23, 0.34], abs=0.006)
    assert float(np.mean(np.array(later) - np.array(now))) == pytest.approx(0.53, abs=0.005)


def test_an_empty_plot_grows_by_the_mean_curve() -> None:
    item = own(30, np.random.default_rng(5))
    model = item.model
    some = model.added(np.array([0.0, 10.0]), np.array([5.0, 5.0]), 0.0, 5.0)
    assert some[0] == pytest.approx(float(model.curve.increment(5.0, 10.0)))
    assert some[1] == pytest.approx(10.0 * (float(model.curve.ratio(5.0, 10.0)) - 1))


def test_parameters_are_named() -> None:
    assert growth_parameters(stated()) == {"A": 120.0, "k": 0.06, "c": 2.0}
    assert growth_parameters(stated(Schumacher(5.6, 12.0))) == {"a": 5.6, "b": 12.0}


def test_what_cannot_be_forecast() -> None:
    for ask, rule in (
        (lambda: stands(stated(), [5.0], [1.0]), "forecast-plots-few"),
        (lambda: stands(stated(), [5.0, np.nan], [1.0, 1.0]), "forecast-age-unknown"),
        (lambda: forecast([], 2025, 20), "forecast-empty"),
        (lambda: forecast([stands(stated(), [5.0, 5.0], [1.0, 1.0])], 2025, 0), "forecast-empty"),
        (lambda: stated().with_parameters(np.array([1.0, 2.0, 3.0])), "forecast-without-fit"),
    ):
        with pytest.raises(EstimationError) as refused:
            ask()
        assert refused.value.rule == rule
