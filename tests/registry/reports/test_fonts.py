"""Fonts: found by family, and English is enough where there is none."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from registry.reports import fonts


@pytest.fixture(autouse=True)
def _fresh() -> None:
    fonts.find_cjk_font.cache_clear()


def test_best_family_of_those_present(monkeypatch: pytest.MonkeyPatch) -> None:
    present = [SimpleNamespace(name=name) for name in ("SimHei", "Arial", "Microsoft YaHei")]
    monkeypatch.setattr(fonts.font_manager, "fontManager", SimpleNamespace(ttflist=present))
    assert fonts.find_cjk_font() == "Microsoft YaHei"
    fonts.find_cjk_font.cache_clear()


def test_none_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    present = [SimpleNamespace(name="DejaVu Sans")]
    monkeypatch.setattr(fonts.font_manager, "fontManager", SimpleNamespace(ttflist=present))
    assert fonts.find_cjk_font() is None
    fonts.find_cjk_font.cache_clear()


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("Chinese fir", False),
        ("t CO₂e ± 3 m³", False),
        ("杉木", True),
        ("a，b", True),
        ("〇", True),
        ("é", False),
    ],
)
def test_what_needs_a_chinese_font(text: str, needed: bool) -> None:
    assert fonts.has_cjk(text) is needed
