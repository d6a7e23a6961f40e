from __future__ import annotations

import numpy as np
import pytest

from mrv.allometry import outside_range, tree_volume_m3, volume_m3
from mrv.coefficients import volume_equations
from mrv.errors import InventoryError


@pytest.mark.parametrize("name", sorted(volume_equations()))
def test_volume_is_positive_and_grows_over_the_stated_range(name: str) -> None:
    equation = volume_equations()[name]
    D, H = np.meshgrid(np.linspace(*equation.dbh_range_cm, 60), np.linspace(*equation.height_range_m, 60))
    volume = volume_m3(D, H, equation)
    assert (volume > 0).all()
    assert (np.diff(volume, axis=0) > 0).all(), "height"
    # the variable-exponent forms turn back for thick and short trees that do not occur
    slender = (H >= 0.2 * D)[:, 1:]
    assert (np.diff(volume, axis=1)[slender] > 0).all(), "diameter"


@pytest.mark.parametrize("name", sorted(volume_equations()))
def test_volume_is_in_cubic_metres(name: str) -> None:
    # a stem of 20 cm and 15 m is a cone to a cylinder: .157 to .471 m3
    assert 0.157 < float(volume_m3(20.0, 15.0, volume_equations()[name])) < 0.471


def test_bamboo_has_no_growing_stock() -> None:
    assert tree_volume_m3(["660", "310"], [10.0, 20.0], [float("nan"), 15.0])[0] == 0.0


def test_a_tree_without_height_is_refused() -> None:
    with pytest.raises(InventoryError, match="tree-volume-not-finite: index=1"):
        tree_volume_m3(["310", "310"], [20.0, 20.0], [15.0, float("nan")])


def test_trees_outside_the_range_are_counted() -> None:
    codes = ["310", "310", "310", "660"]
    assert outside_range(codes, [20.0, 95.0, 20.0, 99.0], [15.0, 15.0, 1.0, 99.0]) == 2


def test_inputs_stay_as_they_are() -> None:
    dbh, height = np.array([20.0]), np.array([15.0])
    tree_volume_m3(["310"], dbh, height)
    assert (dbh[0], height[0]) == (20.0, 15.0)
