"""Codes become labels as they are met, and the strips of a raster change nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from geodata import footprint as footprints
from geodata.labels import Codes, LabelBook, split_pairs
from geodata.raster import ClassRaster, open_class_raster
from geodata.zonal import class_areas, transition_areas


def test_a_code_keeps_the_label_it_was_first_given() -> None:
    book = LabelBook()
    assert book.label(Codes(np.array([[7, 0]], np.uint8), 0, 256)).tolist() == [[1, 0]]
    assert book.label(Codes(np.array([[3, 7]], np.uint8), 0, 256)).tolist() == [[2, 1]]
    assert book.codes == [7, 3]


@pytest.mark.parametrize("n_small", [256, None])
def test_table_and_search_agree(n_small: int | None) -> None:
    rng = np.random.default_rng(5)
    values = rng.integers(0, 200, (40, 30)).astype(np.uint8)
    mask = values % 7 == 0
    for missing in (None, 3, mask):
        book = LabelBook()
        labels = book.label(Codes(values, missing, n_small))
        known = ~mask if missing is mask else np.ones_like(mask) if missing is None else values != 3
        assert ((labels > 0) == known).all()
        assert (np.array([-1, *book.codes])[labels][known] == values[known]).all()


def test_more_codes_than_a_byte_holds() -> None:
    book = LabelBook()
    values = np.arange(1000).reshape(20, 50)
    labels = book.label(Codes(values, None, None))
    assert labels.dtype == np.int32
    assert (np.array([-1, *book.codes])[labels] == values).all()


def test_pairs_of_wide_and_negative_codes_come_apart() -> None:
    first, second = np.array([-5, 0, 2**31 - 1]), np.array([7, -(2**31) + 70_000, 2**31 - 1])
    pairs = first * 2**32 + (second + 2**31)
    found = split_pairs(pairs)
    assert found[0].tolist() == first.tolist()
    assert found[1].tolist() == second.tolist()


def raster(path: Path, values: np.ndarray) -> ClassRaster:
    profile = {"driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1}
    with rasterio.open(
        path,
        "w",
        dtype=values.dtype,
        crs="EPSG:4547",
        nodata=0,
        transform=from_origin(0, 300, 1, 1),
        **profile,
    ) as out:
        out.write(values, 1)
    return open_class_raster(path)


def blobs(rng: np.random.Generator, n: int) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    radius = rng.uniform(3, 60, (n, 1)) * rng.uniform(0.5, 1, (n, 30))
    x, y = rng.uniform(0, 200, (n, 1)), rng.uniform(0, 300, (n, 1))
    made: np.ndarray = shapely.polygons(
        np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=-1)
    )
    return made


@pytest.fixture(params=["uint8", "int16"])
def two_years(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[ClassRaster, ClassRaster]:
    rng = np.random.default_rng(2)
    before, after = (rng.integers(0, 9, (300, 200)).astype(request.param) for _ in range(2))
    return raster(tmp_path / "a.tif", before), raster(tmp_path / "b.tif", after)


def test_threads_and_company_change_no_bit(
    two_years: tuple[ClassRaster, ClassRaster], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same parcels on three threads, and a part of them worked alone."""
    monkeypatch.setattr(footprints, "STRIP_ROWS", 64)
    geoms = blobs(np.random.default_rng(3), 40)
    whole, moves = class_areas(geoms, two_years[0]), transition_areas(geoms, *two_years)
    alone = class_areas(geoms[17:23], two_years[0])
    monkeypatch.setattr(footprints, "FEW_VERTICES", 0)
    monkeypatch.setattr(footprints.os, "cpu_count", lambda: 3)
    again, moved = class_areas(geoms, two_years[0]), transition_areas(geoms, *two_years)
    assert np.array_equal(whole.classes, again.classes)
    assert np.array_equal(whole.pixels, again.pixels)
    assert np.array_equal(whole.uncovered_ha, again.uncovered_ha)
    for name in ("parcel", "from_code", "to_code", "pixels"):
        assert np.array_equal(getattr(moves, name), getattr(moved, name))
    assert np.array_equal(whole.pixels[17:23], alone.pixels)


def test_strips_leave_no_seam(
    two_years: tuple[ClassRaster, ClassRaster], monkeypatch: pytest.MonkeyPatch
) -> None:
    geoms = blobs(np.random.default_rng(4), 40)
    whole = class_areas(geoms, two_years[0])
    monkeypatch.setattr(footprints, "STRIP_ROWS", 7)
    again = class_areas(geoms, two_years[0])
    assert again.pixels == pytest.approx(whole.pixels, abs=1e-11)
    assert again.uncovered_ha == pytest.approx(whole.uncovered_ha, abs=1e-12)
