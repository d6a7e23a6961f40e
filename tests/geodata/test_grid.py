"""Cells of a grid: where they are, how large, and when two grids are the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rasterio.crs import CRS

from geodata.errors import RasterError
from geodata.grid import Grid, Window, same_crs

GAUSS = CRS.from_epsg(4547).to_wkt()
GRID = Grid(GAUSS, 500_000.0, 3_200_000.0, 30.0, 20.0, 4, 5)


def test_bounds_and_area_of_a_cell() -> None:
    assert GRID.bounds == (500_000.0, 3_199_920.0, 500_150.0, 3_200_000.0)
    assert GRID.cell_area == 600.0
    assert GRID.cell_area_ha == pytest.approx(0.06)


def test_a_cell_of_feet_is_measured_in_metres() -> None:
    """EPSG:2256 is in international feet (0.3048 m)."""
    feet = replace(GRID, crs_wkt=CRS.from_epsg(2256).to_wkt(), cell_x=100.0, cell_y=100.0)
    assert feet.cell_area_ha == pytest.approx(100 * 100 * 0.3048**2 / 10_000)


def test_degrees_have_no_area() -> None:
    with pytest.raises(RasterError) as caught:
        _ = replace(GRID, crs_wkt=CRS.from_epsg(4490).to_wkt()).cell_area_ha
    assert caught.value.rule == "raster-not-projected"


def test_columns_run_east_and_rows_south() -> None:
    cells = GRID.to_cells(np.array([[500_045.0, 3_199_990.0], [500_150.0, 3_199_920.0]]))
    assert cells.tolist() == [[1.5, 0.5], [5.0, 4.0]]


@pytest.mark.parametrize(
    ("bounds", "window"),
    [
        ((500_031.0, 3_199_961.0, 500_059.0, 3_199_979.0), Window(1, 1, 1, 1)),
        ((500_030.0, 3_199_960.0, 500_060.0, 3_199_980.0), Window(1, 1, 1, 1)),
        ((0.0, 0.0, 9e6, 9e6), Window(0, 0, 4, 5)),
        ((499_000.0, 3_199_990.0, 500_010.0, 3_201_000.0), Window(0, 0, 1, 1)),
    ],
)
def test_the_window_of_a_rectangle(bounds: tuple[float, float, float, float], window: Window) -> None:
    assert GRID.window_of(bounds) == window


def test_a_rectangle_elsewhere_touches_no_cell() -> None:
    window = GRID.window_of((0.0, 0.0, 1.0, 1.0))
    assert window.height * window.width == 0


def test_contains() -> None:
    assert GRID.contains(GRID.bounds)
    assert not GRID.contains((499_999.0, 3_199_930.0, 500_010.0, 3_199_990.0))


def test_equal_grids_and_the_same_cells() -> None:
    assert replace(GRID) == GRID
    assert GRID.same_cells(replace(GRID, west=GRID.west + 0.001))
    for other in (
        replace(GRID, west=GRID.west + 15.0),
        replace(GRID, north=GRID.north - 15.0),
        replace(GRID, cell_x=30.01),
        replace(GRID, width=6),
        replace(GRID, crs_wkt=CRS.from_epsg(4548).to_wkt()),
    ):
        assert not GRID.same_cells(other)


def test_one_system_in_two_spellings_is_the_same() -> None:
    assert same_crs(GAUSS, CRS.from_epsg(4547).to_wkt(version="WKT2_2019"))
    assert not same_crs(GAUSS, CRS.from_epsg(4490).to_wkt())


def test_the_record_leaves_nothing_of_the_cells_out() -> None:
    assert GRID.canonical() == {
        "west": 500_000.0,
        "north": 3_200_000.0,
        "cell_x": 30.0,
        "cell_y": 20.0,
        "height": 4,
        "width": 5,
    }
