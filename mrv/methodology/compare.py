"""Two profiles beside each other, entry by entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mrv.methodology.model import KINDS, ProfileValue, plain
from mrv.profile import Profile


@dataclass(frozen=True, slots=True)
class Differing:
    """One entry that two profiles do not have alike."""

    name: str
    """Name of the entry."""
    what: str
    """``value`` (another content), ``source`` (the same content, otherwise founded), ``only-first`` or
    ``only-second``."""
    first: ProfileValue | None
    """Entry of the first profile."""
    second: ProfileValue | None
    """Entry of the second profile."""

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "name": self.name,
            "what": self.what,
            "first": None if self.first is None else entry_json(self.first),
            "second": None if self.second is None else entry_json(self.second),
        }


def entry_json(item: ProfileValue) -> dict[str, Any]:
    """Return an entry as plain JSON values, with the digest of what it says."""
    return {
        "kind": item.kind,
        "value": plain(item.value),
        "unit": item.unit,
        "zh": item.zh,
        "en": item.en,
        "source": item.source,
        "clause": item.clause,
        "status": item.status,
        "sha256": item.sha256,
        **item.facets,
    }


def differences(first: Profile, second: Profile) -> tuple[Differing, ...]:
    """Return the entries in which two profiles differ: rules first, then parameters, conditions, equations.

    Parameters
    ----------
    first, second
        Any two profiles, or two versions of one.
    """
    one, two = first.entries(), second.entries()
    found = []
    for name in sorted({*one, *two}, key=lambda name: _place(name, (one.get(name) or two[name]).kind)):
        what = _what(one.get(name), two.get(name))
        if what:
            found.append(Differing(name, what, one.get(name), two.get(name)))
    return tuple(found)


def _place(name: str, kind: str) -> tuple[int, str]:
    return KINDS.index(kind), name


def _what(first: ProfileValue | None, second: ProfileValue | None) -> str:
    if first is None:
        return "only-second"
    if second is None:
        return "only-first"
    if first.sha256 != second.sha256:
        return "value"
    founded = (first.source, first.clause, first.status) == (second.source, second.clause, second.status)
    return "" if founded and first.facets == second.facets else "source"
