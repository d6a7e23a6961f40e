"""The tree of errors, and a sentence for each rule the registry may state."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

from registry import errors

OWN_MODULES = (
    "canonical", "datasets", "errors", "finance", "invariants", "issuance", "journal", "ledger", "parties",
    "projects", "rights", "rules", "statements", "supervision", "trading", "verification",
)  # fmt: skip
CALL = re.compile(
    r"(?:RuleViolation|NotFound|IdempotencyConflict|InvariantViolation|JournalError|RegistryError"
    r"|_error|_finding|Finding)\(\s*\"([a-z0-9-]+)\""
)


def test_an_error_carries_its_rule_and_parameters() -> None:
    error = errors.NotFound("parcel-unknown", parcel_id="P1", row=3)
    assert str(error) == "parcel-unknown: parcel_id=P1; row=3"
    assert (error.rule, error.params) == ("parcel-unknown", {"parcel_id": "P1", "row": 3})
    assert str(errors.RegistryError("plain")) == "plain"


@pytest.mark.parametrize(
    "kind", ["RuleViolation", "NotFound", "IdempotencyConflict", "InvariantViolation", "JournalError"]
)
def test_all_errors_are_of_one_tree(kind: str) -> None:
    assert issubclass(getattr(errors, kind), errors.RegistryError)


def names(sentence: str) -> set[str]:
    return {part[1] for part in string.Formatter().parse(sentence) if part[1]}


def test_each_rule_has_a_sentence_and_a_way_out_in_both_languages(project_root: Path) -> None:
    package = project_root / "registry"
    catalogue = {
        rule: entry
        for file in sorted((package / "messages").glob("*.toml"))
        for rule, entry in tomllib.loads(file.read_text("utf-8")).items()
    }
    files = [package / f"{name}.py" for name in OWN_MODULES]
    files += [*(package / "store").glob("*.py"), *(package / "queries").glob("*.py")]
    used = {rule for file in files for rule in CALL.findall(file.read_text("utf-8"))}
    assert len(used) > 100
    assert sorted(used - catalogue.keys()) == []
    for key, entry in ((key, catalogue[key]) for key in sorted(used)):
        assert names(entry["zh"]) == names(entry["en"]), key
        assert all(entry[field] for field in ("zh", "en", "zh_fix", "en_fix")), key
