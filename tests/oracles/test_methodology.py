"""Worked examples of the methods, each with the section of the specification it stands in."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from mrv import biomass
from mrv.allometry import tree_volume_m3, volume_m3
from mrv.area import estimate_area_from_matrix
from mrv.coefficients import volume_equations
from mrv.profile import load
from mrv.removals import account_removals
from mrv.sampling import (
    Estimate,
    EstimationUnit,
    estimate_paired_change,
    estimate_ratio_to_size,
    estimate_stratified,
    t_value,
    totals_post_stratified,
)
from mrv.uncertainty import discount_amount, relative_half_width_of_change
from mrv.vintages import split_vintages

NAN = float("nan")
REL = 1e-6
AR_CM_BANDS = ((0.10, 0.0), (0.20, 0.06), (0.30, 0.11), (math.inf, 1.0))


def ids(count: int) -> list[str]:
    return [f"P{i:03d}" for i in range(count)]


# ---- section 2.1: volume at (20, 15) and (10, 8)
VOLUMES = {
    "fir-ly208": (0.243520, 0.035382),
    "masson-ly208": (0.215625, 0.032661),
    "cypress-db51": (0.197133, 0.031175),
    "oak-ly208": (0.192710, 0.029650),
    "broadleaf-ly208-sw": (0.227342, 0.032728),
    "hard-broadleaf-south": (0.224576, 0.032090),
    "fir-db35": (0.232609, 0.035630),
    "masson-db35": (0.227721, 0.035073),
    "broadleaf-db35": (0.235496, 0.035735),
    "other-conifer-db35": (0.217475, 0.033770),
    "masson-db34": (0.206457, 0.031591),
}


@pytest.mark.parametrize("name", sorted(VOLUMES))
def test_volume_equations(name: str) -> None:
    found = volume_m3([20.0, 10.0], [15.0, 8.0], volume_equations()[name])
    assert found == pytest.approx(VOLUMES[name], abs=6e-7)


@pytest.mark.parametrize(
    ("name", "volume"),
    [("fir-guizhou", 0.251272), ("cypress-guizhou", 0.229560), ("soft-broadleaf-guizhou", 0.234968)],
)
def test_variable_exponents(name: str, volume: float) -> None:
    assert float(volume_m3(20.0, 15.0, volume_equations()[name])) == pytest.approx(volume, abs=6e-7)


def test_printed_two_way_table_of_fir() -> None:
    D, H = [4, 10, 10, 20, 22], [8, 3, 8, 8, 8]
    found = volume_m3(D, H, volume_equations()["fir-ly208"])
    assert found.round(3).tolist() == [0.006, 0.015, 0.035, 0.139, 0.167]


# ---- section 2.2: V = 100 m3/ha in t CO2/ha
VBEF = {
    "310": 119.174474,
    "220": 111.987974,
    "260": 162.072299,
    "410": 216.965129,
    "440": 149.396095,
    "470": 259.650772,
    "480": 268.893859,
    "530": 121.971331,
    "350": 188.876193,
    "490": 230.037979,
    "590": 161.054549,
}


@pytest.mark.parametrize("code", sorted(VBEF))
def test_stand_carbon_from_growing_stock(code: str) -> None:
    assert biomass.vbef_carbon_t_per_ha(100.0, code) * 44 / 12 == pytest.approx(VBEF[code], rel=REL)


def test_fir_tree_of_20_cm() -> None:
    mass = biomass.tree_mass(["310"], [20.0], [15.0], [NAN])
    assert mass.volume_m3[0] == pytest.approx(0.24352045508444065, rel=REL)
    assert mass.biomass_ag_kg[0] == pytest.approx(122.159114, rel=REL)
    assert mass.biomass_ag_kg[0] + mass.biomass_bg_kg[0] == pytest.approx(152.210256, rel=REL)
    assert mass.carbon_kg[0] == pytest.approx(79.149333, rel=REL)
    assert mass.carbon_kg[0] * 44 / 12 == pytest.approx(290.21422163709246, rel=REL)


def test_fir_plot_of_four_trees() -> None:
    D, H, area_ha = [20.0, 18.0, 22.0, 16.0], [15.0, 14.0, 16.0, 13.0], 0.0667
    mass = biomass.tree_mass(["310"] * 4, D, H, [NAN] * 4)
    assert tree_volume_m3(["310"] * 4, D, H).sum() == pytest.approx(0.878858, abs=6e-7)
    assert mass.volume_m3.sum() / area_ha == pytest.approx(13.176279, rel=REL)
    assert mass.biomass_ag_kg.sum() / 1000 / area_ha == pytest.approx(6.609722, rel=REL)
    assert mass.carbon_kg.sum() / 1000 / area_ha == pytest.approx(4.282571, rel=REL)
    assert mass.carbon_kg.sum() / 1000 / area_ha * 44 / 12 == pytest.approx(15.702762, rel=REL)


# ---- sections 2.3 to 2.5
def test_bamboo_culms() -> None:
    found = biomass.bamboo_culm_kg([10.0, 10.0, 9.13], [2.0, 1.0, 3.0])
    assert found == pytest.approx([13.819104, 13.082221, 11.782027], rel=REL)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("220", 70.8870),
        ("260", 84.9180),
        ("310", 65.6610),
        ("350", 107.4351),
        ("410", 123.0773),
        ("470", 111.6291),
        ("440", 111.6291),
        ("490", 120.3885),
        ("530", 78.1430),
    ],
)
def test_stand_level_biomass(code: str, expected: float) -> None:
    assert biomass.stand_biomass_t_per_ha(100.0, code) == pytest.approx(expected, rel=REL)


def test_root_shoot_ratio() -> None:
    found = biomass.root_shoot_ratio([20.0, 50.0, 100.0, 150.0])
    expected = [0.2703920107879369, 0.2525731140458039, 0.23987803751240178, 0.23274978981385724]
    assert found == pytest.approx(expected, rel=REL)


# ---- section 3.1: stratified sample S1
def test_stratified_sample() -> None:
    groups = {
        "S1": [62.1, 70.4, 58.9, 66.0, 73.2, 61.5],
        "S2": [41.2, 38.0, 47.5, 44.1, 36.9, 50.3, 42.7, 45.0],
        "S3": [95.4, 88.1, 102.3, 91.7, 99.0],
    }
    y = [value for group in groups.values() for value in group]
    stratum = [name for name, group in groups.items() for _ in group]
    area = {"S1": 300.0, "S2": 500.0, "S3": 200.0}
    total = estimate_stratified(ids(19), y, stratum, area, unit="t")
    mean = total.scaled(1 / 1000, "t/ha")
    assert mean.value == pytest.approx(60.271249999999995, rel=REL)
    assert mean.standard_error == pytest.approx(1.1666807886050068, rel=REL)
    assert mean.df == 16
    assert t_value(16) == pytest.approx(1.7458836762762495, rel=REL)
    assert mean.half_width() == pytest.approx(2.036889, rel=REL)
    assert mean.relative_half_width() == pytest.approx(0.0337953658543764, rel=REL)
    assert total.value * 0.47 * 44 / 12 == pytest.approx(103867.45416666665, rel=REL)


def test_interval_of_the_tool() -> None:
    # n = 34, mean 45.328, s 12.776: t 1.692360, U 8.1805 %
    mean = Estimate(45.328, 12.776**2 / 34, 33, "t/ha", 34, "simple")
    assert mean.standard_error == pytest.approx(2.191066, rel=REL)
    assert t_value(33) == pytest.approx(1.692360, rel=REL)
    assert mean.relative_half_width() == pytest.approx(0.081805, rel=1e-5)


@pytest.mark.parametrize(
    ("value", "u", "sign", "expected"),
    [(60.0, 0.15, -1, 57.75), (60.0, 0.15, 1, 62.25), (1000.0, 0.18, -1, 910.0), (1000.0, 0.1, -1, 1000.0)],
)
def test_discount_of_the_tool(value: float, u: float, sign: int, expected: float) -> None:
    amount = discount_amount(value, u, load("demo").discount_bands, "half_width")
    assert value + sign * amount == pytest.approx(expected, rel=REL)


@pytest.mark.parametrize(
    ("value", "u", "expected"),
    [(1000.0, 0.18, 940.0), (-1000.0, 0.18, -1060.0), (1000.0, 0.25, 890.0), (1000.0, 0.1, 1000.0)],
)
def test_discount_of_the_earlier_method(value: float, u: float, expected: float) -> None:
    # section 1.5: DR 0, 6, 11 %; a loss becomes a greater loss
    assert value - discount_amount(value, u, AR_CM_BANDS, "value") == pytest.approx(expected, rel=REL)


def test_change_between_independent_occasions() -> None:
    u = relative_half_width_of_change(50_000, 0.08, 62_000, 0.07)
    assert u == pytest.approx(0.49184742439997475, rel=REL)
    amount = discount_amount(12_000, u, load("demo").discount_bands, "half_width")
    assert 12_000 - amount == pytest.approx(6_097.83, abs=0.005)


# ---- section 1.3: the account
def test_account_1_3a() -> None:
    change = Estimate(12_500.0, 0.0, 30, "t CO2e", 31, "paired_change")
    account = account_removals(change, load("demo"), amounts_tco2e={"baseline_change": 300.0, "leakage": 0.0})
    assert account.net_tco2e == pytest.approx(10_980.0, rel=REL)
    assert account.claim_tco2e == 10_980


def test_account_1_3b_end_to_end() -> None:
    first = {"S1": [30.1, 28.4, 35.2, 31.7, 26.9, 33.3], "S2": [18.2, 21.5, 16.9, 20.3, 19.1]}
    second = {"S1": [52.6, 49.9, 58.8, 55.1, 47.0, 56.2], "S2": [33.0, 37.9, 30.8, 36.5, 34.6]}
    stratum = ["S1"] * 6 + ["S2"] * 5
    y1, y2 = (np.array([*t["S1"], *t["S2"]]) for t in (first, second))
    change = estimate_paired_change(ids(11), y1, y2, stratum, {"S1": 400.0, "S2": 250.0}, unit="t")
    mean = change.scaled(1 / 650, "t/ha")
    assert mean.value == pytest.approx(19.651282051282053, rel=REL)
    assert mean.standard_error == pytest.approx(0.37709136309516933, rel=REL)
    assert (mean.df, t_value(9)) == (9, pytest.approx(1.833113, rel=REL))
    assert mean.relative_half_width() == pytest.approx(0.03517587568479413, rel=REL)
    tonnes = change.scaled(0.5 * 44 / 12, "t CO2e")
    assert tonnes.value == pytest.approx(23417.777777777777, rel=REL)
    # the demonstration profile has this example's baseline share and risk deduction
    account = account_removals(tonnes, load("demo"))
    terms = {line.term: line.value for line in account.lines}
    assert terms["uncertainty_discount"] == 0
    assert terms["baseline_change"] == pytest.approx(-468.3556, abs=5e-5)
    assert account.net_tco2e == pytest.approx(20654.48, rel=REL)
    assert account.claim_tco2e == 20_654


def test_vintages_1_3c() -> None:
    split = split_vintages(20_654, date(2021, 3, 1), date(2026, 2, 28))
    assert {v.year: v.quantity_tco2e for v in split} == {
        2021: 3461,
        2022: 4129,
        2023: 4129,
        2024: 4140,
        2025: 4128,
        2026: 667,
    }


# ---- section 4.4
def test_post_stratified_total_and_ratio() -> None:
    y = [62.1, 70.4, 58.9, 66.0, 73.2, 61.5, 64.4, 69.8, 41.2, 38.0, 47.5, 44.1, 36.9, 0.0, 0.0, 3.2]
    x = [1.0] * 8 + [1, 0.8, 1, 1, 0.9] + [0, 0, 0.1]
    stratum = ["1"] * 8 + ["2"] * 5 + ["3"] * 3
    unit = EstimationUnit("u", 1000.0, {"1": 0.55, "2": 0.30, "3": 0.15})
    found = totals_post_stratified(ids(16), np.column_stack([y, x]), ["u"] * 16, stratum, [unit])
    assert found.total.tolist() == pytest.approx([48805.125, 837.0], rel=REL)
    assert found.covariance[0, 0] == pytest.approx(1349545.073009673, rel=REL)
    assert found.covariance[1, 1] == pytest.approx(214.19270833333326, rel=REL)
    assert found.covariance[0, 1] == pytest.approx(7649.088541666666, rel=REL)
    ratio = found.ratio(0, 1, "t/ha")
    assert ratio.value == pytest.approx(58.30958781362006, rel=REL)
    assert ratio.variance == pytest.approx(1.6925836020356082, rel=REL)
    assert found.estimate(0, "t").standard_error == pytest.approx(1_161.699218, rel=REL)


def test_ratio_to_size() -> None:
    amount, size = [5.2, 7.9, 3.1, 6.6, 4.4], [0.06, 0.09, 0.04, 0.08, 0.05]
    found = estimate_ratio_to_size(ids(5), amount, size, unit="t/ha")
    assert found.value == pytest.approx(85.0, rel=REL)
    assert found.variance == pytest.approx(2.746582031250006, rel=REL)


# ---- section 4.6
def test_area_of_a_map_2014() -> None:
    matrix = [[66, 0, 5, 4], [0, 55, 8, 12], [1, 0, 153, 11], [2, 1, 9, 313]]
    mapped = np.array([200_000, 150_000, 3_200_000, 6_450_000]) * 0.09
    found = estimate_area_from_matrix(matrix, ["loss", "gain", "forest", "other"], mapped)
    expected = [21157.76223776224, 11686.153846153846, 285769.9300699301, 581386.1538461539]
    assert [item.value for item in found.area] == pytest.approx(expected, rel=REL)
    z = 1.96  # the paper's
    half = [6157.634386067173, 3755.826025403854, 15509.836298188582, 16281.656352244738]
    assert [z * item.standard_error for item in found.area] == pytest.approx(half, rel=REL)
    users = [0.88, 0.7333333333333333, 0.9272727272727272, 0.9630769230769232]
    assert [item.value for item in found.users_accuracy] == pytest.approx(users, rel=REL)
    errors = [z * item.standard_error for item in found.users_accuracy]
    assert errors == pytest.approx([0.074041, 0.100757, 0.039745, 0.020534], abs=1e-6)
    producers = [0.7486614048308412, 0.8471563981042654, 0.9345089085796926, 0.9616089928314558]
    assert [item.value for item in found.producers_accuracy] == pytest.approx(producers, rel=REL)
    errors = [z * item.standard_error for item in found.producers_accuracy]
    assert errors == pytest.approx([0.213310, 0.254408, 0.034324, 0.018362], abs=1e-6)
    assert found.overall_accuracy.value == pytest.approx(0.9465118881118881, rel=REL)
    assert z * found.overall_accuracy.standard_error == pytest.approx(0.018484, abs=1e-6)


def test_area_of_a_map_2013() -> None:
    # mapped pixels of 30 m
    mapped = np.array([22_353, 1_122_543, 610_228]) * 0.09
    found = estimate_area_from_matrix([[97, 0, 3], [3, 279, 18], [2, 1, 97]], ["1", "2", "3"], mapped)
    pixels = found.area[0].scaled(1 / 0.09, "ha")
    assert found.overall_accuracy.value == pytest.approx(0.944417, abs=1e-6)
    assert 1.96 * found.overall_accuracy.standard_error == pytest.approx(0.021882, abs=1e-6)
    assert pixels.value == pytest.approx(45_112.4, abs=0.1)
    assert 1.96 * pixels.standard_error == pytest.approx(21_072.75, abs=0.1)
    producers = [item.value for item in found.producers_accuracy]
    assert producers == pytest.approx([0.480631, 0.994189, 0.896926], abs=1e-6)


def test_a_wider_level_is_wider() -> None:
    mean = Estimate(60.0, 4.0, 10, "t/ha", 11, "simple")
    assert mean.half_width(0.95) > mean.half_width(0.90)
    assert replace(mean, variance=0.0).half_width(0.95) == 0.0
