from __future__ import annotations

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.montecarlo.trees import TreeGroup, expected_total, one_campaign


def test_trees_seen_once_have_one_campaign_and_one_output() -> None:
    group = one_campaign(np.array([1.0, 2.0]), np.array([[0.1], [-0.1]]), 0.3)
    assert (group.n_trees, group.outputs, group.dimensions) == (2, 1, 1)
    assert group.tree_sd.tolist() == [0.3, 0.3]


def test_the_closed_form_is_the_lognormal_mean() -> None:
    group = one_campaign(np.array([1.0, 2.0]), np.array([[1.0, 0.0], [0.0, 2.0]]))
    expected = np.exp(0.3**2 / 2) + 2 * np.exp((2 * 0.1) ** 2 / 2)
    assert expected_total(group, [0.3, 0.1])[0] == pytest.approx(expected, rel=1e-14)
    with pytest.raises(EstimationError, match="collapse-dimensions"):
        expected_total(group, [0.3])


def test_shapes_that_do_not_fit_and_missing_numbers_are_refused_with_their_place() -> None:
    good = one_campaign(np.ones(3))
    with pytest.raises(EstimationError, match="tree-group-shape"):
        TreeGroup(good.weighted, good.covariates, np.ones(2), good.visit_sd, good.plot)
    with pytest.raises(EstimationError, match=r"tree-group-not-finite: field=weighted; at=\[0, 1, 0\]"):
        one_campaign(np.array([1.0, np.nan]))
