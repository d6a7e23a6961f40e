"""The kernel itself: fractions of single cells, against areas that geometry gives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.coverage import BAND
from geodata.footprint import prepare_footprint
from geodata.grid import Grid, Window


def cover_cells(polygon: Any, height: int, width: int, *, exact: bool = True) -> Any:
    """Return the covered fraction of each cell; coordinates are (column, row), rows downwards."""
    flipped = shapely.transform(polygon, lambda xy: xy * (1.0, -1.0))
    footprint = prepare_footprint(np.array([flipped]), Grid("", 0.0, 0.0, 1.0, 1.0, height, width), threads=1)
    labels = np.arange(height * width, dtype=np.int32).reshape(height, width)
    out, flaws = np.zeros((1, labels.size)), np.zeros(1)
    footprint.add_strip(Window(0, 0, height, width), labels, out, flaws, "exact" if exact else "centre")
    assert flaws[0] < 1e-12
    return out.reshape(height, width)


def by_geometry(polygon: Any, height: int, width: int) -> Any:
    rows, columns = np.mgrid[:height, :width]
    return shapely.area(shapely.intersection(shapely.box(columns, rows, columns + 1, rows + 1), polygon))


@pytest.mark.parametrize(
    "polygon",
    [
        shapely.box(0.25, 0.25, 0.75, 0.5),
        shapely.box(0.0, 0.0, 5.0, 4.0),
        shapely.box(1.0, 1.0, 3.0, 3.0),
        shapely.Polygon([(0.1, 0.2), (4.9, 1.3), (2.2, 3.9)]),
        shapely.Polygon([(0, 0), (5, 4), (5, 0)]),
        shapely.box(0.5, 0.5, 4.5, 3.5).difference(shapely.box(1.2, 1.3, 2.9, 2.1)),
        shapely.MultiPolygon([shapely.box(0.1, 0.1, 0.4, 0.4), shapely.box(0.6, 0.6, 2.5, 0.9)]),
        shapely.Polygon([(0, 1), (5, 1), (5, 1.000001), (0, 1.000001)]),
    ],
)
def test_fractions_are_the_areas_of_the_cut_cells(polygon: Any) -> None:
    assert cover_cells(polygon, 4, 5) == pytest.approx(by_geometry(polygon, 4, 5), abs=1e-12)


@given(st.integers(0, 2**31), st.integers(3, 60))
@settings(max_examples=60, deadline=None)
def test_fractions_of_ragged_polygons(seed: int, corners: int) -> None:
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radius = rng.uniform(0.3, 5.9, corners)
    star = shapely.Polygon(np.column_stack([6 + radius * np.cos(angles), 6 + radius * np.sin(angles)]))
    polygon = star if star.is_valid else star.buffer(0)
    if polygon.area < 1e-9:
        return
    assert cover_cells(polygon, 12, 12) == pytest.approx(by_geometry(polygon, 12, 12), abs=1e-10)


def test_tall_polygons_cross_bands_without_a_seam() -> None:
    height = 3 * BAND + 7
    polygon = shapely.Polygon([(0.5, 0.5), (9.5, height / 2), (3.0, height - 0.5)])
    assert cover_cells(polygon, height, 10) == pytest.approx(by_geometry(polygon, height, 10), abs=1e-11)


def test_the_order_of_polygons_does_not_leak_through_the_scratch() -> None:
    """A wide polygon and then a narrow one, and the other way: each is as it is alone."""
    wide, narrow = shapely.box(0.3, 0.3, 11.7, 2.2), shapely.box(4.4, 5.5, 4.6, 9.9)
    alone = cover_cells(wide, 12, 12) + cover_cells(narrow, 12, 12)
    for both in (shapely.MultiPolygon([wide, narrow]), shapely.MultiPolygon([narrow, wide])):
        assert (cover_cells(both, 12, 12) == alone).all()


def test_centres_inside_count_as_one() -> None:
    polygon = shapely.Polygon([(0.3, 0.2), (6.8, 1.1), (3.7, 6.6), (2.9, 2.4)])
    rows, columns = np.mgrid[:8, :8]
    inside = shapely.contains_xy(polygon, columns + 0.5, rows + 0.5)
    assert inside.sum() > 5
    assert (cover_cells(polygon, 8, 8, exact=False) == inside).all()


def test_no_index_leaves_its_array(tmp_path: Path) -> None:
    """Again with the compiler's bounds checks on, which the ordinary build leaves out."""
    code = (
        "import numpy as np, shapely\n"
        "from geodata.footprint import prepare_footprint\n"
        "from geodata.grid import Grid\n"
        "grid = Grid('', 0.0, 90.0, 1.0, 1.0, 90, 70)\n"
        "rng = np.random.default_rng(4)\n"
        "w, s = rng.uniform(-5, 72, 60), rng.uniform(-5, 92, 60)\n"
        "geoms = shapely.box(w, s, w + rng.uniform(0, 40, 60), s + rng.uniform(0, 40, 60))\n"
        "geoms = np.append(geoms, shapely.box(0, 0, 70, 90))\n"
        "fp = prepare_footprint(geoms, grid)\n"
        "labels = np.zeros((fp.window.height, fp.window.width), dtype=np.uint8)\n"
        "for rule in ('exact', 'centre'):\n"
        "    print(round(float(fp.sum_labels(labels, 1, rule)[-1, 0]), 9))\n"
    )
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert told.stdout.split() == ["6300.0", "6300.0"]
