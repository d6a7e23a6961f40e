"""The offline bundle: what goes in, for which platform, with which hashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import bundle

LOCK = """\
alpha==1.0 \\
    --hash=sha256:aa
    # via tanhui (pyproject.toml)
beta==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:bb
    # via
    #   alpha
    #   gamma
gamma==3.0 \\
    --hash=sha256:cc
    # via tanhui (pyproject.toml:dev)
"""


def test_development_tools_stay_out() -> None:
    chosen = bundle.select_run_time(bundle.read_lock(LOCK))
    assert [entry.name for entry in chosen] == ["alpha", "beta"]


@pytest.mark.parametrize(("platform", "expected"), [("win_amd64", 4), ("manylinux_2_28_x86_64", 2)])
def test_markers_are_those_of_the_target(platform: str, expected: int) -> None:
    chosen = bundle.select_run_time(bundle.read_lock(LOCK))
    lines = bundle.select_platform(chosen, bundle.target_environment(platform, "3.11"))
    assert len(lines) == expected
    assert not any(";" in line for line in lines)


def test_the_real_lock_is_complete(project_root: Path) -> None:
    entries = bundle.read_lock((project_root / "requirements.lock").read_text("utf-8"))
    assert all(any("--hash=sha256:" in line for line in entry.lines) for entry in entries)
    names = {entry.name for entry in bundle.select_run_time(entries)}
    assert {"prefect", "rasterio", "geopandas", "shapely", "numpy", "sqlalchemy", "typst"} <= names
    assert not names & {"pytest", "ruff", "mypy", "hypothesis"}
