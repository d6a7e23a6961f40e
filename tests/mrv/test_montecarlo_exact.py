from __future__ import annotations

import numpy as np
import pytest

from mrv.montecarlo.exact import CHUNK, exact_totals
from mrv.montecarlo.trees import SharedDraws, TreeGroup, one_campaign

N_DRAWS = 4000


def still(n_draws: int = N_DRAWS, dimensions: int = 0) -> SharedDraws:
    """Return shared draws in which nothing shared moves."""
    return SharedDraws(np.zeros((n_draws, dimensions)), np.ones((n_draws, 1)))


def test_independent_tree_errors_keep_the_mean_and_have_the_closed_variance() -> None:
    mass = np.linspace(1, 5, 60)
    found = exact_totals(one_campaign(mass, tree_sd=0.4), still(20_000), 1)[:, 0]
    sd = np.sqrt(np.expm1(0.4**2) * (mass**2).sum())
    assert found.mean() == pytest.approx(mass.sum(), abs=4 * sd / np.sqrt(20_000))
    assert found.std() == pytest.approx(sd, rel=0.03)


def test_without_any_error_every_draw_is_the_point_total() -> None:
    mass = np.arange(1.0, 11.0)
    assert np.unique(exact_totals(one_campaign(mass), still(7), 1)).tolist() == [55.0]


def test_a_shared_shift_acts_on_all_trees_at_once() -> None:
    mass, x = np.array([1.0, 2.0]), np.array([[0.5, 0.0], [0.0, -1.0]])
    shifts = np.array([[0.0, 0.0], [0.2, 0.1]])
    found = exact_totals(one_campaign(mass, x), SharedDraws(shifts, np.ones((2, 1))), 1)[:, 0]
    assert found == pytest.approx([3.0, np.exp(0.1) + 2 * np.exp(-0.1)], rel=1e-6)


def test_multipliers_act_on_the_sum() -> None:
    shared = SharedDraws(np.zeros((2, 0)), np.array([[1.0], [1.25]]))
    assert exact_totals(one_campaign(np.array([4.0])), shared, 1)[:, 0].tolist() == [4.0, 5.0]


@pytest.mark.parametrize("n_trees", [1, 50, 300, CHUNK + 17])
def test_the_number_of_threads_changes_no_bit(n_trees: int) -> None:
    group = one_campaign(np.ones(n_trees), tree_sd=0.3)
    shared = still(20)
    assert np.array_equal(exact_totals(group, shared, 5), exact_totals(group, shared, 5, threads=3))
    assert not np.array_equal(exact_totals(group, shared, 5), exact_totals(group, shared, 6))


def twice(tree_sd: float, visit_sd: float, n: int = 40) -> TreeGroup:
    """Return trees seen in two campaigns, with both stocks and their difference as outputs."""
    weighted = np.zeros((2, n, 3))
    weighted[0, :, 0], weighted[0, :, 2] = 1.0, -1.0
    weighted[1, :, 1], weighted[1, :, 2] = 1.5, 1.5
    own, reading = np.full(n, tree_sd), np.full((2, n), visit_sd)
    return TreeGroup(weighted, np.zeros((2, n, 0)), own, reading, np.zeros(n, dtype=np.intp))


def test_a_trees_own_error_stays_with_it_so_the_change_keeps_its_correlation() -> None:
    found = exact_totals(twice(0.3, 0.0), still(20_000), 2)
    assert np.corrcoef(found[:, 0], found[:, 1])[0, 1] == pytest.approx(1.0, abs=1e-6)
    # the difference of one tree is (1.5 - 1) times its factor
    assert found[:, 2].std() == pytest.approx(0.5 * np.sqrt(40 * np.expm1(0.09)), rel=0.03)
    assert found[:, 2] == pytest.approx(found[:, 1] - found[:, 0], abs=1e-4)


def test_a_reading_error_is_drawn_anew_at_each_campaign() -> None:
    found = exact_totals(twice(0.0, 0.3), still(20_000), 2)
    assert abs(np.corrcoef(found[:, 0], found[:, 1])[0, 1]) < 0.03
    expected = np.sqrt((1 + 1.5**2) * 40 * np.expm1(0.09))
    assert found[:, 2].std() == pytest.approx(expected, rel=0.03)


def test_the_trees_of_a_plot_share_its_error() -> None:
    n = 30
    base = one_campaign(np.ones(n))
    plot = np.repeat([0, 1, 2], 10)
    group = TreeGroup(base.weighted, base.covariates, base.tree_sd, base.visit_sd, plot, plot_sd=0.2)
    found = exact_totals(group, still(20_000), 3)[:, 0]
    assert found.mean() == pytest.approx(n, rel=0.01)
    assert found.std() == pytest.approx(np.sqrt(3 * 100 * np.expm1(0.04)), rel=0.03)
