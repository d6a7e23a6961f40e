"""One byte sequence for one value."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from registry.canonical import canonical_json, derived_id, digest, plain
from registry.errors import RuleViolation
from registry.model import RightShare


def test_keys_are_sorted_and_text_stays_text() -> None:
    assert canonical_json({"b": [1, None], "a": "县"}) == '{"a":"县","b":[1,null]}'
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a": 1}) != digest({"a": "1"})


def test_the_digest_is_the_hash_of_the_text() -> None:
    assert digest([1]) == hashlib.sha256(b"[1]").hexdigest()


def test_bytes_stand_as_their_hash() -> None:
    assert plain(b"abc") == "sha256:" + hashlib.sha256(b"abc").hexdigest()


def test_dataclasses_and_sets_become_plain() -> None:
    assert plain(RightShare("a", 1, 2)) == {"party_code": "a", "numerator": 1, "denominator": 2}
    assert plain({"s": {"b", "a"}, "d": date(2026, 1, 2)}) == {"s": ["a", "b"], "d": "2026-01-02"}


@pytest.mark.parametrize("value", [1.5, object(), {"x": 0.1}, [2.0]])
def test_floats_and_strangers_are_refused(value: object) -> None:
    with pytest.raises(RuleViolation, match="value-not-canonical"):
        canonical_json(value)


def test_an_id_depends_on_key_and_parts_alone() -> None:
    assert derived_id("A", "k", 1) == derived_id("A", "k", "1")
    assert (
        len(
            {
                derived_id("A", "k", 1),
                derived_id("A", "k", 2),
                derived_id("A", "j", 1),
                derived_id("B", "k", 1),
            }
        )
        == 4
    )
    assert derived_id("A", "k", "x", "y") != derived_id("A", "k", "xy")
