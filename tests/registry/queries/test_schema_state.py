"""The catalogue of the database against the code."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from registry.queries.schema_state import newest_revision, revisions, schema_differences
from registry.schema import HEAD
from registry.store import Registry


def test_a_fresh_database_does_not_differ(registry: Registry) -> None:
    assert schema_differences(registry) == []
    assert revisions(registry) == [HEAD] == [newest_revision()]


@pytest.mark.parametrize(
    ("statement", "name", "problem"),
    [
        ("ALTER TABLE party ADD COLUMN extra TEXT", "party", "any"),
        ("DROP INDEX ix_parcel_county", "ix_parcel_county", "missing"),
    ],
)
def test_a_change_by_hand_is_found(registry: Registry, statement: str, name: str, problem: str) -> None:
    with registry.engine.begin() as connection:
        connection.execute(text(statement))
    found = schema_differences(registry)
    assert len(found) == 1
    assert name in found[0].name
    assert problem in ("any", found[0].problem)


@pytest.mark.parametrize("backend", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_dropped_check_is_found_on_postgresql(registry: Registry) -> None:
    with registry.engine.begin() as connection:
        connection.execute(text("ALTER TABLE balance DROP CONSTRAINT ck_balance_sign"))
    assert [(d.name, d.problem) for d in schema_differences(registry)] == [("ck_balance_sign", "missing")]
