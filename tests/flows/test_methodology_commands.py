"""The commands on methodologies: what they print, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.cli.app import main
from flows.workspace import open_registry
from mrv.profile import load, profile_ids
from registry.model import Context, PartyRecord
from registry.parties import register_parties
from registry.queries import confirmations

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Return a call of the command line: exit code, output, errors."""

    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["methodology", *words])
        captured = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), captured.out, captured.err

    return call


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_registry(tmp_path) as registry:
        parties = [
            PartyRecord("VVB", "verifier", "演练核查机构", "SIM-1", simulated=True),
            PartyRecord("BUYER", "company", "演练企业", "SIM-2", simulated=True),
        ]
        register_parties(registry, Context("BUREAU", date(2026, 1, 5), "parties"), parties)
    (tmp_path / "page.txt").write_text("a page", "utf-8")
    return tmp_path


def test_list(say: Say) -> None:
    code, out, _ = say("list", "--lang", "zh-CN")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(profile_ids())
    assert "县域森林碳储量" in out
    rows: list[dict[str, Any]] = json.loads(say("list", "--json")[1])
    assert {row["id"] for row in rows} == set(profile_ids())


@pytest.mark.parametrize(("lang", "word"), [("en", "Conditions of use"), ("zh-CN", "适用条件")])
def test_show(say: Say, lang: str, word: str) -> None:
    code, out, _ = say("show", "ccer-14-001-v01", "--lang", lang)
    assert code == 0
    assert f"## {word}" in out
    content = json.loads(say("show", "ccer-14-001-v01", "--json")[1])
    item = content["entries"]["risk_deduction"]
    assert (item["value"], item["status"], item["confirmed_by"]) == (0.1, "unverified", [])
    assert item["sha256"] == load("ccer-14-001-v01").entries()["risk_deduction"].sha256


def test_diff(say: Say) -> None:
    code, out, _ = say("diff", "demo", "ccer-14-001-v01", "--lang", "en")
    assert code == 0
    assert "differs  discount_bands" in out
    found = json.loads(say("diff", "demo", "demo", "--json")[1])
    assert found == []


def test_check_ends_with_1_while_something_is_open(say: Say) -> None:
    code, out, _ = say("check", "ccer-14-001-v01", "--lang", "zh-CN")
    assert code == 1
    assert "其中尚无取值 3 项" in out
    assert json.loads(say("check", "demo", "--json")[1])["ready"] is False


def test_an_unknown_methodology_is_bad_input(say: Say) -> None:
    code, _, err = say("show", "ccer-99", "--lang", "en")
    assert code == 2
    assert "ccer-14-001-v01" in err


def confirm(
    say: Say, home: Path, *words: str, identity: str = "VVB", clause: str = "6.6"
) -> tuple[int, str, str]:
    place = ("--evidence", str(home / "page.txt"), "--home", str(home), "--on", "2026-06-01", "--lang", "en")
    return say("confirm", *words, "--clause", clause, "--as", identity, *place)


def test_confirm_and_see_it(say: Say, home: Path) -> None:
    assert confirm(say, home, "demo", "risk_deduction")[0] == 0
    with open_registry(home) as registry:
        (row,) = confirmations(registry)
    assert (row["name"], row["confirmed_by"], row["confirmed_on"]) == ("risk_deduction", "VVB", "2026-06-01")
    state = json.loads(say("check", "demo", "--home", str(home), "--json")[1])
    assert state["confirmed"] == ["risk_deduction"]
    shown = json.loads(say("show", "demo", "--home", str(home), "--json")[1])
    assert shown["entries"]["risk_deduction"]["confirmed_by"] == ["VVB"]


@pytest.mark.parametrize(
    ("words", "options", "reason"),
    [
        (("demo", "risk_deduction"), {"identity": "BUYER"}, "may not confirm"),
        (("demo", "risk_deduction"), {"clause": " "}, "has to name the clause"),
        (("demo", "gift"), {}, "no entry gift"),
        (("demo", "start_after_date"), {}, "verified already"),
        (("vm0047-v1.0", "performance_benchmark"), {}, "no value yet"),
        (("demo", "risk_deduction", "--seen", "0" * 64), {}, "has changed"),
    ],
)
def test_what_is_refused(
    say: Say, home: Path, words: tuple[str, ...], options: dict[str, str], reason: str
) -> None:
    code, _, err = confirm(say, home, *words, **options)
    assert code == 2
    assert reason in err
    with open_registry(home) as registry:
        assert confirmations(registry) == []


def test_pages(say: Say, tmp_path: Path) -> None:
    code, out, _ = say("pages", "--out", str(tmp_path / "pages"), "--lang", "en")
    assert code == 0
    assert out.startswith("14 pages written")
    assert (tmp_path / "pages" / "demo.zh-CN.md").exists()
