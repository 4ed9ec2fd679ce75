"""An index that finds the few editions with a fault among the newest, however many years there are."""

from alembic import op

from worker.store.online import create_index

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
works_with = "0002"


def upgrade() -> None:
    create_index("ix_editions_date_faulty", "editions", ["date"], where="fingerprint IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_editions_date_faulty", table_name="editions")
