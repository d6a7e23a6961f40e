from __future__ import annotations

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.montecarlo.engine import path_of, propagate_trees
from mrv.montecarlo.summary import summarise
from mrv.montecarlo.trees import SharedDraws, TreeGroup, one_campaign

N_DRAWS = 20_000


def groups(n_fir: int, n_pine: int) -> dict[str, TreeGroup]:
    made = {}
    for code, n in (("310", n_fir), ("220", n_pine)):
        x = np.linspace(-0.8, 0.8, n)[:, None]
        made[code] = one_campaign(np.exp(x[:, 0]), x, 0.35)
    return made


def shared(sd: float = 0.1) -> dict[str, SharedDraws]:
    rng = np.random.default_rng(5)
    return {
        code: SharedDraws(rng.normal(0, sd, (N_DRAWS, 1)), 1 + sd * rng.standard_normal((N_DRAWS, 1)))
        for code in ("310", "220")
    }


def test_the_path_follows_the_trees_of_the_domain_and_is_told() -> None:
    found = propagate_trees({"small": groups(60, 60), "large": groups(150, 60)}, shared(), seed=1)
    assert found.paths == {"large": "collapsed", "small": "exact"}
    wide = {"310": one_campaign(np.ones(500), np.zeros((500, 3)))}
    assert path_of(wide) == "exact"


def test_both_paths_agree_within_three_monte_carlo_errors() -> None:
    domains = {"d": groups(500, 400)}
    paths = ("exact", "collapsed")
    exact, collapsed = (
        summarise(propagate_trees(domains, shared(), seed=1, path=path).draws["d"][:, 0]) for path in paths
    )
    assert abs(exact.mean.value - collapsed.mean.value) < 3 * exact.mean.mc_error
    for one, other in zip(exact.percentiles, collapsed.percentiles, strict=True):
        assert abs(one.value - other.value) < 3 * np.hypot(one.mc_error, other.mc_error)


def test_domains_add_up_draw_by_draw() -> None:
    found = propagate_trees({"a": groups(150, 100), "b": groups(20, 30)}, shared(), seed=1)
    assert np.array_equal(found.together(), found.draws["a"] + found.draws["b"])
    # what the species share makes the domains move together
    assert np.corrcoef(found.draws["a"][:, 0], found.draws["b"][:, 0])[0, 1] > 0.5


def test_another_domain_changes_no_draw_of_this_one() -> None:
    alone = propagate_trees({"a": groups(60, 60)}, shared(), seed=1).draws["a"]
    beside = propagate_trees({"a": groups(60, 60), "b": groups(10, 10)}, shared(), seed=1).draws["a"]
    assert np.array_equal(alone, beside)


def test_one_tree_has_an_answer_and_none_has_an_error() -> None:
    single = {"310": one_campaign(np.ones(1), np.zeros((1, 1)), 0.35)}
    drawn = propagate_trees({"d": single}, shared(), seed=1)
    assert drawn.paths["d"] == "exact"
    with pytest.raises(EstimationError, match="domain-without-trees"):
        propagate_trees({"d": {}}, shared(), seed=1)
