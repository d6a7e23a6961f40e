"""Values are frozen and plain."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import get_args

import pytest

from registry import model
from registry.schema.tenure import PARTY
from registry.schema.units import ACCOUNT, RETIREMENT


def test_values_cannot_be_changed() -> None:
    context = model.Context("A", date(2026, 1, 1), "k")
    with pytest.raises(dataclasses.FrozenInstanceError):
        context.actor = "B"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("table", "column", "kinds"),
    [
        (PARTY, "kind", get_args(model.PartyKind)),
        (ACCOUNT, "kind", get_args(model.AccountKind)),
        (RETIREMENT, "purpose", get_args(model.Purpose)),
    ],
)
def test_the_database_knows_the_same_kinds(table: object, column: str, kinds: tuple[str, ...]) -> None:
    checks = [str(c.sqltext) for c in table.constraints if f"{column}_known" in str(c.name)]  # type: ignore[attr-defined]
    assert len(checks) == 1
    listed = {part.strip(" '()") for part in checks[0].split(" IN ")[1].split(",")}
    assert listed == set(kinds)
