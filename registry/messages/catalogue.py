"""The catalogue of messages: from a rule and its parameters to a sentence.

A person must never see a traceback because a sentence is missing: an unknown rule is shown as
its key with its parameters, a missing parameter as a dash. Tests keep both from happening.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final, Protocol

from registry.messages.formats import NO_VALUE, format_value

_FINDING_FIELDS: Final = ("source", "row", "field", "value")


class Ruled(Protocol):
    """Anything a sentence can be made of: an error of ours, a finding, a note."""

    @property
    def rule(self) -> str:
        """Key of the sentence in the catalogue."""

    @property
    def params(self) -> Mapping[str, Any]:
        """What the sentence names."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in both languages."""

    key: str
    """The rule or the name of the label."""
    package: str
    """Name of the file it stands in, without its ending."""
    zh: str
    """Sentence in Chinese, with placeholders."""
    en: str
    """Sentence in English, with the same placeholders."""
    zh_fix: str = ""
    """The way out in Chinese; empty for a label."""
    en_fix: str = ""
    """The way out in English; empty for a label."""

    def sentence(self, lang: str) -> str:
        """Return the sentence in a language; every language but "en" gets Chinese."""
        return self.en if lang == "en" else self.zh

    def fix(self, lang: str) -> str:
        """Return the way out in a language."""
        return self.en_fix if lang == "en" else self.zh_fix


@cache
def entries() -> Mapping[str, Entry]:
    """Return all entries by key, read once from the packaged TOML files."""
    found: dict[str, Entry] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            package = file.name.removesuffix(".toml")
            for key, fields in tomllib.loads(file.read_text("utf-8")).items():
                found.setdefault(key, Entry(key=key, package=package, **fields))
    return MappingProxyType(found)


def find_entry(key: str) -> Entry | None:
    """Return the entry of a rule or a label, or None."""
    return entries().get(key)


def render(item: Ruled, lang: str) -> str:
    """Return the sentence of an error, a finding or a note.

    Parameters
    ----------
    item
        Has a rule and params; a finding's source, row, field and value are placeholders too.
    lang
        One of `LANGUAGES`.
    """
    entry = find_entry(item.rule)
    params = _params_of(item)
    return _plain(item.rule, params) if entry is None else _fill(entry.sentence(lang), params, lang)


def render_fix(item: Ruled, lang: str) -> str:
    """Return the way out of an error or a finding; empty where the catalogue names none."""
    entry = find_entry(item.rule)
    return "" if entry is None else _fill(entry.fix(lang), _params_of(item), lang)


def text(key: str, lang: str, **params: object) -> str:
    """Return a label or a sentence by its key.

    Examples
    --------
    >>> text("report.unit.ha", "en")
    'ha'
    >>> text("no-such-key", "en", row=3)
    'no-such-key (row=3)'
    """
    entry = find_entry(key)
    return _plain(key, params) if entry is None else _fill(entry.sentence(lang), params, lang)


def _params_of(item: Ruled) -> dict[str, object]:
    named = {name: getattr(item, name) for name in _FINDING_FIELDS if hasattr(item, name)}
    return {**named, **item.params}


def _plain(rule: str, params: Mapping[str, object]) -> str:
    shown = "; ".join(f"{name}={value}" for name, value in params.items() if value is not None)
    return f"{rule} ({shown})" if shown else rule


def _fill(sentence: str, params: Mapping[str, object], lang: str) -> str:
    return _Filler(lang).vformat(sentence, (), params)


class _Filler(string.Formatter):
    """Fills placeholders; a number takes the form of the language, a missing one is a dash."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        return _Ready(field_name, kwargs.get(field_name), self.lang), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        return value.shown(format_spec)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A parameter with its name, so that its unit decides its form."""

    name: str
    value: object
    lang: str

    def shown(self, spec: str) -> str:
        if spec and isinstance(self.value, (int, float)):
            return format(self.value, spec)
        return NO_VALUE if self.value == "" else format_value(self.name, self.value, self.lang)
