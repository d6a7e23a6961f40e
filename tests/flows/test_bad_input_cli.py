"""Bad input through the real command line: exit code, language, and what machines get."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import entry, workspace
from flows.cli import main
from flows.cli.output import SHOWN, show_error
from flows.errors import InputsRefused
from geodata.findings import Finding

TANHUI = [sys.executable, "-c", "from flows.cli import main; main()"]
PLOTS = "plots/plots_2020_2025.xlsx"


def tanhui(root: Path, *words: str, locale: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TANHUI_", "PREFECT_", "LC_", "LANG"))}
    environment = {**kept, "LANG": locale, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [*TANHUI, *words], cwd=root, env=environment, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture
def misspelt(tmp_path: Path) -> Path:
    """Return a county file with a field that does not exist, in row 14."""
    text = (workspace.COUNTIES / "xiangyin.toml").read_text("utf-8")
    path = tmp_path / "xiangyin.toml"
    path.write_text(text.replace('kind = "nfi"', 'kind = "nfi"\nmaping = "nfi_workbook"'), "utf-8")
    return path


@pytest.mark.parametrize(
    ("lang", "sentence", "way_out"),
    [
        ("zh-CN", "第15行：不认识字段 inventory.maping", "改正拼写"),
        ("en", "row 15: the field", "correct its spelling"),
    ],
)
def test_a_bad_county_file(
    project_root: Path, misspelt: Path, tmp_path: Path, lang: str, sentence: str, way_out: str
) -> None:
    home = tmp_path / "home"
    done = tanhui(
        project_root, "run", str(misspelt), "--data", str(tmp_path), "--home", str(home), "--lang", lang
    )
    assert (done.returncode, done.stdout) == (2, "")
    first, second = done.stderr.splitlines()
    assert "xiangyin.toml" in first
    assert sentence in first
    assert second.startswith("→")
    assert way_out in second
    assert not home.exists()


def test_the_locale_chooses_the_language(project_root: Path, misspelt: Path) -> None:
    assert "不认识字段" in tanhui(project_root, "run", str(misspelt), locale="zh_CN.UTF-8").stderr
    assert "is not known" in tanhui(project_root, "run", str(misspelt), locale="en_US.UTF-8").stderr


def test_a_missing_file_for_machines(project_root: Path, tiny_county: Path, tmp_path: Path) -> None:
    data, home = shutil.copytree(tiny_county, tmp_path / "data"), tmp_path / "home"
    (data / PLOTS).unlink()
    words = ["run", "xiangyin.toml", "--data", str(data), "--home", str(home), "--json"]
    done = tanhui(project_root, *words)
    assert (done.returncode, done.stderr) == (2, "")
    answer = json.loads(done.stdout)
    assert (answer["rule"], answer["exit_code"], answer["findings"]) == ("input-file-missing", 2, [])
    assert answer["params"]["file"] == PLOTS
    for lang, word in (("zh-CN", "缺少输入文件"), ("en", "is not in the data folder")):
        assert word in answer["message"][lang]
        assert PLOTS in answer["message"][lang]
        assert "--data" in answer["way_out"][lang]
    assert not home.exists()


@pytest.fixture
def spoilt(tiny_county: Path, tmp_path: Path) -> Path:
    """Return a county whose price table has a price that is no number, in row 3."""
    data = shutil.copytree(tiny_county, tmp_path / "data")
    path = data / "prices/price_series.csv"
    lines = path.read_text("utf-8").splitlines()
    day, _, *rest = lines[2].split(",")
    lines[2] = ",".join([day, "70元", *rest])
    path.write_text("\n".join(lines), "utf-8")
    return data


def assert_finding(answer: dict[str, Any]) -> None:
    assert (answer["rule"], answer["exit_code"]) == ("inputs-have-errors", 2)
    (finding,) = answer["findings"]
    place = {name: finding[name] for name in ("rule", "severity", "source", "row", "field", "value")}
    assert place == {
        "rule": "cell-not-a-number",
        "severity": "error",
        "source": "price_series.csv",
        "row": 3,
        "field": "price_cny_per_t",
        "value": "70元",
    }
    assert "第3行 price_cny_per_t" in finding["message"]["zh-CN"]
    assert "row 3 price_cny_per_t" in finding["message"]["en"]
    assert set(finding["way_out"]) == {"zh-CN", "en"}
    assert all(finding["way_out"].values())


def test_findings_for_people_and_for_machines(
    plain_chain: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spoilt: Path,
    tmp_path: Path,
) -> None:
    """The command line itself, with the bodies of the flows in the place of Prefect."""
    monkeypatch.setitem(entry.FLOWS, "chain", plain_chain)
    monkeypatch.setattr("flows.cli.chain.prepare_prefect", lambda _: None)
    words = ["run", "xiangyin.toml", "--data", str(spoilt), "--home", str(tmp_path / "home")]
    for lang, sentence in (
        ("zh-CN", "第3行 price_cny_per_t：“70元”不是数字"),
        ("en", "70元 is not a number"),
    ):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--lang", lang])
        out, err = capsys.readouterr()
        assert ended.value.code == 2
        assert sentence in err
        assert err.count("→") == 2
        assert "Traceback" not in out + err
    with pytest.raises(SystemExit) as ended:
        main([*words, "--json"])
    assert ended.value.code == 2
    assert_finding(json.loads(capsys.readouterr().out))


def test_what_is_not_listed_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    many = tuple(Finding("cell-empty", "error", "a.csv", row, "x", "") for row in range(2, SHOWN + 5))
    error = InputsRefused("inputs-have-errors", count=len(many), findings=many)
    assert show_error(error, []) == 2
    told = capsys.readouterr().err
    assert told.count("a.csv") == SHOWN
    assert "3" in told.splitlines()[-1]
    assert "--json" in told.splitlines()[-1]


@pytest.mark.prefect
def test_findings_through_the_engine(project_root: Path, spoilt: Path, tmp_path: Path) -> None:
    """A second run on a home, with Prefect: the findings reach the person, no traceback does."""
    home = tmp_path / "home"
    done = tanhui(
        project_root, "monitor", "xiangyin.toml", "--data", str(spoilt), "--home", str(home), "--json"
    )
    assert done.returncode == 2, done.stderr
    assert_finding(json.loads(done.stdout))
    assert "Traceback" not in done.stderr
    left = {path.name for path in home.iterdir()}
    assert left <= {".lock", ".prefect", "log.jsonl"}
