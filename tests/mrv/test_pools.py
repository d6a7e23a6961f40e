"""Pool formulas: what they refuse, where their factors come from, how they move with their inputs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.coefficients import read_rows
from mrv.errors import EstimationError, MrvError, ParameterMissing, ProfileError
from mrv.pools.bamboo import bamboo_stock_tco2e
from mrv.pools.baseline import baseline_change_tco2e, pre_project_trees_tco2e
from mrv.pools.checks import not_negative, share
from mrv.pools.dead_wood import dead_wood_tco2e, lying_volume_m3_per_ha, lying_wood_tco2e_per_ha
from mrv.pools.factors import (
    combustion_by_age,
    dead_organic_factors,
    fire_factor,
    half_life,
    soil_reference,
    stated,
    unverified_refs,
)
from mrv.pools.fire import biomass_fire_tco2e, dead_organic_fire_tco2e, fire_gases
from mrv.pools.leakage import leakage_tco2e
from mrv.pools.litter import collected_litter_tco2e_per_ha, litter_tco2e
from mrv.pools.rules import default_rules, rules_of
from mrv.pools.shrubs import shrub_stock_tco2e
from mrv.pools.soil import SoilStratum, soil_change_tco2e
from mrv.profile import load

TABLES = ("dead_wood_litter", "soil_reference", "fire_factors", "harvested_wood", "pool_defaults")
areas = st.floats(0.0, 1e5)


@pytest.mark.parametrize("table", TABLES)
def test_every_factor_says_where_it_comes_from(table: str) -> None:
    for row in read_rows(table):
        assert row["source"]
        assert row["status"] in {"verified", "unverified", "placeholder"}


def test_classes_of_the_dead_wood_table_leave_no_gap_and_do_not_overlap() -> None:
    rows = [row for row in read_rows("dead_wood_litter") if row["climate"] == "subtropical"]
    assert len(rows) == 4
    seen = [
        dead_organic_factors("subtropical", elevation, rain)[0].value
        for elevation in (0.0, 2000.0)
        for rain in (0.0, 1000.0, 1000.1, 1600.0, 1600.1)
    ]
    assert seen == [0.02, 0.02, 0.01, 0.01, 0.06] * 2
    assert dead_organic_factors("subtropical", 2000.1, 5000.0)[0].value == 0.07


@pytest.mark.parametrize(
    "ask",
    [
        lambda: dead_organic_factors("polar", 0.0, 0.0),
        lambda: soil_reference("warm-temperate-moist", "peat"),
        lambda: fire_factor("gwp", "ar6-ch4"),
        lambda: combustion_by_age(2.0),
        lambda: half_life("furniture"),
        lambda: default_rules().number("no-such"),
    ],
)
def test_a_class_without_a_row_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ParameterMissing, match="pool-factor-missing"):
        ask()


def test_age_classes_of_combustion_meet() -> None:
    ages = (3, 5, 5.9, 6, 10, 10.9, 11, 17, 17.9, 18, 90)
    shares = [combustion_by_age(age).value for age in ages]
    assert shares == [0.46, 0.46, 0.46, 0.67, 0.67, 0.67, 0.50, 0.50, 0.50, 0.32, 0.32]


def test_only_unconfirmed_factors_are_listed() -> None:
    sure = stated("f_lu", 0.69, "1", "soil survey")
    assert sure.ref == "stated:f_lu"
    rows = [half_life("paper"), half_life("panels"), half_life("paper")]
    assert unverified_refs(rows) == ("harvested_wood.csv:panels", "harvested_wood.csv:paper")


def test_a_profile_replaces_the_package_and_may_name_what_has_no_value() -> None:
    cdm, ccer = rules_of(load("cdm-ar-tool14-v4.2")), rules_of(load("ccer-14-001-v01"))
    assert cdm.factor("leakage_factor").ref == "cdm-ar-tool14-v4.2:parameter:leakage_factor"
    assert cdm.number("tree_carbon_fraction") == 0.47
    with pytest.raises(ProfileError, match="profile-value-missing"):
        ccer.number("soil_rate_cap_tc_per_ha_year")
    assert ccer.names("soil_rate_cap_tc_per_ha_year")
    assert not default_rules().names("dead_wood_factor")


@given(areas, st.floats(0.0, 1.0), st.floats(0.0, 400.0))
def test_shrubs_grow_with_area_and_cover(area: float, cover: float, forest: float) -> None:
    stock = shrub_stock_tco2e(area, cover, forest)
    assert stock >= 0
    assert shrub_stock_tco2e(2 * area, cover, forest) == pytest.approx(2 * stock)
    assert shrub_stock_tco2e(area, min(cover + 0.1, 1.0), forest) >= stock


@given(st.floats(0.1, 2.0), st.floats(0.0, 1.0), st.integers(2000, 2060))
def test_soil_never_gains_faster_than_the_cap(land_use: float, disturbed: float, prepared: int) -> None:
    land = SoilStratum(10.0, 63.0, land_use, disturbed_frac=disturbed, preparation_year=prepared)
    years = range(1995, 2100)
    yearly = [soil_change_tco2e(land, year, year) for year in years]
    assert max(yearly) <= 44 / 12 * 10.0 * 0.8 + 1e-9
    assert soil_change_tco2e(land, 1995, 2099) == pytest.approx(sum(yearly), abs=1e-6)
    # in the end the soil has at most gone from where it was to the reference: the loss is taken off, too
    assert sum(yearly) <= max(44 / 12 * 10.0 * (63.0 - land.initial_tc_per_ha), 0.0) + 1e-6


def test_soil_loses_in_the_year_of_preparation_and_gains_for_twenty() -> None:
    land = SoilStratum(10.0, 63.0, 0.95, disturbed_frac=0.2, preparation_year=2021)
    lost = 0.1 * 63.0 * 0.95
    assert soil_change_tco2e(land, 2021, 2021) == pytest.approx(-44 / 12 * 10 * lost)
    gained = (63.0 - 0.9 * 63.0 * 0.95) / 20
    assert soil_change_tco2e(land, 2022, 2041) == pytest.approx(44 / 12 * 10 * gained * 20)
    assert soil_change_tco2e(land, 2042, 2060) == 0.0
    assert soil_change_tco2e(land, 2000, 2020) == 0.0
    little = SoilStratum(10.0, 63.0, 0.95, disturbed_frac=0.1, preparation_year=2021)
    assert soil_change_tco2e(little, 2021, 2021) == 0.0


def test_a_richer_former_use_loses_carbon() -> None:
    assert SoilStratum(1.0, 63.0, 1.2).rate_tc_per_ha_year() < 0


def test_baseline_is_nothing_where_the_trees_are_kept() -> None:
    args = (100.0, 0.03, 4.0, 5.0)
    assert baseline_change_tco2e(*args, kept=True) == 0.0
    assert baseline_change_tco2e(*args, kept=False) == pytest.approx(
        44 / 12 * 0.47 * 4.0 * 1.25 * 0.03 * 100.0 * 5.0
    )


@pytest.mark.parametrize("cover", [0.04, 0.2, 0.9])
def test_the_crown_cover_method_is_for_scattered_trees(cover: float) -> None:
    for ask in (
        lambda: pre_project_trees_tco2e(10.0, cover, 60.0),
        lambda: baseline_change_tco2e(10.0, cover, 4.0, 5.0, kept=True),
    ):
        with pytest.raises(EstimationError, match="baseline-cover-high"):
            ask()
    assert pre_project_trees_tco2e(10.0, 0.0399, 60.0) > 0


def test_leakage_adds_its_parts() -> None:
    trees, shrubs = leakage_tco2e(1.0, 40.0), leakage_tco2e(1.0, 0.0, 5.0)
    assert trees == pytest.approx(44 / 12 * 0.47 * 1.1 * 40.0 * 1.25)
    assert leakage_tco2e(1.0, 40.0, 5.0, 7.0) == pytest.approx(trees + shrubs + 7.0)
    assert leakage_tco2e(0.0, 40.0) == 0.0


def test_fire_gases_of_both_reports_and_climates() -> None:
    assert fire_gases("extratropical", "ar4").kgco2e_per_t == pytest.approx(4.7 * 25 + 0.26 * 298)
    assert fire_gases("tropical", "ar5").kgco2e_per_t == pytest.approx(6.8 * 28 + 0.20 * 265)
    assert len(fire_gases("tropical", "ar5").factors) == 4


def test_bamboo_with_and_without_roots() -> None:
    culms = bamboo_stock_tco2e(2.0, 3000.0, 10.0, 2.0)
    assert culms == pytest.approx(2.0 * 3000.0 * 13.819104e-3 * 0.5042 * 44 / 12, rel=1e-6)
    assert bamboo_stock_tco2e(2.0, 3000.0, 10.0, 2.0, root_shoot=0.5) == pytest.approx(1.5 * culms)


def test_lying_wood_of_no_piece_is_nothing() -> None:
    assert lying_volume_m3_per_ha([], 50.0) == 0.0
    once, twice = lying_volume_m3_per_ha([8.0], 50.0), lying_volume_m3_per_ha([8.0, 8.0], 100.0)
    assert once == pytest.approx(twice)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: not_negative(x=float("nan")),
        lambda: share(x=1.01),
        lambda: dead_wood_tco2e(100.0, 1.5),
        lambda: litter_tco2e(100.0, -0.1),
        lambda: lying_volume_m3_per_ha([-1.0], 10.0),
        lambda: lying_volume_m3_per_ha([1.0], 0.0),
        lambda: lying_wood_tco2e_per_ha(-1.0, 0.3, 0.5),
        lambda: collected_litter_tco2e_per_ha([], 0.25, 0.37),
        lambda: collected_litter_tco2e_per_ha([0.1], 0.0, 0.37),
        lambda: collected_litter_tco2e_per_ha([-0.1], 0.25, 0.37),
        lambda: SoilStratum(-1.0, 63.0, 0.9),
        lambda: SoilStratum(1.0, 63.0, 0.9, disturbed_frac=2.0),
        lambda: soil_change_tco2e(SoilStratum(1.0, 63.0, 0.9), 2025, 2024),
        lambda: shrub_stock_tco2e(1.0, 30.0, 60.0),
        lambda: biomass_fire_tco2e(-1.0, 60.0, 0.45, fire_gases("tropical", "ar5")),
        lambda: biomass_fire_tco2e(1.0, 60.0, 45.0, fire_gases("tropical", "ar5")),
        lambda: dead_organic_fire_tco2e(1.0, -8.0, 5.0),
        lambda: leakage_tco2e(1.0, 40.0, 5.0, -1.0),
        lambda: bamboo_stock_tco2e(1.0, 1000.0, 0.0, 2.0),
    ],
)
def test_what_cannot_be_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(MrvError):
        ask()
