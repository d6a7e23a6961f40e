"""Confirmations: who read which value of a profile in the official text, and in which clause.

A confirmation holds for one profile's digest and one value; a changed file or value is unconfirmed again.
It is recorded and signed by the registry; a statement carries those it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mrv.methodology.rows import entry_of, is_row
from mrv.profile import Profile


@dataclass(frozen=True, slots=True, order=True)
class Confirmation:
    """One value of one profile, confirmed."""

    name: str
    """Name of the entry, as `mrv.profile.Profile.entries` gives it."""
    confirmation_id: str
    """Identifier of the record in the registry."""
    profile_sha256: str
    """Digest of the profile's file."""
    value_sha256: str
    """Digest of the value (`mrv.methodology.model.ProfileValue.sha256`)."""
    clause: str
    """Clause of the official text."""
    confirmed_by: str
    """Party that confirmed it."""

    def canonical(self) -> dict[str, str]:
        """Return plain text."""
        return {
            "name": self.name,
            "confirmation_id": self.confirmation_id,
            "profile_sha256": self.profile_sha256,
            "value_sha256": self.value_sha256,
            "clause": self.clause,
            "confirmed_by": self.confirmed_by,
        }

    @classmethod
    def from_canonical(cls, data: Mapping[str, Any]) -> Confirmation:
        """Read a confirmation back from its canonical form, or from a row of the registry."""
        return cls(**{name: str(data[name]) for name in cls.__slots__})


def matching_names(profile: Profile, confirmed: Iterable[Confirmation]) -> frozenset[str]:
    """Return the names of the entries and table rows whose confirmation holds for what they say now.

    Parameters
    ----------
    profile
        With the values that the run uses: one that the run states is another than the one confirmed.
    confirmed
        Any confirmations.
    """
    found = set()
    for item in confirmed:
        entry = entry_of(profile, item.name)
        same = entry is not None and entry.sha256 == item.value_sha256
        if same and item.profile_sha256 == profile.sha256:
            found.add(item.name)
    return frozenset(found)


def still_open(profile: Profile, refs: Iterable[str], names: frozenset[str]) -> tuple[str, ...]:
    """Return what a result rests on and nobody has confirmed, sorted.

    Parameters
    ----------
    profile
        Its factors are referred to as ``<profile>:parameter:<name>``.
    refs
        Rows and factors that a result rests on, each not verified.
    names
        What is confirmed (`matching_names`).
    """
    return tuple(sorted({ref for ref in refs if not {ref, ref.removeprefix(f"{profile.id}:")} & names}))


def rested_on(
    confirmed: Iterable[Confirmation], names: frozenset[str], refs: Iterable[str]
) -> tuple[Confirmation, ...]:
    """Return the confirmations that a statement lists: of its profile, and of the rows it rests on."""
    used = set(refs)
    return tuple(sorted(c for c in confirmed if c.name in names and (not is_row(c.name) or c.name in used)))
