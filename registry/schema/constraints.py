"""Rules between tables, stated once and put into both databases as triggers.

Each `CrossRule` says when a write is refused, as an SQL condition over ``NEW`` and
``OLD`` that both SQLite and PostgreSQL understand; ``@differs(column)`` stands for "the
column changes". `registry.schema.triggers` renders them. A `lock` names what concurrent
writers must queue for on PostgreSQL (SQLite has one writer).

The Python layer checks the same rules first, to give better messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class CrossRule:
    """A write that the database refuses."""

    rule: str
    """Name of the rule; the trigger refuses with it."""
    table: str
    event: Literal["INSERT", "UPDATE"]
    refuse: str
    """SQL condition under which the write is refused."""
    lock: str | None = None
    """SQL text expression that names the lock taken first on PostgreSQL."""


MUTABLE: dict[str, tuple[str, ...]] = {
    "party": ("status",),
    "parcel": ("valid_to",),
    "public_notice": ("status",),
    "tenure_right": ("status", "notice_id", "confirmed_on"),
    "objection": ("status", "resolved_on", "resolution"),
    "project": ("status",),
    "statement": ("status",),
    "account": ("status",),
    "series": ("next_serial",),
    "balance": ("quantity", "held"),
    "encumbrance": ("status", "quantity", "ended_on"),
    "unit_block": ("hi", "account_id", "encumbrance_id", "version"),
    "listing": ("status", "quantity_sold"),
    "trade": ("status",),
    "duty_task": ("status", "evidence", "checked_on"),
}
"""Columns that may change; every other column of every table is written once."""

_SERIES_LOCK = "'series:' || NEW.series_id"

TENURE_RULES = (
    CrossRule("right-not-applied", "tenure_right", "INSERT", "NEW.status <> 'applied'"),
    CrossRule(
        "right-not-open",
        "right_share",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM tenure_right r WHERE r.right_id = NEW.right_id AND r.status = 'applied')",
    ),
    CrossRule(
        "shares-not-one",
        "tenure_right",
        "UPDATE",
        "NEW.status = 'confirmed' AND NOT EXISTS (SELECT 1 FROM right_share s WHERE s.right_id = NEW.right_id"
        " GROUP BY s.right_id HAVING SUM(s.numerator) = MIN(s.denominator)"
        " AND MIN(s.denominator) = MAX(s.denominator))",
    ),
    CrossRule(
        "right-overlap",
        "tenure_right",
        "UPDATE",
        "NEW.status = 'confirmed' AND EXISTS (SELECT 1 FROM tenure_right r WHERE r.parcel_id = NEW.parcel_id"
        " AND r.kind = NEW.kind AND r.status = 'confirmed' AND r.right_id <> NEW.right_id"
        " AND r.valid_from < NEW.valid_to AND NEW.valid_from < r.valid_to)",
        lock="'tenure_right'",
    ),
    CrossRule(
        "notice-not-over",
        "tenure_right",
        "UPDATE",
        "NEW.status = 'confirmed' AND NOT EXISTS (SELECT 1 FROM public_notice n"
        " WHERE n.notice_id = NEW.notice_id AND n.ends_on < NEW.confirmed_on)",
    ),
    CrossRule(
        "objection-open",
        "tenure_right",
        "UPDATE",
        "NEW.status = 'confirmed' AND EXISTS (SELECT 1 FROM objection o"
        " WHERE o.right_id = NEW.right_id AND o.status = 'open')",
    ),
    CrossRule(
        "right-not-noticed",
        "tenure_right",
        "UPDATE",
        "NEW.status = 'confirmed' AND OLD.status NOT IN ('noticed', 'confirmed')",
    ),
    CrossRule(
        "project-right-not-confirmed",
        "project_right",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM tenure_right r WHERE r.right_id = NEW.right_id"
        " AND r.parcel_id = NEW.parcel_id AND r.status = 'confirmed')",
    ),
    CrossRule(
        "parcel-in-two-projects",
        "project_right",
        "INSERT",
        "EXISTS (SELECT 1 FROM project_right p WHERE p.parcel_id = NEW.parcel_id"
        " AND p.claim_kind = NEW.claim_kind AND p.project_code <> NEW.project_code"
        " AND p.period_start < NEW.period_end AND NEW.period_start < p.period_end)",
        lock="'project_right'",
    ),
)

STATEMENT_RULES = (
    CrossRule("statement-not-submitted", "statement", "INSERT", "NEW.status <> 'submitted'"),
    CrossRule(
        "statement-decided",
        "statement",
        "UPDATE",
        "NEW.status <> OLD.status AND (OLD.status <> 'submitted' OR NOT EXISTS (SELECT 1 FROM verification v"
        " WHERE v.statement_id = NEW.statement_id AND v.opinion = NEW.status))",
    ),
    CrossRule(
        "verifier-is-maker",
        "verification",
        "INSERT",
        "EXISTS (SELECT 1 FROM statement s"
        " WHERE s.statement_id = NEW.statement_id AND s.maker = NEW.verifier)",
    ),
    CrossRule(
        "verifier-has-stake",
        "verification",
        "INSERT",
        "EXISTS (SELECT 1 FROM statement s JOIN project p ON p.project_code = s.project_code"
        " WHERE s.statement_id = NEW.statement_id AND p.proponent = NEW.verifier)"
        " OR EXISTS (SELECT 1 FROM statement s JOIN project_right q ON q.project_code = s.project_code"
        " JOIN right_share h ON h.right_id = q.right_id"
        " WHERE s.statement_id = NEW.statement_id AND h.party_code = NEW.verifier)",
    ),
    CrossRule(
        "verified-over-claim",
        "verification",
        "INSERT",
        "NEW.quantity_tco2e > (SELECT s.claim_tco2e FROM statement s"
        " WHERE s.statement_id = NEW.statement_id)",
    ),
    CrossRule(
        "vintages-over-verified",
        "verification_vintage",
        "INSERT",
        "NEW.quantity_tco2e + COALESCE((SELECT SUM(x.quantity_tco2e) FROM verification_vintage x"
        " WHERE x.verification_id = NEW.verification_id), 0) > (SELECT v.quantity_tco2e FROM verification v"
        " WHERE v.verification_id = NEW.verification_id)",
    ),
)

CONFIRMATION_RULES = (
    CrossRule(
        "confirmation-party-unfit",
        "value_confirmation",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM party p WHERE p.party_code = NEW.confirmed_by"
        " AND p.kind IN ('bureau', 'supervisor', 'verifier') AND p.status = 'active')",
    ),
    CrossRule(
        "confirmation-by-maker",
        "statement_confirmation",
        "INSERT",
        "EXISTS (SELECT 1 FROM statement s JOIN value_confirmation c ON c.confirmed_by = s.maker"
        " WHERE s.statement_id = NEW.statement_id AND c.confirmation_id = NEW.confirmation_id)",
    ),
    CrossRule(
        "confirmation-other-profile",
        "statement_confirmation",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM statement s JOIN value_confirmation c"
        " ON c.profile_sha256 = s.profile_sha256"
        " WHERE s.statement_id = NEW.statement_id AND c.confirmation_id = NEW.confirmation_id)",
    ),
)

UNIT_RULES = (
    CrossRule(
        "party-may-not-trade",
        "account",
        "INSERT",
        "NEW.kind IN ('holding', 'trading') AND EXISTS (SELECT 1 FROM party p WHERE"
        " p.party_code = NEW.party_code AND p.kind IN ('verifier', 'bureau', 'exchange', 'supervisor'))",
    ),
    CrossRule(
        "issuance-not-verified",
        "issuance",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM statement s JOIN verification v ON v.statement_id = s.statement_id"
        " WHERE s.statement_id = NEW.statement_id AND s.kind = 'project_removals' AND s.status = 'verified'"
        " AND v.opinion = 'verified' AND v.verification_id = NEW.verification_id"
        " AND s.project_code = NEW.project_code)",
    ),
    CrossRule(
        "issued-over-verified",
        "issuance",
        "INSERT",
        "NEW.quantity + COALESCE((SELECT SUM(i.quantity) FROM issuance i"
        " WHERE i.statement_id = NEW.statement_id), 0) > COALESCE((SELECT v.quantity_tco2e"
        " FROM verification v WHERE v.statement_id = NEW.statement_id), 0) OR"
        " NEW.quantity + COALESCE((SELECT SUM(i.quantity) FROM issuance i"
        " WHERE i.statement_id = NEW.statement_id AND i.vintage = NEW.vintage), 0) >"
        " COALESCE((SELECT x.quantity_tco2e FROM verification_vintage x"
        " WHERE x.verification_id = NEW.verification_id AND x.vintage = NEW.vintage), 0)",
        lock="'statement:' || NEW.statement_id",
    ),
    CrossRule(
        "issuance-period-overlap",
        "issuance",
        "INSERT",
        "EXISTS (SELECT 1 FROM issuance i WHERE i.project_code = NEW.project_code"
        " AND i.statement_id <> NEW.statement_id"
        " AND i.period_start <= NEW.period_end AND NEW.period_start <= i.period_end)",
        lock="'project:' || NEW.project_code",
    ),
    CrossRule(
        "issuance-outside-series",
        "issuance",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM series s WHERE s.series_id = NEW.series_id"
        " AND s.project_code = NEW.project_code AND s.vintage = NEW.vintage AND NEW.hi = s.next_serial)"
        " OR COALESCE((SELECT MAX(i.hi) FROM issuance i WHERE i.series_id = NEW.series_id), 1) <> NEW.lo",
        lock=_SERIES_LOCK,
    ),
    CrossRule("series-goes-back", "series", "UPDATE", "NEW.next_serial < OLD.next_serial"),
    CrossRule(
        "serial-not-issued",
        "unit_block",
        "INSERT",
        "NEW.hi > (SELECT s.next_serial FROM series s WHERE s.series_id = NEW.series_id)",
    ),
    *(
        CrossRule(
            "serial-overlap",
            "unit_block",
            event,
            "COALESCE((SELECT b.hi FROM unit_block b WHERE b.series_id = NEW.series_id AND b.lo < NEW.hi"
            " AND b.block_id <> NEW.block_id ORDER BY b.lo DESC LIMIT 1), 0) > NEW.lo",
            lock=_SERIES_LOCK,
        )
        for event in ("INSERT", "UPDATE")
    ),
    CrossRule("block-grows", "unit_block", "UPDATE", "NEW.hi > OLD.hi"),
    CrossRule(
        "retired-units-move",
        "unit_block",
        "UPDATE",
        "@differs(account_id) AND EXISTS (SELECT 1 FROM account a"
        " WHERE a.account_id = OLD.account_id AND a.kind IN ('retirement', 'cancellation'))",
    ),
    CrossRule(
        "encumbered-units-move",
        "unit_block",
        "UPDATE",
        "@differs(account_id) AND OLD.encumbrance_id IS NOT NULL",
    ),
    CrossRule(
        "encumbrance-active",
        "unit_block",
        "UPDATE",
        "@differs(encumbrance_id) AND EXISTS (SELECT 1 FROM encumbrance e"
        " WHERE e.encumbrance_id = OLD.encumbrance_id AND e.status = 'active' AND NOT (e.kind = 'hold'"
        " AND EXISTS (SELECT 1 FROM encumbrance n WHERE n.encumbrance_id = NEW.encumbrance_id"
        " AND n.kind = 'hold' AND n.parent_id = e.encumbrance_id)))",
    ),
    CrossRule(
        "encumbrance-not-ours",
        "unit_block",
        "INSERT",
        "NEW.encumbrance_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM encumbrance e"
        " WHERE e.encumbrance_id = NEW.encumbrance_id AND e.status = 'active'"
        " AND e.account_id = NEW.account_id AND e.lot = NEW.series_id)",
    ),
    CrossRule(
        "encumbrance-not-ours",
        "unit_block",
        "UPDATE",
        "@differs(encumbrance_id) AND NEW.encumbrance_id IS NOT NULL AND NOT EXISTS (SELECT 1"
        " FROM encumbrance e WHERE e.encumbrance_id = NEW.encumbrance_id AND e.status = 'active'"
        " AND e.account_id = NEW.account_id AND e.lot = NEW.series_id)",
    ),
    CrossRule("encumbrance-ended", "encumbrance", "UPDATE", "OLD.status <> 'active'"),
)

LEDGER_RULES = (
    CrossRule(
        "postings-not-zero",
        "ledger_txn",
        "INSERT",
        "EXISTS (SELECT 1 FROM posting p WHERE p.txn_id = NEW.txn_id"
        " GROUP BY p.lot HAVING SUM(p.quantity) <> 0)"
        " OR NOT EXISTS (SELECT 1 FROM posting p WHERE p.txn_id = NEW.txn_id)",
    ),
    CrossRule(
        "posting-after-close",
        "posting",
        "INSERT",
        "EXISTS (SELECT 1 FROM ledger_txn t WHERE t.txn_id = NEW.txn_id)",
    ),
    CrossRule(
        "retired-units-posted",
        "posting",
        "INSERT",
        "NEW.quantity < 0 AND EXISTS (SELECT 1 FROM account a"
        " WHERE a.account_id = NEW.account_id AND a.kind IN ('retirement', 'cancellation'))",
    ),
    CrossRule(
        "balance-source-wrong",
        "balance",
        "INSERT",
        "NEW.is_source <> (SELECT CASE WHEN a.kind IN ('project_issuance', 'external') THEN 1 ELSE 0 END"
        " FROM account a WHERE a.account_id = NEW.account_id)",
    ),
    CrossRule(
        "certificate-mismatch",
        "retirement",
        "INSERT",
        "NEW.quantity <> COALESCE((SELECT SUM(e.hi - e.lo) FROM unit_block_event e JOIN account a"
        " ON a.account_id = e.to_account WHERE e.txn_id = NEW.txn_id AND e.series_id = NEW.lot"
        " AND a.kind = 'retirement'), 0)",
    ),
)

MARKET_RULES = (
    CrossRule(
        "trade-over-listing",
        "trade",
        "INSERT",
        "NEW.quantity + COALESCE((SELECT SUM(t.quantity) FROM trade t WHERE t.listing_id = NEW.listing_id"
        " AND t.status <> 'voided'), 0) > (SELECT l.quantity FROM listing l"
        " WHERE l.listing_id = NEW.listing_id)",
        lock="'listing:' || NEW.listing_id",
    ),
    CrossRule(
        "trade-differs-from-listing",
        "trade",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM listing l WHERE l.listing_id = NEW.listing_id"
        " AND l.account_id = NEW.seller_account AND l.lot = NEW.lot"
        " AND l.price_fen_per_t = NEW.price_fen_per_t)",
    ),
    CrossRule(
        "settlement-one-leg",
        "settlement",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM trade t JOIN posting u ON u.txn_id = NEW.txn_id"
        " AND u.account_id = t.buyer_account AND u.lot = t.lot AND u.quantity = t.quantity"
        " JOIN posting c ON c.txn_id = NEW.txn_id AND c.account_id = t.seller_account AND c.lot = 'CNY'"
        " AND c.quantity = t.amount_fen WHERE t.trade_id = NEW.trade_id AND t.status = 'pending')",
    ),
    CrossRule(
        "trade-not-settled",
        "trade",
        "UPDATE",
        "NEW.status <> OLD.status AND (OLD.status <> 'pending' OR (NEW.status = 'settled' AND NOT EXISTS"
        " (SELECT 1 FROM settlement s WHERE s.trade_id = NEW.trade_id)))",
    ),
)

CROSS_RULES: tuple[CrossRule, ...] = (
    *TENURE_RULES,
    *STATEMENT_RULES,
    *CONFIRMATION_RULES,
    *UNIT_RULES,
    *LEDGER_RULES,
    *MARKET_RULES,
)
