"""Which older code may work on the present schema."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None
works_with = "0002"


def upgrade() -> None:
    op.create_table(
        "schema_compatibility",
        sa.Column("revision", sa.String(), nullable=False, comment="The schema's revision, as in alembic_version."),
        sa.Column(
            "works_with", sa.String(), nullable=False, comment="Oldest revision whose code works on this schema."
        ),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), nullable=False, comment="When the schema was brought to it (UTC)."
        ),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_compatibility")),
        comment="Which older code may work on the present schema; written by migrations alone.",
    )


def downgrade() -> None:
    op.drop_table("schema_compatibility")
