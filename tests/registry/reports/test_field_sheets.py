"""Field sheets: one page for each plot, its place on it, the same bytes for the same plots."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from registry.reports.field_sheets import FACTS, LINES, SheetPlot, sheet_values, write_field_sheets
from registry.reports.fonts import find_cjk_font

PLOTS = [
    SheetPlot("N0001", "杉木", "new", 1, tuple(f"fact {name}" for name in FACTS)),
    SheetPlot("#bad[*", "松类", "reserve", 2, tuple("–" for _ in FACTS)),
]


def test_values_hold_both_languages() -> None:
    values = sheet_values("表", PLOTS, font="X", simulated=True)
    assert values["plots"][0]["facts"][0] == ["经度(°) longitude", "fact lon"]
    assert values["plots"][1]["role"] == "备用 reserve"
    assert values["watermark"]
    assert values["lines"] == LINES
    assert all("field.sheet" not in item for item in values["blanks"])


def test_without_a_chinese_font_there_is_a_reason(tmp_path: Path) -> None:
    reason = write_field_sheets(
        tmp_path / "s.pdf", "表", PLOTS, font=None, day=date(2026, 1, 1), simulated=False
    )
    assert reason is not None
    assert reason.rule == "report-no-cjk-font"
    assert not (tmp_path / "s.pdf").exists()


def test_a_page_for_each_plot(tmp_path: Path) -> None:
    font = find_cjk_font()
    if font is None:
        pytest.skip("missing: cjk (apt-get install fonts-noto-cjk)")
    if shutil.which("pdftotext") is None:
        pytest.skip("missing: poppler (apt-get install poppler-utils)")
    for name in ("one", "two"):
        path = tmp_path / f"{name}.pdf"
        assert (
            write_field_sheets(path, "调查表", PLOTS, font=font, day=date(2026, 1, 1), simulated=True) is None
        )
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    said = subprocess.run(
        ["pdftotext", tmp_path / "one.pdf", "-"], capture_output=True, text=True, check=True
    )
    pages = said.stdout.split("\f")
    assert len([page for page in pages if page.strip()]) == 2
    assert "N0001" in pages[0]
    assert "#bad[*" in pages[1]
