"""Orders of visits."""

from __future__ import annotations

import numpy as np

from geodata.tours import short_tour


def test_a_tour_visits_each_place_once_and_untangles() -> None:
    rng = np.random.default_rng(2)
    xy = rng.uniform(0, 1000, (80, 2))
    tour = short_tour(xy)
    assert sorted(tour) == list(range(80))

    def length(order: list[int]) -> float:
        return float(np.hypot(*np.diff(xy[order], axis=0).T).sum())

    assert length(tour) < 0.25 * length(list(range(80)))
    assert short_tour(np.empty((0, 2))) == []
    assert short_tour(np.array([[1.0, 2.0]])) == [0]
