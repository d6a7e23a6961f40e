"""Tables of parties, parcels, rights, notices and projects."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from registry.schema.columns import METADATA, blob, check, one_of, ref, text, whole

PARTY = Table(
    "party",
    METADATA,
    text("party_code", key=True),
    text("kind"),
    text("name"),
    text("identity_no"),
    text("status"),
    text("salt"),
    whole("simulated"),
    one_of(
        "kind",
        *("village_collective", "household", "state_farm", "company", "trader", "lender", "insurer"),
        *("verifier", "bureau", "exchange", "supervisor", "system"),
    ),
    one_of("status", "active", "closed"),
    sqlite_strict=True,
)

PARCEL = Table(
    "parcel",
    METADATA,
    text("parcel_id", key=True),
    text("county_code"),
    whole("version"),
    whole("area_m2"),
    blob("geometry", null=True),
    text("crs", null=True),
    whole("min_x_mm", null=True),
    whole("min_y_mm", null=True),
    whole("max_x_mm", null=True),
    whole("max_y_mm", null=True),
    text("valid_from"),
    text("valid_to", null=True),
    whole("simulated"),
    check("area_positive", "area_m2 > 0"),
    check("box_ordered", "min_x_mm IS NULL OR (min_x_mm <= max_x_mm AND min_y_mm <= max_y_mm)"),
    Index("ix_parcel_county", "county_code"),
    sqlite_strict=True,
)

PUBLIC_NOTICE = Table(
    "public_notice",
    METADATA,
    text("notice_id", key=True),
    text("county_code"),
    text("opened_on"),
    text("ends_on"),
    text("status"),
    one_of("status", "open", "closed"),
    check("period", "ends_on >= opened_on"),
    sqlite_strict=True,
)

TENURE_RIGHT = Table(
    "tenure_right",
    METADATA,
    text("right_id", key=True),
    text("certificate_no"),
    ref("parcel_id", "parcel.parcel_id"),
    text("kind"),
    text("valid_from"),
    text("valid_to"),
    text("evidence_sha256"),
    text("status"),
    ref("notice_id", "public_notice.notice_id", null=True),
    text("confirmed_on", null=True),
    one_of("status", "applied", "noticed", "confirmed", "rejected", "revoked"),
    check("period", "valid_to > valid_from"),
    UniqueConstraint("certificate_no", "parcel_id", "kind"),
    Index("ix_tenure_right_parcel", "parcel_id", "kind"),
    Index("ix_tenure_right_notice", "notice_id"),
    sqlite_strict=True,
)

RIGHT_SHARE = Table(
    "right_share",
    METADATA,
    ref("right_id", "tenure_right.right_id", key=True),
    ref("party_code", "party.party_code", key=True),
    whole("numerator"),
    whole("denominator"),
    check("fraction", "numerator > 0 AND numerator <= denominator"),
    sqlite_strict=True,
)

OBJECTION = Table(
    "objection",
    METADATA,
    text("objection_id", key=True),
    ref("right_id", "tenure_right.right_id"),
    text("raised_by"),
    text("reason"),
    text("filed_on"),
    text("status"),
    text("resolved_on", null=True),
    text("resolution", null=True),
    one_of("status", "open", "upheld", "dismissed", "withdrawn"),
    Index("ix_objection_right", "right_id"),
    sqlite_strict=True,
)

PROJECT = Table(
    "project",
    METADATA,
    text("project_code", key=True),
    text("serial_prefix"),
    text("name"),
    text("programme_id"),
    text("methodology"),
    ref("proponent", "party.party_code"),
    text("county_code"),
    text("start_date"),
    text("crediting_start"),
    text("crediting_end"),
    text("status"),
    text("registered_on"),
    whole("simulated"),
    one_of("status", "registered", "cancelled", "revoked", "expired"),
    check("period", "crediting_end > crediting_start"),
    UniqueConstraint("serial_prefix"),
    sqlite_strict=True,
)

PROJECT_RIGHT = Table(
    "project_right",
    METADATA,
    ref("project_code", "project.project_code", key=True),
    ref("right_id", "tenure_right.right_id", key=True),
    ref("parcel_id", "parcel.parcel_id"),
    text("claim_kind", key=True),
    text("period_start"),
    text("period_end"),
    check("period", "period_end > period_start"),
    Index("ix_project_right_parcel", "parcel_id", "claim_kind"),
    sqlite_strict=True,
)
