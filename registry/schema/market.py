"""Tables of listings, trades, settlement, prices, valuations, duties and findings."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from registry.schema.columns import METADATA, check, one_of, ref, text, whole

LISTING = Table(
    "listing",
    METADATA,
    text("listing_id", key=True),
    ref("account_id", "account.account_id"),
    ref("lot", "series.series_id"),
    whole("quantity"),
    whole("quantity_sold"),
    whole("price_fen_per_t"),
    ref("encumbrance_id", "encumbrance.encumbrance_id"),
    text("status"),
    text("listed_on"),
    one_of("status", "open", "sold", "withdrawn"),
    check("quantity", "quantity > 0 AND quantity_sold >= 0 AND quantity_sold <= quantity"),
    check("price", "price_fen_per_t > 0"),
    sqlite_strict=True,
)

TRADE = Table(
    "trade",
    METADATA,
    text("trade_id", key=True),
    ref("listing_id", "listing.listing_id"),
    ref("seller_account", "account.account_id"),
    ref("buyer_account", "account.account_id"),
    ref("lot", "series.series_id"),
    whole("quantity"),
    whole("price_fen_per_t"),
    whole("amount_fen"),
    ref("encumbrance_id", "encumbrance.encumbrance_id"),
    text("status"),
    text("traded_on"),
    one_of("status", "pending", "settled", "voided"),
    check("amount", "quantity > 0 AND amount_fen = quantity * price_fen_per_t"),
    check("parties", "seller_account <> buyer_account"),
    Index("ix_trade_listing", "listing_id"),
    sqlite_strict=True,
)

SETTLEMENT = Table(
    "settlement",
    METADATA,
    ref("trade_id", "trade.trade_id", key=True),
    ref("txn_id", "ledger_txn.txn_id"),
    text("settled_on"),
    UniqueConstraint("txn_id"),
    sqlite_strict=True,
)

PRICE_QUOTE = Table(
    "price_quote",
    METADATA,
    text("venue", key=True),
    text("quote_date", key=True),
    whole("price_fen_per_t"),
    text("source_sha256"),
    text("note"),
    whole("simulated"),
    text("recorded_at"),
    check("price", "price_fen_per_t > 0"),
    sqlite_strict=True,
)

VALUATION = Table(
    "valuation",
    METADATA,
    text("valuation_id", key=True),
    text("subject_kind"),
    text("subject_id"),
    text("as_of"),
    text("method"),
    text("inputs_sha256"),
    whole("low_fen"),
    whole("mid_fen"),
    whole("high_fen"),
    text("parameters"),
    text("maker"),
    text("recorded_at"),
    one_of("subject_kind", "county_stock", "units", "pledge", "project"),
    check("ordered", "low_fen <= mid_fen AND mid_fen <= high_fen"),
    sqlite_strict=True,
)

DUTY_TASK = Table(
    "duty_task",
    METADATA,
    text("duty_task_id", key=True),
    text("duty_id"),
    text("county_code"),
    text("stage"),
    text("responsible"),
    text("due_date"),
    text("status"),
    text("evidence"),
    text("checked_on"),
    one_of("status", "open", "done", "overdue"),
    UniqueConstraint("duty_id", "county_code", "due_date"),
    sqlite_strict=True,
)

SUPERVISION_RUN = Table(
    "supervision_run",
    METADATA,
    text("run_id", key=True),
    text("county_code"),
    text("as_of"),
    text("supervisor"),
    whole("findings"),
    whole("duties"),
    sqlite_strict=True,
)

SUPERVISION_FINDING = Table(
    "supervision_finding",
    METADATA,
    ref("run_id", "supervision_run.run_id", key=True),
    whole("position", key=True),
    text("rule"),
    text("severity"),
    text("source"),
    whole("row_number", null=True),
    text("field", null=True),
    text("value", null=True),
    text("params"),
    one_of("severity", "error", "warning", "info"),
    sqlite_strict=True,
)
