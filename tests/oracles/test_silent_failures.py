"""How estimators of others failed without a word, and that ours does not: one test for each way.

Points 1, 2, 3, 7, 9 and 10 of the validation note; each names where it was seen.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from mrv.area import estimate_area_from_matrix
from mrv.errors import EstimationError
from mrv.estimate import Estimate
from mrv.population import Population
from mrv.sampling import estimate_independent_change
from mrv.strata import EstimationUnit

N = 120
RNG = np.random.default_rng(20_261_123)
IDS = [f"P{i:03d}" for i in range(N)]
STRATA = np.repeat(["a", "b", "c"], [60, 36, 24])
WEIGHTS = {"a": 0.5, "b": 0.3, "c": 0.2}
UNIT = EstimationUnit("u", 1_000.0, WEIGHTS)
FIRST = np.where(np.arange(N) % 5 == 0, 0.0, RNG.gamma(3.0, 15.0 + 20 * (STRATA == "a"), N))
SECOND = np.where(FIRST > 0, FIRST + RNG.normal(6.0, 3.0, N), 0.0)
POPULATION = Population.post_stratified(IDS, ["u"] * N, STRATA, [UNIT])


# ---- 1: grouped standard errors 6.2 x too small (pyFIA 1.4.2)
def test_one_group_is_the_ungrouped_estimate() -> None:
    table = np.column_stack([FIRST, SECOND])
    plain = POPULATION.totals(table)
    grouped = POPULATION.totals(table, {"only": np.ones(N, dtype=bool)})
    for variable in (0, 1):
        one, two = plain.estimate(variable, "all", "t"), grouped.estimate(variable, "only", "t")
        assert (one.value, one.variance, one.df) == (two.value, two.variance, two.df)
    assert plain.ratio(0, 1, "all", "1") == grouped.ratio(0, 1, "only", "1")


def test_groups_carry_the_error_of_the_whole() -> None:
    owner = np.arange(N) // 3 % 4
    masks = {f"g{i}": owner == i for i in range(4)}
    found = POPULATION.totals(FIRST, masks)
    whole = POPULATION.totals(FIRST).estimate(0, "all", "t")
    added = found.combination({(0, name): 1.0 for name in masks}, "t")
    assert (added.value, added.variance) == pytest.approx((whole.value, whole.variance), rel=1e-10)


# ---- 1: "SEs for carbon much too small" (rFIA #21): the bootstrap as a second opinion
@pytest.mark.parametrize("what", ["total", "ratio", "domain"])
def test_bootstrap_agrees(what: str) -> None:
    inside = np.arange(N) % 4 < 2
    table = np.column_stack([FIRST, np.where(FIRST > 0, 1.0, 0.0)])

    def both(rows: np.ndarray) -> tuple[float, float]:
        population = Population.post_stratified(IDS, ["u"] * N, STRATA[rows], [UNIT])
        totals = population.totals(table[rows], {"all": np.ones(N, dtype=bool), "in": inside[rows]})
        found = {
            "total": lambda: totals.estimate(0, "all", "t"),
            "ratio": lambda: totals.ratio(0, 1, "all", "t/ha"),
            "domain": lambda: totals.estimate(0, "in", "t"),
        }[what]()
        return found.value, found.standard_error

    rng = np.random.default_rng(4)
    expected = both(np.arange(N))[1]
    # a simple random sample, stratified afterwards: resample plots, whatever their stratum
    drawn = [both(rng.integers(0, N, N))[0] for _ in range(600)]
    assert float(np.std(drawn)) == pytest.approx(expected, rel=0.1)


# ---- 1: zero-width intervals (EnMAP-Box #909), variance that counted successes only (AcATaMa PR 32)
def test_a_map_without_wrong_points_has_an_interval_with_a_width() -> None:
    found = estimate_area_from_matrix(np.diag([30, 30]), ["loss", "other"], [100.0, 900.0])
    low, high = found.area_interval(0)
    assert low < 100 < high


# ---- 2: single-plot strata get zero variance (pyFIA); merged by comparing text (rFIA)
def test_a_single_plot_never_has_zero_variance() -> None:
    strata = ["a"] * 10 + ["b"]
    y = np.arange(11.0)
    with pytest.raises(EstimationError, match="stratum-single-plot: stratum=b"):
        Population.stratified(IDS[:11], strata, {"a": 1.0, "b": 1.0})
    found = Population.stratified(IDS[:11], strata, {"a": 1.0, "b": 1.0}, single_plot="collapse")
    with_b, without = (found.totals(values).estimate(0, "all", "t") for values in (y, y * (y < 10)))
    assert with_b.variance > without.variance > 0
    assert "stratum-collapsed" in with_b.warnings
    assert (found.collapsed[0].stratum, found.collapsed[0].into) == ("b", "a")


# ---- 3: net change counted mortality twice and left out every covariance
def test_change_takes_the_covariance_of_the_two_campaigns() -> None:
    totals = POPULATION.totals(np.column_stack([FIRST, SECOND, SECOND - FIRST]))
    paired = totals.combination({(0, "all"): -1.0, (1, "all"): 1.0}, "t C")
    of_differences = totals.estimate(2, "all", "t C")
    assert (paired.value, paired.variance) == pytest.approx(
        (of_differences.value, of_differences.variance), rel=1e-9
    )
    apart = estimate_independent_change(totals.estimate(0, "all", "t C"), totals.estimate(1, "all", "t C"))
    assert paired.value == pytest.approx(apart.value)
    assert paired.standard_error < apart.standard_error / 5


# ---- 7: one item crashed one package, a missing value ran another for ten hours
def test_few_and_none_have_a_defined_answer() -> None:
    with pytest.raises(EstimationError, match="sample-empty"):
        Population.simple([])
    with pytest.raises(EstimationError, match="stratum-single-plot"):
        Population.simple(["P1"])
    two = Population.simple(["P1", "P2"]).totals([3.0, 5.0]).estimate(0, "all", "t/ha")
    assert (two.value, two.variance, two.df) == (4.0, 1.0, 1.0)
    empty = POPULATION.totals(FIRST, {"none": np.zeros(N, dtype=bool)}).estimate(0, "none", "t")
    assert (empty.value, empty.half_width(), empty.warnings) == (0.0, 0.0, ("domain-empty",))
    broken = FIRST.copy()
    broken[17] = math.nan
    with pytest.raises(EstimationError, match="value-not-a-number: plot=P017; count=1"):
        POPULATION.totals(broken)


# ---- 9: plots without forest left out of n
def test_leaving_out_the_zeros_changes_the_result() -> None:
    keep = FIRST > 0
    ids = np.array(IDS)[keep]
    without = Population.post_stratified(ids, ["u"] * ids.size, STRATA[keep], [UNIT])
    all_plots, some = (
        population.totals(values).estimate(0, "all", "t")
        for population, values in ((POPULATION, FIRST), (without, FIRST[keep]))
    )
    assert all_plots.n_plots == N > some.n_plots
    assert some.value > 1.05 * all_plots.value


# ---- 10: the order of rows
def test_the_order_of_plots_changes_no_bit() -> None:
    reference: Estimate | None = None
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(N)
        population = Population.post_stratified(np.array(IDS)[order], ["u"] * N, STRATA[order], [UNIT])
        table = np.column_stack([FIRST, SECOND])[order]
        found = population.totals(table).ratio(0, 1, "all", "1")
        reference = reference or found
        assert (found, found.digest) == (reference, reference.digest)
