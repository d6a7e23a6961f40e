# ruff: noqa: E501, PLR0915 - written by alembic from the schema
"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "checkpoint",
        sa.Column(
            "tree_size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("frontier", sa.Text(), nullable=False),
        sa.Column("previous_root", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tree_size", name=op.f("pk_checkpoint")),
        sqlite_strict=True,
    )
    op.create_table(
        "command",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("use_case", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_command")),
        sqlite_strict=True,
    )
    op.create_table(
        "duty_task",
        sa.Column("duty_task_id", sa.Text(), nullable=False),
        sa.Column("duty_id", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("due_date", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'done', 'overdue')", name=op.f("ck_duty_task_status_known")),
        sa.PrimaryKeyConstraint("duty_task_id", name=op.f("pk_duty_task")),
        sa.UniqueConstraint(
            "duty_id", "county_code", "due_date", name=op.f("uq_duty_task_duty_id_county_code_due_date")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "leaf_row",
        sa.Column(
            "leaf_index",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("row_sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", "position", name=op.f("pk_leaf_row")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("leaf_row", schema=None) as batch_op:
        batch_op.create_index("ix_leaf_row_row", ["table_name", "row_key"], unique=False)

    op.create_table(
        "ledger_txn",
        sa.Column("txn_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("reverses_txn", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reverses_txn"], ["ledger_txn.txn_id"], name=op.f("fk_ledger_txn_reverses_txn")
        ),
        sa.PrimaryKeyConstraint("txn_id", name=op.f("pk_ledger_txn")),
        sqlite_strict=True,
    )
    op.create_table(
        "log_entry",
        sa.Column(
            "leaf_index",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("leaf_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_log_entry")),
        sqlite_strict=True,
    )
    op.create_table(
        "monitoring_dataset",
        sa.Column("dataset_sha256", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("manifest_sha256", sa.Text(), nullable=False),
        sa.Column(
            "simulated",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("dataset_sha256", name=op.f("pk_monitoring_dataset")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("monitoring_dataset", schema=None) as batch_op:
        batch_op.create_index("ix_monitoring_dataset_county", ["county_code"], unique=False)

    op.create_table(
        "parcel",
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "area_m2",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("geometry", sa.LargeBinary(), nullable=True),
        sa.Column("crs", sa.Text(), nullable=True),
        sa.Column(
            "min_x_mm",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "min_y_mm",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "max_x_mm",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "max_y_mm",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column(
            "simulated",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint("area_m2 > 0", name=op.f("ck_parcel_area_positive")),
        sa.CheckConstraint(
            "min_x_mm IS NULL OR (min_x_mm <= max_x_mm AND min_y_mm <= max_y_mm)",
            name=op.f("ck_parcel_box_ordered"),
        ),
        sa.PrimaryKeyConstraint("parcel_id", name=op.f("pk_parcel")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.create_index("ix_parcel_county", ["county_code"], unique=False)

    op.create_table(
        "party",
        sa.Column("party_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("identity_no", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column(
            "simulated",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('village_collective', 'household', 'state_farm', 'company', 'trader', 'lender', 'insurer', 'verifier', 'bureau', 'exchange', 'supervisor', 'system')",
            name=op.f("ck_party_kind_known"),
        ),
        sa.CheckConstraint("status IN ('active', 'closed')", name=op.f("ck_party_status_known")),
        sa.PrimaryKeyConstraint("party_code", name=op.f("pk_party")),
        sqlite_strict=True,
    )
    op.create_table(
        "price_quote",
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("quote_date", sa.Text(), nullable=False),
        sa.Column(
            "price_fen_per_t",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("source_sha256", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "simulated",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.CheckConstraint("price_fen_per_t > 0", name=op.f("ck_price_quote_price")),
        sa.PrimaryKeyConstraint("venue", "quote_date", name=op.f("pk_price_quote")),
        sqlite_strict=True,
    )
    op.create_table(
        "public_notice",
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_public_notice_status_known")),
        sa.CheckConstraint("ends_on >= opened_on", name=op.f("ck_public_notice_period")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_public_notice")),
        sqlite_strict=True,
    )
    op.create_table(
        "supervision_run",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("supervisor", sa.Text(), nullable=False),
        sa.Column(
            "findings",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "duties",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_supervision_run")),
        sqlite_strict=True,
    )
    op.create_table(
        "valuation",
        sa.Column("valuation_id", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("inputs_sha256", sa.Text(), nullable=False),
        sa.Column(
            "low_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "mid_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "high_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "subject_kind IN ('county_stock', 'units', 'pledge', 'project')",
            name=op.f("ck_valuation_subject_kind_known"),
        ),
        sa.CheckConstraint("low_fen <= mid_fen AND mid_fen <= high_fen", name=op.f("ck_valuation_ordered")),
        sa.PrimaryKeyConstraint("valuation_id", name=op.f("pk_valuation")),
        sqlite_strict=True,
    )
    op.create_table(
        "account",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("party_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('holding', 'trading', 'project_issuance', 'retirement', 'cancellation', 'external')",
            name=op.f("ck_account_kind_known"),
        ),
        sa.CheckConstraint("status IN ('active', 'closed')", name=op.f("ck_account_status_known")),
        sa.ForeignKeyConstraint(["party_code"], ["party.party_code"], name=op.f("fk_account_party_code")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index("ix_account_party", ["party_code"], unique=False)

    op.create_table(
        "dataset_file",
        sa.Column("dataset_sha256", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "size_bytes",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("ck_dataset_file_size")),
        sa.ForeignKeyConstraint(
            ["dataset_sha256"],
            ["monitoring_dataset.dataset_sha256"],
            name=op.f("fk_dataset_file_dataset_sha256"),
        ),
        sa.PrimaryKeyConstraint("dataset_sha256", "role", "name", name=op.f("pk_dataset_file")),
        sqlite_strict=True,
    )
    op.create_table(
        "project",
        sa.Column("project_code", sa.Text(), nullable=False),
        sa.Column("serial_prefix", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Text(), nullable=False),
        sa.Column("methodology", sa.Text(), nullable=False),
        sa.Column("proponent", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("start_date", sa.Text(), nullable=False),
        sa.Column("crediting_start", sa.Text(), nullable=False),
        sa.Column("crediting_end", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("registered_on", sa.Text(), nullable=False),
        sa.Column(
            "simulated",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('registered', 'cancelled', 'revoked', 'expired')",
            name=op.f("ck_project_status_known"),
        ),
        sa.CheckConstraint("crediting_end > crediting_start", name=op.f("ck_project_period")),
        sa.ForeignKeyConstraint(["proponent"], ["party.party_code"], name=op.f("fk_project_proponent")),
        sa.PrimaryKeyConstraint("project_code", name=op.f("pk_project")),
        sa.UniqueConstraint("serial_prefix", name=op.f("uq_project_serial_prefix")),
        sqlite_strict=True,
    )
    op.create_table(
        "supervision_finding",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "row_number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("params", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "severity IN ('error', 'warning', 'info')", name=op.f("ck_supervision_finding_severity_known")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["supervision_run.run_id"], name=op.f("fk_supervision_finding_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_supervision_finding")),
        sqlite_strict=True,
    )
    op.create_table(
        "tenure_right",
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("certificate_no", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Text(), nullable=False),
        sa.Column("evidence_sha256", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("notice_id", sa.Text(), nullable=True),
        sa.Column("confirmed_on", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('applied', 'noticed', 'confirmed', 'rejected', 'revoked')",
            name=op.f("ck_tenure_right_status_known"),
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_tenure_right_period")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["public_notice.notice_id"], name=op.f("fk_tenure_right_notice_id")
        ),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.parcel_id"], name=op.f("fk_tenure_right_parcel_id")),
        sa.PrimaryKeyConstraint("right_id", name=op.f("pk_tenure_right")),
        sa.UniqueConstraint(
            "certificate_no", "parcel_id", "kind", name=op.f("uq_tenure_right_certificate_no_parcel_id_kind")
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("tenure_right", schema=None) as batch_op:
        batch_op.create_index("ix_tenure_right_notice", ["notice_id"], unique=False)
        batch_op.create_index("ix_tenure_right_parcel", ["parcel_id", "kind"], unique=False)

    op.create_table(
        "balance",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column(
            "quantity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "held", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "is_source",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint(
            "(is_source = 0 AND quantity >= 0) OR (is_source = 1 AND quantity <= 0)",
            name=op.f("ck_balance_sign"),
        ),
        sa.CheckConstraint("held >= 0 AND (held = 0 OR held <= quantity)", name=op.f("ck_balance_held")),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"], name=op.f("fk_balance_account_id")),
        sa.PrimaryKeyConstraint("account_id", "lot", name=op.f("pk_balance")),
        sqlite_strict=True,
    )
    op.create_table(
        "encumbrance",
        sa.Column("encumbrance_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column(
            "quantity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("secured_party", sa.Text(), nullable=True),
        sa.Column(
            "amount_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column("filing_no", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("created_on", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=True),
        sa.Column("ended_on", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'pledge' OR (secured_party IS NOT NULL AND amount_fen > 0)",
            name=op.f("ck_encumbrance_pledge_secured"),
        ),
        sa.CheckConstraint("kind IN ('pledge', 'freeze', 'hold')", name=op.f("ck_encumbrance_kind_known")),
        sa.CheckConstraint(
            "status IN ('active', 'released', 'enforced')", name=op.f("ck_encumbrance_status_known")
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_encumbrance_quantity")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_encumbrance_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["encumbrance.encumbrance_id"], name=op.f("fk_encumbrance_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["secured_party"], ["party.party_code"], name=op.f("fk_encumbrance_secured_party")
        ),
        sa.PrimaryKeyConstraint("encumbrance_id", name=op.f("pk_encumbrance")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("encumbrance", schema=None) as batch_op:
        batch_op.create_index("ix_encumbrance_account", ["account_id", "lot"], unique=False)

    op.create_table(
        "objection",
        sa.Column("objection_id", sa.Text(), nullable=False),
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("resolved_on", sa.Text(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'upheld', 'dismissed', 'withdrawn')", name=op.f("ck_objection_status_known")
        ),
        sa.ForeignKeyConstraint(["right_id"], ["tenure_right.right_id"], name=op.f("fk_objection_right_id")),
        sa.PrimaryKeyConstraint("objection_id", name=op.f("pk_objection")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index("ix_objection_right", ["right_id"], unique=False)

    op.create_table(
        "posting",
        sa.Column("txn_id", sa.Text(), nullable=False),
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column(
            "quantity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_posting_quantity")),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"], name=op.f("fk_posting_account_id")),
        sa.ForeignKeyConstraint(
            ["txn_id"],
            ["ledger_txn.txn_id"],
            name=op.f("fk_posting_txn_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("txn_id", "position", name=op.f("pk_posting")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index("ix_posting_account", ["account_id", "lot"], unique=False)

    op.create_table(
        "project_right",
        sa.Column("project_code", sa.Text(), nullable=False),
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("parcel_id", sa.Text(), nullable=False),
        sa.Column("claim_kind", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Text(), nullable=False),
        sa.Column("period_end", sa.Text(), nullable=False),
        sa.CheckConstraint("period_end > period_start", name=op.f("ck_project_right_period")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.parcel_id"], name=op.f("fk_project_right_parcel_id")),
        sa.ForeignKeyConstraint(
            ["project_code"], ["project.project_code"], name=op.f("fk_project_right_project_code")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["tenure_right.right_id"], name=op.f("fk_project_right_right_id")
        ),
        sa.PrimaryKeyConstraint("project_code", "right_id", "claim_kind", name=op.f("pk_project_right")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("project_right", schema=None) as batch_op:
        batch_op.create_index("ix_project_right_parcel", ["parcel_id", "claim_kind"], unique=False)

    op.create_table(
        "right_share",
        sa.Column("right_id", sa.Text(), nullable=False),
        sa.Column("party_code", sa.Text(), nullable=False),
        sa.Column(
            "numerator",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "denominator",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint(
            "numerator > 0 AND numerator <= denominator", name=op.f("ck_right_share_fraction")
        ),
        sa.ForeignKeyConstraint(["party_code"], ["party.party_code"], name=op.f("fk_right_share_party_code")),
        sa.ForeignKeyConstraint(
            ["right_id"], ["tenure_right.right_id"], name=op.f("fk_right_share_right_id")
        ),
        sa.PrimaryKeyConstraint("right_id", "party_code", name=op.f("pk_right_share")),
        sqlite_strict=True,
    )
    op.create_table(
        "series",
        sa.Column("series_id", sa.Text(), nullable=False),
        sa.Column("project_code", sa.Text(), nullable=False),
        sa.Column(
            "vintage",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "next_serial",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint("next_serial >= 1", name=op.f("ck_series_next_serial")),
        sa.ForeignKeyConstraint(
            ["project_code"], ["project.project_code"], name=op.f("fk_series_project_code")
        ),
        sa.PrimaryKeyConstraint("series_id", name=op.f("pk_series")),
        sa.UniqueConstraint("project_code", "vintage", name=op.f("uq_series_project_code_vintage")),
        sqlite_strict=True,
    )
    op.create_table(
        "statement",
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("project_code", sa.Text(), nullable=True),
        sa.Column("period_start", sa.Text(), nullable=False),
        sa.Column("period_end", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("profile_sha256", sa.Text(), nullable=False),
        sa.Column("manifest_sha256", sa.Text(), nullable=False),
        sa.Column("dataset_sha256", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column(
            "claim_tco2e",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "simulated",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("submitted_on", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'county_stock' OR claim_tco2e = 0", name=op.f("ck_statement_stock_claims_nothing")
        ),
        sa.CheckConstraint(
            "kind <> 'project_removals' OR project_code IS NOT NULL", name=op.f("ck_statement_project_named")
        ),
        sa.CheckConstraint(
            "kind IN ('county_stock', 'project_removals')", name=op.f("ck_statement_kind_known")
        ),
        sa.CheckConstraint(
            "status IN ('submitted', 'verified', 'rejected')", name=op.f("ck_statement_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["dataset_sha256"],
            ["monitoring_dataset.dataset_sha256"],
            name=op.f("fk_statement_dataset_sha256"),
        ),
        sa.ForeignKeyConstraint(
            ["project_code"], ["project.project_code"], name=op.f("fk_statement_project_code")
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_statement")),
        sa.UniqueConstraint("digest", name=op.f("uq_statement_digest")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index("ix_statement_county", ["county_code", "kind"], unique=False)

    op.create_table(
        "listing",
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column(
            "quantity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "quantity_sold",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "price_fen_per_t",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("encumbrance_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("listed_on", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'sold', 'withdrawn')", name=op.f("ck_listing_status_known")),
        sa.CheckConstraint("price_fen_per_t > 0", name=op.f("ck_listing_price")),
        sa.CheckConstraint(
            "quantity > 0 AND quantity_sold >= 0 AND quantity_sold <= quantity",
            name=op.f("ck_listing_quantity"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"], name=op.f("fk_listing_account_id")),
        sa.ForeignKeyConstraint(
            ["encumbrance_id"], ["encumbrance.encumbrance_id"], name=op.f("fk_listing_encumbrance_id")
        ),
        sa.ForeignKeyConstraint(["lot"], ["series.series_id"], name=op.f("fk_listing_lot")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing")),
        sqlite_strict=True,
    )
    op.create_table(
        "retirement",
        sa.Column("certificate_no", sa.Text(), nullable=False),
        sa.Column("txn_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column(
            "quantity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("beneficiary_name", sa.Text(), nullable=False),
        sa.Column("beneficiary_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Text(), nullable=True),
        sa.Column("period_end", sa.Text(), nullable=True),
        sa.Column("retired_on", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('voluntary', 'ets_surrender', 'event_neutrality', 'corporate_offset', 'public_good')",
            name=op.f("ck_retirement_purpose_known"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_retirement_quantity")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_retirement_account_id")
        ),
        sa.ForeignKeyConstraint(["lot"], ["series.series_id"], name=op.f("fk_retirement_lot")),
        sa.ForeignKeyConstraint(["txn_id"], ["ledger_txn.txn_id"], name=op.f("fk_retirement_txn_id")),
        sa.PrimaryKeyConstraint("certificate_no", name=op.f("pk_retirement")),
        sa.UniqueConstraint("txn_id", name=op.f("uq_retirement_txn_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "statement_estimate",
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("standard_error", sa.Text(), nullable=True),
        sa.Column(
            "n_plots",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=True,
        ),
        sa.Column(
            "model_based",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.statement_id"], name=op.f("fk_statement_estimate_statement_id")
        ),
        sa.PrimaryKeyConstraint("statement_id", "position", name=op.f("pk_statement_estimate")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("statement_estimate", schema=None) as batch_op:
        batch_op.create_index("ix_statement_estimate_quantity", ["quantity", "domain"], unique=False)

    op.create_table(
        "statement_vintage",
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column(
            "vintage",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "quantity_tco2e",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint("quantity_tco2e >= 0", name=op.f("ck_statement_vintage_quantity")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.statement_id"], name=op.f("fk_statement_vintage_statement_id")
        ),
        sa.PrimaryKeyConstraint("statement_id", "vintage", name=op.f("pk_statement_vintage")),
        sqlite_strict=True,
    )
    op.create_table(
        "unit_block",
        sa.Column("block_id", sa.Text(), nullable=False),
        sa.Column("series_id", sa.Text(), nullable=False),
        sa.Column(
            "lo", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "hi", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("encumbrance_id", sa.Text(), nullable=True),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint("lo >= 1 AND hi > lo", name=op.f("ck_unit_block_width")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_unit_block_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["encumbrance_id"], ["encumbrance.encumbrance_id"], name=op.f("fk_unit_block_encumbrance_id")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.series_id"], name=op.f("fk_unit_block_series_id")),
        sa.PrimaryKeyConstraint("block_id", name=op.f("pk_unit_block")),
        sa.UniqueConstraint("series_id", "lo", name=op.f("uq_unit_block_series_id_lo")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("unit_block", schema=None) as batch_op:
        batch_op.create_index("ix_unit_block_account", ["account_id", "series_id"], unique=False)
        batch_op.create_index("ix_unit_block_encumbrance", ["encumbrance_id"], unique=False)

    op.create_table(
        "unit_block_event",
        sa.Column("txn_id", sa.Text(), nullable=False),
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("series_id", sa.Text(), nullable=False),
        sa.Column(
            "lo", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "hi", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("from_account", sa.Text(), nullable=False),
        sa.Column("to_account", sa.Text(), nullable=False),
        sa.CheckConstraint("lo >= 1 AND hi > lo", name=op.f("ck_unit_block_event_width")),
        sa.ForeignKeyConstraint(
            ["from_account"], ["account.account_id"], name=op.f("fk_unit_block_event_from_account")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.series_id"], name=op.f("fk_unit_block_event_series_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_account"], ["account.account_id"], name=op.f("fk_unit_block_event_to_account")
        ),
        sa.ForeignKeyConstraint(["txn_id"], ["ledger_txn.txn_id"], name=op.f("fk_unit_block_event_txn_id")),
        sa.PrimaryKeyConstraint("txn_id", "position", name=op.f("pk_unit_block_event")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("unit_block_event", schema=None) as batch_op:
        batch_op.create_index("ix_unit_block_event_series", ["series_id", "lo"], unique=False)

    op.create_table(
        "verification",
        sa.Column("verification_id", sa.Text(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column(
            "quantity_tco2e",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("verified_on", sa.Text(), nullable=False),
        sa.CheckConstraint("opinion IN ('verified', 'rejected')", name=op.f("ck_verification_opinion_known")),
        sa.CheckConstraint(
            "quantity_tco2e >= 0 AND (opinion = 'verified' OR quantity_tco2e = 0)",
            name=op.f("ck_verification_quantity"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.statement_id"], name=op.f("fk_verification_statement_id")
        ),
        sa.ForeignKeyConstraint(["verifier"], ["party.party_code"], name=op.f("fk_verification_verifier")),
        sa.PrimaryKeyConstraint("verification_id", name=op.f("pk_verification")),
        sa.UniqueConstraint("statement_id", name=op.f("uq_verification_statement_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "issuance",
        sa.Column("issuance_id", sa.Text(), nullable=False),
        sa.Column("project_code", sa.Text(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("verification_id", sa.Text(), nullable=False),
        sa.Column("series_id", sa.Text(), nullable=False),
        sa.Column(
            "vintage",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "lo", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "hi", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "quantity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("txn_id", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Text(), nullable=False),
        sa.Column("period_end", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Text(), nullable=False),
        sa.CheckConstraint("lo >= 1 AND quantity > 0 AND quantity = hi - lo", name=op.f("ck_issuance_width")),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"], name=op.f("fk_issuance_account_id")),
        sa.ForeignKeyConstraint(
            ["project_code"], ["project.project_code"], name=op.f("fk_issuance_project_code")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.series_id"], name=op.f("fk_issuance_series_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.statement_id"], name=op.f("fk_issuance_statement_id")
        ),
        sa.ForeignKeyConstraint(["txn_id"], ["ledger_txn.txn_id"], name=op.f("fk_issuance_txn_id")),
        sa.ForeignKeyConstraint(
            ["verification_id"], ["verification.verification_id"], name=op.f("fk_issuance_verification_id")
        ),
        sa.PrimaryKeyConstraint("issuance_id", name=op.f("pk_issuance")),
        sa.UniqueConstraint("series_id", "lo", name=op.f("uq_issuance_series_id_lo")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("issuance", schema=None) as batch_op:
        batch_op.create_index("ix_issuance_statement", ["statement_id"], unique=False)

    op.create_table(
        "trade",
        sa.Column("trade_id", sa.Text(), nullable=False),
        sa.Column("listing_id", sa.Text(), nullable=False),
        sa.Column("seller_account", sa.Text(), nullable=False),
        sa.Column("buyer_account", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column(
            "quantity",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "price_fen_per_t",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "amount_fen",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("encumbrance_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("traded_on", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('pending', 'settled', 'voided')", name=op.f("ck_trade_status_known")),
        sa.CheckConstraint(
            "quantity > 0 AND amount_fen = quantity * price_fen_per_t", name=op.f("ck_trade_amount")
        ),
        sa.CheckConstraint("seller_account <> buyer_account", name=op.f("ck_trade_parties")),
        sa.ForeignKeyConstraint(
            ["buyer_account"], ["account.account_id"], name=op.f("fk_trade_buyer_account")
        ),
        sa.ForeignKeyConstraint(
            ["encumbrance_id"], ["encumbrance.encumbrance_id"], name=op.f("fk_trade_encumbrance_id")
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.listing_id"], name=op.f("fk_trade_listing_id")),
        sa.ForeignKeyConstraint(["lot"], ["series.series_id"], name=op.f("fk_trade_lot")),
        sa.ForeignKeyConstraint(
            ["seller_account"], ["account.account_id"], name=op.f("fk_trade_seller_account")
        ),
        sa.PrimaryKeyConstraint("trade_id", name=op.f("pk_trade")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("trade", schema=None) as batch_op:
        batch_op.create_index("ix_trade_listing", ["listing_id"], unique=False)

    op.create_table(
        "verification_vintage",
        sa.Column("verification_id", sa.Text(), nullable=False),
        sa.Column(
            "vintage",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "quantity_tco2e",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.CheckConstraint("quantity_tco2e >= 0", name=op.f("ck_verification_vintage_quantity")),
        sa.ForeignKeyConstraint(
            ["verification_id"],
            ["verification.verification_id"],
            name=op.f("fk_verification_vintage_verification_id"),
        ),
        sa.PrimaryKeyConstraint("verification_id", "vintage", name=op.f("pk_verification_vintage")),
        sqlite_strict=True,
    )
    op.create_table(
        "settlement",
        sa.Column("trade_id", sa.Text(), nullable=False),
        sa.Column("txn_id", sa.Text(), nullable=False),
        sa.Column("settled_on", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["trade_id"], ["trade.trade_id"], name=op.f("fk_settlement_trade_id")),
        sa.ForeignKeyConstraint(["txn_id"], ["ledger_txn.txn_id"], name=op.f("fk_settlement_txn_id")),
        sa.PrimaryKeyConstraint("trade_id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("txn_id", name=op.f("uq_settlement_txn_id")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("settlement")
    op.drop_table("verification_vintage")
    with op.batch_alter_table("trade", schema=None) as batch_op:
        batch_op.drop_index("ix_trade_listing")

    op.drop_table("trade")
    with op.batch_alter_table("issuance", schema=None) as batch_op:
        batch_op.drop_index("ix_issuance_statement")

    op.drop_table("issuance")
    op.drop_table("verification")
    with op.batch_alter_table("unit_block_event", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_block_event_series")

    op.drop_table("unit_block_event")
    with op.batch_alter_table("unit_block", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_block_encumbrance")
        batch_op.drop_index("ix_unit_block_account")

    op.drop_table("unit_block")
    op.drop_table("statement_vintage")
    with op.batch_alter_table("statement_estimate", schema=None) as batch_op:
        batch_op.drop_index("ix_statement_estimate_quantity")

    op.drop_table("statement_estimate")
    op.drop_table("retirement")
    op.drop_table("listing")
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index("ix_statement_county")

    op.drop_table("statement")
    op.drop_table("series")
    op.drop_table("right_share")
    with op.batch_alter_table("project_right", schema=None) as batch_op:
        batch_op.drop_index("ix_project_right_parcel")

    op.drop_table("project_right")
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.drop_index("ix_posting_account")

    op.drop_table("posting")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index("ix_objection_right")

    op.drop_table("objection")
    with op.batch_alter_table("encumbrance", schema=None) as batch_op:
        batch_op.drop_index("ix_encumbrance_account")

    op.drop_table("encumbrance")
    op.drop_table("balance")
    with op.batch_alter_table("tenure_right", schema=None) as batch_op:
        batch_op.drop_index("ix_tenure_right_parcel")
        batch_op.drop_index("ix_tenure_right_notice")

    op.drop_table("tenure_right")
    op.drop_table("supervision_finding")
    op.drop_table("project")
    op.drop_table("dataset_file")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("ix_account_party")

    op.drop_table("account")
    op.drop_table("valuation")
    op.drop_table("supervision_run")
    op.drop_table("public_notice")
    op.drop_table("price_quote")
    op.drop_table("party")
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_index("ix_parcel_county")

    op.drop_table("parcel")
    with op.batch_alter_table("monitoring_dataset", schema=None) as batch_op:
        batch_op.drop_index("ix_monitoring_dataset_county")

    op.drop_table("monitoring_dataset")
    op.drop_table("log_entry")
    op.drop_table("ledger_txn")
    with op.batch_alter_table("leaf_row", schema=None) as batch_op:
        batch_op.drop_index("ix_leaf_row_row")

    op.drop_table("leaf_row")
    op.drop_table("duty_task")
    op.drop_table("command")
    op.drop_table("checkpoint")
