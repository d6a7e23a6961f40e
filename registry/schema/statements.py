"""Tables of monitoring datasets, confirmed values, statements and their verification."""

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

VALUE_CONFIRMATION = Table(
    "value_confirmation",
    METADATA,
    text("confirmation_id", key=True),
    text("profile_id"),
    text("profile_version"),
    text("profile_sha256"),
    text("name"),
    text("value_sha256"),
    text("value"),
    text("clause"),
    text("evidence_sha256"),
    text("note"),
    ref("confirmed_by", "party.party_code"),
    text("confirmed_on"),
    check("clause_named", "length(clause) > 0"),
    UniqueConstraint(
        "profile_sha256", "name", "value_sha256", "confirmed_by", name="uq_value_confirmation_once"
    ),
    sqlite_strict=True,
)

STATEMENT_CONFIRMATION = Table(
    "statement_confirmation",
    METADATA,
    ref("statement_id", "statement.statement_id", key=True),
    ref("confirmation_id", "value_confirmation.confirmation_id", key=True),
    sqlite_strict=True,
)
