"""Each invariant finds the one fault that is put into sound books."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from registry import invariants
from registry.invariants import check_invariants
from registry.queries.reading import all_tables
from registry.store import Registry

Tables = dict[str, list[dict[str, Any]]]


def first(tables: Tables, table: str, **where: Any) -> dict[str, Any]:
    return next(row for row in tables[table] if all(row[name] == value for name, value in where.items()))


def set_to(table: str, column: str, value: Any, **where: Any) -> Callable[[Tables], None]:
    def fault(tables: Tables) -> None:
        first(tables, table, **where)[column] = value

    return fault


def drop(table: str, **where: Any) -> Callable[[Tables], None]:
    def fault(tables: Tables) -> None:
        tables[table].remove(first(tables, table, **where))

    return fault


def double(table: str, **changes: Any) -> Callable[[Tables], None]:
    def fault(tables: Tables) -> None:
        tables[table].append({**tables[table][0], **changes})

    return fault


FAULTS: list[tuple[str, Callable[[Tables], None]]] = [
    ("invariant-serial-coverage", drop("unit_block", account_id="SYS-RETIREMENT")),
    ("invariant-serial-coverage", set_to("series", "next_serial", 500)),
    ("invariant-issuance-coverage", set_to("issuance", "lo", 2)),
    ("invariant-balance-not-postings", set_to("posting", "quantity", 1)),
    ("invariant-balance-not-serials", set_to("unit_block", "account_id", "A-TRADER", account_id="A-OWNER")),
    ("invariant-balance-missing", drop("balance")),
    ("invariant-encumbrance-not-active", set_to("encumbrance", "status", "released", status="active")),
    ("invariant-encumbrance-quantity", set_to("encumbrance", "quantity", 999, status="active")),
    ("invariant-held-differs", set_to("balance", "held", 3, account_id="A-TRADER", lot="CNY")),
    ("invariant-held-differs", set_to("trade", "status", "pending")),
    ("invariant-postings-not-zero", set_to("posting", "quantity", 7)),
    ("invariant-posting-without-transaction", drop("ledger_txn")),
    (
        "invariant-serial-path-differs",
        set_to("unit_block_event", "to_account", "A-OWNER", to_account="A-TRADER"),
    ),
    (
        "invariant-retired-units-move",
        set_to("unit_block_event", "from_account", "SYS-RETIREMENT", from_account="A-OWNER"),
    ),
    ("invariant-issued-over-verified", set_to("verification", "quantity_tco2e", 159)),
    ("invariant-issued-over-verified", set_to("statement", "kind", "county_stock", kind="project_removals")),
    (
        "invariant-issuance-period-overlap",
        double("issuance", statement_id="other", period_start="2025-12-31"),
    ),
    ("invariant-shares-not-one", set_to("right_share", "numerator", 2)),
    ("invariant-shares-not-one", drop("right_share")),
    ("invariant-right-overlap", double("tenure_right", right_id="other")),
    ("invariant-parcel-in-two-projects", double("project_right", project_code="other")),
    ("invariant-statement-digest", set_to("statement", "canonical", "{}")),
    ("invariant-claim-over-lines", set_to("statement", "canonical", "{}")),
    ("invariant-claim-over-lines", set_to("statement", "claim_tco2e", 161, kind="project_removals")),
    ("invariant-confirmation", drop("statement_confirmation")),
    ("invariant-confirmation", set_to("value_confirmation", "confirmed_by", "MAKER")),
    ("invariant-verifier-is-maker", set_to("verification", "verifier", "MAKER")),
    ("invariant-certificate-mismatch", set_to("retirement", "quantity", 100)),
    ("invariant-trade-not-settled", drop("settlement")),
    ("invariant-settlement-one-leg", set_to("trade", "amount_fen", 1)),
]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_each_fault_is_found_and_sound_books_are_not(finished: Registry) -> None:
    tables: Tables = all_tables(finished)
    assert check_invariants(tables) == []
    for rule, fault in FAULTS:
        broken = copy.deepcopy(tables)
        fault(broken)
        assert rule in {finding.rule for finding in check_invariants(broken)}, rule


def test_each_rule_of_the_module_is_tried() -> None:
    rules = set(re.findall(r'"(invariant-[a-z-]+)"', inspect.getsource(invariants)))
    assert rules == {rule for rule, _ in FAULTS}
