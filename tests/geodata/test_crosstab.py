"""Counts over whole rasters against published counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from geodata.crosstab import count_classes, count_transitions, strips
from geodata.errors import RasterError
from geodata.grid import Grid
from geodata.raster import ClassRaster, open_class_raster


def store(path: Path, values: list[list[int]], west: float = 0.0, crs: str = "EPSG:4547") -> ClassRaster:
    array = np.array(values, dtype=np.uint8)
    height, width = array.shape
    profile = {"driver": "GTiff", "height": height, "width": width, "count": 1, "dtype": "uint8"}
    transform = from_origin(west, 60.0, 30.0, 30.0)
    with rasterio.open(path, "w", crs=crs, transform=transform, nodata=0, **profile) as out:
        out.write(array, 1)
    return open_class_raster(path)


def test_pairs_without_a_class_are_left_out(tmp_path: Path) -> None:
    first = store(tmp_path / "a.tif", [[1, 2, 0], [2, 2, 3]])
    second = store(tmp_path / "b.tif", [[1, 1, 1], [2, 0, 3]])
    assert count_classes(first) == {1: 1, 2: 3, 3: 1}
    assert count_transitions(first, second) == {(1, 1): 1, (2, 1): 1, (2, 2): 1, (3, 3): 1}


@pytest.mark.parametrize(("west", "crs"), [(15.0, "EPSG:4547"), (0.0, "EPSG:4548")])
def test_other_cells_or_another_plane_are_refused(tmp_path: Path, west: float, crs: str) -> None:
    first = store(tmp_path / "a.tif", [[1, 2, 0]])
    second = store(tmp_path / "b.tif", [[1, 1, 1]], west, crs)
    with pytest.raises(RasterError) as caught:
        count_transitions(first, second)
    assert caught.value.rule == "rasters-differ"


def test_strips_cover_each_row_once() -> None:
    windows = list(strips(Grid("", 0, 0, 1, 1, 1000, 40_000)))
    assert len(windows) > 1
    rows = [row for window in windows for row in range(window.row, window.row + window.height)]
    assert rows == list(range(1000))


@pytest.mark.realdata
def test_new_guinea_2001_to_2015(real_data: Path) -> None:
    """Counts of an independent crosstab, see the description of the data set."""
    folder = real_data / "landcover_newguinea_2001_2015"
    first, second = (open_class_raster(folder / f"landcover{year}.tif") for year in (2001, 2015))
    moves = count_transitions(first, second)
    assert moves[2, 2] == 7_988_226
    assert moves[2, 1] == 74_468
    assert moves[1, 2] == 125_954
    assert moves[2, 3] == 2_761
    assert moves[2, 9] == 4_221
    assert sum(count for (a, _), count in moves.items() if a == 2) == 8_071_478
    assert sum(count for (_, b), count in moves.items() if b == 2) == 8_122_776
    assert sum(count for code, count in count_classes(first).items() if code == 2) == 8_071_478


@pytest.mark.realdata
def test_new_guinea_crop_in_floats_with_nan(real_data: Path) -> None:
    """Float classes with NaN and no declared nodata: refused until told, then counted as published."""
    folder = real_data / "landcover_newguinea_2001_2015"
    paths = [folder / f"landcover{year}s.tif" for year in (2001, 2015)]
    with pytest.raises(RasterError) as unset:
        open_class_raster(paths[0])
    assert unset.value.rule == "raster-nodata-unset"
    with pytest.raises(RasterError) as nan:
        count_classes(open_class_raster(paths[0], nodata="none"))
    assert nan.value.rule == "raster-nan-without-nodata"
    first, second = (open_class_raster(path, nodata=255) for path in paths)
    moves = count_transitions(first, second)
    assert (moves[2, 1], moves[1, 2], moves[2, 2]) == (992, 1_544, 387_330)
    assert sum(count_classes(first).values()) == 668 * 668 - 24_746
