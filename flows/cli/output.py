"""How the command line speaks: sentences of the catalogue, JSON for machines, errors with their way out."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, Protocol, runtime_checkable

import typer

from flows.settings import load_settings, read_locale


@runtime_checkable
class Ruled(Protocol):
    """An error of ours: a rule of the catalogue and what its sentence names."""

    rule: str
    params: dict[str, Any]


DONE, FAILED, BAD_INPUT, AWAITING = 0, 1, 2, 3
AWAITED_RULES = frozenset({"awaiting-decision"})
SHOWN = 20
"""Findings that are listed to a person; ``--json`` gives them all."""


def say(text: str = "") -> None:
    """Write a line to standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say_error(text: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def say_json(value: Any) -> None:
    """Write a value as JSON, for machines."""
    say(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, default=str))


_LANGUAGE: ContextVar[str | None] = ContextVar("language", default=None)


def take_language(words: Sequence[str]) -> list[str]:
    """Take ``--lang X`` from wherever it stands among the words; return the others.

    >>> take_language(["tradable", "--lang", "en", "--json"])
    ['tradable', '--json']
    """
    rest: list[str] = []
    given: str | None = None
    pending = iter(words)
    for word in pending:
        if word == "--lang":
            given = next(pending, None)
        elif word.startswith("--lang="):
            given = word.removeprefix("--lang=")
        else:
            rest.append(word)
    _LANGUAGE.set(given)
    return rest


def language() -> str:
    """Return the language to speak: ``--lang``, else the settings, else the locale."""
    from registry.messages import choose_language  # noqa: PLC0415  (keeps --help quick)

    return choose_language(_LANGUAGE.get() or load_settings().lang, read_locale())


def sentence(key: str, lang: str, **params: object) -> str:
    """Return a sentence of the catalogue."""
    from registry.messages import text  # noqa: PLC0415  (keeps --help quick)

    return text(key, lang, **params)


def show_error(error: Exception, words: Sequence[str]) -> int:
    """Say what went wrong and the way out; return the exit code."""
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, typer.Abort):
        return BAD_INPUT
    if hasattr(error, "show") and hasattr(error, "exit_code"):  # a usage error of the option parser
        error.show()
        return BAD_INPUT
    if not isinstance(error, Ruled):
        raise error
    code = AWAITING if error.rule in AWAITED_RULES else BAD_INPUT
    if "--json" in words:
        say_json(_error_record(error, code))
    else:
        lang = language()
        for line in _error_lines(error, lang):
            say_error(line)
    return code


def _error_lines(error: Ruled, lang: str) -> list[str]:
    from registry.messages import render, render_fix  # noqa: PLC0415  (keeps --help quick)

    lines = [render(error, lang)]
    if fix := render_fix(error, lang):
        lines.append(f"→ {fix}")
    findings = getattr(error, "findings", ())
    for finding in findings[:SHOWN]:
        lines.append(f"  · {render(finding, lang)}")
        if fix := render_fix(finding, lang):
            lines.append(f"    → {fix}")
    if len(findings) > SHOWN:
        lines.append(f"  · {sentence('findings-not-shown', lang, count=len(findings) - SHOWN)}")
    return lines


def _error_record(error: Ruled, code: int) -> dict[str, Any]:
    return {
        **_sayings(error),
        "params": {key: str(value) for key, value in error.params.items()},
        "exit_code": code,
        "findings": [
            {name: getattr(finding, name) for name in ("severity", "source", "row", "field", "value")}
            | _sayings(finding)
            for finding in getattr(error, "findings", ())
        ],
    }


def _sayings(item: Any) -> dict[str, Any]:
    """Return the rule of an error or a finding with its sentence and way out in both languages."""
    from registry.messages import LANGUAGES, render, render_fix  # noqa: PLC0415  (keeps --help quick)

    return {
        "rule": item.rule,
        "message": {lang: render(item, lang) for lang in LANGUAGES},
        "way_out": {lang: render_fix(item, lang) for lang in LANGUAGES},
    }
