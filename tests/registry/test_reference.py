"""Packaged rule files are read strictly."""

from __future__ import annotations

from decimal import Decimal

import pytest

from registry.errors import RegistryError
from registry.reference import check_keys, parse_reference, read_reference, reference_ids, status_of, typed


def test_every_packaged_file_is_listed_and_parses() -> None:
    for folder in ("calendars", "programmes", "duties"):
        ids = reference_ids(folder)
        assert ids, folder
        for reference_id in ids:
            assert read_reference(folder, reference_id).data["id"] == reference_id


def test_a_path_is_not_an_id() -> None:
    with pytest.raises(RegistryError, match="reference-unknown"):
        read_reference("programmes", "../calendars/cn")


def test_decimals_are_not_floats() -> None:
    assert parse_reference("x", "a = 0.10").data["a"] == Decimal("0.10")


def test_the_digest_does_not_depend_on_line_ends() -> None:
    text = read_reference("calendars", "cn")
    assert len(text.sha256) == 64
    assert parse_reference("x", "a = 1\n").sha256 != parse_reference("x", "a = 2\n").sha256


def test_a_key_given_twice_is_refused() -> None:
    with pytest.raises(RegistryError, match="reference-invalid"):
        parse_reference("x", "a = 1\na = 2\n")


def test_unknown_and_missing_keys_are_refused() -> None:
    check_keys({"a": 1, "b": 2}, "x", required=("a",), optional=("b",))
    with pytest.raises(RegistryError, match="reference-key-unknown: where=x; key=c"):
        check_keys({"a": 1, "c": 2}, "x", required=("a",))
    with pytest.raises(RegistryError, match="reference-key-missing: where=x; key=a"):
        check_keys({}, "x", required=("a",))


def test_types_are_exact() -> None:
    assert typed({"a": 3}, "a", Decimal, "x") == Decimal(3)
    for value, kind in ((True, int), ("1", int), (1, str), (1, bool)):
        with pytest.raises(RegistryError, match="reference-value-type"):
            typed({"a": value}, "a", kind, "x")


def test_status_is_one_of_three() -> None:
    assert status_of({"status": "unverified"}, "x") == "unverified"
    with pytest.raises(RegistryError, match="reference-status-unknown"):
        status_of({"status": "probably"}, "x")
