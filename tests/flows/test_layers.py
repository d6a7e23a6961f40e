"""The layer of a county file, in the county's system."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from flows.steps.layers import county_layer
from flows.workspace import find_county_file, load_county


def test_the_simulated_layer_is_in_its_system_already(tiny_county: Path) -> None:
    county = load_county(find_county_file("xiangyin.toml"))
    assert county.parcels is not None
    layer, geometry = county_layer(county, county.parcels, tiny_county)
    assert shapely.equals_exact(layer.geometry, geometry).all()


@pytest.mark.realdata
def test_a_foreign_datum_goes_by_the_operation_that_is_named(real_data: Path) -> None:
    county = load_county(find_county_file("bighorn.toml"))
    assert county.parcels is not None
    assert county.parcels.operation is not None
    layer, geometry = county_layer(county, county.parcels, real_data / "fiesta_wyoming")
    assert shapely.total_bounds(layer.geometry)[0] < -100  # degrees
    assert shapely.total_bounds(geometry)[0] < -900_000  # metres of a continental system
