"""The catalogue: complete in both languages, and never a traceback for a person."""

from __future__ import annotations

import ast
import string
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from types import SimpleNamespace

import pytest

from registry.messages import catalogue

PACKAGES = ("flows", "registry", "geodata", "mrv")
MAKERS = frozenset({"Finding", "Note"})
HELPERS = ("finding", "note", "refuse", "error")


@dataclass(frozen=True)
class Item:
    rule: str
    params: dict[str, object] = field(default_factory=dict)
    source: str = "plots.xlsx[样木]"
    row: int | None = 12
    field: str | None = "胸径(cm)"
    value: str | None = "480"


@pytest.fixture
def one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = catalogue.Entry(
        "dbh-range", "mrv", "{source} 第{row}行：{value} 超出 {low}",
        "{source} row {row}: {value} below {low}", "核对 {source}", "check {source}",
    )  # fmt: skip
    monkeypatch.setattr(catalogue, "entries", lambda: {entry.key: entry})


def placeholders(sentence: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def all_keys() -> list[str]:
    return sorted(catalogue.entries())


@pytest.mark.parametrize("key", all_keys())
def test_entry_is_complete_and_its_placeholders_agree(key: str) -> None:
    entry = catalogue.entries()[key]
    assert entry.zh.strip()
    assert entry.en.strip()
    assert set(placeholders(entry.zh)) == set(placeholders(entry.en))
    assert set(placeholders(entry.zh_fix)) == set(placeholders(entry.en_fix))
    assert bool(entry.zh_fix) == bool(entry.en_fix)
    for sentence in (entry.zh, entry.en, entry.zh_fix, entry.en_fix):
        assert all(name.isidentifier() for name in placeholders(sentence))


def test_no_key_stands_in_two_files() -> None:
    import tomllib  # noqa: PLC0415

    folder = resources.files("registry.messages")
    files = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    counted = Counter(key for file in files for key in tomllib.loads(file.read_text("utf-8")))
    assert counted
    assert [key for key, count in counted.items() if count > 1] == []


@pytest.mark.usefixtures("one_entry")
def test_finding_is_rendered_with_its_own_fields() -> None:
    item = Item("dbh-range", {"low": 5.0})
    assert catalogue.render(item, "en") == "plots.xlsx[样木] row 12: 480 below 5"
    assert catalogue.render(item, "zh-CN") == "plots.xlsx[样木] 第12行：480 超出 5"
    assert catalogue.render_fix(item, "en") == "check plots.xlsx[样木]"
    assert catalogue.render_fix(item, "zh-CN") == "核对 plots.xlsx[样木]"


@pytest.mark.usefixtures("one_entry")
def test_missing_parameter_is_a_dash_not_a_crash() -> None:
    assert catalogue.render(Item("dbh-range", row=None), "en") == "plots.xlsx[样木] row —: 480 below —"


@pytest.mark.usefixtures("one_entry")
def test_unknown_rule_shows_its_key_and_params() -> None:
    error = SimpleNamespace(rule="unheard-of", params={"file": "a.csv", "row": 3})
    assert catalogue.render(error, "zh-CN") == "unheard-of (file=a.csv; row=3)"
    assert catalogue.render_fix(error, "en") == ""
    assert catalogue.text("nothing", "en") == "nothing"


@pytest.mark.usefixtures("one_entry")
def test_text_with_braces_in_a_value_is_not_read_again() -> None:
    assert "{low}" in catalogue.render(Item("dbh-range", {"low": "{low}"}), "en")


def test_format_spec_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = catalogue.Entry("k", "mrv", "{x:.2f} 米", "{x:.2f} m")
    monkeypatch.setattr(catalogue, "entries", lambda: {"k": entry})
    assert catalogue.text("k", "en", x=1.234) == "1.23 m"
    assert catalogue.text("k", "en", x=None) == "— m"
    assert catalogue.text("k", "en", x="wide") == "wide m"


# --- every rule that the code can utter has its sentence ---------------------------------------


def product_trees(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def error_classes(trees: list[tuple[Path, ast.Module]]) -> frozenset[str]:
    """Return our own error classes: those that end in Error, and those that inherit from one."""
    bases = {
        node.name: {name_of(base) for base in node.bases}
        for _, tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {name for name in bases if name.endswith("Error")}
    while more := {name for name, over in bases.items() if over & found} - found:
        found |= more
    return frozenset(found)


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def literal_rules(tree: ast.Module, makers: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield the literals given to a maker as first argument or rule=, or to its helper as rule=.

    Other functions may have an argument `rule` of another meaning (an area rule, say).
    """
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        callee = name_of(node.func)
        if callee not in makers and not any(part in callee.lower() for part in HELPERS):
            continue
        wanted = [word.value for word in node.keywords if word.arg == "rule"]
        wanted += node.args[:1] if callee in makers else []
        for value in wanted:
            arms = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            for arm in arms:
                if isinstance(arm, ast.Constant) and isinstance(arm.value, str):
                    yield arm.value, arm.lineno


def test_scan_sees_each_form_of_a_rule() -> None:
    code = (
        "class OddError(Exception): ...\nclass Waiting(OddError): ...\n"
        "raise OddError('a')\nraise errors.Waiting('b')\nFinding(rule='c')\nFinding('d' if x else 'e')\n"
        "_finding(rule='f')\nclass_areas(rule='exact')\nraise ValueError('not a rule')\nNote('g', {})\n"
    )
    tree = ast.parse(code)
    makers = error_classes([(Path("x.py"), tree)]) | MAKERS
    assert sorted(rule for rule, _ in literal_rules(tree, makers)) == list("abcdefg")


def test_every_rule_in_the_code_has_a_sentence(project_root: Path) -> None:
    trees = list(product_trees(project_root))
    makers = error_classes(trees) | MAKERS
    missing = [
        f"{path.relative_to(project_root)}:{line}: {rule}"
        for path, tree in trees
        for rule, line in literal_rules(tree, makers)
        if catalogue.find_entry(rule) is None
    ]
    assert missing == []
