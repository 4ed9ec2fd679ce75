"""What captures need for conditional requests, revisits and metrics by host; how publications want to be fetched."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
works_with = "0002"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _columns() -> dict[str, list[sa.Column[Any]]]:
    return {
        "captures": [
            sa.Column(
                "host", sa.String(), nullable=True, comment="Host that was asked, with its port unless it is the usual."
            ),
            sa.Column(
                "elapsed_seconds",
                sa.Double(),
                nullable=True,
                comment="Time from the last request to its whole answer, seconds.",
            ),
            sa.Column("etag", sa.String(), nullable=True, comment="ETag as it came, for a conditional request later."),
            sa.Column("last_modified", sa.String(), nullable=True, comment="Last-Modified as it came, likewise."),
            sa.Column(
                "payload_digest",
                sa.String(),
                nullable=True,
                comment="Digest of the body as it came, as in WARC-Payload-Digest; null for older captures.",
            ),
            sa.Column(
                "revisit_of",
                BIG_ID,
                nullable=True,
                comment="Capture that holds the body, because the same bytes came again; null if this one does.",
            ),
        ],
        "publications": [
            sa.Column(
                "obey_robots",
                sa.Boolean(),
                nullable=False,
                server_default=sa.true(),
                comment="True if its host's robots.txt is obeyed.",
            ),
            sa.Column(
                "archive_images",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="True if page images go into the raw archive.",
            ),
            sa.Column(
                "archive_pdfs",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="True if the pages' PDFs go into the raw archive.",
            ),
        ],
    }


def upgrade() -> None:
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_captures_host_fetched_at", "captures", ["host", "fetched_at"])


def downgrade() -> None:
    op.drop_index("ix_captures_host_fetched_at", "captures")
    for table, columns in _columns().items():
        for column in columns:
            op.drop_column(table, column.name)
