"""What people were told of: a row a cause, so that a restart repeats nothing and a failed message is sent again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
works_with = "0002"

#: It only adds a table, of which older code knows nothing.
works_with = "0002"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", BIG_ID, nullable=False, comment="Row id."),
        sa.Column(
            "cause",
            sa.String(),
            nullable=False,
            comment="What it is about: the problem and its fingerprint, or newspaper and date.",
        ),
        sa.Column(
            "problem",
            sa.String(),
            nullable=False,
            comment="late, missing, failed, suspect, quarantined or no_progress.",
        ),
        sa.Column("text", sa.String(), nullable=False, comment="What people are told, one line."),
        sa.Column(
            "editions", JSON, nullable=False, comment="Editions concerned: id, publication, date, label; fifty at most."
        ),
        sa.Column("count", sa.Integer(), nullable=False, comment="How many editions are concerned."),
        sa.Column("first_at", MOMENT, nullable=False, comment="When it was first seen (UTC)."),
        sa.Column("last_at", MOMENT, nullable=False, comment="When it was last seen (UTC)."),
        sa.Column("resolved_at", MOMENT, nullable=True, comment="When it was seen no more; null while it lasts (UTC)."),
        sa.Column(
            "sent_at", MOMENT, nullable=True, comment="When people were last told; null if they never were (UTC)."
        ),
        sa.Column(
            "pending",
            sa.String(length=16),
            nullable=True,
            comment="What is still to be told: open or resolved; null if nothing is.",
        ),
        sa.Column("told", JSON, nullable=False, comment="Channels that have what is still to be told: webhook, mail."),
        sa.Column(
            "claimed_until",
            MOMENT,
            nullable=True,
            comment="Until when one scheduler sends it; null if none does (UTC).",
        ),
        sa.Column("error", sa.String(), nullable=True, comment="Why it could not be sent, one line; null if it could."),
        sa.CheckConstraint("pending IN ('open', 'resolved')", name=op.f("ck_notifications_pending")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        comment="What people were told of, by cause.",
    )
    op.create_index(
        "uq_notifications_open_cause",
        "notifications",
        ["cause"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
        sqlite_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index(
        "ix_notifications_pending",
        "notifications",
        ["pending"],
        postgresql_where=sa.text("pending IS NOT NULL"),
        sqlite_where=sa.text("pending IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_notifications_pending", table_name="notifications")
    op.drop_index("uq_notifications_open_cause", table_name="notifications")
    op.drop_table("notifications")
