"""One byte sequence for one value: canonical JSON, digests and derived ids.

JSON with sorted keys, no spaces and UTF-8 text, as RFC 8785 asks for the values the
registry knows (text, integers, null, lists, maps). Floats are refused: a decimal is
text here. Bytes stand as their SHA-256, so a geometry never enters a leaf.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.errors import RuleViolation


def plain(value: object) -> Any:
    """Return `value` as text, integers, null, lists and maps only.

    Parameters
    ----------
    value
        A dataclass, mapping, sequence, date, bytes, text, integer or None.

    Examples
    --------
    >>> plain({"on": date(2026, 1, 2), "who": ("a", None)})
    {'on': '2026-01-02', 'who': ['a', None]}
    """
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return "sha256:" + hashlib.sha256(value).hexdigest()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list | frozenset | set):
        items = sorted(value) if isinstance(value, frozenset | set) else value
        return [plain(item) for item in items]
    raise RuleViolation("value-not-canonical", type=type(value).__name__)


def canonical_json(value: object) -> str:
    """Return the canonical JSON text of `value`.

    Examples
    --------
    >>> canonical_json({"b": 1, "a": "碳"})
    '{"a":"碳","b":1}'
    """
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_text(text: str) -> str:
    """Return the SHA-256 of UTF-8 `text` as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of `value` as hexadecimal digits."""
    return sha256_text(canonical_json(value))


def derived_id(prefix: str, key: str, *parts: object) -> str:
    """Return an id that depends on the idempotency key alone.

    An interrupted run that is started again therefore gives every row the id it had
    or would have had.

    Examples
    --------
    >>> derived_id("TXN", "demo/issue", 1) == derived_id("TXN", "demo/issue", 1)
    True
    """
    text = "\x1f".join((prefix, key, *(str(part) for part in parts)))
    return f"{prefix}-{sha256_text(text)[:24]}"
