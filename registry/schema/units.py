"""Tables of accounts, units in serial ranges, and the double-entry book.

Two books must agree: the serial book (unit_block: who holds which range) and the
double-entry book (posting, balance: how many per account and lot). A lot is a series id,
or ``CNY`` for money in fen.
"""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from registry.schema.columns import METADATA, check, one_of, ref, text, whole

ACCOUNT = Table(
    "account",
    METADATA,
    text("account_id", key=True),
    ref("party_code", "party.party_code"),
    text("kind"),
    text("status"),
    text("opened_on"),
    one_of("kind", "holding", "trading", "project_issuance", "retirement", "cancellation", "external"),
    one_of("status", "active", "closed"),
    Index("ix_account_party", "party_code"),
    sqlite_strict=True,
)

SERIES = Table(
    "series",
    METADATA,
    text("series_id", key=True),
    ref("project_code", "project.project_code"),
    whole("vintage"),
    whole("next_serial"),
    check("next_serial", "next_serial >= 1"),
    UniqueConstraint("project_code", "vintage"),
    sqlite_strict=True,
)

LEDGER_TXN = Table(
    "ledger_txn",
    METADATA,
    text("txn_id", key=True),
    text("kind"),
    text("maker"),
    text("effective_at"),
    text("recorded_at"),
    ref("reverses_txn", "ledger_txn.txn_id", null=True),
    sqlite_strict=True,
)

POSTING = Table(
    "posting",
    METADATA,
    ref("txn_id", "ledger_txn.txn_id", key=True, late=True),
    whole("position", key=True),
    ref("account_id", "account.account_id"),
    text("lot"),
    whole("quantity"),
    check("quantity", "quantity <> 0"),
    Index("ix_posting_account", "account_id", "lot"),
    sqlite_strict=True,
)

BALANCE = Table(
    "balance",
    METADATA,
    ref("account_id", "account.account_id", key=True),
    text("lot", key=True),
    whole("quantity"),
    whole("held"),
    whole("is_source"),
    check("sign", "(is_source = 0 AND quantity >= 0) OR (is_source = 1 AND quantity <= 0)"),
    check("held", "held >= 0 AND (held = 0 OR held <= quantity)"),
    sqlite_strict=True,
)

ENCUMBRANCE = Table(
    "encumbrance",
    METADATA,
    text("encumbrance_id", key=True),
    text("kind"),
    text("status"),
    ref("account_id", "account.account_id"),
    text("lot"),
    whole("quantity"),
    ref("secured_party", "party.party_code", null=True),
    whole("amount_fen", null=True),
    text("filing_no", null=True),
    ref("parent_id", "encumbrance.encumbrance_id", null=True),
    text("created_on"),
    text("ends_on", null=True),
    text("ended_on", null=True),
    one_of("kind", "pledge", "freeze", "hold"),
    one_of("status", "active", "released", "enforced"),
    check("quantity", "quantity >= 0"),
    check("pledge_secured", "kind <> 'pledge' OR (secured_party IS NOT NULL AND amount_fen > 0)"),
    Index("ix_encumbrance_account", "account_id", "lot"),
    sqlite_strict=True,
)

ISSUANCE = Table(
    "issuance",
    METADATA,
    text("issuance_id", key=True),
    ref("project_code", "project.project_code"),
    ref("statement_id", "statement.statement_id"),
    ref("verification_id", "verification.verification_id"),
    ref("series_id", "series.series_id"),
    whole("vintage"),
    whole("lo"),
    whole("hi"),
    whole("quantity"),
    ref("account_id", "account.account_id"),
    ref("txn_id", "ledger_txn.txn_id"),
    text("period_start"),
    text("period_end"),
    text("issued_on"),
    check("width", "lo >= 1 AND quantity > 0 AND quantity = hi - lo"),
    UniqueConstraint("series_id", "lo"),
    Index("ix_issuance_statement", "statement_id"),
    sqlite_strict=True,
)

UNIT_BLOCK = Table(
    "unit_block",
    METADATA,
    text("block_id", key=True),
    ref("series_id", "series.series_id"),
    whole("lo"),
    whole("hi"),
    ref("account_id", "account.account_id"),
    ref("encumbrance_id", "encumbrance.encumbrance_id", null=True),
    whole("version"),
    check("width", "lo >= 1 AND hi > lo"),
    UniqueConstraint("series_id", "lo"),
    Index("ix_unit_block_account", "account_id", "series_id"),
    Index("ix_unit_block_encumbrance", "encumbrance_id"),
    sqlite_strict=True,
)

UNIT_BLOCK_EVENT = Table(
    "unit_block_event",
    METADATA,
    ref("txn_id", "ledger_txn.txn_id", key=True),
    whole("position", key=True),
    ref("series_id", "series.series_id"),
    whole("lo"),
    whole("hi"),
    ref("from_account", "account.account_id"),
    ref("to_account", "account.account_id"),
    check("width", "lo >= 1 AND hi > lo"),
    Index("ix_unit_block_event_series", "series_id", "lo"),
    sqlite_strict=True,
)

RETIREMENT = Table(
    "retirement",
    METADATA,
    text("certificate_no", key=True),
    ref("txn_id", "ledger_txn.txn_id"),
    ref("account_id", "account.account_id"),
    ref("lot", "series.series_id"),
    whole("quantity"),
    text("beneficiary_name"),
    text("beneficiary_id"),
    text("purpose"),
    text("period_start", null=True),
    text("period_end", null=True),
    text("retired_on"),
    one_of("purpose", "voluntary", "ets_surrender", "event_neutrality", "corporate_offset", "public_good"),
    check("quantity", "quantity > 0"),
    UniqueConstraint("txn_id"),
    sqlite_strict=True,
)
