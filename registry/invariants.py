"""The invariants of the registry as pure checks over the rows of its tables.

Each ``check_*`` takes the tables as lists of rows and returns findings that name table and
row; the numbers I1 to I14 are those of the registry specification. `registry.verification`
runs them on the whole database, the tests after every step.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from mrv.claim_gate import check_claim
from mrv.errors import StatementError
from mrv.findings import Finding
from mrv.statement import Statement
from registry.model import CASH_LOT

Row = dict[str, Any]
Tables = Mapping[str, Sequence[Row]]
SINKS = frozenset({"retirement", "cancellation"})


def _finding(rule: str, table: str, key: object, **params: str | int) -> Finding:
    return Finding(rule, "error", table, value=str(key), params=params)


def check_coverage(tables: Tables) -> list[Finding]:
    """Check that the blocks of each series cover [1, issued + 1) once (I1, I2)."""
    findings = []
    for book, rule in (
        ("unit_block", "invariant-serial-coverage"),
        ("issuance", "invariant-issuance-coverage"),
    ):
        by_series: dict[str, list[Row]] = defaultdict(list)
        for row in tables[book]:
            by_series[row["series_id"]].append(row)
        for series in tables["series"]:
            at = 1
            for row in sorted(by_series[series["series_id"]], key=lambda r: r["lo"]):
                if row["lo"] != at:
                    findings.append(_finding(rule, book, row["lo"], series_id=row["series_id"], expected=at))
                at = row["hi"]
            if at != series["next_serial"]:
                key = series["series_id"]
                findings.append(_finding(rule, "series", key, series_id=key, expected=at))
    return findings


def check_balances(tables: Tables) -> list[Finding]:
    """Check that postings, balances and the serial book agree per account and lot (I3)."""
    posted: Counter[tuple[str, str]] = Counter()
    for row in tables["posting"]:
        posted[row["account_id"], row["lot"]] += row["quantity"]
    held_serials: Counter[tuple[str, str]] = Counter()
    for row in tables["unit_block"]:
        held_serials[row["account_id"], row["series_id"]] += row["hi"] - row["lo"]
    findings = []
    seen = set()
    for row in tables["balance"]:
        key = (row["account_id"], row["lot"])
        seen.add(key)
        if row["quantity"] != posted[key]:
            findings.append(
                _finding(
                    "invariant-balance-not-postings",
                    "balance",
                    key,
                    balance=row["quantity"],
                    postings=posted[key],
                )
            )
        units = row["lot"] != CASH_LOT and not row["is_source"]
        if units and row["quantity"] != held_serials[key]:
            findings.append(
                _finding(
                    "invariant-balance-not-serials",
                    "balance",
                    key,
                    balance=row["quantity"],
                    serials=held_serials[key],
                )
            )
    missing = sorted((set(posted) | set(held_serials)) - seen)
    return findings + [_finding("invariant-balance-missing", "balance", key) for key in missing]


def check_held(tables: Tables) -> list[Finding]:
    """Check that what balances hold is what encumbrances and pending trades hold (I1, I6)."""
    held: Counter[tuple[str, str]] = Counter()
    under: Counter[str] = Counter()
    active = {r["encumbrance_id"]: r for r in tables["encumbrance"] if r["status"] == "active"}
    findings = []
    for row in tables["unit_block"]:
        if row["encumbrance_id"] is None:
            continue
        held[row["account_id"], row["series_id"]] += row["hi"] - row["lo"]
        under[row["encumbrance_id"]] += row["hi"] - row["lo"]
        if row["encumbrance_id"] not in active:
            findings.append(_finding("invariant-encumbrance-not-active", "unit_block", row["block_id"]))
    for key, row in active.items():
        if row["quantity"] != under[key] or not under[key]:
            findings.append(
                _finding(
                    "invariant-encumbrance-quantity",
                    "encumbrance",
                    key,
                    stated=row["quantity"],
                    serials=under[key],
                )
            )
    for row in tables["trade"]:
        if row["status"] == "pending":
            held[row["buyer_account"], CASH_LOT] += row["amount_fen"]
    for row in tables["balance"]:
        key = (row["account_id"], row["lot"])
        if row["held"] != held[key]:
            findings.append(
                _finding("invariant-held-differs", "balance", key, stated=row["held"], held=held[key])
            )
    return findings


def check_transactions(tables: Tables) -> list[Finding]:
    """Check that each transaction sums to 0 per lot and has postings (I4, I14)."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for row in tables["posting"]:
        sums[row["txn_id"]][row["lot"]] += row["quantity"]
    findings = []
    for row in tables["ledger_txn"]:
        lots = sums.pop(row["txn_id"], None)
        if lots is None or any(lots.values()):
            findings.append(_finding("invariant-postings-not-zero", "ledger_txn", row["txn_id"]))
    return findings + [
        _finding("invariant-posting-without-transaction", "posting", txn_id) for txn_id in sorted(sums)
    ]


def check_paths(tables: Tables) -> list[Finding]:
    """Check that the events, played again, give the serial book, and nothing left a sink (I5)."""
    kinds = {row["account_id"]: row["kind"] for row in tables["account"]}
    findings = [
        _finding("invariant-retired-units-move", "unit_block_event", (row["txn_id"], row["position"]))
        for row in tables["unit_block_event"]
        if kinds.get(row["from_account"]) in SINKS
    ]
    moves: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
    for row in tables["unit_block_event"]:
        _add_range(moves[row["series_id"]], row["to_account"], row["lo"], row["hi"], 1)
        if kinds.get(row["from_account"]) != "project_issuance":
            _add_range(moves[row["series_id"]], row["from_account"], row["lo"], row["hi"], -1)
    for row in tables["unit_block"]:
        _add_range(moves[row["series_id"]], row["account_id"], row["lo"], row["hi"], -1)
    for series_id, steps in sorted(moves.items()):
        for (account_id, serial), change in sorted(steps.items()):
            if change:
                key = f"{series_id}-{serial}"
                findings.append(
                    _finding("invariant-serial-path-differs", "unit_block", key, account_id=account_id)
                )
    return findings


def _add_range(steps: Counter[tuple[str, int]], account_id: str, lo: int, hi: int, sign: int) -> None:
    """Add a range as a step up at `lo` and a step down at `hi`; equal ranges cancel."""
    steps[account_id, lo] += sign
    steps[account_id, hi] -= sign


def check_issued(tables: Tables) -> list[Finding]:
    """Check that no more is issued than was verified, in periods that do not overlap (I7, I9)."""
    verified = {
        row["statement_id"]: row["quantity_tco2e"]
        for row in tables["verification"]
        if row["opinion"] == "verified"
    }
    kinds = {row["statement_id"]: row["kind"] for row in tables["statement"]}
    issued: Counter[str] = Counter()
    periods: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for row in tables["issuance"]:
        issued[row["statement_id"]] += row["quantity"]
        periods[row["project_code"]][row["statement_id"]] = (row["period_start"], row["period_end"])
    findings = []
    for statement_id, quantity in sorted(issued.items()):
        limit = verified.get(statement_id, 0) if kinds.get(statement_id) == "project_removals" else 0
        if quantity > limit:
            findings.append(
                _finding(
                    "invariant-issued-over-verified",
                    "statement",
                    statement_id,
                    issued=quantity,
                    verified=limit,
                )
            )
    for project_code, spans in sorted(periods.items()):
        ordered = sorted(spans.values())
        pairs = pairwise(ordered)
        if any(later[0] <= earlier[1] for earlier, later in pairs):
            findings.append(_finding("invariant-issuance-period-overlap", "project", project_code))
    return findings


def check_rights(tables: Tables) -> list[Finding]:
    """Check shares of confirmed rights and their overlap per parcel, kind and time (I8)."""
    confirmed = [row for row in tables["tenure_right"] if row["status"] == "confirmed"]
    sums: Counter[str] = Counter()
    wholes: dict[str, set[int]] = defaultdict(set)
    for share in tables["right_share"]:
        sums[share["right_id"]] += share["numerator"]
        wholes[share["right_id"]].add(share["denominator"])
    findings = [
        _finding("invariant-shares-not-one", "tenure_right", row["right_id"])
        for row in confirmed
        if wholes[row["right_id"]] != {sums[row["right_id"]]}
    ]
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in confirmed:
        groups[row["parcel_id"], row["kind"]].append(row)
    for rows in groups.values():
        ordered = sorted(rows, key=lambda r: r["valid_from"])
        for earlier, later in pairwise(ordered):
            if later["valid_from"] < earlier["valid_to"]:
                findings.append(
                    _finding(
                        "invariant-right-overlap",
                        "tenure_right",
                        later["right_id"],
                        other=earlier["right_id"],
                    )
                )
    return findings


def check_claims(tables: Tables) -> list[Finding]:
    """Check that no parcel stands in two projects for one claim kind and period (I9)."""
    claims: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in tables["project_right"]:
        claims[row["parcel_id"], row["claim_kind"]].append(row)
    findings = []
    for (parcel_id, _), rows in sorted(claims.items()):
        ordered = sorted(rows, key=lambda r: r["period_start"])
        for earlier, later in pairwise(ordered):
            if later["period_start"] < earlier["period_end"]:
                findings.append(
                    _finding(
                        "invariant-parcel-in-two-projects",
                        "project_right",
                        parcel_id,
                        other=later["project_code"],
                    )
                )
    return findings


def check_documents(tables: Tables) -> list[Finding]:
    """Check the digests of statements, who verified them, and certificates (I11, I13)."""
    findings = []
    makers = {row["statement_id"]: row["maker"] for row in tables["statement"]}
    for row in tables["statement"]:
        if hashlib.sha256(row["canonical"].encode("utf-8")).hexdigest() != row["digest"]:
            findings.append(_finding("invariant-statement-digest", "statement", row["statement_id"]))
    for row in tables["verification"]:
        if makers.get(row["statement_id"]) == row["verifier"]:
            findings.append(_finding("invariant-verifier-is-maker", "verification", row["verification_id"]))
    retired: Counter[tuple[str, str]] = Counter()
    for row in tables["unit_block_event"]:
        retired[row["txn_id"], row["series_id"]] += row["hi"] - row["lo"]
    for row in tables["retirement"]:
        if retired[row["txn_id"], row["lot"]] != row["quantity"]:
            findings.append(_finding("invariant-certificate-mismatch", "retirement", row["certificate_no"]))
    return findings


def check_settlements(tables: Tables) -> list[Finding]:
    """Check that units and money of each settled trade moved in one transaction (I14)."""
    legs = {(r["txn_id"], r["account_id"], r["lot"]): r["quantity"] for r in tables["posting"]}
    settled = {row["trade_id"]: row["txn_id"] for row in tables["settlement"]}
    findings = []
    for row in tables["trade"]:
        txn_id = settled.get(row["trade_id"])
        if (row["status"] == "settled") != (txn_id is not None):
            findings.append(_finding("invariant-trade-not-settled", "trade", row["trade_id"]))
        elif txn_id is not None:
            units = legs.get((txn_id, row["buyer_account"], row["lot"]))
            money = legs.get((txn_id, row["seller_account"], CASH_LOT))
            if (units, money) != (row["quantity"], row["amount_fen"]):
                findings.append(_finding("invariant-settlement-one-leg", "settlement", row["trade_id"]))
    return findings


def check_confirmations(tables: Tables) -> list[Finding]:
    """Check that each statement rests on the confirmations that its sealed text names, by others."""
    linked: dict[str, set[str]] = defaultdict(set)
    for row in tables["statement_confirmation"]:
        linked[row["statement_id"]].add(row["confirmation_id"])
    by = {row["confirmation_id"]: row["confirmed_by"] for row in tables["value_confirmation"]}
    findings = []
    for row in tables["statement"]:
        named = {item["confirmation_id"] for item in json.loads(row["canonical"]).get("confirmed", ())}
        if named != linked[row["statement_id"]] or row["maker"] in {by.get(name) for name in named}:
            findings.append(_finding("invariant-confirmation", "statement", row["statement_id"]))
    return findings


def check_claimed(tables: Tables) -> list[Finding]:
    """Check that no stored statement claims more than its own lines add up to."""
    findings = []
    for row in tables["statement"]:
        if not _claims_its_lines(row):
            findings.append(_finding("invariant-claim-over-lines", "statement", row["statement_id"]))
    return findings


def _claims_its_lines(row: Row) -> bool:
    content = json.loads(row["canonical"])
    if content.get("claim_tco2e") != row["claim_tco2e"]:
        return False
    try:
        return not check_claim(Statement.from_canonical(content), None)
    except StatementError:
        # written in an older form that had no gate; its digest and its verification still hold
        return True


CHECKS = (
    check_coverage, check_balances, check_held, check_transactions, check_paths, check_issued,
    check_rights, check_claims, check_documents, check_settlements, check_confirmations, check_claimed,
)  # fmt: skip


def check_invariants(tables: Tables) -> list[Finding]:
    """Return the findings of every check."""
    return [finding for check in CHECKS for finding in check(tables)]
