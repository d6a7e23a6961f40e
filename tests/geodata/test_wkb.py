"""WKB read in one pass, against shapely, and hostile bytes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geodata.rings import Rings
from geodata.wkb import read_wkb

RING = shapely.box(0, 0, 9, 9).difference(shapely.box(2, 2, 4, 4))
SHAPES = np.array(
    [
        RING,
        shapely.MultiPolygon(
            [
                shapely.box(20, 0, 21, 1),
                shapely.box(30, 0, 31, 1).difference(shapely.Point(30.5, 0.5).buffer(0.1)),
            ]
        ),
        shapely.box(-1e7, -1e7, 1e-9, 3.5),
        shapely.Polygon(),
    ]
)


def joined(records: list[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    return np.frombuffer(b"".join(records), np.uint8), np.cumsum([0, *map(len, records)])


@pytest.mark.parametrize("byte_order", [0, 1])
@pytest.mark.parametrize("flavor", ["iso", "extended"])
@pytest.mark.parametrize("with_z", [False, True])
def test_every_form_gives_the_same_rings(byte_order: int, flavor: str, with_z: bool) -> None:
    shapes = shapely.force_3d(SHAPES, 7.0) if with_z else SHAPES
    records = [shapely.to_wkb(g, byte_order=byte_order, flavor=flavor) for g in shapes]
    made, expected = read_wkb(*joined(records)), Rings.from_geometries(SHAPES)
    assert isinstance(made, Rings)
    for name in ("x", "y", "rings", "polygons", "owners"):
        assert getattr(made, name).tolist() == getattr(expected, name).tolist()
    assert made.n_parcels == 4


def test_a_reference_system_in_the_record_is_passed_over() -> None:
    record = shapely.to_wkb(shapely.set_srid(RING, 4547), include_srid=True)
    made = read_wkb(*joined([record]))
    assert isinstance(made, Rings)
    assert made.rings.tolist() == [0, 5, 10]


def test_the_position_of_what_is_no_polygon() -> None:
    records = [shapely.to_wkb(g) for g in (RING, shapely.Point(1, 2), RING)]
    assert read_wkb(*joined(records)) == 1


@given(st.binary(max_size=120), st.integers(0, 200))
@settings(max_examples=200, deadline=None)
def test_damaged_records_are_told_and_never_read_past(noise: bytes, cut: int) -> None:
    whole = shapely.to_wkb(SHAPES[1])
    damaged = whole[: cut % len(whole)] + noise
    made = read_wkb(*joined([damaged]))
    assert made == 0 or isinstance(made, Rings)
    if isinstance(made, Rings):
        assert made.rings[-1] == made.x.size
        assert made.x.size * 16 <= len(damaged)
