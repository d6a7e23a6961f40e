"""The doctor says what is missing, and finds foreign packages under our names."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from flows import doctor


def test_every_check_has_a_state(tmp_path: Path) -> None:
    checks = {check.name: check for check in doctor.examine(tmp_path)}
    assert set(checks) == {"python", "names", "home", "font", "postgres", "chromium"}
    assert checks["python"].state == checks["names"].state == checks["home"].state == "ok"


def test_a_foreign_package_of_our_name_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "packages_distributions", lambda: {"mrv": ["tanhui", "mrv-tools"]})
    check = doctor.check_package_names()
    assert check.state == "wrong"
    assert check.detail == "mrv (mrv-tools)"


def test_a_folder_that_cannot_be_written_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "touch", refuse)
    assert doctor.check_home(tmp_path).state == "wrong"


def test_no_chromium_is_only_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    assert doctor.check_chromium().state == "missing"
