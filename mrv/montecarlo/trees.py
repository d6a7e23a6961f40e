"""Trees as the Monte Carlo sees them: point predictions, elasticities, errors of their own.

A group holds the trees of one species in one domain. What tree i gives to output q of campaign c is

    w_icq m_ic exp(theta . x_ic) exp(s_i z_i - s_i^2 / 2) exp(v_ic u_ic - v_ic^2 / 2) exp(p e_k - p^2 / 2)

with the point prediction m, the species' shared deviations theta (drawn once a draw), the tree's own
deviation z_i (one for all campaigns), the reading's u_ic (anew at each campaign) and the plot's e_k.
Each factor of a tree, reading or plot has mean 1: they spread the total and do not shift it.
Multipliers that a whole species shares act after the sum and cost nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mrv.errors import EstimationError
from mrv.moments import Floats


@dataclass(frozen=True, slots=True)
class TreeGroup:
    """The trees of one species in one domain; n trees, c campaigns, q outputs, k shared deviations."""

    weighted: Floats
    """Point prediction times expansion weight, shape (c, n, q); 0 where a tree was not there."""
    covariates: Floats
    """x, the log of what the shared exponents act on, centred; shape (c, n, k), k from 0 to 2."""
    tree_sd: Floats
    """Log standard deviation of each tree's own error [1], shape (n,)."""
    visit_sd: Floats
    """Log standard deviation of each reading's error [1], shape (c, n)."""
    plot: NDArray[np.intp]
    """Index of each tree's plot from 0, shape (n,)."""
    plot_sd: float = 0.0
    """Log standard deviation of the error that a plot's trees share [1]."""

    def __post_init__(self) -> None:
        """Refuse shapes that do not fit and values that are not numbers."""
        c, n, q = self.weighted.shape
        fits = (
            self.covariates.shape[:2] == (c, n)
            and self.tree_sd.shape == (n,)
            and self.visit_sd.shape == (c, n)
            and self.plot.shape == (n,)
            and q > 0
        )
        if not fits:
            raise EstimationError("tree-group-shape", trees=n, campaigns=c, outputs=q)
        for name in ("weighted", "covariates", "tree_sd", "visit_sd"):
            bad = np.argwhere(~np.isfinite(getattr(self, name)))
            if bad.size:
                raise EstimationError("tree-group-not-finite", field=name, at=str(bad[0].tolist()))

    @property
    def n_trees(self) -> int:
        """Trees [1]."""
        return int(self.weighted.shape[1])

    @property
    def outputs(self) -> int:
        """Outputs [1]."""
        return int(self.weighted.shape[2])

    @property
    def dimensions(self) -> int:
        """Shared deviations [1]."""
        return int(self.covariates.shape[2])


def one_campaign(
    weighted: Floats, covariates: Floats | None = None, tree_sd: Floats | float = 0.0
) -> TreeGroup:
    """Return the group of trees seen once, with one output.

    Parameters
    ----------
    weighted
        Point prediction times expansion weight, shape (n,).
    covariates
        Centred logs for the shared exponents, shape (n, k); None for none.
    tree_sd
        Log standard deviation of each tree's error [1]; a reading's error merges with it as the
        root of the sum of squares, because each tree is seen once.
    """
    n = weighted.shape[0]
    x = np.zeros((n, 0)) if covariates is None else covariates
    own = np.broadcast_to(np.asarray(tree_sd, dtype=np.float64), (n,))
    return TreeGroup(
        weighted.reshape(1, n, 1), x[None, :, :], own, np.zeros((1, n)), np.zeros(n, dtype=np.intp)
    )


@dataclass(frozen=True, slots=True)
class SharedDraws:
    """What the trees of one species share in each draw."""

    shifts: Floats
    """theta, shape (draws, k)."""
    factors: Floats
    """Product of the species' multipliers, with mean near 1; shape (draws, q) or (draws, 1)."""


def expected_total(group: TreeGroup, shift_sd: Sequence[float] = ()) -> Floats:
    """Return the closed-form mean of each output for normal shared deviations, shape (q,).

    E = sum w m exp(sum_d x_d^2 sd_d^2 / 2), the lognormal mean; independent deviations.
    """
    sd = np.asarray(shift_sd, dtype=np.float64)
    if sd.size != group.dimensions:
        raise EstimationError("collapse-dimensions", given=int(sd.size), limit=group.dimensions)
    growth = np.exp(((group.covariates * sd) ** 2).sum(axis=2) / 2)
    total: Floats = np.einsum("cnq,cn->q", group.weighted, growth)
    return total
