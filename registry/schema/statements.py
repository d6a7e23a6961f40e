"""Tables of monitoring datasets, statements and their verification."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from registry.schema.columns import METADATA, check, one_of, ref, text, whole

MONITORING_DATASET = Table(
    "monitoring_dataset",
    METADATA,
    text("dataset_sha256", key=True),
    text("county_code"),
    text("as_of"),
    text("manifest_sha256"),
    whole("simulated"),
    Index("ix_monitoring_dataset_county", "county_code"),
    sqlite_strict=True,
)

DATASET_FILE = Table(
    "dataset_file",
    METADATA,
    ref("dataset_sha256", "monitoring_dataset.dataset_sha256", key=True),
    text("role", key=True),
    text("name", key=True),
    whole("size_bytes"),
    text("sha256"),
    check("size", "size_bytes >= 0"),
    sqlite_strict=True,
)

STATEMENT = Table(
    "statement",
    METADATA,
    text("statement_id", key=True),
    text("digest"),
    text("kind"),
    text("county_code"),
    ref("project_code", "project.project_code", null=True),
    text("period_start"),
    text("period_end"),
    text("as_of"),
    text("profile_id"),
    text("profile_sha256"),
    text("manifest_sha256"),
    ref("dataset_sha256", "monitoring_dataset.dataset_sha256"),
    text("code_version"),
    text("purpose"),
    whole("claim_tco2e"),
    whole("simulated"),
    text("canonical"),
    text("maker"),
    text("submitted_on"),
    text("status"),
    one_of("kind", "county_stock", "project_removals"),
    one_of("status", "submitted", "verified", "rejected"),
    check("project_named", "kind <> 'project_removals' OR project_code IS NOT NULL"),
    check("stock_claims_nothing", "kind <> 'county_stock' OR claim_tco2e = 0"),
    UniqueConstraint("digest"),
    Index("ix_statement_county", "county_code", "kind"),
    sqlite_strict=True,
)

STATEMENT_ESTIMATE = Table(
    "statement_estimate",
    METADATA,
    ref("statement_id", "statement.statement_id", key=True),
    whole("position", key=True),
    text("stage"),
    text("domain"),
    text("quantity"),
    text("period"),
    text("unit"),
    text("value"),
    text("standard_error", null=True),
    whole("n_plots", null=True),
    whole("model_based"),
    Index("ix_statement_estimate_quantity", "quantity", "domain"),
    sqlite_strict=True,
)

STATEMENT_VINTAGE = Table(
    "statement_vintage",
    METADATA,
    ref("statement_id", "statement.statement_id", key=True),
    whole("vintage", key=True),
    whole("quantity_tco2e"),
    check("quantity", "quantity_tco2e >= 0"),
    sqlite_strict=True,
)

VERIFICATION = Table(
    "verification",
    METADATA,
    text("verification_id", key=True),
    ref("statement_id", "statement.statement_id"),
    ref("verifier", "party.party_code"),
    text("opinion"),
    whole("quantity_tco2e"),
    text("reason"),
    text("verified_on"),
    one_of("opinion", "verified", "rejected"),
    check("quantity", "quantity_tco2e >= 0 AND (opinion = 'verified' OR quantity_tco2e = 0)"),
    UniqueConstraint("statement_id"),
    sqlite_strict=True,
)

VERIFICATION_VINTAGE = Table(
    "verification_vintage",
    METADATA,
    ref("verification_id", "verification.verification_id", key=True),
    whole("vintage", key=True),
    whole("quantity_tco2e"),
    check("quantity", "quantity_tco2e >= 0"),
    sqlite_strict=True,
)
