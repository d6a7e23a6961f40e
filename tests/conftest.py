"""Fixtures that every package's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def project_root() -> Path:
    """Return the root of the source tree."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of the real data sets, or say plainly that it is missing."""
    folder = Path(os.environ.get("TANHUI_TEST_DATA") or ROOT.parent / "shared" / "data")
    if folder.is_dir():
        return folder
    message = (
        f"real data not found at {folder}: set TANHUI_TEST_DATA, or TANHUI_NO_REAL_DATA=1 to skip by name"
    )
    if os.environ.get("TANHUI_NO_REAL_DATA") == "1":
        pytest.skip(message)
    pytest.fail(message)
