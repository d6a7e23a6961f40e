"""Reading and writing inside one transaction."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from registry.errors import InvariantViolation, NotFound, RegistryError
from registry.store import Registry, UnitOfWork


def inside(registry: Registry, chain: SimpleNamespace, body: Any, key: str = "k") -> Any:
    kept: list[Any] = []

    def act(uow: UnitOfWork) -> dict[str, Any]:
        kept.append(body(uow))
        return {}

    registry.execute(chain.context("A", key), "test", {}, act)
    return kept[0]


def test_touched_rows_are_remembered_once(issued: Registry, chain: SimpleNamespace) -> None:
    def body(uow: UnitOfWork) -> dict[str, list[Any]]:
        uow.update("party", {"party_code": "OWNER"}, {"status": "closed"})
        uow.update("party", {"party_code": "OWNER"}, {"status": "active"})
        uow.insert("duty_task", [])
        return {name: list(keys) for name, keys in uow.touched.items()}

    assert inside(issued, chain, body) == {"party": [("OWNER",)]}


def test_rows_are_found_by_values_and_lists(issued: Registry, chain: SimpleNamespace) -> None:
    def body(uow: UnitOfWork) -> tuple[Any, ...]:
        many = ["OWNER", "VVB", *(f"none{n}" for n in range(1200))]
        codes = [row["party_code"] for row in uow.select("party", {"party_code": many, "status": "active"})]
        return codes, uow.find("party", party_code="none"), uow.get("party", party_code="VVB")["kind"]

    assert inside(issued, chain, body) == (["OWNER", "VVB"], None, "verifier")


def test_what_is_missing_is_named(issued: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(NotFound, match="row-not-found: table=party; key=party_code=none"):
        inside(issued, chain, lambda uow: uow.get("party", party_code="none"))
    with pytest.raises(NotFound, match="row-not-found"):
        inside(issued, chain, lambda uow: uow.update("party", {"party_code": "none"}, {"status": "closed"}))


def test_insert_missing_leaves_what_is_there(issued: Registry, chain: SimpleNamespace) -> None:
    def body(uow: UnitOfWork) -> Any:
        series = uow.get("series", series_id=chain.LOT)
        uow.insert_missing("series", {**series, "next_serial": 1})
        return uow.get("series", series_id=chain.LOT)["next_serial"], list(uow.touched)

    assert inside(issued, chain, body) == (101, [])


def test_update_many_changes_and_touches_each_row(issued: Registry, chain: SimpleNamespace) -> None:
    def body(uow: UnitOfWork) -> Any:
        rows = uow.select("tenure_right")
        uow.update_many("tenure_right", rows, {"status": "revoked"})
        return len(uow.touched["tenure_right"]), {row["status"] for row in uow.select("tenure_right")}

    assert inside(issued, chain, body) == (3, {"revoked"})


def test_a_refusal_of_the_database_is_an_error_of_ours(issued: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(InvariantViolation, match="database-refused: constraint=append-only"):
        inside(issued, chain, lambda uow: uow.update("party", {"party_code": "OWNER"}, {"name": "x"}))
    with pytest.raises(InvariantViolation, match="database-refused"):
        inside(issued, chain, lambda uow: uow.update("party", {"party_code": "OWNER"}, {"status": "odd"}))


def test_a_failure_of_the_database_is_an_error_of_ours(issued: Registry, chain: SimpleNamespace) -> None:
    with pytest.raises(RegistryError, match="database-failed"):
        inside(issued, chain, lambda uow: uow.connection.exec_driver_sql("SELECT * FROM nothing"))


def test_ids_and_times_come_from_context_and_clock(issued: Registry, chain: SimpleNamespace) -> None:
    day, first, second = inside(issued, chain, lambda uow: (uow.day, uow.new_id("X", 1), uow.new_id("X", 1)))
    assert day == "2026-01-05"
    assert first == second
