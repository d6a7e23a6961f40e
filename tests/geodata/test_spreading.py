"""Points in parcels, and the sequences that spread them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geodata.spreading import halton_places, hilbert_index, locate, located_values, radical_inverse


def test_a_point_in_two_parcels_lies_in_the_first() -> None:
    boxes = np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)])
    found = locate(boxes, np.array([1.5, 2.5, 9.0, np.nan]), np.array([1.5, 2.5, 9.0, 1.0]))
    assert found.tolist() == [0, 1, -1, -1]


def test_values_of_parcels_at_points() -> None:
    boxes = np.array([shapely.box(0, 0, 2, 2), shapely.box(3, 0, 5, 2)])
    x, y = np.array([1.0, 4.0, 9.0]), np.ones(3)
    names = np.array(["a", "b"], object)
    assert located_values(boxes, x, y, names).tolist() == ["a", "b", ""]
    assert located_values(boxes, x, y, names, where=np.array([False, True, True])).tolist() == ["", "b", ""]
    assert located_values(boxes, x, y, None).tolist() == ["", "", ""]


def test_radical_inverse_in_base_three() -> None:
    assert radical_inverse(np.array([0, 1, 2, 3, 4, 9]), 3) == pytest.approx(
        [0, 1 / 3, 2 / 3, 1 / 9, 4 / 9, 1 / 27]
    )


def test_a_halton_sequence_fills_quarters_evenly() -> None:
    boxes = np.array([shapely.box(0, 0, 100, 100)])
    places = halton_places(boxes, np.array([12345, 678]))
    xy = np.array([next(places)[:2] for _ in range(144)])
    counts = np.histogram2d(xy[:, 0], xy[:, 1], bins=2)[0].ravel()
    # 36 in each quarter; at random the spread would be 5
    assert np.abs(counts - 36).max() <= 3


def test_neighbours_on_the_curve_are_neighbours_on_the_ground() -> None:
    x, y = (values.ravel().astype(float) for values in np.meshgrid(np.arange(16), np.arange(16)))
    order = np.argsort(hilbert_index(x, y), kind="stable")
    steps = np.hypot(np.diff(x[order]), np.diff(y[order]))
    # row by row every sixteenth step would be 15 long
    assert steps.mean() < 1.3
    assert np.unique(hilbert_index(x, y)).size == 256
