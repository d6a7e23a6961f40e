"""Plots lie in their parcels, far from borders and each other, spread, fair, and the same for a seed."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from geodata.errors import VectorError
from geodata.sampling_points import (
    ExistingPlots,
    Frame,
    Layout,
    locate,
    place_plots,
    radical_inverse,
    short_tour,
)


def frame() -> Frame:
    """Return a chequered square of 2 km: 100 m parcels, three strata, one of them unsampled."""
    boxes, names, strata = [], [], []
    for i in range(20):
        for j in range(20):
            boxes.append(shapely.box(100 * i, 100 * j, 100 * i + 100, 100 * j + 100))
            names.append(f"{i:02d}{j:02d}")
            strata.append(("fir", "pine", "")[(i + j) % 3])
    return Frame(np.array(boxes), np.array(names, object), np.array(strata, object))


@pytest.mark.parametrize("method", ["balanced", "systematic"])
def test_plots_lie_where_they_should(method: str) -> None:
    layout = Layout(seed=4, method=method, border_m=15.0, spacing_m=26.0)  # type: ignore[arg-type]
    places = place_plots(frame(), {"fir": 30, "pine": 12}, {"fir": 3, "pine": 2}, layout)
    assert len(places) == 47
    assert (places.role == "reserve").sum() == 5
    for stratum, number in (("fir", 33), ("pine", 14)):
        assert (places.stratum == stratum).sum() == number
    at = locate(frame().geometry, places.x_m, places.y_m)
    assert (frame().stratum[at] == places.stratum).all()
    assert (frame().parcel_id[at] == places.parcel_id).all()
    points = shapely.points(places.x_m, places.y_m)
    assert shapely.distance(shapely.boundary(frame().geometry[at]), points).min() >= 15.0 - 1e-9
    gaps = np.hypot(places.x_m[:, None] - places.x_m, places.y_m[:, None] - places.y_m)
    assert gaps[~np.eye(47, dtype=bool)].min() >= 26.0
    assert places.order.tolist() == list(range(1, 48))
    assert len(set(places.plot_id)) == 47


@pytest.mark.parametrize("method", ["balanced", "systematic"])
def test_a_seed_decides_everything(method: str) -> None:
    def draw(seed: int) -> list[float]:
        layout = Layout(seed=seed, method=method)  # type: ignore[arg-type]
        return place_plots(frame(), {"fir": 9, "pine": 5}, {}, layout).x_m.tolist()

    assert draw(3) == draw(3)
    assert draw(3) != draw(4)


@pytest.mark.parametrize("method", ["balanced", "systematic"])
def test_every_part_has_its_chance(method: str) -> None:
    """A mean over the ground is met on average: no place is favoured."""
    means, ground = [], frame()
    for seed in range(120):
        layout = Layout(seed=seed, method=method)  # type: ignore[arg-type]
        places = place_plots(ground, {"fir": 16}, {}, layout)
        means.append(float((places.x_m + 0.3 * places.y_m).mean()))
    geometry = frame().geometry[frame().stratum == "fir"]
    centre = shapely.centroid(geometry)
    truth = float((shapely.get_x(centre) + 0.3 * shapely.get_y(centre)).mean())
    spread = float(np.std(means, ddof=1))
    assert abs(np.mean(means) - truth) < 3 * spread / math.sqrt(120)
    # spread over the ground: tighter than 16 points at random (sd 605 m / 4)
    assert spread < 0.9 * 605 / 4


def test_existing_plots_stay_and_count() -> None:
    old = ExistingPlots(
        np.array(["P1", "P2", "P3"], object), np.array([50.0, 150.0, -900.0]), np.array([50.0, 50.0, 0.0])
    )
    places = place_plots(frame(), {"fir": 6, "pine": 4}, {}, Layout(seed=1, spacing_m=30.0), old)
    kept = places.plot_id[places.role == "existing"].tolist()
    assert sorted(kept) == ["P1", "P2"]  # P3 lies in no parcel
    assert (places.stratum == "fir").sum() == 6
    assert (places.stratum == "pine").sum() == 4
    enough = place_plots(frame(), {"fir": 1, "pine": 1}, {}, Layout(seed=1), old)
    assert sorted(enough.plot_id.tolist()) == ["P1", "P2"]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(VectorError, match="plan-stratum-without-ground: stratum=fir; border_m=50"):
        place_plots(frame(), {"fir": 5}, {}, Layout(seed=1, border_m=50.0))
    with pytest.raises(VectorError, match="plan-stratum-without-ground: stratum=oak"):
        place_plots(frame(), {"oak": 5}, {}, Layout(seed=1))
    one = Frame(np.array([shapely.box(0, 0, 100, 100)]), np.array(["a"], object), np.array(["fir"], object))
    with pytest.raises(VectorError, match="plan-no-room: stratum=fir; wanted=9"):
        place_plots(one, {"fir": 9}, {}, Layout(seed=1, spacing_m=80.0))


def test_a_point_in_two_parcels_lies_in_the_first() -> None:
    boxes = np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)])
    found = locate(boxes, np.array([1.5, 2.5, 9.0, np.nan]), np.array([1.5, 2.5, 9.0, 1.0]))
    assert found.tolist() == [0, 1, -1, -1]


def test_radical_inverse_in_base_three() -> None:
    assert radical_inverse(np.array([0, 1, 2, 3, 4, 9]), 3) == pytest.approx(
        [0, 1 / 3, 2 / 3, 1 / 9, 4 / 9, 1 / 27]
    )


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
