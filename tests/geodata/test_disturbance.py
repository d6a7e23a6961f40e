"""Losses and gains by year: flips, gaps, causes, shares, on hand-made maps."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from geodata.disturbance import ChangeRules, detect_changes, detect_gains, detect_losses, forest_states
from geodata.errors import RasterError
from geodata.landcover import ClassScheme, LandClass, load_scheme
from geodata.raster import ClassRaster, open_class_raster

CLCD = load_scheme("clcd")
CROP, FOREST, GRASS, BARREN = 1, 2, 4, 7
PARCELS = np.array([shapely.box(0, 0, 60, 120), shapely.box(60, 0, 120, 120)])
"""Two parcels of 2 x 4 cells of 30 m, 0.72 ha each."""


def series(folder: Path, left: list[int], right: list[int], first_year: int = 2020) -> list[ClassRaster]:
    """One map a year, 4 x 4 cells: one class in the left half, one in the right half."""
    maps = []
    for year, (a, b) in enumerate(zip(left, right, strict=True), start=first_year):
        values = np.repeat([[a, a, b, b]], 4, axis=0).astype(np.uint8)
        path = folder / f"{year}.tif"
        profile = {"driver": "GTiff", "height": 4, "width": 4, "count": 1, "dtype": "uint8", "nodata": 0}
        with rasterio.open(path, "w", crs="EPSG:4547", transform=from_origin(0, 120, 30, 30), **profile) as f:
            f.write(values, 1)
        maps.append(open_class_raster(path, year=year, scheme="clcd"))
    return maps


def test_a_lasting_loss_has_its_year_area_and_share(tmp_path: Path) -> None:
    maps = series(tmp_path, [FOREST, FOREST, CROP, CROP], [FOREST] * 4)
    (record,) = detect_changes(PARCELS, maps, CLCD)
    assert (record.parcel, record.year, record.kind, record.cause) == (0, 2022, "loss", "clearing")
    assert record.area_ha == pytest.approx(0.72, abs=1e-12)
    assert record.share_frac == pytest.approx(1.0, abs=1e-12)
    assert record.confirmed


def test_a_single_year_is_a_flip_of_the_map(tmp_path: Path) -> None:
    maps = series(tmp_path, [FOREST, CROP, FOREST, FOREST], [GRASS, GRASS, FOREST, GRASS])
    assert detect_changes(PARCELS, maps, CLCD) == ()
    told = detect_changes(PARCELS, maps, CLCD, ChangeRules(drop_flips=False))
    assert [(r.parcel, r.year, r.kind) for r in told] == [
        (0, 2021, "loss"),
        (0, 2022, "gain"),
        (1, 2022, "gain"),
        (1, 2023, "loss"),
    ]


def test_a_change_in_the_last_year_is_not_confirmed(tmp_path: Path) -> None:
    maps = series(tmp_path, [FOREST, FOREST, CROP], [CROP, FOREST, FOREST])
    loss, gain = detect_changes(PARCELS, maps, CLCD)
    assert (loss.kind, loss.year, loss.confirmed) == ("loss", 2022, False)
    assert (gain.kind, gain.year, gain.cause, gain.confirmed) == ("gain", 2021, None, True)
    assert detect_losses(PARCELS, maps, CLCD) == (loss,)
    assert detect_gains(PARCELS, maps, CLCD) == (gain,)


def test_bare_ground_is_a_sign_of_fire_only_where_the_rules_say_so(tmp_path: Path) -> None:
    maps = series(tmp_path, [FOREST, BARREN, GRASS, GRASS], [FOREST, GRASS, BARREN, BARREN])
    assert [(r.cause, r.fire_frac) for r in detect_losses(PARCELS, maps, CLCD)] == [("unknown", 0.0)] * 2
    burned, cleared = detect_losses(PARCELS, maps, CLCD, ChangeRules(bare_is_fire=True))
    assert (burned.cause, burned.fire_frac) == ("fire", 1.0)
    assert (cleared.cause, cleared.fire_frac) == ("clearing", 0.0)


def test_land_put_to_use_was_cleared(tmp_path: Path) -> None:
    maps = series(tmp_path, [FOREST, CROP, CROP], [FOREST, 8, 8])
    assert [record.cause for record in detect_losses(PARCELS, maps, CLCD)] == ["clearing", "clearing"]


def test_a_burned_class_counts_in_the_year_after_too(tmp_path: Path) -> None:
    scar = LandClass(
        10, "burned", "火烧迹地", "burned", "other_land", forest=False, colour="#000000", burned=True
    )
    scheme = ClassScheme("own", "自定", "own", (*CLCD.classes, scar))
    maps = series(tmp_path, [FOREST, GRASS, 10, GRASS], [FOREST, GRASS, GRASS, 10])
    assert [record.cause for record in detect_losses(PARCELS, maps, scheme)] == ["fire", "clearing"]


def test_the_majority_of_the_lost_area_decides_the_cause(tmp_path: Path) -> None:
    maps = series(tmp_path, [FOREST, BARREN, BARREN], [FOREST, CROP, CROP])
    across = np.array([shapely.box(0, 0, 100, 120)])
    causes = []
    for rules in (
        ChangeRules(bare_is_fire=True),
        ChangeRules(bare_is_fire=True, majority_frac=0.7),
        ChangeRules(),
        ChangeRules(majority_frac=0.3),
    ):
        (record,) = detect_losses(across, maps, CLCD, rules)
        assert record.fire_frac == pytest.approx(0.6 if rules.bare_is_fire else 0.0)
        causes.append(record.cause)
    assert causes == ["fire", "clearing", "unknown", "clearing"]


def test_slivers_below_one_mu_are_left_out(tmp_path: Path) -> None:
    maps = series(tmp_path, [CROP] * 3, [FOREST, CROP, CROP])
    sliver = np.array([shapely.box(0, 0, 61, 120)])
    assert detect_losses(sliver, maps, CLCD) == ()
    (record,) = detect_losses(sliver, maps, CLCD, ChangeRules(minimum_ha=0.0))
    assert record.area_ha == pytest.approx(0.012)
    assert record.share_frac == pytest.approx(1 / 61)


def test_a_gap_keeps_the_state_before_it(tmp_path: Path) -> None:
    maps = series(tmp_path, [FOREST, 0, FOREST, FOREST], [0, 0, CROP, CROP])
    assert detect_changes(PARCELS, maps, CLCD, ChangeRules(drop_flips=False)) == ()


def test_maps_years_apart_show_no_flips(tmp_path: Path) -> None:
    """Forest, crops five years later, forest again: a change each time, not a flip of the map."""
    a, b, c = series(tmp_path, [FOREST, CROP, FOREST], [CROP] * 3)
    spread = [
        open_class_raster(m.path, year=year) for m, year in zip((a, b, c), (2010, 2015, 2020), strict=True)
    ]
    assert [(r.year, r.kind) for r in detect_changes(PARCELS, spread, CLCD)] == [
        (2015, "loss"),
        (2020, "gain"),
    ]


@pytest.mark.parametrize("length", [3, 4, 5, 6, 7])
def test_no_flip_is_left_in_any_history(length: int) -> None:
    histories = np.array(list(itertools.product([CROP, FOREST], repeat=length)), dtype=np.uint8)
    years = list(range(2000, 2000 + length))
    states = np.array(forest_states(list(histories.T), CLCD, years))
    middle = states[1:-1]
    assert not ((states[:-2] == states[2:]) & (middle != states[:-2])).any()
    assert (states[0] == (histories[:, 0] == FOREST)).all()
    assert (states[-1] == (histories[:, -1] == FOREST)).all()


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    maps = series(tmp_path, [FOREST, FOREST, CROP, CROP], [CROP, FOREST, FOREST, FOREST])
    assert detect_changes(PARCELS, maps[::-1], CLCD) == detect_changes(PARCELS, maps, CLCD)


def test_years_must_be_stated_and_differ(tmp_path: Path) -> None:
    maps = series(tmp_path, [FOREST, CROP], [FOREST, CROP])
    nameless = open_class_raster(maps[0].path)
    for chosen in ([maps[0]], [maps[0], maps[0]], [maps[0], nameless], []):
        with pytest.raises(RasterError) as caught:
            detect_changes(PARCELS, chosen, CLCD)
        assert caught.value.rule == "rasters-years"


@pytest.mark.realdata
def test_losses_of_new_guinea_are_the_crosstab(real_data: Path) -> None:
    """One box round the crop: forest lost 2001 to 2015 by the centre rule is the published count."""
    folder = real_data / "landcover_newguinea_2001_2015"
    maps = [
        open_class_raster(folder / f"landcover{year}s.tif", nodata=255, year=year) for year in (2001, 2015)
    ]
    scheme = load_scheme("newguinea")
    box = np.array([shapely.box(*maps[0].grid.bounds)])
    (record,) = detect_losses(box, maps, scheme)
    first, last = (m.read() for m in maps)
    expected = int(((first == 2) & (last != 2) & (last != 255)).sum())
    assert expected >= 992
    assert record.area_ha / 9.0 == pytest.approx(expected, rel=1e-9)
