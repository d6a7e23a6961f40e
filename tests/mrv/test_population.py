"""One population for every design: agreement with the direct functions, refusals, what is told."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.estimate import WARNINGS
from mrv.population import Population
from mrv.sampling import totals_post_stratified, totals_stratified
from mrv.strata import EstimationUnit

AREA = {"a": 120.0, "b": 80.0, "c": 50.0}
N = 60
IDS = [f"P{i:03d}" for i in range(N)]
STRATA = [("a", "b", "c")[i % 3] for i in range(N)]
UNITS = [
    EstimationUnit("u", 300.0, {"a": 5.0, "b": 3.0, "c": 2.0}),
    EstimationUnit("v", 100.0, {"a": 1.0, "b": 1.0, "c": 2.0}),
]
OWNER = ["u" if i < 36 else "v" for i in range(N)]


def table(seed: int = 3, k: int = 3) -> Any:
    rng = np.random.default_rng(seed)
    values = rng.gamma(2.0, 20.0, (N, k))
    values[rng.random(N) < 0.2] = 0.0
    return values


def populations() -> dict[str, Population]:
    return {
        "simple": Population.simple(IDS, 250.0),
        "stratified": Population.stratified(IDS, STRATA, AREA),
        "post_stratified": Population.post_stratified(IDS, OWNER, STRATA, UNITS),
        "double_sampled": Population.double_sampled(
            IDS,
            OWNER,
            STRATA,
            [
                EstimationUnit(
                    unit.id, unit.area_ha, {h: 40 * count for h, count in unit.stratum_weights.items()}
                )
                for unit in UNITS
            ],
        ),
    }


DESIGNS = tuple(populations())


@pytest.mark.parametrize("design", DESIGNS)
def test_domains_are_variables_that_are_zero_outside(design: str) -> None:
    population, values = populations()[design], table()
    rng = np.random.default_rng(5)
    masks = {f"d{i}": rng.random(N) < 0.4 for i in range(4)} | {"whole": np.ones(N, dtype=bool)}
    found = population.totals(values, masks)
    spread = np.concatenate([values * mask[:, None] for mask in masks.values()], axis=1)
    direct = population.totals(spread)
    assert found.total.ravel() == pytest.approx(direct.total[0], rel=1e-12)
    scale = float(np.abs(direct.covariance).max())
    np.testing.assert_allclose(found.covariance, direct.covariance, rtol=1e-10, atol=1e-12 * scale)
    one, two = (t.estimate(i, name, "t") for t, i, name in ((found, 1, "d2"), (direct, 7, "all")))
    assert (one.value, one.variance, one.df) == pytest.approx((two.value, two.variance, two.df), rel=1e-9)


@pytest.mark.parametrize("design", DESIGNS)
def test_more_domains_than_bits_of_a_number(design: str) -> None:
    values, rng = table(), np.random.default_rng(6)
    masks = {f"d{i}": rng.random(N) < 0.5 for i in range(70)}
    found = populations()[design].totals(values, masks)
    alone = populations()[design].totals(values, {"d69": masks["d69"]})
    assert found.estimate(2, "d69", "t").variance == pytest.approx(
        alone.estimate(2, "d69", "t").variance, rel=1e-9
    )


@pytest.mark.parametrize("design", DESIGNS)
def test_one_domain_that_holds_all_is_no_domain(design: str) -> None:
    population, values = populations()[design], table()
    grouped = population.totals(values, {"all": np.ones(N, dtype=bool)})
    plain = population.totals(values)
    assert grouped.total.tobytes() == plain.total.tobytes()
    assert grouped.covariance == pytest.approx(plain.covariance, rel=1e-12)
    assert grouped.estimate(0, "all", "t") == plain.estimate(0, "all", "t")


@pytest.mark.parametrize("design", DESIGNS)
def test_domains_that_part_the_population_add_up(design: str) -> None:
    population, values = populations()[design], table()
    inside = np.arange(N) % 4 == 0
    found = population.totals(values, {"in": inside, "out": ~inside, "all": np.ones(N, dtype=bool)})
    parts = found.combination({(1, "in"): 1.0, (1, "out"): 1.0}, "t")
    whole = found.estimate(1, "all", "t")
    assert (parts.value, parts.variance) == pytest.approx((whole.value, whole.variance), rel=1e-10)


@pytest.mark.parametrize("design", DESIGNS)
@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_the_order_of_plots_changes_no_bit(design: str, seed: int) -> None:
    order, values = np.random.default_rng(seed).permutation(N), table()
    ids, strata, owner = (np.array(x)[order] for x in (IDS, STRATA, OWNER))
    again = {
        "simple": lambda: Population.simple(ids, 250.0),
        "stratified": lambda: Population.stratified(ids, strata, AREA),
        "post_stratified": lambda: Population.post_stratified(ids, owner, strata, UNITS),
        "double_sampled": lambda: Population.double_sampled(
            ids,
            owner,
            strata,
            [
                EstimationUnit(u.id, u.area_ha, {h: 40 * c for h, c in u.stratum_weights.items()})
                for u in UNITS
            ],
        ),
    }[design]()
    mask = np.arange(N) % 7 < 3
    one = populations()[design].totals(values, {"d": mask, "all": np.ones(N, dtype=bool)})
    two = again.totals(values[order], {"d": mask[order], "all": np.ones(N, dtype=bool)})
    assert one.total.tobytes() == two.total.tobytes()
    assert one.covariance.tobytes() == two.covariance.tobytes()
    assert one.digest == two.digest


def test_the_company_of_a_variable_changes_no_bit() -> None:
    values = table(k=6)
    together = Population.stratified(IDS, STRATA, AREA).totals(values)
    for i in range(6):
        alone = Population.stratified(IDS, STRATA, AREA).totals(values[:, i])
        assert alone.estimate(0, "all", "t") == together.estimate(i, "all", "t")


def test_it_is_the_direct_functions() -> None:
    values = table()
    direct = totals_stratified(IDS, values, STRATA, AREA)
    found = Population.stratified(IDS, STRATA, AREA).totals(values, df="plots")
    assert found.total[0].tobytes() == direct.total.tobytes()
    assert found.covariance.tobytes() == direct.covariance.tobytes()
    assert found.estimate(0, "all", "t").df == direct.df == N - 3
    post = totals_post_stratified(IDS, values, OWNER, STRATA, UNITS)
    ratio = Population.post_stratified(IDS, OWNER, STRATA, UNITS).totals(values, df="plots")
    assert ratio.ratio(0, 1, "all", "1").variance == pytest.approx(post.ratio(0, 1, "1").variance, rel=1e-12)


def test_moments_of_a_stratum_by_hand() -> None:
    # Y = 10 x 2 + 20 x 7; V = 100 x 1 / 3 + 400 x 8 / 4
    y = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0]
    strata = ["a"] * 3 + ["b"] * 4
    population = Population.stratified(list("1234567"), strata, {"a": 10.0, "b": 20.0})
    found = population.totals(y).estimate(0, "all", "t")
    variance = 100 / 3 + 400 * (20 / 3) / 4
    assert (found.value, found.variance) == pytest.approx((160.0, variance), rel=1e-12)
    # Satterthwaite: V^2 / sum V_h^2 / (n_h - 1)
    assert found.df == pytest.approx(variance**2 / ((100 / 3) ** 2 / 2 + (400 * 5 / 3) ** 2 / 3), rel=1e-12)
    assert population.totals(y, df="plots").estimate(0, "all", "t").df == 5
    assert population.area_ha == 30.0
    assert population.weight_ha.tolist() == pytest.approx([10 / 3] * 3 + [5.0] * 4)


def test_equal_spread_and_size_gives_all_degrees_of_freedom() -> None:
    y = [1.0, 2.0, 3.0, 11.0, 12.0, 13.0]
    population = Population.stratified(list("123456"), list("aaabbb"), {"a": 7.0, "b": 7.0})
    assert population.totals(y).estimate(0, "all", "t").df == pytest.approx(4.0)


def test_double_sampling_by_hand() -> None:
    # n' = 100, W = (.6, .4): V / A^2 = 59/99 .6 s2_1 / 3 + 39/99 .4 s2_2 / 2 + sum W (m - M)^2 / 99
    y, strata = [10.0, 20.0, 30.0, 50.0, 60.0], list("11122")
    unit = EstimationUnit("u", 10.0, {"1": 60.0, "2": 40.0})
    found = Population.double_sampled(list("abcde"), ["u"] * 5, strata, [unit]).totals(y)
    mean = 0.6 * 20 + 0.4 * 55
    between = (0.6 * (20 - mean) ** 2 + 0.4 * (55 - mean) ** 2) / 99
    within = 59 / 99 * 0.6 * 100 / 3 + 39 / 99 * 0.4 * 50 / 2
    estimate = found.estimate(0, "all", "t")
    assert estimate.value == pytest.approx(10 * mean)
    assert estimate.variance == pytest.approx(100 * (within + between), rel=1e-12)


def test_a_dense_first_phase_is_stratification_with_known_weights() -> None:
    values = table()
    many = [EstimationUnit("u", 250.0, {h: AREA[h] * 1e7 for h in AREA})]
    double = Population.double_sampled(IDS, ["u"] * N, STRATA, many).totals(values)
    known = Population.stratified(IDS, STRATA, AREA).totals(values)
    assert double.estimate(0, "all", "t").variance == pytest.approx(
        known.estimate(0, "all", "t").variance, rel=1e-6
    )


# ---- strata of one plot, certainty strata, empty ones
def test_a_stratum_of_one_plot_is_refused_unless_told() -> None:
    y, strata = [1.0, 2.0, 3.0, 9.0], ["a", "a", "a", "b"]
    with pytest.raises(EstimationError, match="stratum-single-plot: stratum=b; n_plots=1"):
        Population.stratified(list("1234"), strata, {"a": 1.0, "b": 2.0})
    found = Population.stratified(list("1234"), strata, {"a": 1.0, "b": 2.0}, single_plot="collapse")
    assert [(c.stratum, c.into, c.n_plots) for c in found.collapsed] == [("b", "a", 1)]
    estimate = found.totals(y).estimate(0, "all", "t")
    assert "stratum-collapsed" in estimate.warnings
    # b keeps its mean; its variance is that of all four plots
    assert estimate.value == pytest.approx(2.0 + 2 * 9.0)
    assert estimate.variance == pytest.approx(1 / 3 + 4 * float(np.var(y, ddof=1)), rel=1e-12)


def test_two_single_plots_of_equal_area_give_the_textbooks_variance() -> None:
    # Cochran (1977), section 5A.12: the squared difference of the two estimated totals
    found = Population.stratified(["1", "2"], ["a", "b"], {"a": 5.0, "b": 5.0}, single_plot="collapse")
    estimate = found.totals([3.0, 7.0]).estimate(0, "all", "t")
    assert estimate.value == pytest.approx(50.0)
    assert estimate.variance == pytest.approx((5 * 3.0 - 5 * 7.0) ** 2)
    assert math.isfinite(estimate.half_width())


def test_post_strata_are_merged_with_their_weights() -> None:
    y, strata = [1.0, 2.0, 3.0, 9.0, 4.0], ["a", "a", "a", "b", "a"]
    unit = EstimationUnit("u", 10.0, {"a": 0.6, "b": 0.3, "c": 0.1})
    with pytest.raises(EstimationError, match="stratum-single-plot"):
        Population.post_stratified(list("12345"), ["u"] * 5, strata, [unit])
    found = Population.post_stratified(list("12345"), ["u"] * 5, strata, [unit], single_plot="collapse")
    # c has no plot, b one: both end with a, so one stratum is left and the sample is simple
    assert {c.stratum for c in found.collapsed} == {"c", "b"} or len(found.collapsed) == 2
    estimate = found.totals(y).estimate(0, "all", "t")
    assert estimate.value == pytest.approx(10 * float(np.mean(y)))
    assert estimate.variance == pytest.approx(100 * float(np.var(y, ddof=1)) / 5)
    assert "stratum-collapsed" in estimate.warnings


def test_one_plot_in_all_cannot_be_collapsed() -> None:
    for single in ("refuse", "collapse"):
        with pytest.raises(EstimationError, match="stratum-single-plot"):
            Population.simple(["1"]) if single == "refuse" else Population.stratified(
                ["1"], ["a"], {"a": 1.0}, single_plot="collapse"
            )
    unit = EstimationUnit("u", 1.0, {"a": 1.0})
    with pytest.raises(EstimationError, match="stratum-single-plot"):
        Population.post_stratified(["1"], ["u"], ["a"], [unit], single_plot="collapse")


def test_a_stratum_measured_whole_has_no_variance() -> None:
    y, strata = [1.0, 2.0, 3.0, 9.0], ["a", "a", "a", "b"]
    found = Population.stratified(
        list("1234"), strata, {"a": 1.0, "b": 2.0}, stratum_plots={"a": 30.0, "b": 1.0}
    )
    estimate = found.totals(y).estimate(0, "all", "t")
    assert estimate.variance == pytest.approx((1 - 3 / 30) / 3, rel=1e-12)
    assert (estimate.df, "stratum-certainty" in estimate.warnings) == (2.0, True)
    with pytest.raises(EstimationError, match="stratum-plots-too-many: stratum=a"):
        Population.stratified(list("1234"), strata, {"a": 1.0, "b": 2.0}, stratum_plots={"a": 2.0})


def test_a_stratum_without_plots_is_refused() -> None:
    with pytest.raises(EstimationError, match="stratum-without-plots: stratum=b"):
        Population.stratified(["1", "2"], ["a", "a"], {"a": 1.0, "b": 2.0}, single_plot="collapse")
    with pytest.raises(EstimationError, match="stratum-without-weight: stratum=a"):
        Population.stratified(["1", "2"], ["a", "a"], {})


# ---- domains that hold nothing, a value that is none
def test_an_empty_domain_is_zero_and_told() -> None:
    found = Population.stratified(IDS, STRATA, AREA).totals(
        table(), {"none": np.zeros(N, dtype=bool), "few": np.arange(N) < 5, "all": np.ones(N, dtype=bool)}
    )
    empty = found.estimate(0, "none", "t")
    assert (empty.value, empty.variance, empty.interval()) == (0.0, 0.0, (0.0, 0.0))
    assert empty.warnings == ("domain-empty",)
    assert found.estimate(0, "few", "t").warnings == ("domain-few-plots",)
    assert found.estimate(0, "all", "t").warnings == ()
    with pytest.raises(EstimationError, match="ratio-denominator-zero"):
        found.ratio(0, 1, "none", "1")


def test_a_domain_of_zeros_is_told_apart_from_an_empty_one() -> None:
    inside = np.arange(N) < 20
    values = np.where(inside, 0.0, table()[:, 0])
    found = Population.stratified(IDS, STRATA, AREA).totals(values, {"zeros": inside})
    assert found.estimate(0, "zeros", "t").warnings == ("domain-all-zero",)


def test_few_plots_in_a_stratum_are_told() -> None:
    found = Population.stratified(list("123456"), list("aaabbb"), {"a": 1.0, "b": 1.0})
    assert found.warnings == ("stratum-few-plots",)


def test_every_warning_is_on_the_closed_list() -> None:
    used = {"stratum-few-plots", "domain-all-zero", "domain-few-plots", "domain-empty", "stratum-certainty"}
    assert used | {"stratum-collapsed"} <= set(WARNINGS)


def test_refusals() -> None:
    population = Population.stratified(IDS, STRATA, AREA)
    values = table()
    values[7, 1] = math.nan
    with pytest.raises(EstimationError, match="value-not-a-number: plot=P007"):
        population.totals(values)
    with pytest.raises(EstimationError, match="sample-lengths-differ"):
        population.totals(values[:5])
    with pytest.raises(EstimationError, match="sample-lengths-differ"):
        population.totals(table(), {"d": [True]})
    with pytest.raises(EstimationError, match="domain-unknown: domain=x"):
        population.totals(table()).estimate(0, "x", "t")
    with pytest.raises(EstimationError, match="domain-unknown"):
        population.totals(table(), {})
    with pytest.raises(EstimationError, match="plot-repeated: plot=1"):
        Population.simple(["1", "1"])
    with pytest.raises(EstimationError, match="sample-empty"):
        Population.simple([])
    with pytest.raises(EstimationError, match="unit-without-weights"):
        Population.double_sampled(["1", "2"], ["u"] * 2, ["a"] * 2, [EstimationUnit("u", 1.0, {"a": 1.0})])


def test_zeros_count() -> None:
    y = np.array([12.0, 8.0, 10.0, 0.0, 0.0])
    kept = Population.simple(list("12345")).totals(y).estimate(0, "all", "t/ha")
    dropped = Population.simple(list("123")).totals(y[:3]).estimate(0, "all", "t/ha")
    assert (kept.value, dropped.value) == (6.0, 10.0)
    assert kept.digest != dropped.digest


def test_a_share_of_the_whole() -> None:
    inside = np.arange(N) % 2 == 0
    values = table()
    found = Population.stratified(IDS, STRATA, AREA).totals(
        values, {"in": inside, "all": np.ones(N, dtype=bool)}
    )
    share = found.ratio(0, 0, "in", "1", of_domain="all")
    other = Population.stratified(IDS, STRATA, AREA).totals(
        np.column_stack([values[:, 0] * inside, values[:, 0]])
    )
    direct = other.ratio(0, 1, "all", "1")
    assert (share.value, share.variance) == pytest.approx((direct.value, direct.variance), rel=1e-10)
    assert share.method == "ratio/stratified"


def test_the_kernel_is_fast() -> None:
    # 3,000 plots x 10 variables x 20 domains; the aim is 5 ms on a quiet machine (tests/benchmarks), the
    # bound here only catches a loop over plots
    rng = np.random.default_rng(1)
    n, ids = 3000, [f"{i:05d}" for i in range(3000)]
    values, owner = rng.gamma(2.0, 20.0, (n, 10)), rng.integers(0, 20, n)
    population = Population.stratified(
        ids, [f"h{i % 6}" for i in range(n)], {f"h{i}": 100.0 for i in range(6)}
    )
    masks = {f"d{i}": owner == i for i in range(20)}
    seconds = []
    for _ in range(9):
        start = time.process_time()
        population.totals(values, masks)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.1
