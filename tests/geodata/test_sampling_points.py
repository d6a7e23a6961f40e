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
    last_records,
    place_plots,
)
from geodata.spreading import locate


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


def test_a_plot_is_where_it_was_last() -> None:
    names = np.array(["A", "B", "A", "B"], object)
    x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(4)
    by_year = last_records(names, np.array([2025, 2020, 2020, 2025]), x, y)
    assert dict(zip(by_year[0], by_year[1], strict=True)) == {"A": 1.0, "B": 4.0}
    by_row = last_records(names, None, x, y)
    assert dict(zip(by_row[0], by_row[1], strict=True)) == {"A": 3.0, "B": 4.0}
