"""Chromium, and the report of the sample run as a page on disk."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from registry.reports.fonts import find_cjk_font
from registry.reports.html import write_html
from registry.reports.map import render_map
from registry.reports.plots import draw_plots

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium; the browsers of playwright itself are never fetched."""
    found = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("missing: chromium (apt-get install chromium)")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as player:
        running = player.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def samples(project_root: Path) -> ModuleType:
    """Return the module that makes the sample report of the report's own tests."""
    path = project_root / "tests" / "registry" / "reports" / "conftest.py"
    spec = importlib.util.spec_from_file_location("sample_reports", path)
    if spec is None or spec.loader is None:
        pytest.fail(f"cannot read {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def report_page(samples: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a whole run, with all its pictures."""
    data, font = samples.report_data(), find_cjk_font()
    pictures = draw_plots(data, "both", font)
    pictures["map"] = render_map(samples.sample_map(), simulated=True, font=font)
    return write_html(tmp_path_factory.mktemp("page") / "report.html", data, pictures)
