"""The folder a simulated county is written to: all of it, or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geodata.simulation.errors import SimulationError

PARCEL_RANGE = (100, 500_000)
"""Fewest and most parcels of a county."""
FOLDERS = ("parcels", "plots", "landcover", "rights", "project", "prices", "truth")
"""Folders of a county."""


def check_request(out: Path, seed: int, parcels: int) -> None:
    """Refuse a seed or a size out of range, and a folder that holds something.

    Parameters
    ----------
    out
        Folder to write.
    seed
        Seed, not negative.
    parcels
        Number of parcels.
    """
    low, high = PARCEL_RANGE
    if not low <= parcels <= high:
        raise SimulationError("simulation-parcels-range", parcels=parcels, low=low, high=high)
    if seed < 0:
        raise SimulationError("simulation-seed-negative", seed=seed)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SimulationError("simulation-folder-not-empty", folder=str(out))


@contextmanager
def county_folder(out: Path) -> Iterator[Path]:
    """Give a folder to write in; it becomes ``out`` when all is written, and vanishes on an error."""
    work = out.with_name(f".{out.name}.partial")
    shutil.rmtree(work, ignore_errors=True)
    try:
        for name in FOLDERS:
            (work / name).mkdir(parents=True)
        yield work
        if out.exists():
            out.rmdir()
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
