"""Values of a methodology that people confirmed, and the statements that rest on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "value_confirmation",
        sa.Column("confirmation_id", sa.Text(), nullable=False),
        sa.Column("profile_id", sa.Text(), nullable=False),
        sa.Column("profile_version", sa.Text(), nullable=False),
        sa.Column("profile_sha256", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value_sha256", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("evidence_sha256", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Text(), nullable=False),
        sa.CheckConstraint("length(clause) > 0", name=op.f("ck_value_confirmation_clause_named")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["party.party_code"], name=op.f("fk_value_confirmation_confirmed_by")
        ),
        sa.PrimaryKeyConstraint("confirmation_id", name=op.f("pk_value_confirmation")),
        sa.UniqueConstraint(
            "profile_sha256",
            "name",
            "value_sha256",
            "confirmed_by",
            name=op.f("uq_value_confirmation_once"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "statement_confirmation",
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("confirmation_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmation_id"],
            ["value_confirmation.confirmation_id"],
            name=op.f("fk_statement_confirmation_confirmation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.statement_id"], name=op.f("fk_statement_confirmation_statement_id")
        ),
        sa.PrimaryKeyConstraint("statement_id", "confirmation_id", name=op.f("pk_statement_confirmation")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("statement_confirmation")
    op.drop_table("value_confirmation")
