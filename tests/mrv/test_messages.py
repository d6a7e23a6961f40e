"""Every rule that `mrv` uses has its sentence in both languages, with the same placeholders."""

from __future__ import annotations

import ast
import string
import tomllib
from pathlib import Path

import pytest

from mrv.county_stock import TOLD
from mrv.estimate import WARNINGS

SEVERITIES = ("error", "warning", "info")
CALLS = {"Finding", "Note", "_finding", "tree_finding", "plot_finding"}


@pytest.fixture(scope="module")
def messages(project_root: Path) -> dict[str, dict[str, str]]:
    files = sorted((project_root / "registry" / "messages").glob("*.toml"))
    return {key: entry for file in files for key, entry in tomllib.loads(file.read_text("utf-8")).items()}


@pytest.fixture(scope="module")
def own(project_root: Path) -> set[str]:
    files = sorted((project_root / "registry" / "messages").glob("mrv*.toml"))
    return {key for file in files for key in tomllib.loads(file.read_text("utf-8"))}


def rules_of(path: Path) -> set[str]:
    """Return the literal rules of errors, findings and notes in a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "")
            if name in CALLS or name.endswith(("Error", "Missing")):
                for argument in node.args[:3]:
                    if isinstance(argument, ast.Constant) and argument.value in SEVERITIES:
                        break
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        found.add(argument.value)
                        break
    return found


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_rule_has_a_sentence(
    project_root: Path, messages: dict[str, dict[str, str]], own: set[str]
) -> None:
    used = set().union(*(rules_of(path) for path in (project_root / "mrv").rglob("*.py")))
    assert len(used) > 80
    # two notes and two counts are chosen by data
    used |= {"plots-unpaired", "trees-unrecorded", "fia-volume-null-zero", "fia-tree-without-expansion"}
    used |= {*WARNINGS, *TOLD.values()}
    assert used - set(messages) == set()
    assert {key for key in own if not key.startswith(("account.term.", "note."))} - used == set()


def test_both_languages_say_the_same_things(messages: dict[str, dict[str, str]]) -> None:
    for key, entry in messages.items():
        assert placeholders(entry["zh"]) == placeholders(entry["en"]), key
        assert ("zh_fix" in entry) == ("en_fix" in entry), key


def test_every_term_of_the_account_has_a_name(messages: dict[str, dict[str, str]]) -> None:
    from mrv.profile import TERMS  # noqa: PLC0415

    for term in (*TERMS, "carried_forward", "net_removals", "claim"):
        assert f"account.term.{term}" in messages
