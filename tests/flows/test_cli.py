"""The command line: help with examples, both languages, exit codes, machine-readable answers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from flows.cli import app, main
from flows.workspace import open_registry
from registry.model import Context, PartyRecord
from registry.parties import register_parties

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home whose registry holds a party, so that there is a row to change."""
    folder = tmp_path_factory.mktemp("cli") / "home"
    folder.mkdir()
    with open_registry(folder) as registry:
        context = Context("registrar", date(2026, 3, 2), "test/party")
        register_parties(registry, context, [PartyRecord("BUYER-1", "company", "buyer", "SIM-1")])
    return folder


def leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield words, command
        return
    for name, child in children.items():
        yield from leaves(child, (*words, name))


def test_every_command_has_help_with_an_example() -> None:
    assert isinstance(app, typer.Typer)
    commands = dict(leaves(get_command(app)))
    assert len(commands) >= 24
    without = [" ".join(words) for words, command in commands.items() if not (command.help or "").strip()]
    assert without == []
    no_example = [
        " ".join(words) for words, command in commands.items() if "xample" not in (command.help or "")
    ]
    assert no_example == ["demo"]


@pytest.mark.parametrize(("lang", "sentence"), [("zh-CN", "找不到县运行文件"), ("en", "does not exist")])
def test_a_bad_county_file_is_said_in_the_language_asked(run: Run, lang: str, sentence: str) -> None:
    code, out, err = run("monitor", "nowhere.toml", "--lang", lang)
    assert code == 2
    assert sentence in err
    assert "→" in err
    assert out == ""


def test_an_error_for_machines_has_both_languages(run: Run) -> None:
    code, out, _ = run("run", "nowhere.toml", "--json")
    answer = json.loads(out)
    assert code == answer["exit_code"] == 2
    assert answer["rule"] == "county-file-missing"
    assert set(answer["message"]) == set(answer["way_out"]) == {"zh-CN", "en"}


def test_a_wrong_option_is_a_usage_error(run: Run) -> None:
    code, _, err = run("tradable", "--no-such-option")
    assert code == 2
    assert "--no-such-option" in err


def test_verify_says_intact_and_then_names_the_changed_row(run: Run, home: Path, tmp_path: Path) -> None:
    code, out, _ = run("registry", "verify", "--home", str(home), "--lang", "en")
    assert (code, "intact" in out) == (0, True)
    changed = tmp_path / "changed"
    (changed / "checkpoints").mkdir(parents=True)
    for name in ("registry.sqlite", "checkpoints/checkpoint.json"):
        (changed / name).write_bytes((home / name).read_bytes())
    with sqlite3.connect(changed / "registry.sqlite") as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE party SET name = 'another' WHERE party_code = 'BUYER-1'")
        for _, text in triggers:
            database.execute(text)
    database.close()
    code, out, err = run("registry", "verify", "--home", str(changed), "--lang", "en")
    assert code == 1
    assert "BUYER-1" in err
    code, out, _ = run("registry", "verify", "--home", str(changed), "--json")
    assert code == 1
    assert json.loads(out)["intact"] is False


def test_tradable_and_statements_for_machines(run: Run, home: Path) -> None:
    code, out, _ = run("tradable", "--home", str(home), "--json")
    assert code == 0
    assert json.loads(out)["issued"] == 0
    code, out, _ = run("statement", "list", "--home", str(home), "--json")
    assert (code, json.loads(out)) == (0, [])


def test_the_doctor_answers(run: Run, home: Path) -> None:
    code, out, _ = run("doctor", "--home", str(home), "--json")
    assert code == 0
    assert {check["name"] for check in json.loads(out)} >= {"python", "names", "font", "home"}
    code, out, _ = run("doctor", "--home", str(home), "--lang", "zh-CN")
    assert "中文字体" in out


def test_an_unknown_statement_is_named(run: Run, home: Path) -> None:
    code, _, err = run("statement", "show", "ST-nothing", "--home", str(home), "--lang", "en")
    assert code == 2
    assert "ST-nothing" in err


def test_an_act_is_done_once_for_a_key(run: Run, home: Path) -> None:
    words = ["party", "account", "A-1", "--party", "BUYER-1", "--as", "registrar", "--home", str(home)]
    first = run(*words, "--key", "k1", "--on", "2026-03-03", "--json")
    again = run(*words, "--key", "k1", "--on", "2026-03-03", "--json")
    assert first[0] == again[0] == 0
    assert json.loads(first[1])["replayed"] is False
    assert json.loads(again[1])["replayed"] is True
