"""What editions look like, for drift, and operators' decisions on publications."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
works_with = "0002"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("edition_id", BIG_ID, autoincrement=False, nullable=False, comment="The edition."),
        sa.Column(
            "source",
            sa.String(),
            nullable=False,
            comment="web: fetched; text: page dumps, which are compared with nothing.",
        ),
        sa.Column("pages", sa.Integer(), nullable=False, comment="Pages."),
        sa.Column("articles", sa.Integer(), nullable=False, comment="Items that stood."),
        sa.Column("titled", sa.Integer(), nullable=False, comment="Items with a title."),
        sa.Column("signed", sa.Integer(), nullable=False, comment="Items with a reporter, correspondent or agency."),
        sa.Column("bodied", sa.Integer(), nullable=False, comment="Items with a body."),
        sa.Column(
            "fallback",
            sa.Integer(),
            nullable=False,
            comment="Items whose body the template did not find and a general reader did.",
        ),
        sa.Column(
            "body_length", sa.Double(), nullable=False, comment="Mean length of the bodies that there are, characters."
        ),
        sa.Column(
            "accepted",
            sa.Boolean(),
            nullable=False,
            comment="True if an operator judged the edition sound although it is unlike.",
        ),
        sa.Column(
            "starts_history",
            sa.Boolean(),
            nullable=False,
            comment="True if an operator said that from this edition on the publication looks like this.",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="When it was measured (UTC)."),
        sa.CheckConstraint("source IN ('web', 'text')", name=op.f("ck_profiles_source")),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_profiles_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_profiles")),
        comment="What editions looked like when they ended; drift is told by comparing them.",
    )
    op.create_table(
        "decisions",
        sa.Column("id", BIG_ID, nullable=False, comment="Row id."),
        sa.Column("slug", sa.String(), nullable=False, comment="The publication."),
        sa.Column(
            "enabled",
            sa.Boolean(),
            nullable=True,
            comment="True if it is to be ingested, false if not, null if the catalogue is to decide again.",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When (UTC)."),
        sa.Column("actor", sa.String(), nullable=False, comment="Who: operator:NAME."),
        sa.Column("reason", sa.String(), nullable=False, comment="Why, one line; empty if not said."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        comment="Operators' decisions to ingest publications or not; the newest goes before the catalogue.",
    )
    op.create_index("ix_decisions_slug", "decisions", ["slug"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_decisions_slug", table_name="decisions")
    op.drop_table("decisions")
    op.drop_table("profiles")
