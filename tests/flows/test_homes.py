"""A command finds the registry it is meant for, or says which there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.errors import CountyFileError
from flows.homes import find_home


def plant(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "registry.sqlite").touch()
    return folder


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TANHUI_HOME", raising=False)


def test_the_only_one_is_found(tmp_path: Path) -> None:
    plant(tmp_path / "var" / "xiangyin")
    assert find_home(None) == Path("var/xiangyin")


def test_none_and_two_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CountyFileError) as caught:
        find_home(None)
    assert caught.value.rule == "home-not-found"
    plant(tmp_path / "var" / "a")
    plant(tmp_path / "var" / "b")
    with pytest.raises(CountyFileError) as caught:
        find_home(None)
    assert caught.value.rule == "home-ambiguous"


def test_a_folder_without_registry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CountyFileError) as caught:
        find_home(tmp_path)
    assert caught.value.params["folder"] == tmp_path
    assert find_home(plant(tmp_path / "given")) == tmp_path / "given"
