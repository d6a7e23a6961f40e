from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.errors import EstimationError
from mrv.montecarlo.collapse import (
    chebyshev_points,
    collapsed_totals,
    lagrange_basis,
    shared_totals,
    tree_covariance,
)
from mrv.montecarlo.exact import exact_totals
from mrv.montecarlo.trees import SharedDraws, TreeGroup, one_campaign

RNG = np.random.default_rng(20240101)
N = 300
LOG_D, LOG_H = np.log(RNG.lognormal(2.8, 0.4, N)), np.log(RNG.lognormal(2.4, 0.3, N))
X = np.stack([LOG_D - LOG_D.mean(), LOG_H - LOG_H.mean()], axis=1)
MASS = np.exp(-3 + 2 * LOG_D + 0.5 * LOG_H)
SHIFTS = RNG.normal(0, [0.08, 0.06], (500, 2))


def direct(x: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    return np.exp(shifts @ x.T) @ MASS


@pytest.mark.parametrize("dimensions", [0, 1, 2])
def test_the_interpolated_total_is_the_total(dimensions: int) -> None:
    x, shifts = X[:, :dimensions], SHIFTS[:, :dimensions]
    found = shared_totals(one_campaign(MASS, x), shifts)[:, 0]
    assert found == pytest.approx(direct(x, shifts), rel=1e-6)


def test_with_few_points_it_is_worse_and_from_six_on_it_does_not_matter() -> None:
    worst = {
        m: np.abs(shared_totals(one_campaign(MASS, X), SHIFTS, nodes=m)[:, 0] / direct(X, SHIFTS) - 1).max()
        for m in (3, 4, 6, 8)
    }
    assert worst[3] > worst[4] > worst[6] > worst[8]
    assert worst[6] < 1e-6


def test_threads_change_no_bit() -> None:
    many = one_campaign(np.ones(200_000), np.linspace(-1, 1, 200_000)[:, None])
    shared = SharedDraws(SHIFTS[:, :1], np.ones((500, 1)))
    assert np.array_equal(collapsed_totals(many, shared, 1), collapsed_totals(many, shared, 1, threads=2))


def test_a_shared_deviation_that_does_not_move_is_no_division_by_zero() -> None:
    found = shared_totals(one_campaign(MASS, X), np.zeros((3, 2)))[:, 0]
    assert found == pytest.approx([MASS.sum()] * 3, rel=1e-12)


def test_more_than_two_shared_deviations_are_refused() -> None:
    shared = SharedDraws(np.zeros((2, 3)), np.ones((2, 1)))
    with pytest.raises(EstimationError, match="collapse-dimensions"):
        collapsed_totals(one_campaign(MASS, np.zeros((N, 3))), shared, 1)


def campaigns() -> TreeGroup:
    """Return trees seen twice, some once only, in plots, with stocks and change as outputs."""
    weighted = np.zeros((2, N, 3))
    weighted[0, :, 0], weighted[1, :, 1] = MASS, MASS * 1.3
    weighted[0, :40] = 0
    weighted[1, -30:] = 0
    weighted[:, :, 2] = weighted[:, :, 1] - weighted[:, :, 0]
    own, reading = np.full(N, 0.3), np.full((2, N), 0.15)
    return TreeGroup(weighted, np.zeros((2, N, 0)), own, reading, np.arange(N) % 12, plot_sd=0.1)


def test_the_covariance_of_outputs_is_that_of_exact_draws() -> None:
    shared = SharedDraws(np.zeros((20_000, 0)), np.ones((20_000, 1)))
    drawn = np.cov(exact_totals(campaigns(), shared, 1), rowvar=False)
    closed = tree_covariance(campaigns())
    assert np.sqrt(np.diag(drawn)) == pytest.approx(np.sqrt(np.diag(closed)), rel=0.03)
    spread = np.sqrt(np.outer(np.diag(closed), np.diag(closed)))
    assert drawn / spread == pytest.approx(closed / spread, abs=0.03)


def test_collapsed_draws_have_that_covariance_and_the_point_total_as_mean() -> None:
    shared = SharedDraws(np.zeros((20_000, 0)), np.ones((20_000, 1)))
    found = collapsed_totals(campaigns(), shared, 1)
    closed = tree_covariance(campaigns())
    assert np.cov(found, rowvar=False) == pytest.approx(closed, rel=0.06, abs=closed[0, 0] * 0.03)
    expected = campaigns().weighted.sum(axis=(0, 1))
    assert np.abs(found.mean(axis=0) - expected) == pytest.approx(
        0, abs=4 * np.sqrt(np.diag(closed).max() / 20_000)
    )


@given(st.integers(2, 9), st.floats(-2, 2), st.floats(0.01, 3))
def test_the_basis_reproduces_polynomials_of_its_degree(count: int, low: float, width: float) -> None:
    points = chebyshev_points(low, low + width, count)
    at = np.concatenate([np.linspace(low, low + width, 11), points])
    basis = lagrange_basis(points, at)
    assert basis.sum(axis=1) == pytest.approx(1.0, abs=1e-9)
    scaled = (points - low) / width
    assert basis @ scaled ** (count - 1) == pytest.approx(((at - low) / width) ** (count - 1), abs=1e-8)
