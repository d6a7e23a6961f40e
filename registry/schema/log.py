"""Tables of the journal: commands with their answers, leaves, and signed checkpoints."""

from __future__ import annotations

from sqlalchemy import Index, Table

from registry.schema.columns import METADATA, text, whole

COMMAND = Table(
    "command",
    METADATA,
    text("key", key=True),
    text("use_case"),
    text("request_sha256"),
    text("response"),
    text("actor"),
    text("effective_at"),
    text("recorded_at"),
    sqlite_strict=True,
)

LOG_ENTRY = Table(
    "log_entry",
    METADATA,
    whole("leaf_index", key=True),
    text("body"),
    text("leaf_hash"),
    sqlite_strict=True,
)

LEAF_ROW = Table(
    "leaf_row",
    METADATA,
    whole("leaf_index", key=True),
    whole("position", key=True),
    text("table_name"),
    text("row_key"),
    text("row_sha256"),
    Index("ix_leaf_row_row", "table_name", "row_key"),
    sqlite_strict=True,
)


CHECKPOINT = Table(
    "checkpoint",
    METADATA,
    whole("tree_size", key=True),
    text("root"),
    text("frontier"),
    text("previous_root"),
    text("recorded_at"),
    text("public_key"),
    text("signature"),
    sqlite_strict=True,
)
