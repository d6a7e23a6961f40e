"""A run: its inputs by content, its places, and what is refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.errors import CountyFileError
from flows.settings import Settings
from flows.workspace import checkpoint_dir, find_county_file, open_run, registry_url, utc_now


def test_a_bundled_county_is_found_by_its_name(tmp_path: Path) -> None:
    assert find_county_file("bighorn.toml").name == "bighorn.toml"
    assert find_county_file("bighorn.toml").is_file()
    own = tmp_path / "bighorn.toml"
    own.touch()
    assert find_county_file(str(own)) == own


def test_a_missing_input_is_named_with_its_role(simulated_county: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for part in simulated_county.iterdir():
        (data / part.name).symlink_to(part)
    (data / "prices").unlink()
    with pytest.raises(CountyFileError) as caught:
        open_run("xiangyin.toml", data=data, home=tmp_path / "home")
    assert caught.value.rule == "input-file-missing"
    assert caught.value.params["role"] == "prices"
    assert not (tmp_path / "home").exists()


def test_no_data_folder_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(CountyFileError) as caught:
        open_run("xiangyin.toml", data=tmp_path / "nowhere", home=tmp_path / "home")
    assert caught.value.rule == "data-folder-missing"


def test_places_are_the_homes_unless_the_machine_says_otherwise(tmp_path: Path) -> None:
    assert registry_url(tmp_path, Settings()) == f"sqlite:///{tmp_path.as_posix()}/registry.sqlite"
    assert checkpoint_dir(tmp_path, Settings()) == tmp_path / "checkpoints"
    stated = Settings(database_url="postgresql+psycopg://h/d", checkpoint_dir=tmp_path / "elsewhere")
    assert registry_url(tmp_path, stated) == "postgresql+psycopg://h/d"
    assert checkpoint_dir(tmp_path, stated) == tmp_path / "elsewhere"


def test_the_clock_knows_its_zone() -> None:
    assert utc_now().utcoffset() is not None
