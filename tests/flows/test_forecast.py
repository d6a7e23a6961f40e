"""The forecast of a county's project: marked wherever it stands, recorded nowhere."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli import main
from flows.cli.forecast import COLUMNS
from flows.county import load_county
from flows.errors import CountyFileError
from flows.steps.forecasting import forecast_project, growth_choice
from flows.workspace import open_run

COUNTIES = Path(__file__).resolve().parents[2] / "flows" / "counties"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.setenv("TANHUI_HOME", str(tmp_path / "home"))

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_the_command_says_in_both_languages_that_nothing_can_be_issued(call: Call, tiny_county: Path) -> None:
    for lang, mark in (("en", "ex-ante: never issued"), ("zh-CN", "事前估算，不得签发")):
        code, out, _ = call("forecast", "xiangyin.toml", "--data", str(tiny_county), "--lang", lang)
        assert code == 0
        lines = out.splitlines()
        assert lines[0] == mark
        assert lines[-1] == mark
        assert "2045" in out


def test_json_has_every_year_and_the_mark(call: Call, tiny_county: Path) -> None:
    code, out, _ = call(
        "forecast", "xiangyin.toml", "--data", str(tiny_county), "--years", "7", "--json", "--lang", "en"
    )
    assert code == 0
    said = json.loads(out)
    assert said["ex_ante"] is True
    assert said["mark"] == "ex-ante: never issued"
    project = [row for row in said["rows"] if row["domain"] == "project"]
    assert [row["year"] for row in project] == list(range(2026, 2033))
    assert {item["source"] for item in said["growth"]} == {"杉木", "阔叶"}


def test_table_and_picture_are_marked(call: Call, tiny_county: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    call("forecast", "xiangyin.toml", "--data", str(tiny_county), "--years", "3", "--out", str(folder))
    with (folder / "forecast.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == (*COLUMNS, "mark")
    assert {row["mark"] for row in rows} == {"ex-ante: never issued / 事前估算，不得签发"}
    assert len(rows) == 3 * 3
    assert (folder / "forecast.png").read_bytes().startswith(b"\x89PNG")


def test_a_forecast_writes_nothing_to_a_registry(call: Call, tiny_county: Path, tmp_path: Path) -> None:
    call("forecast", "xiangyin.toml", "--data", str(tiny_county), "--years", "3")
    assert not list((tmp_path / "home").rglob("*.sqlite"))


def test_a_county_without_trees_or_project_is_refused(tmp_path: Path, tiny_county: Path) -> None:
    text = (COUNTIES / "xiangyin.toml").read_text("utf-8")
    before, _, after = text.partition("[project]")
    path = tmp_path / "county.toml"
    path.write_text(before + after[after.index("[forecast.like]") :], "utf-8")
    run = open_run(str(path), data=tiny_county, home=tmp_path / "home", lang="en")
    with pytest.raises(CountyFileError) as refused:
        forecast_project(run, 5)
    assert refused.value.rule == "forecast-needs-project"


def test_without_a_similar_stratum_the_planted_project_is_refused(
    call: Call, tmp_path: Path, tiny_county: Path
) -> None:
    text = (COUNTIES / "xiangyin.toml").read_text("utf-8")
    path = tmp_path / "county.toml"
    path.write_text(text.replace('"项目-杉木" = "杉木"\n', ""), "utf-8")
    code, _, err = call("forecast", str(path), "--data", str(tiny_county), "--lang", "en")
    assert code == 2
    assert "项目-杉木" in err


def test_stated_curves_reach_the_science(tmp_path: Path) -> None:
    text = (COUNTIES / "xiangyin.toml").read_text("utf-8")
    stated = (
        '\n[[forecast.stated]]\nstratum = "项目-杉木"\nform = "richards"\nparameters = [220.0, 0.09, 2.1]\n'
    )
    path = tmp_path / "county.toml"
    path.write_text(text + stated + 'source = "yield table"\n', "utf-8")
    choice = growth_choice(load_county(path))
    assert choice.stated["项目-杉木"].parameters == (220.0, 0.09, 2.1)
    assert choice.like["项目-枫香"] == "阔叶"
    assert choice.forms == ("richards", "schumacher")
