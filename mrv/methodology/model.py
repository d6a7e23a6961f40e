"""The parts of a profile: values, conditions, equations, parameters, steps of the account.

Each part carries the document and the clause it was taken from, and whether that was read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

STATUSES: Final = frozenset({"verified", "unverified", "placeholder"})
"""verified: read in the document named; unverified: not read there; placeholder: from no document."""
STATED: Final = "stated"
"""Status of a value that a run replaced."""
MISSING: Final = "missing"
"""In place of a value that a project has to bring or an official text has to give."""
KINDS: Final = ("value", "parameter", "condition", "equation")
"""Kinds of entry, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class AccountStep:
    """One step of the account."""

    term: str
    """One of `mrv.methodology.domains.TERMS`."""
    sign: int
    """+1 or -1."""
    base: str
    """One of `mrv.methodology.domains.BASES`."""


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the report that a methodology asks for."""

    no: str
    """Number of the heading."""
    zh: str
    """Heading in Chinese."""
    en: str
    """Heading in English."""
    part: str
    """What the report fills in under it, one of `mrv.methodology.domains.PARTS`."""


@dataclass(frozen=True, slots=True)
class ProfileValue:
    """One entry of a methodology with the place it was taken from."""

    value: Any
    """Number, text, or tuple of bands, steps or sections, in `unit`."""
    unit: str
    """Unit."""
    source: str
    """Document."""
    clause: str
    """Clause of the document; empty where none is known."""
    status: str
    """verified, unverified, placeholder; or stated, where a run replaced it."""
    kind: str = "value"
    """One of `KINDS`."""
    zh: str = ""
    """Sentence or name in Chinese; of a condition and an equation also its content."""
    en: str = ""
    """The same in English."""
    facets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Further words, e.g. who tests a condition."""

    @property
    def sha256(self) -> str:
        """Digest of what is said: value, unit and sentences, not of who says it or its status."""
        content = [self.kind, plain(self.value), self.unit, self.zh, self.en]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    @property
    def missing(self) -> bool:
        """Whether the value has still to be brought."""
        return bool(self.value == MISSING)


def plain(value: Any) -> Any:
    """Return a frozen value as JSON types; infinity is the text ``inf``.

    Examples
    --------
    >>> plain(((0.1, 0.0), (float("inf"), 1.0)))
    [[0.1, 0.0], ['inf', 1.0]]
    """
    if isinstance(value, AccountStep):
        return {"term": value.term, "sign": value.sign, "base": value.base}
    if isinstance(value, Section):
        return {"no": value.no, "zh": value.zh, "en": value.en, "part": value.part}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, float) and value in {float("inf"), float("-inf")}:
        return "inf" if value > 0 else "-inf"
    return value
