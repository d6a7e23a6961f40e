"""Methodology profiles: a method as data, every value with its source, clause and status.

A profile is a packaged TOML file, frozen and append-only; its digest stands in each statement.
Unknown keys are refused, missing ones too. A profile that holds a value nobody has confirmed
cannot be used for registration.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from mrv.errors import ProfileError

_STATUSES: Final = frozenset({"verified", "unverified", "placeholder"})
_STATED: Final = "stated"
_POOL: Final = frozenset({"mandatory", "optional", "excluded"})
_HEAD: Final = frozenset({"id", "version", "kind", "zh", "en", "purposes"})
_FIELDS: Final = frozenset({"value", "unit", "source", "clause", "status"})
_STEP: Final = frozenset({"term", "sign", "base"})

TERMS: Final = (
    "project_change",
    "uncertainty_discount",
    "project_emissions",
    "baseline_change",
    "leakage",
    "risk_deduction",
)
"""Terms that an account may have; the profile says which, with which sign and in which order."""
BASES: Final = ("none", "project_change", "subtotal")
"""Of what a share is taken: nothing (an amount), the change before any deduction, what is left."""

_COMMON: Final[Mapping[str, object]] = MappingProxyType(
    {
        "pool_above_ground": _POOL,
        "pool_below_ground": _POOL,
        "pool_dead_wood": _POOL,
        "pool_litter": _POOL,
        "pool_soil": _POOL,
        "pool_harvested_wood": _POOL,
        "biomass_equation": frozenset({"vbef"}),
        "carbon_fraction": "fraction-or-species",
        "minimum_dbh_cm": "number",
        "confidence_level": "fraction",
    }
)
_REMOVALS: Final[Mapping[str, object]] = MappingProxyType(
    {
        "discount_bands": "bands",
        "discount_basis": frozenset({"half_width", "value"}),
        "baseline_share": "fraction",
        "leakage_share": "fraction",
        "project_emissions_tco2e": "number",
        "risk_deduction": "fraction",
        "rounding": frozenset({"floor"}),
        "vintage_split": frozenset({"days_largest_remainder"}),
        "account": "steps",
    }
)
_KEYS: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {"county_stock": _COMMON, "project_removals": MappingProxyType({**_COMMON, **_REMOVALS})}
)


@dataclass(frozen=True, slots=True)
class AccountStep:
    """One step of the account."""

    term: str
    """One of `TERMS`."""
    sign: int
    """+1 or -1."""
    base: str
    """One of `BASES`."""


@dataclass(frozen=True, slots=True)
class ProfileValue:
    """One parameter of a methodology."""

    value: Any
    """Number, text, or tuple of bands or steps, in `unit`."""
    unit: str
    """Unit."""
    source: str
    """Document."""
    clause: str
    """Clause of the document; empty where none is known."""
    status: str
    """verified, unverified, placeholder; or stated, where a run replaced it."""


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
    """Parameters by key."""
    sha256: str
    """Digest of the file's text, line ends as LF."""
    overridden: tuple[str, ...] = ()
    """Keys that the run replaced by `with_values`."""

    def number(self, key: str) -> float:
        """Return a number, in the unit the profile declares for it."""
        return float(self.values[key].value)

    def text(self, key: str) -> str:
        """Return a word."""
        return str(self.values[key].value)

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
    def discount_bands(self) -> tuple[tuple[float, float], ...]:
        """(relative half-width up to which, share deducted) [1], rising."""
        return tuple(self.values["discount_bands"].value)

    def unverified(self) -> tuple[str, ...]:
        """Return ``key (status)`` of each value that is not verified, sorted."""
        return tuple(
            f"{key} ({item.status})" for key, item in sorted(self.values.items()) if item.status != "verified"
        )

    def require(self, purpose: str) -> None:
        """Refuse a purpose that the profile does not serve.

        Raises
        ------
        ProfileError
            Rule ``profile-unverified`` for registration while a value is not confirmed, or
            ``profile-purpose`` where the profile does not name the purpose.
        """
        if purpose == "registration" and (open_values := self.unverified()):
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
            Key -> (value, source); an unknown key and a value out of its domain are refused.
        """
        values = dict(self.values)
        for key, (value, source) in sorted(stated.items()):
            if key not in values:
                raise ProfileError("profile-key-unknown", profile=self.id, key=key)
            checked = _checked(self.id, key, _KEYS[self.kind][key], value)
            values[key] = ProfileValue(checked, values[key].unit, source, "", _STATED)
        keys = tuple(sorted({*self.overridden, *stated}))
        return replace(self, values=MappingProxyType(values), overridden=keys)


@cache
def load(profile_id: str) -> Profile:
    """Return a packaged profile.

    Examples
    --------
    >>> load("demo").number("risk_deduction")
    0.1
    """
    folder = resources.files("mrv").joinpath("profiles")
    names = sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))
    if profile_id not in names:
        raise ProfileError("profile-unknown", profile=profile_id, known=", ".join(names))
    return parse(folder.joinpath(f"{profile_id}.toml").read_text("utf-8"), profile_id)


def parse(text: str, profile_id: str) -> Profile:
    """Read a profile from the text of its file; its ``id`` must be `profile_id`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError("profile-unreadable", profile=profile_id, detail=str(error)) from error
    _same_keys(profile_id, "", set(data), {"profile", "values"})
    head, values = data["profile"], data["values"]
    _same_keys(profile_id, "profile", set(head), set(_HEAD))
    if head["id"] != profile_id or head["kind"] not in _KEYS:
        raise ProfileError("profile-value-invalid", profile=profile_id, key="profile", value=str(head["id"]))
    keys = _KEYS[head["kind"]]
    _same_keys(profile_id, "values", set(values), set(keys))
    parsed = {key: _value(profile_id, key, keys[key], values[key]) for key in sorted(values)}
    return Profile(
        id=head["id"],
        version=head["version"],
        kind=head["kind"],
        zh=head["zh"],
        en=head["en"],
        purposes=tuple(head["purposes"]),
        values=MappingProxyType(parsed),
        sha256=hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8")).hexdigest(),
    )


def _same_keys(profile_id: str, table: str, found: set[str], wanted: set[str]) -> None:
    for key in sorted(found - wanted):
        raise ProfileError("profile-key-unknown", profile=profile_id, key=f"{table}.{key}".strip("."))
    for key in sorted(wanted - found):
        raise ProfileError("profile-key-missing", profile=profile_id, key=f"{table}.{key}".strip("."))


def _value(profile_id: str, key: str, domain: object, fields: Mapping[str, Any]) -> ProfileValue:
    _same_keys(profile_id, f"values.{key}", set(fields), set(_FIELDS))
    if fields["status"] not in _STATUSES:
        raise ProfileError("profile-value-invalid", profile=profile_id, key=key, value=str(fields["status"]))
    value = _checked(profile_id, key, domain, fields["value"])
    return ProfileValue(value, fields["unit"], fields["source"], fields["clause"], fields["status"])


def _checked(profile_id: str, key: str, domain: object, value: Any) -> object:
    """Return a value in its frozen form, or refuse it."""
    frozen: object = value
    if isinstance(domain, frozenset):
        good = value in domain
    elif domain == "number":
        good = _is_number(value)
    elif domain == "fraction":
        good = _is_number(value) and 0 <= value <= 1
    elif domain == "fraction-or-species":
        good = value == "species" or (_is_number(value) and 0 < value < 1)
    elif domain == "bands":
        frozen, good = _bands(value)
    else:
        frozen, good = _steps(value)
    if not good:
        raise ProfileError("profile-value-invalid", profile=profile_id, key=key, value=str(value))
    return frozen


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _bands(value: Any) -> tuple[tuple[tuple[float, float], ...], bool]:
    bands = tuple((float(upper), float(share)) for upper, share in value)
    uppers, shares = [band[0] for band in bands], [band[1] for band in bands]
    rising = uppers == sorted(set(uppers)) and shares == sorted(shares)
    return bands, bool(bands) and rising and math.isinf(uppers[-1]) and 0 <= shares[0] <= shares[-1] <= 1


def _steps(value: Any) -> tuple[tuple[AccountStep, ...], bool]:
    if not all(isinstance(step, dict) and set(step) == _STEP for step in value):
        return (), False
    steps = tuple(AccountStep(**step) for step in value)
    terms = [step.term for step in steps]
    known = all(s.term in TERMS and s.sign in {1, -1} and s.base in BASES for s in steps)
    amounts = {"project_change", "project_emissions"}
    known = known and all((s.base == "none") == (s.term in amounts) for s in steps)
    return steps, bool(steps) and known and len(set(terms)) == len(terms) and terms[0] == "project_change"
