"""Published and independently recomputed numbers of the estimators, each with its source."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mrv.area import estimate_area
from mrv.estimate import Estimate
from mrv.population import Population
from mrv.regression import estimate_greg, estimate_two_phase
from mrv.sample_size import neyman_allocation, plots_by_formula, required_plots, required_points
from mrv.small_area import SmallAreaFit, estimate_area_level, estimate_unit_level
from mrv.stehman import estimate_area_stratified
from mrv.strata import EstimationUnit

REL = 1e-6

# ---- methodology 4.2: number of plots (CDM AR-AM-TOOL-03, Winrock Sourcebook)
W, SD = {"1": 0.3, "2": 0.5, "3": 0.2}, {"1": 25.0, "2": 18.0, "3": 30.0}


def test_number_of_plots() -> None:
    found = plots_by_formula(W, SD, half_width=6.0, t=1.645, plots_in_area=1000 / 0.0667)
    assert found == pytest.approx(37.95272215967267, rel=REL)
    plan = required_plots(W, SD, 60.0, 0.10, 1000.0, 0.0667)
    first, second = plan.iterations[:2]
    assert (first.plots, second.plots) == (38, 41)
    assert second.t == pytest.approx(1.689572, abs=5e-7)
    assert second.exact == pytest.approx(40.0315, abs=5e-5)
    # iterated on, t with 38 and 37 degrees of freedom: 39.87 and 39.92
    assert [step.plots for step in plan.iterations] == [38, 41, 40, 40]
    assert (plan.n, sum(plan.allocation.values())) == (40, 40)


def test_allocation_is_neymans() -> None:
    # exact shares of 37.95: 12.65, 15.18, 10.12
    given = neyman_allocation(W, SD, 38)
    assert given == {"1": 13, "2": 15, "3": 10}


def test_number_of_plots_of_a_large_area() -> None:
    found = plots_by_formula({"1": 1.0}, {"1": 40.0}, half_width=10.0, t=1.645, plots_in_area=float("inf"))
    assert found == pytest.approx(43.2964, abs=5e-5)


def test_points_of_a_reference_sample() -> None:
    # Olofsson and others (2014), section 5.1.1: 641 points for a standard error of 1 %
    mapped = {"deforestation": 0.02, "gain": 0.015, "forest": 0.32, "non-forest": 0.645}
    users = {"deforestation": 0.7, "gain": 0.6, "forest": 0.9, "non-forest": 0.95}
    assert required_points(mapped, users, 0.01).n == 641


# ---- validation: small hand cases of post-stratified totals, through the population
HAND = [
    ([4000.0], [{"1": 1.0}], [("u0", "1", [0.8, 1, 0.6, 0.9])], 116_666.6667),
    (
        [3000.0, 3000.0],
        [{"1": 1.0}, {"1": 1.0}],
        [("u0", "1", [0.8, 1, 0.6]), ("u1", "1", [0.5, 0.9])],
        480_000,
    ),
    ([6000.0], [{"1": 0.5, "2": 0.5}], [("u0", "1", [0.8, 1, 0.6]), ("u0", "2", [0.5, 0.9])], 518_400),
    ([10_000.0], [{"1": 1.0}], [("u0", "1", [10, 20, 30, 40])], 4_166_666_666.67),
    ([10_000.0], [{"1": 0.6, "2": 0.4}], [("u0", "1", [10, 20, 30]), ("u0", "2", [50, 60])], 1_880_000_000),
    (
        [8000.0, 12_000.0],
        [{"1": 1.0}, {"1": 1.0}],
        [("u0", "1", [10, 20, 30]), ("u1", "1", [50, 70])],
        16_533_333_333.33,
    ),
]


@pytest.mark.parametrize(("areas", "weights", "plots", "variance"), HAND)
def test_post_stratified_variance_by_hand(
    areas: list[float], weights: list[Any], plots: list[tuple[str, str, list[float]]], variance: float
) -> None:
    y = [value for _, _, group in plots for value in group]
    owner = [name for name, _, group in plots for _ in group]
    stratum = [name for _, name, group in plots for _ in group]
    units = [
        EstimationUnit(f"u{i}", A, shares) for i, (A, shares) in enumerate(zip(areas, weights, strict=True))
    ]
    ids = [f"P{i}" for i in range(len(y))]
    found = Population.post_stratified(ids, owner, stratum, units).totals(y).estimate(0, "all", "t")
    assert found.variance == pytest.approx(variance, rel=1e-6)


# ---- methodology 4.5: regression with a wall-to-wall map
X = [50.0, 62.0, 70.0, 81.0, 93.0, 58.0, 75.0, 88.0]
Y = [48.0, 66.0, 69.0, 85.0, 90.0, 52.0, 80.0, 86.0]


def test_greg() -> None:
    found = estimate_greg(Population.simple(list("abcdefgh")), Y, X, [68.0], unit="t/ha")
    assert found.coefficients == pytest.approx([-2.2427787061350943, 1.029362616376223], rel=REL)
    assert found.estimate.value == pytest.approx(67.75387920744807, rel=REL)
    assert found.external_variance == pytest.approx(1.9557258807079763, rel=REL)
    assert found.g_variance == pytest.approx(1.8972122118023393, rel=REL)
    assert found.df_variance == pytest.approx(2.2816801941593057, rel=REL)
    assert found.estimate.variance == found.df_variance
    assert (found.direct.value, found.direct.variance) == pytest.approx((72.0, 31.678571), abs=5e-7)
    assert found.relative_efficiency == pytest.approx(16.1979, abs=5e-5)


def test_double_sampling_of_the_tool() -> None:
    # methodology 3.1, AR-TOOL14 eq. 18-19 with the data of 4.5: alpha = 8 / 40, mean of the first phase 70
    found = estimate_two_phase(Population.simple(list("abcdefgh")), Y, X, [70.0], 40, unit="t/ha")
    assert found.coefficients[1] == pytest.approx(1.029363, abs=5e-7)
    assert found.estimate.value == pytest.approx(69.812604, abs=5e-7)
    assert found.external_variance * 8 == pytest.approx(63.202360, abs=5e-6)
    assert found.external_variance**0.5 == pytest.approx(2.810746, abs=5e-7)
    assert found.estimate.variance >= found.external_variance


# ---- validation: Stehman (2014), 40 points in four strata (mapaccuracy's copy of the paper's table 2)
MAP = ["A"] * 7 + ["B"] * 3 + ["A"] + ["B"] * 11 + ["C"] * 6 + ["B"] * 2 + ["D"] * 10
REFERENCE = (
    ["A"] * 5
    + ["C", "B", "A", "B", "C", "A"]
    + ["B"] * 5
    + ["A", "A", "B", "B"]
    + ["C"] * 5
    + ["D", "D", "B", "B", "A"]
    + ["D"] * 7
    + ["C", "C", "B"]
)
STRATUM = [f"{1 + i // 10}" for i in range(40)]
PIXELS = {"1": 40_000.0, "2": 30_000.0, "3": 20_000.0, "4": 10_000.0}


def test_strata_that_are_not_the_map_classes() -> None:
    ids = [f"{i:02d}" for i in range(40)]
    found = estimate_area_stratified(ids, STRATUM, MAP, REFERENCE, list("ABCD"), PIXELS, stratum_units=PIXELS)
    assert found.share[0].value == pytest.approx(0.35, rel=REL)
    assert found.share[0].standard_error == pytest.approx(0.082_247_8, abs=5e-8)
    assert found.share[2].value == pytest.approx(0.20, rel=REL)
    assert found.share[2].standard_error == pytest.approx(0.064_279_8, abs=5e-8)
    assert found.overall_accuracy.value == pytest.approx(0.63, rel=REL)
    assert found.overall_accuracy.standard_error == pytest.approx(0.084_642_2, abs=5e-8)
    users, producers = found.users_accuracy[1], found.producers_accuracy[1]
    assert users is not None
    assert producers is not None
    assert (users.value, users.standard_error) == pytest.approx((0.574_468, 0.124_782), abs=5e-7)
    assert (producers.value, producers.standard_error) == pytest.approx((0.794_118, 0.116_548), abs=5e-7)
    assert found.matrix[1, 2] == pytest.approx(0.08, rel=REL)
    assert found.area[0].value == pytest.approx(35_000.0)


def test_strata_that_are_the_map_classes_give_olofssons_areas() -> None:
    rows = {"a": {"a": 66, "b": 5, "c": 4}, "b": {"a": 1, "b": 153, "c": 11}, "c": {"a": 2, "b": 9, "c": 313}}
    pairs = [(i, j) for i, row in rows.items() for j, count in row.items() for _ in range(count)]
    mapped, true = [i for i, _ in pairs], [j for _, j in pairs]
    area = {"a": 18_000.0, "b": 288_000.0, "c": 580_500.0}
    one = estimate_area(mapped, true, list("abc"), list(area.values()))
    ids = [f"{i:04d}" for i in range(len(pairs))]
    two = estimate_area_stratified(ids, mapped, mapped, true, list("abc"), area)
    for i in range(3):
        assert two.area[i].value == pytest.approx(one.area[i].value, rel=1e-12)
        assert two.area[i].variance == pytest.approx(one.area[i].variance, rel=1e-10)
        users = two.users_accuracy[i]
        assert users is not None
        assert users.variance == pytest.approx(one.users_accuracy[i].variance, rel=1e-10)
    assert two.overall_accuracy.variance == pytest.approx(one.overall_accuracy.variance, rel=1e-10)


# ---- small areas at unit level: corn in 12 counties of Iowa, Battese, Harter and Fuller (1988), table 1
CORN = {
    1: [(165.76, 374, 55)],
    2: [(96.32, 209, 218)],
    3: [(76.08, 253, 250)],
    4: [(185.35, 432, 96), (116.43, 367, 178)],
    5: [(162.08, 361, 137), (152.04, 288, 206), (161.75, 369, 165)],
    6: [(92.88, 206, 218), (149.94, 316, 221), (64.75, 145, 338)],
    7: [(127.07, 355, 128), (133.55, 295, 147), (77.7, 223, 204)],
    8: [(206.39, 459, 77), (108.33, 290, 217), (118.17, 307, 258)],
    9: [(99.96, 252, 303), (140.43, 293, 221), (98.95, 206, 222), (131.04, 302, 274)],
    10: [(114.12, 313, 190), (100.6, 246, 270), (127.88, 353, 172), (116.9, 271, 228), (87.41, 237, 297)],
    11: [(93.48, 221, 167), (121, 369, 191), (109.91, 343, 249), (122.66, 342, 182), (104.21, 294, 179)],
    12: [
        (88.59, 220, 262),
        (88.59, 340, 87),
        (165.35, 355, 160),
        (104, 261, 221),
        (88.63, 187, 345),
        (153.7, 350, 190),
    ],
}
COUNTY = {
    # segments in the county, mean corn and soybean pixels a segment
    1: (545, 295.29, 189.7),
    2: (566, 300.4, 196.65),
    3: (394, 289.6, 205.28),
    4: (424, 290.74, 220.22),
    5: (564, 318.21, 188.06),
    6: (570, 257.17, 247.13),
    7: (402, 291.77, 185.37),
    8: (567, 301.26, 221.36),
    9: (687, 262.17, 247.09),
    10: (569, 314.28, 198.66),
    11: (965, 298.65, 204.61),
    12: (556, 325.99, 177.05),
}


def corn(*, without: tuple[int, int] | None) -> tuple[SmallAreaFit, np.ndarray[Any, Any]]:
    """Return the model and the rows (county, corn, corn pixels, soybean pixels)."""
    rows = np.array(
        [
            (county, *row)
            for county, group in CORN.items()
            for i, row in enumerate(group)
            if (county, i) != without
        ]
    )
    fit = estimate_unit_level(
        [f"{i:02d}" for i in range(len(rows))],
        [f"{int(c):02d}" for c in rows[:, 0]],
        rows[:, 1],
        rows[:, 2:],
        {f"{c:02d}": means[1:] for c, means in COUNTY.items()},
        unit="ha",
    )
    return fit, rows


def test_corn_with_all_segments() -> None:
    # REML of the 37 segments, as tested in samplics (tests/sae/test_eb_unit_model.py)
    fit, _ = corn(without=None)
    assert fit.coefficients == pytest.approx([17.96398, 0.3663352, -0.0303638], rel=1e-5)
    # those of samplics come from a numerical Hessian
    assert fit.coefficient_se == pytest.approx([30.986801, 0.065101, 0.067583], rel=3e-3)
    assert fit.area_variance == pytest.approx(63.3149, rel=1e-5)
    assert fit.residual_variance == pytest.approx(297.7128, rel=1e-5)
    effects = [2.184574, 1.475118, -4.730863, -2.764825, 8.370915, 4.274827]
    effects += [-2.705540, 1.156682, 5.026852, -2.883398, -8.652532, -0.751808]
    assert [fit.effects[f"{c:02d}"] for c in COUNTY] == pytest.approx(effects, rel=1e-4)
    means = [122.563671, 123.515159, 113.090719, 115.020744, 137.196212, 108.945432]
    means += [116.515532, 122.761482, 111.530348, 124.180346, 112.504727, 131.257883]
    assert [fit.estimates[f"{c:02d}"].value for c in COUNTY] == pytest.approx(means, rel=1e-6)


def test_corn_of_the_counties() -> None:
    # Molina and Marhuenda (2015), The R Journal 7:81-98, example 4: the second segment of Hardin left out;
    # their package predicts the segments that were not sampled: f ybar + (X - f xbar)' b + (1 - f) v
    fit, rows = corn(without=(12, 1))
    printed = [122.1954, 126.2280, 106.6638, 108.4222, 144.3072, 112.1586]
    printed += [112.7801, 122.0020, 115.3438, 124.4144, 106.8883, 143.0312]
    for (county, (segments, *means)), expected in zip(COUNTY.items(), printed, strict=True):
        mine = rows[rows[:, 0] == county]
        f = len(mine) / segments
        x = np.r_[1.0, mine[:, 2:].mean(axis=0)]
        rest = (np.r_[1.0, means] - f * x) @ fit.coefficients + (1 - f) * fit.effects[f"{county:02d}"]
        assert f * mine[:, 1].mean() + rest == pytest.approx(expected, abs=1e-4)
    # the published errors are a bootstrap's (200 draws): ours must be near, not equal
    cv = [8.066110, 7.825271, 9.333344, 7.598736, 4.875002, 6.020232]
    cv += [5.951520, 5.700670, 4.808813, 4.495448, 4.532518, 3.504340]
    found = [fit.estimates[f"{c:02d}"] for c in COUNTY]
    assert [100 * e.standard_error / e.value for e in found] == pytest.approx(cv, rel=0.16)
    assert all("model-based" in e.warnings for e in found)


# ---- small areas at area level: milk expenditure, Arora and Lahiri (1997); You and Chapman (2006)
MILK_Y = [1.099, 1.075, 1.105, 0.628, 0.753, 0.981, 1.257, 1.095, 1.405, 1.356, 0.615, 1.46, 1.338, 0.854]
MILK_Y += [1.176, 1.111, 1.257, 1.43, 1.278, 1.292, 1.002, 1.183, 1.044, 1.267, 1.193, 0.791, 0.795, 0.759]
MILK_Y += [0.796, 0.565, 0.886, 0.952, 0.807, 0.582, 0.684, 0.787, 0.44, 0.759, 0.77, 0.8, 0.756, 0.865, 0.64]
MILK_SD = [0.163, 0.08, 0.083, 0.109, 0.119, 0.141, 0.202, 0.127, 0.168, 0.178, 0.1, 0.201, 0.148, 0.143]
MILK_SD += [0.149, 0.145, 0.135, 0.172, 0.137, 0.163, 0.125, 0.247, 0.14, 0.171, 0.106, 0.121, 0.121, 0.259]
MILK_SD += [0.106, 0.089, 0.225, 0.205, 0.119, 0.067, 0.106, 0.126, 0.092, 0.132, 0.1, 0.113, 0.083, 0.121]
MILK_SD += [0.129]
MAJOR = [1] * 7 + [2] * 7 + [3] * 11 + [4] * 18
# EBLUP and mean squared error of R package sae (mseFH, REML), as tested in samplics
MILK = {
    1: (1.0219703, 0.013460220),
    2: (1.0476018, 0.005372876),
    4: (0.7608170, 0.008541740),
    7: (1.0584523, 0.015926137),
    12: (1.2139456, 0.016336469),
    22: (1.1923057, 0.017243977),
    28: (0.7338443, 0.016476912),
    34: (0.6102302, 0.003870786),
    43: (0.6810870, 0.009903626),
}


def test_milk() -> None:
    names = [f"{i:02d}" for i in range(1, 44)]
    direct = {
        name: Estimate(y, sd**2, 100.0, "1", 200, "direct")
        for name, y, sd in zip(names, MILK_Y, MILK_SD, strict=True)
    }
    rows = {name: [1.0, major == 2, major == 3, major == 4] for name, major in zip(names, MAJOR, strict=True)}
    fit = estimate_area_level(direct, rows, unit="1")
    assert fit.coefficients == pytest.approx([0.9681890, 0.1327801, 0.2269462, -0.2413011], abs=5e-5)
    assert fit.coefficient_se == pytest.approx([0.06936208, 0.10300072, 0.09232981, 0.08161707], abs=5e-5)
    for number, (value, error) in MILK.items():
        found = fit.estimates[f"{number:02d}"]
        assert found.value == pytest.approx(value, abs=1e-4)
        assert found.variance == pytest.approx(error, rel=5e-3)
