"""What geodata says names the place and the values: no sentence asks for what its rule does not carry."""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

FINDING_FIELDS = {"source", "row", "field", "value"}


def calls(root: Path) -> Iterator[tuple[str, str, set[str] | None]]:
    """Yield (rule, class, names it carries; None where they are put together elsewhere) of each rule."""
    for path in sorted((root / "geodata").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            first, name = node.args[0], node.func.id
            if not (name.endswith("Error") and isinstance(first, ast.Constant)):
                continue
            named = {word.arg for word in node.keywords}
            yield first.value, name, None if None in named else {str(arg) for arg in named}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def sentences(project_root: Path) -> dict[str, dict[str, str]]:
    folder = project_root / "registry" / "messages"
    return {
        rule: texts
        for name in ("geodata.toml", "geodata_raster.toml")
        for rule, texts in tomllib.loads((folder / name).read_text("utf-8")).items()
    }


def test_errors_carry_what_their_sentences_name(project_root: Path) -> None:
    files = sorted((project_root / "registry" / "messages").glob("*.toml"))
    known = {rule: texts for file in files for rule, texts in tomllib.loads(file.read_text("utf-8")).items()}
    lacking = [
        (rule, sorted(asked - carried))
        for rule, _, carried in calls(project_root)
        if carried is not None and (asked := placeholders(known[rule]["zh"])) - carried
    ]
    assert lacking == []


def test_each_sentence_has_its_way_out(sentences: dict[str, dict[str, str]]) -> None:
    for rule, texts in sentences.items():
        assert set(texts) == {"zh", "en", "zh_fix", "en_fix"}, rule
        assert all(texts.values()), rule


def test_sentences_of_cells_name_file_row_and_field(sentences: dict[str, dict[str, str]]) -> None:
    for rule in sentences:
        if rule.startswith("cell-") or rule in {"number-unreadable", "code-malformed", "code-unknown"}:
            assert {"source", "row", "field"} <= placeholders(sentences[rule]["zh"]), rule


def test_no_sentence_is_left_over(project_root: Path, sentences: dict[str, dict[str, str]]) -> None:
    code = "".join(path.read_text("utf-8") for path in (project_root / "geodata").glob("*.py"))
    assert [rule for rule in sentences if f'"{rule}"' not in code] == []
