from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from mrv.errors import EstimationError
from mrv.montecarlo.functions import DRAWS_A_CHUNK, propagate_function
from mrv.montecarlo.terms import ErrorTerm, Scope

SPECIES = ["310", "310", "220"]


def term(name: str, scope: Scope, sd: float = 1.0, **more: bool) -> ErrorTerm:
    return ErrorTerm(name, scope, "normal", {"sd": sd}, "test", "placeholder", **more)


def rows(values: Mapping[str, np.ndarray]) -> np.ndarray:
    return values["a"]


def drawn(scope: Scope, labels: Mapping[str, list[str]], **more: bool) -> np.ndarray:
    return propagate_function(
        rows, {"a": [1.0, 1.0, 1.0]}, [term("a", scope, **more)], n_draws=500, seed=1, identity=labels
    )


def test_rows_share_a_draw_by_the_identity_of_the_term() -> None:
    everywhere = drawn("global", {})
    assert np.array_equal(everywhere[:, 0], everywhere[:, 2])
    species = drawn("species", {"species": SPECIES})
    assert np.array_equal(species[:, 0], species[:, 1])
    assert abs(np.corrcoef(species[:, 0], species[:, 2])[0, 1]) < 0.15
    trees = drawn("tree", {"species": SPECIES})
    assert abs(np.corrcoef(trees[:, 0], trees[:, 1])[0, 1]) < 0.15
    plots = drawn("plot", {"plot": ["p", "q", "p"]})
    assert np.array_equal(plots[:, 0], plots[:, 2])


def test_a_tree_seen_twice_keeps_its_draw_and_a_reading_does_not() -> None:
    kept = drawn("tree", {"tree": ["t1", "t1", "t2"]})
    assert np.array_equal(kept[:, 0], kept[:, 1])
    anew = drawn("tree", {"tree": ["t1", "t1", "t2"]}, each_visit=True)
    assert not np.array_equal(anew[:, 0], anew[:, 1])


def test_two_terms_of_one_input_add() -> None:
    both = propagate_function(
        rows, {"a": 0.0}, [term("a", "global", 3.0), term("a", "tree", 4.0)], n_draws=20_000, seed=1
    )
    assert both.std() == pytest.approx(5.0, rel=0.02)


def test_threads_and_neighbours_change_no_bit() -> None:
    def ask(n_draws: int, threads: int = 1) -> np.ndarray:
        return propagate_function(
            rows, {"a": [1.0, 2.0]}, [term("a", "tree")], n_draws=n_draws, seed=9, threads=threads
        )

    assert np.array_equal(ask(300), ask(300, threads=4))
    assert np.array_equal(ask(2 * DRAWS_A_CHUNK), ask(300)[: 2 * DRAWS_A_CHUNK])


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(EstimationError, match="error-term-without-input"):
        propagate_function(rows, {"a": 1.0}, [term("b", "global")], n_draws=2, seed=1)
    with pytest.raises(EstimationError, match="error-term-without-labels"):
        propagate_function(rows, {"a": [1.0]}, [term("a", "species")], n_draws=2, seed=1)
    with pytest.raises(EstimationError, match="error-term-identity"):
        # one draw of one number cannot serve rows whose numbers differ
        propagate_function(rows, {"a": [1.0, 2.0]}, [term("a", "global")], n_draws=2, seed=1)
    with pytest.raises(EstimationError, match="draws-unusable"):
        propagate_function(rows, {"a": 1.0}, [], n_draws=0, seed=1)
