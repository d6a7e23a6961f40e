"""Overlaps of registered parcels are found; touching neighbours are none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import shapely

from registry.journal import Ed25519Signer
from registry.model import Context, ParcelRecord
from registry.overlaps import check_parcel_overlaps
from registry.rights import register_parcels
from registry.store import Registry

DAY = date(2026, 3, 2)


@pytest.fixture
def registered(tmp_path: Path) -> Callable[..., list[tuple[str | None, object]]]:
    def check(**boxes: tuple[float, float, float, float]) -> list[tuple[str | None, object]]:
        parcels = [
            ParcelRecord(
                name, "430624", 100, DAY, geometry=shapely.to_wkb(shapely.box(*box)), crs="EPSG:4547"
            )
            for name, box in boxes.items()
        ]
        url = f"sqlite:///{tmp_path.as_posix()}/registry.sqlite"
        signer = Ed25519Signer.from_seed(bytes(32))
        with Registry.open(url, clock=lambda: datetime(2026, 3, 2, tzinfo=UTC), signer=signer) as registry:
            register_parcels(registry, Context("registrar", DAY, "parcels"), parcels)
            found = check_parcel_overlaps(registry, "430624")
            assert check_parcel_overlaps(registry, "430000") == []
        return [(finding.value, finding.params["other"]) for finding in found]

    return check


def test_neighbours_that_touch_do_not_overlap(registered: Callable[..., object]) -> None:
    assert registered(a=(0, 0, 10, 10), b=(10, 0, 20, 10), c=(0, 10, 10, 20)) == []


def test_a_sliver_within_the_tolerance_is_left_untold(registered: Callable[..., object]) -> None:
    assert registered(a=(0, 0, 10, 10), b=(9.95, 0, 20, 10)) == []


def test_an_overlap_names_both_parcels(registered: Callable[..., object]) -> None:
    assert registered(a=(0, 0, 10, 10), b=(8, 0, 20, 10), c=(50, 50, 60, 60)) == [("a", "b")]
