"""Methodology profiles: a method as data, every value with its source, clause and status.

A profile is a packaged TOML file, frozen and append-only; its digest stands in each statement.
Unknown keys are refused, missing ones too. A profile that holds a value nobody has confirmed
cannot be used for registration.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from mrv.errors import ProfileError
from mrv.methodology.domains import BASES, KEYS, TERMS, frozen
from mrv.methodology.model import STATED, STATUSES, AccountStep, ProfileValue, Section

__all__ = [
    "BASES", "TERMS", "AccountStep", "Profile", "ProfileValue", "find", "load", "parse", "profile_ids",
    "profile_text",
]  # fmt: skip

_HEAD: Final = frozenset({"id", "version", "kind", "zh", "en", "purposes"})
_TABLES: Final = ("values", "parameters", "conditions", "equations")
_PLACE: Final = frozenset({"source", "clause", "status"})
_FIELDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "values": _PLACE | {"value", "unit"},
        "parameters": _PLACE | {"value", "unit", "zh", "en"},
        "conditions": _PLACE | {"zh", "en", "about", "tested_by"},
        "equations": _PLACE | {"formula", "unit", "zh", "en"},
    }
)
_ABOUT: Final = frozenset({"land", "tenure", "activity", "additionality", "scope"})
_TESTERS: Final = frozenset(
    {"person", "land_history", "patch_area", "tenure", "start_date", "removals_date", "crediting_period"}
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A methodology as data."""

    id: str
    """Identifier, the name of the file."""
    version: str
    """Version."""
    kind: str
    """``county_stock`` or ``project_removals``."""
    zh: str
    """Name in Chinese."""
    en: str
    """Name in English."""
    purposes: tuple[str, ...]
    """What it may be used for."""
    values: Mapping[str, ProfileValue]
    """Rules by key."""
    sha256: str
    """Digest of the file's text, line ends as LF."""
    overridden: tuple[str, ...] = ()
    """Keys that the run replaced by `with_values`."""
    parameters: Mapping[str, ProfileValue] = field(default_factory=lambda: MappingProxyType({}))
    """Default factors of the pools and terms, by identifier."""
    conditions: Mapping[str, ProfileValue] = field(default_factory=lambda: MappingProxyType({}))
    """Conditions of use, by identifier."""
    equations: Mapping[str, ProfileValue] = field(default_factory=lambda: MappingProxyType({}))
    """Equations used, by identifier."""

    def number(self, key: str) -> float:
        """Return a number, in the unit the profile declares for it; there must be such a rule."""
        value = self._held(key).value
        if isinstance(value, str):
            raise ProfileError("profile-value-missing", profile=self.id, key=key)
        return float(value)

    def text(self, key: str) -> str:
        """Return a word."""
        return str(self._held(key).value)

    def day(self, key: str) -> date | None:
        """Return a day; None where the profile sets none."""
        value = self.text(key)
        return None if value == "none" else date.fromisoformat(value)

    def parameter(self, name: str) -> float:
        """Return a default factor, in the unit the profile declares for it."""
        if name not in self.parameters:
            raise ProfileError("profile-key-missing", profile=self.id, key=f"parameters.{name}")
        if isinstance(self.parameters[name].value, str):
            raise ProfileError("profile-value-missing", profile=self.id, key=f"parameter:{name}")
        return float(self.parameters[name].value)

    def _held(self, key: str) -> ProfileValue:
        item = self.values[key]
        if item.missing:
            raise ProfileError("profile-value-missing", profile=self.id, key=key)
        return item

    @property
    def carbon_fraction(self) -> float | None:
        """One carbon fraction for all species [t C per t]; None where each species has its own."""
        value = self.values["carbon_fraction"].value
        return None if value == "species" else float(value)

    @property
    def roots(self) -> bool:
        """Whether below-ground biomass is counted."""
        return self.text("pool_below_ground") != "excluded"

    @property
    def confidence_level(self) -> float:
        """Level of the intervals [1]."""
        return self.number("confidence_level")

    @property
    def steps(self) -> tuple[AccountStep, ...]:
        """Steps of the account, in their order."""
        return tuple(self.values["account"].value)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Headings of the report that the methodology asks for."""
        return tuple(self.values["report_skeleton"].value)

    @property
    def discount_bands(self) -> tuple[tuple[float, float], ...]:
        """(relative half-width up to which, share deducted) [1], rising."""
        return tuple(self.values["discount_bands"].value)

    def entries(self) -> dict[str, ProfileValue]:
        """Return every entry by its name: a key, or ``condition:<id>`` and the like."""
        found = dict(self.values)
        for table in (self.parameters, self.conditions, self.equations):
            found |= {f"{item.kind}:{name}": item for name, item in table.items()}
        return found

    def unverified(self, confirmed: Collection[str] = ()) -> tuple[str, ...]:
        """Return ``name (status)`` of each entry that is neither verified nor among `confirmed`, sorted."""
        return tuple(
            f"{name} ({item.status})"
            for name, item in sorted(self.entries().items())
            if item.status != "verified" and name not in confirmed
        )

    def require(self, purpose: str, confirmed: Collection[str] = ()) -> None:
        """Refuse a purpose that the profile does not serve.

        Parameters
        ----------
        purpose
            What the result is to be used for.
        confirmed
            Names of entries that somebody confirmed against the official text.

        Raises
        ------
        ProfileError
            Rule ``profile-unverified`` for registration while a value is not confirmed, or
            ``profile-purpose`` where the profile does not name the purpose.
        """
        if purpose == "registration" and (open_values := self.unverified(confirmed)):
            raise ProfileError(
                "profile-unverified", profile=self.id, count=len(open_values), values=", ".join(open_values)
            )
        if purpose not in self.purposes:
            raise ProfileError(
                "profile-purpose", profile=self.id, purpose=purpose, allowed=", ".join(self.purposes)
            )

    def with_values(self, stated: Mapping[str, tuple[object, str]]) -> Profile:
        """Return the profile with values that a run states, each with its source.

        The digest stays that of the file; the statement's notes name each value replaced.

        Parameters
        ----------
        stated
            Key -> (value, source); an unknown key, one that the profile does not leave to the run, and a
            value out of its domain are refused.
        """
        values = dict(self.values)
        allowed = self.values["run_may_state"].value
        for key, (value, source) in sorted(stated.items()):
            if key not in values:
                raise ProfileError("profile-key-unknown", profile=self.id, key=key)
            if key not in allowed:
                raise ProfileError(
                    "profile-value-fixed", profile=self.id, key=key, allowed=", ".join(allowed)
                )
            checked = _checked(self.id, key, KEYS[self.kind][key], value)
            values[key] = ProfileValue(checked, values[key].unit, source, "", STATED)
        keys = tuple(sorted({*self.overridden, *stated}))
        return replace(self, values=MappingProxyType(values), overridden=keys)


def profile_ids() -> tuple[str, ...]:
    """Return the identifiers of the packaged profiles, sorted."""
    folder = resources.files("mrv").joinpath("profiles")
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def profile_text(profile_id: str) -> str:
    """Return the text of a packaged profile, line ends as LF."""
    known = profile_ids()
    if profile_id not in known:
        raise ProfileError("profile-unknown", profile=profile_id, known=", ".join(known))
    text = resources.files("mrv").joinpath("profiles", f"{profile_id}.toml").read_text("utf-8")
    return text.replace("\r\n", "\n")


@cache
def load(profile_id: str) -> Profile:
    """Return a packaged profile.

    Examples
    --------
    >>> load("demo").number("risk_deduction")
    0.1
    """
    return parse(profile_text(profile_id), profile_id)


def find(sha256: str) -> Profile | None:
    """Return the packaged profile with this digest; None where there is none."""
    return next((item for item in map(load, profile_ids()) if item.sha256 == sha256), None)


def parse(text: str, profile_id: str) -> Profile:
    """Read a profile from the text of its file; its ``id`` must be `profile_id`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError("profile-unreadable", profile=profile_id, detail=str(error)) from error
    _same_keys(profile_id, "", set(data), {"profile", *_TABLES})
    head = data["profile"]
    _same_keys(profile_id, "profile", set(head), set(_HEAD))
    if head["id"] != profile_id or head["kind"] not in KEYS:
        raise ProfileError("profile-value-invalid", profile=profile_id, key="profile", value=str(head["id"]))
    _same_keys(profile_id, "values", set(data["values"]), set(KEYS[head["kind"]]))
    tables = {
        table: MappingProxyType(
            {
                name: _entry(profile_id, head["kind"], table, name, data[table][name])
                for name in sorted(data[table])
            }
        )
        for table in _TABLES
    }
    return Profile(
        id=head["id"],
        version=head["version"],
        kind=head["kind"],
        zh=head["zh"],
        en=head["en"],
        purposes=tuple(head["purposes"]),
        values=tables["values"],
        sha256=hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8")).hexdigest(),
        parameters=tables["parameters"],
        conditions=tables["conditions"],
        equations=tables["equations"],
    )


def _same_keys(profile_id: str, table: str, found: set[str], wanted: set[str]) -> None:
    for key in sorted(found - wanted):
        raise ProfileError("profile-key-unknown", profile=profile_id, key=f"{table}.{key}".strip("."))
    for key in sorted(wanted - found):
        raise ProfileError("profile-key-missing", profile=profile_id, key=f"{table}.{key}".strip("."))


def _entry(profile_id: str, kind: str, table: str, name: str, fields: Mapping[str, Any]) -> ProfileValue:
    _same_keys(profile_id, f"{table}.{name}", set(fields), set(_FIELDS[table]))
    if fields["status"] not in STATUSES:
        raise ProfileError("profile-value-invalid", profile=profile_id, key=name, value=str(fields["status"]))
    place = fields["source"], fields["clause"], fields["status"]
    if table == "values":
        value = _checked(profile_id, name, KEYS[kind][name], fields["value"])
        return ProfileValue(value, fields["unit"], *place)
    words = {"zh": fields["zh"], "en": fields["en"]}
    if table == "parameters":
        value = _checked(profile_id, name, "number-or-missing", fields["value"])
        return ProfileValue(value, fields["unit"], *place, "parameter", **words)
    if table == "equations":
        return ProfileValue(fields["formula"], fields["unit"], *place, "equation", **words)
    facets = {
        "about": _checked(profile_id, name, _ABOUT, fields["about"]),
        "tested_by": _checked(profile_id, name, _TESTERS, fields["tested_by"]),
    }
    texts = MappingProxyType({key: str(value) for key, value in facets.items()})
    return ProfileValue("", "1", *place, "condition", **words, facets=texts)


def _checked(profile_id: str, key: str, domain: object, value: Any) -> object:
    """Return a value in its frozen form, or refuse it."""
    made, good = frozen(domain, value)
    if not good:
        raise ProfileError("profile-value-invalid", profile=profile_id, key=key, value=str(value))
    return made
