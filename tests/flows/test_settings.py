"""Settings come from the environment, and Prefect's state stays under the home folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.settings import load_settings, prepare_prefect, read_locale


def test_settings_read_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TANHUI_HOME", str(tmp_path))
    monkeypatch.setenv("TANHUI_LANG", "en")
    settings = load_settings()
    assert settings.home == tmp_path
    assert settings.lang == "en"


def test_the_first_locale_variable_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert read_locale() is None
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert read_locale() == "zh_CN.UTF-8"
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert read_locale() == "en_US.UTF-8"


def test_prefect_keeps_its_state_in_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("PREFECT_") or name == "DO_NOT_TRACK":
            monkeypatch.delenv(name)
    before = dict(os.environ)
    try:
        prepare_prefect(tmp_path)
        assert os.environ["PREFECT_HOME"] == str(tmp_path / ".prefect")
        assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
        assert os.environ["DO_NOT_TRACK"] == "1"
    finally:
        for name in set(os.environ) - set(before):
            del os.environ[name]
