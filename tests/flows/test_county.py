"""County files: each bundled one is valid, and what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.county import load_county
from flows.errors import CountyFileError

BUNDLED = sorted((Path(__file__).resolve().parents[2] / "flows" / "counties").glob("*.toml"))


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_each_bundled_file_is_valid(path: Path) -> None:
    county = load_county(path)
    assert county.county.id == path.stem


def test_three_counties_are_bundled() -> None:
    assert {path.stem for path in BUNDLED} == {"bartlett", "bighorn", "xiangyin"}


def write(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "county.toml"
    path.write_text(content, "utf-8")
    return path


def test_an_unknown_key_is_refused_by_name(tmp_path: Path) -> None:
    text = BUNDLED[-1].read_text("utf-8").replace("simulated = true", "simulated = true\nsimulatd = 1")
    with pytest.raises(CountyFileError) as caught:
        load_county(write(tmp_path, text))
    assert caught.value.rule == "county-field-unknown"
    assert caught.value.params["field"] == "county.simulatd"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CountyFileError) as caught:
        load_county(tmp_path / "nowhere.toml")
    assert caught.value.rule == "county-file-missing"


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CountyFileError) as caught:
        load_county(write(tmp_path, "[county\nid = 1"))
    assert caught.value.rule == "county-file-unreadable"
    assert "line 1" in str(caught.value.params["reason"])
