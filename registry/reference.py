"""Read the dated rules that ship with the registry: programmes, duties, working-day calendars.

Each is a TOML file beside this module, read by its one loader. This module only reads and refuses: a
missing file, a key nobody knows and a key that is not there are errors, because a rule that is silently
ignored is worse than none. Decimal numbers stay decimal (0.10 is 0.10, not its nearest float).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from registry.errors import RegistryError

STATUSES: Final = ("verified", "unverified", "placeholder")
"""How far a value was checked: against a source; not yet; or a stand-in nobody should rely on."""


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    r"""One packaged rule file.

    Attributes
    ----------
    id : str
        Name of the file without its ending.
    data : Mapping[str, Any]
        The parsed content.
    sha256 : str
        Digest of the text with line ends as ``\n``, the same on every system.
    """

    id: str
    data: Mapping[str, Any]
    sha256: str


def reference_ids(folder: str) -> tuple[str, ...]:
    """Return the ids in a packaged folder, sorted.

    Parameters
    ----------
    folder : str
        ``"programmes"``, ``"duties"`` or ``"calendars"``.

    Returns
    -------
    tuple of str
    """
    names = (entry.name for entry in _folder(folder).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def read_reference(folder: str, reference_id: str) -> ReferenceFile:
    """Read one packaged rule file.

    Parameters
    ----------
    folder : str
        ``"programmes"``, ``"duties"`` or ``"calendars"``.
    reference_id : str
        One of `reference_ids`; a path is not accepted.

    Returns
    -------
    ReferenceFile

    Raises
    ------
    RegistryError
        ``reference-unknown`` if there is no such file, ``reference-invalid`` if it is not valid TOML.
    """
    known = reference_ids(folder)
    if reference_id not in known:
        raise RegistryError("reference-unknown", folder=folder, id=reference_id, known=", ".join(known))
    text = (_folder(folder) / f"{reference_id}.toml").read_text(encoding="utf-8").replace("\r\n", "\n")
    return parse_reference(reference_id, text)


def parse_reference(reference_id: str, text: str) -> ReferenceFile:
    """Parse the text of a rule file.

    Parameters
    ----------
    reference_id : str
        Name that errors will give.
    text : str
        TOML.

    Returns
    -------
    ReferenceFile

    Raises
    ------
    RegistryError
        ``reference-invalid`` with the parser's own words.
    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise RegistryError("reference-invalid", id=reference_id, reason=str(error)) from error
    return ReferenceFile(reference_id, data, hashlib.sha256(text.encode()).hexdigest())


def check_keys(
    table: Mapping[str, Any],
    where: str,
    *,
    required: Collection[str],
    optional: Collection[str] = (),
) -> None:
    """Refuse a table that lacks a key or has one nobody reads.

    Parameters
    ----------
    table : Mapping
        The table as parsed.
    where : str
        File and place, for the message.
    required, optional : collection of str
        The keys that must, and that may, be there.

    Raises
    ------
    RegistryError
        ``reference-key-unknown`` or ``reference-key-missing``.
    """
    unknown = sorted(set(table) - set(required) - set(optional))
    if unknown:
        raise RegistryError("reference-key-unknown", where=where, key=", ".join(unknown))
    missing = sorted(set(required) - set(table))
    if missing:
        raise RegistryError("reference-key-missing", where=where, key=", ".join(missing))


def typed(table: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    """Return ``table[key]`` if it has the type, else refuse it.

    Parameters
    ----------
    table : Mapping
        The table as parsed.
    key : str
        A key that is there.
    kind : type
        The type it must have; a truth value is never taken for a whole number, and a whole number is
        accepted for a decimal one.
    where : str
        File and place, for the message.

    Returns
    -------
    Any
        The value, as `kind`.

    Raises
    ------
    RegistryError
        ``reference-value-type``.
    """
    value = table[key]
    if kind is Decimal and type(value) is int:
        return Decimal(value)
    if type(value) is not kind:
        raise RegistryError(
            "reference-value-type", where=where, key=key, value=str(value), expected=kind.__name__
        )
    return value


def status_of(table: Mapping[str, Any], where: str) -> str:
    """Return the ``status`` of a table, one of `STATUSES`.

    Parameters
    ----------
    table : Mapping
        The table as parsed.
    where : str
        File and place, for the message.

    Returns
    -------
    str

    Raises
    ------
    RegistryError
        ``reference-status-unknown``.
    """
    status: str = typed(table, "status", str, where)
    if status not in STATUSES:
        raise RegistryError(
            "reference-status-unknown", where=where, value=status, expected=", ".join(STATUSES)
        )
    return status


def _folder(folder: str) -> Traversable:
    return files("registry") / folder
