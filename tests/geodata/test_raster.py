"""What is refused when a raster is opened or read, and what a point finds under it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.transform import from_origin

from geodata.errors import RasterError
from geodata.grid import Window
from geodata.raster import NAN_CODE, open_class_raster, sample_at

NORTH_UP = from_origin(500_000.0, 3_200_000.0, 30.0, 30.0)


def store(path: Path, values: Any, **profile: Any) -> Path:
    array = np.atleast_3d(np.asarray(values)).transpose(2, 0, 1)
    chosen = {
        "driver": "GTiff",
        "count": array.shape[0],
        "height": array.shape[1],
        "width": array.shape[2],
        "dtype": array.dtype,
        "crs": "EPSG:4547",
        "transform": NORTH_UP,
    }
    with rasterio.open(path, "w", **(chosen | profile)) as out:
        out.write(array)
    return path


def refusal(path: Path, **choices: Any) -> RasterError:
    with pytest.raises(RasterError) as caught:
        open_class_raster(path, **choices).read()
    return caught.value


CODES = np.arange(1, 13, dtype=np.uint8).reshape(3, 4)


def test_nodata_is_declared_or_said_or_refused(tmp_path: Path) -> None:
    declared = store(tmp_path / "a.tif", CODES, nodata=0)
    unset = store(tmp_path / "b.tif", CODES)
    assert open_class_raster(declared).nodata == 0
    assert open_class_raster(declared, nodata=9).nodata == 9
    assert open_class_raster(declared, nodata="none").nodata is None
    assert open_class_raster(unset, nodata="none").nodata is None
    assert refusal(unset).rule == "raster-nodata-unset"


def test_what_the_run_says_of_it_is_kept(tmp_path: Path) -> None:
    raster = open_class_raster(store(tmp_path / "a.tif", CODES, nodata=0), year=2020, scheme="clcd")
    assert (raster.year, raster.scheme, raster.source) == (2020, "clcd", "a.tif")
    assert (raster.grid.west, raster.grid.north, raster.grid.cell_x) == (500_000.0, 3_200_000.0, 30.0)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path / "none.tif")
    assert (error.rule, error.params["file"]) == ("raster-missing", "none.tif")


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9])
def test_a_truncated_file_is_refused_not_filled(tmp_path: Path, kept: float) -> None:
    values = np.random.default_rng(1).integers(1, 9, (300, 300), dtype=np.uint8)
    path = store(tmp_path / "cut.tif", values, nodata=0, compress="deflate", tiled=True)
    os.truncate(path, int(path.stat().st_size * kept))
    assert refusal(path).rule == "raster-unreadable"


def test_a_text_file_is_no_raster(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_text("not a raster", encoding="utf-8")
    assert refusal(path).rule == "raster-unreadable"


def test_a_raster_without_crs_is_refused_until_told(tmp_path: Path) -> None:
    path = store(tmp_path / "a.tif", CODES, nodata=0, crs=None)
    assert refusal(path).rule == "raster-without-crs"
    assert refusal(path, crs="EPSG:999999").rule == "raster-crs-unknown"
    assert open_class_raster(path, crs="EPSG:4547").grid.cell_area_ha == pytest.approx(0.09)


def test_what_a_file_names_stands_against_what_is_told(tmp_path: Path) -> None:
    path = store(tmp_path / "a.tif", CODES, nodata=0)
    assert open_class_raster(path, crs="EPSG:4548").grid == open_class_raster(path).grid


@pytest.mark.parametrize(
    "transform",
    [
        NORTH_UP @ Affine.rotation(10.0),
        Affine(30.0, 0.0, 500_000.0, 0.0, 30.0, 3_200_000.0),
        Affine(-30.0, 0.0, 500_000.0, 0.0, -30.0, 3_200_000.0),
    ],
)
def test_rotated_and_mirrored_grids_are_refused(tmp_path: Path, transform: Affine) -> None:
    path = store(tmp_path / "a.tif", CODES, nodata=0, transform=transform)
    assert refusal(path).rule == "raster-rotated"


def test_several_bands_are_refused(tmp_path: Path) -> None:
    path = store(tmp_path / "a.tif", np.stack([CODES, CODES], axis=-1), nodata=0)
    assert refusal(path).rule == "raster-many-bands"


def test_too_many_cells_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.raster.MAX_PIXELS", 11)
    assert refusal(store(tmp_path / "a.tif", CODES, nodata=0)).rule == "raster-too-large"


def test_nan_is_nodata_once_nodata_is_told(tmp_path: Path) -> None:
    path = store(tmp_path / "a.tif", np.array([[1.0, np.nan], [2.0, 3.0]], dtype=np.float32))
    assert refusal(path).rule == "raster-nodata-unset"
    assert refusal(path, nodata="none").rule == "raster-nan-without-nodata"
    assert open_class_raster(path, nodata=255).read().tolist() == [[1, 255], [2, 3]]


def test_a_declared_nan_is_no_class_and_zero_stays_one(tmp_path: Path) -> None:
    path = store(tmp_path / "a.tif", np.array([[0.0, np.nan]], dtype=np.float32), nodata=np.nan)
    raster = open_class_raster(path)
    assert raster.nodata == NAN_CODE
    assert raster.read().tolist() == [[0, NAN_CODE]]


@pytest.mark.parametrize("odd", [1.5, np.inf, 1e20])
def test_numbers_that_are_no_classes_are_refused(tmp_path: Path, odd: float) -> None:
    path = store(tmp_path / "a.tif", np.array([[1.0, odd]], dtype=np.float32), nodata=0)
    assert refusal(path).rule == "raster-not-classes"


def test_a_window_is_that_part(tmp_path: Path) -> None:
    raster = open_class_raster(store(tmp_path / "a.tif", CODES, nodata=0))
    assert raster.read(Window(1, 2, 2, 2)).tolist() == [[7, 8], [11, 12]]


def test_points_find_the_class_under_them(tmp_path: Path) -> None:
    raster = open_class_raster(store(tmp_path / "a.tif", CODES, nodata=0))
    x = 500_000.0 + np.array([15.0, 30.0, 119.9, 120.0, -0.1, 60.0])
    y = 3_200_000.0 - np.array([15.0, 30.0, 89.9, 10.0, 10.0, 90.0])
    codes, inside = sample_at(raster, x, y)
    assert codes.tolist() == [1, 6, 12, 0, 0, 0]
    assert inside.tolist() == [True, True, True, False, False, False]


def test_no_points_and_points_elsewhere(tmp_path: Path) -> None:
    raster = open_class_raster(store(tmp_path / "a.tif", CODES, nodata=0))
    codes, inside = sample_at(raster, np.array([]), np.array([]))
    assert codes.size == inside.size == 0
    codes, inside = raster.sample_at(np.array([np.nan, 0.0]), np.array([0.0, 0.0]))
    assert not inside.any()


def test_opening_the_package_stays_quick() -> None:
    """Neither the reader of rasters nor the compiler of the kernel is imported before it is needed."""
    code = (
        "import sys, geodata.zonal, geodata.raster; print('numba' in sys.modules, 'rasterio' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]


@pytest.mark.realdata
def test_bighorn_declares_no_nodata(real_data: Path) -> None:
    """Cells of each class: the description of the data set."""
    path = real_data / "fiesta_wyoming" / "spatial" / "WYbighorn_forest_nonforest_250m.tif"
    assert refusal(path).rule == "raster-nodata-unset"
    raster = open_class_raster(path, nodata="none", scheme="bighorn_forest")
    assert np.bincount(raster.read().ravel()).tolist() == [0, 61_168, 100_466]
