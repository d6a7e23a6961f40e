"""Which regression is taken, and what it says of itself."""

from __future__ import annotations

import numpy as np
import pytest

from mrv.assisted import Assisted, assisted_row
from mrv.population import Population

X = np.array([50.0, 62, 70, 81, 93, 58, 75, 88])
Y = np.array([48.0, 66, 69, 85, 90, 52, 80, 86])
PLOTS = Population.simple(list("abcdefgh"), 1.0)


def test_known_means_give_greg_and_a_first_phase_costs_variance() -> None:
    greg, note = assisted_row(PLOTS, Y, X[:, None], Assisted({"x": 70.0}), "m3")
    two_phase, _ = assisted_row(PLOTS, Y, X[:, None], Assisted({"x": 70.0}, 40), "m3")
    assert greg.estimate.method != two_phase.estimate.method
    assert two_phase.estimate.value == pytest.approx(greg.estimate.value)
    assert two_phase.estimate.variance > greg.estimate.variance
    assert note.params["columns"] == "x"
    # relative efficiency of the published example: 31.678571 / 1.955726
    assert note.params["efficiency"] == pytest.approx(16.1979, abs=1e-4)
