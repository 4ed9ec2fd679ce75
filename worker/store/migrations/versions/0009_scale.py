"""An index on the newest editions with a fault, however many years there are; what a backfill opens again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from worker.store.online import create_index

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
works_with = "0002"


def upgrade() -> None:
    create_index("ix_editions_date_faulty", "editions", ["date"], where="fingerprint IS NOT NULL")
    op.add_column(
        "backfills",
        sa.Column(
            "include",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
            comment="End states of editions that are there which it opens again; null: it leaves all alone.",
        ),
    )


def downgrade() -> None:
    op.drop_column("backfills", "include")
    op.drop_index("ix_editions_date_faulty", table_name="editions")
