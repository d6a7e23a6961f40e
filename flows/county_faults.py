"""What is wrong with a county file, said for the person who writes it: row, field, value and what is allowed.

The checks themselves are the types of :mod:`flows.county`; here their outcome becomes one error of ours,
whose sentence exists in both languages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from flows.errors import CountyFileError

Place = tuple[str | int, ...]

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(r"\s*([^\s=#\[\]][^=]*?)\s*=")
_FORMS: Final[Mapping[str, str]] = {
    "int": "2025",
    "float": "0.5",
    "date": "2026-06-30",
    "bool": "true, false",
    "string": '"text"',
    "path": '"folder/file"',
    "tuple": "[ … ]",
    "model": "[table]",
    "dict": "[table]",
}
"""First word of a type's error -> what a value of that type looks like, the same in every language."""


def order_error(place: Place, first: object, second: object) -> PydanticCustomError:
    """Return the error of two years or days of which the first is not before the second.

    Parameters
    ----------
    place
        Where the second stands, inside the table that is checked.
    first, second
        The years or days.
    """
    context = {"first": str(first), "second": str(second), "place": place}
    return PydanticCustomError("order", "{first}, {second}", context)


def county_error(
    file: Path, text: str, content: Mapping[str, Any], found: ValidationError
) -> CountyFileError:
    """Return the error for the first thing that is not allowed; a misspelt field comes before all others.

    Parameters
    ----------
    file
        The county file.
    text
        Its text, in which the row is looked up.
    content
        What the text says.
    found
        What the types refused.
    """
    errors = sorted(found.errors(), key=lambda error: error["type"] != "extra_forbidden")
    first, place = errors[0], _place_in(content, errors[0])
    where: dict[str, Any] = {"file": file, "row": row_of(text, place), "field": field_name(place)}
    if first["type"] == "extra_forbidden":
        return CountyFileError("county-field-unknown", **where)
    if first["type"] in {"missing", "union_tag_not_found"}:
        return CountyFileError("county-field-missing", **where)
    if first["type"] == "order":
        years = {name: first["ctx"][name] for name in ("first", "second")}
        return CountyFileError("county-field-order", **where, **years)
    forms = [_form(error) for error in errors if _place_in(content, error) == place]
    return CountyFileError("county-field-value", **where, value=_value_of(first), expected=" | ".join(forms))


def row_of(text: str, place: Place) -> int | None:
    r"""Return the row of a TOML text where a place is written, or the nearest table around it.

    Examples
    --------
    >>> text = '[county]\nid = "x"\n[[landcover]]\nyear = 2020\n[[landcover]]\nyear = 2021\n'
    >>> row_of(text, ("county", "id")), row_of(text, ("landcover", 1, "year"))
    (2, 6)
    >>> row_of(text, ("landcover", 0, "path"))
    3
    """
    table: Place = ()
    best, row = 0, None
    seen: Counter[Place] = Counter()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                seen[table] += 1
                table = (*table, seen[table] - 1)
            written = table
        elif key := _KEY.match(line):
            written = (*table, *_parts(key[1]))
        else:
            continue
        if len(written) > best and written == place[: len(written)]:
            best, row = len(written), number
    return row


def _parts(dotted: str) -> Place:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def field_name(place: Place) -> str:
    """Return a place as people write it; tables of one name are counted from 1.

    Examples
    --------
    >>> field_name(("landcover", 1, "year"))
    'landcover #2.year'
    """
    return "".join(f" #{part + 1}" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")


def _place_in(content: Mapping[str, Any], error: ErrorDetails) -> Place:
    """Return the place of an error without the names of alternatives, which the file does not hold."""
    place = error["loc"]
    if place[:1] == ("inventory",):
        place = (place[0], *place[2:])
    if error["type"].startswith("union_tag"):
        place = (*place, "kind")
    place = (*place, *error.get("ctx", {}).get("place", ()))
    node: Any = content
    found: list[str | int] = []
    for part in place:
        if isinstance(node, list) and isinstance(part, int):
            node = node[part]
        elif isinstance(node, dict):
            node = node.get(part)
        else:
            break
        found.append(part)
    return tuple(found)


def _value_of(error: ErrorDetails) -> str:
    tag = error.get("ctx", {}).get("tag")
    return str(error["input"] if tag is None else tag)[:80]


def _form(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    signs = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
    limits = [f"{sign} {context[name]}" for name, sign in signs.items() if name in context]
    listed = context.get("expected") or context.get("expected_tags") or context.get("pattern")
    if listed or limits:
        return str(listed).replace(" or ", ", ") if listed else ", ".join(limits)
    return _FORMS.get(error["type"].split("_")[0], error["msg"])
