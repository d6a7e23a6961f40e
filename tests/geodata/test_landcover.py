"""Class schemes as data, change classes of two maps, and codes that no scheme knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from geodata.errors import RasterError
from geodata.landcover import (
    CHANGE_CLASSES,
    change_class,
    change_map_counts,
    check_codes,
    check_scheme_codes,
    is_member,
    load_scheme,
)
from geodata.raster import ClassRaster, open_class_raster

CLCD = load_scheme("clcd")


def store(path: Path, values: Any, **choices: Any) -> ClassRaster:
    array = np.array(values, dtype=np.uint8)
    height, width = array.shape
    profile = {"driver": "GTiff", "height": height, "width": width, "count": 1, "dtype": "uint8"}
    transform = from_origin(0, 30.0 * height, 30, 30)
    with rasterio.open(path, "w", crs="EPSG:4547", transform=transform, **profile) as out:
        out.write(array, 1)
    return open_class_raster(path, scheme="clcd", **({"nodata": 0} | choices))


@pytest.mark.parametrize(
    ("name", "codes", "forest"),
    [
        ("clcd", set(range(1, 10)), {2}),
        ("bighorn_forest", {1, 2}, {1}),
        ("newguinea", {1, 2, 3, 5, 6, 7, 9}, {2}),
    ],
)
def test_bundled_schemes(name: str, codes: set[int], forest: set[int]) -> None:
    scheme = load_scheme(name)
    assert scheme.id == name
    assert scheme.codes == codes
    assert scheme.forest_codes == forest
    assert len({entry.key for entry in scheme.classes}) == len(codes)
    assert len({entry.colour for entry in scheme.classes}) == len(codes)
    assert all(len(entry.colour) == 7 and int(entry.colour[1:], 16) >= 0 for entry in scheme.classes)
    assert all((entry.ipcc == "forest_land") == entry.forest for entry in scheme.classes)


def test_a_class_is_found_by_its_code() -> None:
    barren = CLCD.find(7)
    assert barren is not None
    assert (barren.key, barren.zh, barren.bare) == ("barren", "裸地", True)
    assert CLCD.find(0) is None
    assert CLCD.bare_codes == {7}
    assert CLCD.burned_codes == frozenset()


GOOD = """id = "own"
zh = "自定"
en = "own"
[classes]
1 = { key = "f", zh = "林", en = "f", ipcc = "forest_land", forest = true, colour = "#000000" }
"""


def test_an_own_scheme_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_scheme(str(path)).forest_codes == {1}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("forest = true", "forest = 1"),
        ("forest = true", "forest = true, extra = 2"),
        ("forest = true, ", ""),
        ('ipcc = "forest_land"', 'ipcc = "woods"'),
        ("1 = {", "one = {"),
        ('en = "own"', 'en = "own"\nmore = 1'),
        ('zh = "自定"', ""),
        ("[classes]", "[classes"),
    ],
)
def test_a_scheme_with_a_fault_is_refused(tmp_path: Path, old: str, new: str) -> None:
    assert old in GOOD
    path = tmp_path / "own.toml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RasterError) as caught:
        load_scheme(str(path))
    assert caught.value.rule == "scheme-invalid"


def test_a_scheme_that_is_not_there_is_named() -> None:
    with pytest.raises(RasterError) as caught:
        load_scheme("nowhere")
    assert (caught.value.rule, caught.value.params) == ("scheme-missing", {"scheme": "nowhere"})


@pytest.mark.parametrize("dtype", [np.uint8, np.int64])
def test_membership_in_either_type(dtype: Any) -> None:
    values = np.array([[0, 1], [2, 200]], dtype=dtype)
    assert is_member(values, frozenset({2, 200, 999, -5})).tolist() == [[False, False], [True, True]]


def test_change_classes_of_every_pair() -> None:
    codes = np.arange(0, 12, dtype=np.uint8)
    first, last = (grid.ravel() for grid in np.meshgrid(codes, codes, indexing="ij"))
    for a, b, found in zip(first, last, change_class(first, last, CLCD), strict=True):
        known = 1 <= a <= 9 and 1 <= b <= 9
        expected = {
            (True, True): "stable_forest",
            (True, False): "forest_loss",
            (False, True): "forest_gain",
            (False, False): "stable_nonforest",
        }[bool(a == 2), bool(b == 2)]
        assert CHANGE_CLASSES[found] == (expected if known else "no_data")


def test_counts_of_a_map_and_inside_polygons(tmp_path: Path) -> None:
    first = store(tmp_path / "a.tif", [[2, 2, 1, 1], [2, 2, 1, 0]])
    last = store(tmp_path / "b.tif", [[2, 1, 2, 1], [2, 1, 1, 1]])
    whole = change_map_counts(first, last, CLCD)
    assert whole.pixels == {"stable_forest": 2, "forest_loss": 2, "forest_gain": 1, "stable_nonforest": 2}
    assert whole.no_data == 1
    assert whole.cell_ha == pytest.approx(0.09)
    right = change_map_counts(first, last, CLCD, mask=np.array([shapely.box(60, 0, 120, 60)]))
    assert right.pixels == {"stable_forest": 0, "forest_loss": 0, "forest_gain": 1, "stable_nonforest": 2}
    assert right.no_data == 1


def test_counts_outside_the_map_are_refused(tmp_path: Path) -> None:
    first = store(tmp_path / "a.tif", [[2, 2]])
    with pytest.raises(RasterError) as caught:
        change_map_counts(first, first, CLCD, mask=np.array([shapely.box(900, 900, 910, 910)]))
    assert caught.value.rule == "raster-not-covering"


def test_a_hidden_nodata_is_an_error_with_its_share(tmp_path: Path) -> None:
    values = np.full((20, 20), 2)
    values[:, :5] = 0
    (finding,) = check_scheme_codes(store(tmp_path / "a.tif", values, nodata="none"))
    assert (finding.rule, finding.severity, finding.value) == ("raster-hidden-nodata", "error", "0")
    assert finding.params == {"scheme": "clcd", "count": 100, "share": 0.25}
    assert check_scheme_codes(store(tmp_path / "b.tif", values, nodata=0)) == []


def test_a_few_odd_cells_are_a_warning(tmp_path: Path) -> None:
    raster = store(tmp_path / "a.tif", [[2]])
    (finding,) = check_codes(raster, {2: 100_000, 17: 3}, CLCD)
    assert (finding.rule, finding.severity, finding.source) == ("raster-code-unknown", "warning", "a.tif")


@pytest.mark.realdata
def test_new_guinea_change(real_data: Path) -> None:
    """Stayed forest and forest of both years: the description of the data set."""
    folder = real_data / "landcover_newguinea_2001_2015"
    first, last = (open_class_raster(folder / f"landcover{year}.tif") for year in (2001, 2015))
    scheme = load_scheme("newguinea")
    assert check_scheme_codes(first, scheme) == []
    counts = change_map_counts(first, last, scheme).pixels
    assert counts["stable_forest"] == 7_988_226
    assert counts["forest_loss"] == 8_071_478 - 7_988_226
    assert counts["forest_gain"] == 8_122_776 - 7_988_226
