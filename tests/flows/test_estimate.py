"""``tanhui estimate`` as a person and as a program meet it: table, notes, JSON, errors, exit codes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli import main
from flows.cli.estimate_table import number
from tests.wyoming_fiadb import write_folder, wyoming_tables

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["estimate", *words])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture
def own(tmp_path: Path) -> list[str]:
    """Return the options of a small inventory of one's own."""
    texts = {
        "plots.csv": "plot_id,owner,area_m2\n1,a,500\n2,a,500\n3,b,500\n4,b,500\n",
        "trees.csv": "plot_id,dbh_cm,volume_m3\n1,20,0.3\n2,30,0.8\n3,10,0.1\n",
        "design.toml": 'kind = "simple"\narea_ha = 1000\n',
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    return [
        f"--{part}={tmp_path / name}" for part, name in zip(("plots", "trees", "design"), texts, strict=True)
    ]


@pytest.fixture(scope="module")
def wyoming(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(
        write_folder(wyoming_tables(real_data, evaluations=(561301, 561300)), tmp_path_factory.mktemp("wy"))
    )


def test_a_table_with_its_notes_in_both_languages(run: Run, own: list[str]) -> None:
    code, out, err = run(*own, "--quantity", "volume", "--by", "owner", "--lang", "en")
    assert code == 0
    assert "estimate (m3)" in out
    assert "90 % interval" in out
    assert [line.split()[0] for line in out.splitlines() if line.strip().startswith(("all", "a ", "b "))] == [
        "all",
        "a",
        "b",
    ]
    assert "6,000" in out
    assert "groups that rest on a single plot, so that their errors are not known (1): b" in out
    assert "read trees" in err
    code, out, _ = run(*own, "--quantity", "volume", "--per-area", "--level", "0.95", "--lang", "zh-CN")
    assert code == 0
    assert "估计值 (m3/ha)" in out
    assert "95 % 置信区间" in out
    assert "蓄积量 · 单位面积" in out


def test_json_for_programs(run: Run, own: list[str]) -> None:
    code, out, _ = run(*own, "-q", "volume", "--by", "owner", "--where", "dbh_cm > 10", "--json")
    found = json.loads(out)
    assert code == 0
    # plots of owner b are in the sample, with no such tree
    groups = {item["group"].get("owner"): item["n_nonzero"] for item in found["estimates"]}
    assert groups == {None: 2, "a": 2, "b": 0}
    assert found["estimates"][0]["value"] == pytest.approx(1000 * 22 / 4)
    assert found["estimates"][0]["n_plots"] == 4
    assert set(found) == {"source", "question", "unit", "level", "estimates", "group_covariance", "notes"}
    _, out, _ = run(*own, "-q", "volume", "--by", "owner", "--json")
    (note,) = json.loads(out)["notes"]
    assert note["rule"] == "estimate-groups-single-plot"
    assert set(note["message"]) == {"zh-CN", "en"}


def test_the_figures_as_a_file(run: Run, own: list[str], tmp_path: Path) -> None:
    code, _, _ = run(*own, "-q", "volume", "--out", str(tmp_path / "figures.csv"))
    with (tmp_path / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert code == 0
    assert float(row["value"]) == 6000.0


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["-q", "volume"], "estimate-one-source"),
        (["-q", "volume", "--fiadb", "x", "--plots", "y"], "estimate-one-source"),
        (["-q", "volume", "--fiadb", "nowhere"], "fiadb-not-there"),
        (["-q", "weight", "--fiadb", "nowhere"], "estimate-quantity-unknown"),
        (["-q", "area", "--fiadb", "nowhere", "--where", "A ="], "where-syntax"),
    ],
)
def test_a_refusal_names_its_rule(run: Run, words: list[str], rule: str) -> None:
    code, out, _ = run(*words, "--json")
    answer = json.loads(out)
    assert (code, answer["exit_code"], answer["rule"]) == (2, 2, rule)
    assert answer["way_out"]["en"]


@pytest.mark.realdata
def test_wyoming_at_the_command_line(run: Run, wyoming: str) -> None:
    """Published: 10,455,771.5 acres of forest, standard error 247,748.4 (FIESTA_tutorial_GB, 1.1)."""
    code, out, _ = run(
        "--fiadb", wyoming, "--evalid", "561301", "-q", "area", "--units", "us", "--lang", "en"
    )
    assert code == 0
    assert "10,455,771" in out
    assert "247,748" in out
    assert "2.37 %" in out
    assert "3,047" in out


@pytest.mark.realdata
def test_wyoming_by_forest_type_has_marks(run: Run, wyoming: str) -> None:
    code, out, _ = run(
        *("--fiadb", wyoming, "--evalid", "561301", "-q", "volume", "--per-area", "--by", "FORTYPCD"),
        *("--lang", "en"),
    )
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()[:3].isdigit()}
    assert code == 0
    # one plot: a ratio without an error, shown as a dash and never as zero
    assert lines["269"].split()[1:4] == ["200.198*", "—", "—"]
    assert "fewer than 10 plots" in out


@pytest.mark.realdata
@pytest.mark.parametrize(("lang", "words"), [("en", "there are 2 evaluations"), ("zh-CN", "有 2 个评估")])
def test_an_ambiguous_evaluation_at_the_command_line(run: Run, wyoming: str, lang: str, words: str) -> None:
    code, out, err = run("--fiadb", wyoming, "-q", "area", "--lang", lang)
    assert (code, out) == (2, "")
    assert words in err
    assert "561300 WYOMING 2011-2013" in err
    assert "→" in err


@pytest.mark.realdata
def test_a_missing_column_at_the_command_line(run: Run, wyoming: str) -> None:
    code, _, err = run("--fiadb", wyoming, "--evalid", "561301", "-q", "carbon_total", "--lang", "en")
    assert code == 2
    assert "TREE has no column CARBON_BG, which carbon_total needs" in err


def test_numbers_as_they_are_shown() -> None:
    assert [number(value) for value in (0.0, 5.0, 1e5, 99_999.94, 1.23456789e-3, -12.5)] == [
        "0",
        "5",
        "100,000",
        "99,999.9",
        "0.00123457",
        "-12.5",
    ]
