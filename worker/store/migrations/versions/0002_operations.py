"""What operating it needs: sorted failures, holds, second readings, expected pages, backfills, heartbeats."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
# Code of 0001 knows no quarantined pages.
works_with = "0002"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)

EDITION_STATES = (
    "'scheduled', 'waiting', 'fetching', 'processing', 'complete', 'partial', 'suspect', 'failed', 'missing', 'skipped'"
)
PAGE_STATES = "'pending', 'fetching', 'done', 'partial', 'failed'"
NEW_PAGE_STATES = f"{PAGE_STATES}, 'quarantined'"
FAILURES = "'passing', 'final', 'site_changed', 'blocked', 'bug'"

VIEW = """
CREATE VIEW current_articles AS
SELECT a.id, p.slug AS publication, e.date, e.label, g.number AS page, g.name AS page_name, a.position,
       r.kind, r.title, r.rubric, r.kicker, r.subtitle, r.reporters, r.correspondents, r.agency, r.dateline,
       r.dateline_place, r.dateline_date, r.paragraphs, r.signature, r.captions,
       r.images, r.tables, r.flags, r.quality, r.pages, a.revision, a.source_url, r.captured_at, r.stored_at,
       {state} AS edition_state
FROM articles a
JOIN revisions r ON r.article_id = a.id AND r.number = a.revision
JOIN pages g ON g.id = a.page_id
JOIN editions e ON e.id = a.edition_id
JOIN publications p ON p.id = e.publication_id
WHERE a.withdrawn_at IS NULL AND a.joined_into IS NULL
"""
CURRENT_EDITIONS = """
CREATE VIEW current_editions AS
SELECT e.id, p.slug AS publication, p.name, e.date, e.label, COALESCE(e.settled, e.state) AS state,
       e.settled IS NOT NULL AS reading_again, e.held_at IS NOT NULL AS held, e.pages, e.usual_pages, e.articles,
       e.error, e.failure, e.fingerprint, e.off_calendar, e.expected_at, e.deadline_at, e.arrived_at, e.ended_at,
       e.updated_at
FROM editions e
JOIN publications p ON p.id = e.publication_id
"""


def _partial(table: str, *columns: str, where: str | None = None) -> None:
    condition = sa.text(f"{where or columns[-1]} IS NOT NULL")
    op.create_index(
        f"ix_{table}_{'_'.join(columns)}", table, list(columns), postgresql_where=condition, sqlite_where=condition
    )


def upgrade() -> None:
    op.execute("DROP VIEW current_articles")
    op.create_table(
        "backfills",
        sa.Column("id", BIG_ID, nullable=False, comment="Row id."),
        sa.Column(
            "state", sa.String(length=16), nullable=False, comment="Where it stands: running, paused, cancelled, done."
        ),
        sa.Column("publications", JSON, nullable=False, comment="Slugs of the newspapers, in the order asked for."),
        sa.Column("first_date", sa.Date(), nullable=False, comment="First date of the range."),
        sa.Column("last_date", sa.Date(), nullable=False, comment="Last date of the range."),
        sa.Column(
            "newest_first", sa.Boolean(), nullable=False, comment="True if it goes from the last date to the first."
        ),
        sa.Column(
            "cap", sa.Integer(), nullable=False, comment="Most of its editions that are under way at the same time."
        ),
        sa.Column("cursor_date", sa.Date(), nullable=True, comment="Date that is looked at next; null after the last."),
        sa.Column(
            "cursor_position",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Place in publications that is looked at next, from 0.",
        ),
        sa.Column(
            "total",
            sa.Integer(),
            nullable=False,
            comment="Editions that the calendars have in the range, counted when it was made.",
        ),
        sa.Column(
            "existing",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Editions that were there before it and were left alone.",
        ),
        sa.Column(
            "made",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Editions that it made or opened.",
        ),
        sa.Column(
            "complete",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of those, how many ended complete.",
        ),
        sa.Column(
            "partial",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of those, how many ended partial.",
        ),
        sa.Column(
            "suspect",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of those, how many ended suspect.",
        ),
        sa.Column(
            "failed",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of those, how many ended failed.",
        ),
        sa.Column(
            "missing",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of those, how many ended missing.",
        ),
        sa.Column(
            "skipped",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Of those, how many were skipped.",
        ),
        sa.Column("created_by", sa.String(), nullable=False, comment="Who asked for it: operator:NAME."),
        sa.Column(
            "reason", sa.String(), nullable=True, comment="Why it was asked for, or last paused or cancelled, one line."
        ),
        sa.Column("created_at", MOMENT, nullable=False, comment="When it was asked for (UTC)."),
        sa.Column("updated_at", MOMENT, nullable=False, comment="When its state last changed (UTC)."),
        sa.Column("ended_at", MOMENT, nullable=True, comment="When it was done or cancelled (UTC)."),
        sa.CheckConstraint("state IN ('running', 'paused', 'cancelled', 'done')", name=op.f("ck_backfills_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfills")),
        comment="Ranges of editions that were asked for, and how far they are.",
    )
    op.create_index("ix_backfills_state", "backfills", ["state"])
    op.create_table(
        "heartbeats",
        sa.Column("id", BIG_ID, nullable=False, comment="Row id."),
        sa.Column("actor", sa.String(), nullable=False, comment="Who: tick:HOST."),
        sa.Column("at", MOMENT, nullable=False, comment="When its last tick ended (UTC)."),
        sa.Column("seconds", sa.Double(), nullable=False, comment="How long that tick took, seconds."),
        sa.Column("report", JSON, nullable=False, comment="What that tick did, by name."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeats")),
        sa.UniqueConstraint("actor", name=op.f("uq_heartbeats_actor")),
        comment="The last tick of each scheduler: who, when, how long.",
    )
    op.add_column(
        "publications",
        sa.Column(
            "reread_hours",
            sa.Double(),
            nullable=True,
            comment="Hours after which an edition is read again for late pages and corrections; 0 never, null the setting.",
        ),
    )

    with op.batch_alter_table("editions") as batch:
        batch.add_column(
            sa.Column(
                "settled",
                sa.String(length=16),
                nullable=True,
                comment="The end state that stands while it is read again, for those who read the database; null otherwise.",
            )
        )
        batch.add_column(
            sa.Column("arrived_at", MOMENT, nullable=True, comment="When its index was first read with success (UTC).")
        )
        batch.add_column(
            sa.Column(
                "expected_pages",
                sa.Integer(),
                nullable=True,
                comment="Pages that the catalogue expects; 0 where no number is (a holiday); null: learnt from its history.",
            )
        )
        batch.add_column(
            sa.Column(
                "usual_pages",
                sa.Integer(),
                nullable=True,
                comment="Pages that it was compared with when it ended: the catalogue's or the usual number; null if unknown.",
            )
        )
        batch.add_column(
            sa.Column(
                "off_calendar",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="True if the catalogue's calendar has no edition on its date.",
            )
        )
        batch.add_column(
            sa.Column(
                "reread_at",
                MOMENT,
                nullable=True,
                comment="When it is read again for late pages and corrections; null if it is not (UTC).",
            )
        )
        batch.add_column(
            sa.Column(
                "held_at",
                MOMENT,
                nullable=True,
                comment="When it was put on hold: nothing is sent or begun; null if it is not on hold (UTC).",
            )
        )
        batch.add_column(
            sa.Column(
                "held_by",
                sa.String(),
                nullable=True,
                comment="Who holds it: operator:NAME, or backfill:ID while that is paused.",
            )
        )
        batch.add_column(sa.Column("hold_reason", sa.String(), nullable=True, comment="Why it is on hold, one line."))
        batch.add_column(
            sa.Column("backfill_id", BIG_ID, nullable=True, comment="The backfill that asked for it; null if none did.")
        )
        batch.add_column(
            sa.Column(
                "open_backfill_id",
                BIG_ID,
                nullable=True,
                comment="The same until that backfill has counted how it ended, then null.",
            )
        )
        batch.add_column(
            sa.Column(
                "failure",
                sa.String(length=16),
                nullable=True,
                comment="What sort of failure the error is: passing, final, site_changed, blocked, bug; null if none.",
            )
        )
        batch.add_column(
            sa.Column(
                "fingerprint",
                sa.String(),
                nullable=True,
                comment="Short hash of the failure without what differs from edition to edition; equal for equal faults.",
            )
        )
        batch.add_column(
            sa.Column(
                "deaths",
                sa.Integer(),
                server_default=sa.text("0"),
                nullable=False,
                comment="Times that its worker died since it was last opened.",
            )
        )
        batch.create_foreign_key(op.f("fk_editions_backfill_id"), "backfills", ["backfill_id"], ["id"])
        batch.create_check_constraint(op.f("ck_editions_settled"), f"settled IN ({EDITION_STATES})")
        batch.create_check_constraint(op.f("ck_editions_failure"), f"failure IN ({FAILURES})")
    with op.batch_alter_table("pages") as batch:
        batch.drop_constraint(op.f("ck_pages_state"), type_="check")
        batch.alter_column(
            "state",
            existing_type=sa.String(length=16),
            existing_nullable=False,
            comment="Where it stands: pending, fetching, done, partial, failed, quarantined.",
        )
        batch.add_column(
            sa.Column(
                "settled",
                sa.String(length=16),
                nullable=True,
                comment="The end state that stands while it is read again; null otherwise.",
            )
        )
        batch.add_column(
            sa.Column(
                "failure",
                sa.String(length=16),
                nullable=True,
                comment="What sort of failure the error is: passing, final, site_changed, blocked, bug; null if none.",
            )
        )
        batch.add_column(
            sa.Column(
                "fingerprint",
                sa.String(),
                nullable=True,
                comment="Short hash of the failure without what differs from edition to edition; equal for equal faults.",
            )
        )
        batch.add_column(
            sa.Column(
                "deaths",
                sa.Integer(),
                server_default=sa.text("0"),
                nullable=False,
                comment="Times that its worker died since it was last opened.",
            )
        )
        batch.create_check_constraint(op.f("ck_pages_state"), f"state IN ({NEW_PAGE_STATES})")
        batch.create_check_constraint(op.f("ck_pages_settled"), f"settled IN ({NEW_PAGE_STATES})")
        batch.create_check_constraint(op.f("ck_pages_failure"), f"failure IN ({FAILURES})")
    op.drop_index("ix_pages_state_next_attempt_at", table_name="pages")
    _partial("editions", "queue", "next_attempt_at")
    for column in ("lease_expires_at", "enqueued_at", "reread_at", "held_at", "fingerprint", "open_backfill_id"):
        _partial("editions", column)
    _partial("editions", "backfill_id", "ended_at", where="backfill_id")
    for column in ("next_attempt_at", "lease_expires_at", "enqueued_at", "fingerprint"):
        _partial("pages", column)
    op.create_index("ix_events_at", "events", ["at"])
    op.execute(VIEW.format(state="COALESCE(e.settled, e.state)"))
    op.execute(CURRENT_EDITIONS)


def downgrade() -> None:
    op.execute("DROP VIEW current_editions")
    op.execute("DROP VIEW current_articles")
    # The older version knows no quarantine.
    op.execute("UPDATE pages SET state = 'failed' WHERE state = 'quarantined'")
    op.drop_index("ix_events_at", table_name="events")
    for column in ("next_attempt_at", "lease_expires_at", "enqueued_at", "fingerprint"):
        op.drop_index(f"ix_pages_{column}", table_name="pages")
    op.drop_index("ix_editions_backfill_id_ended_at", table_name="editions")
    op.drop_index("ix_editions_queue_next_attempt_at", table_name="editions")
    for column in ("lease_expires_at", "enqueued_at", "reread_at", "held_at", "fingerprint", "open_backfill_id"):
        op.drop_index(f"ix_editions_{column}", table_name="editions")
    with op.batch_alter_table("pages") as batch:
        for column in ("state", "settled", "failure"):
            batch.drop_constraint(op.f(f"ck_pages_{column}"), type_="check")
        batch.alter_column(
            "state",
            existing_type=sa.String(length=16),
            existing_nullable=False,
            comment="Where it stands: pending, fetching, done, partial, failed.",
        )
        for column in ("settled", "failure", "fingerprint", "deaths"):
            batch.drop_column(column)
        batch.create_check_constraint(op.f("ck_pages_state"), f"state IN ({PAGE_STATES})")
    op.create_index("ix_pages_state_next_attempt_at", "pages", ["state", "next_attempt_at"])
    with op.batch_alter_table("editions") as batch:
        batch.drop_constraint(op.f("ck_editions_settled"), type_="check")
        batch.drop_constraint(op.f("ck_editions_failure"), type_="check")
        batch.drop_constraint(op.f("fk_editions_backfill_id"), type_="foreignkey")
        for column in (
            *("settled", "arrived_at", "expected_pages", "usual_pages", "off_calendar", "reread_at", "held_at"),
            *("held_by", "hold_reason", "backfill_id", "open_backfill_id", "failure", "fingerprint", "deaths"),
        ):
            batch.drop_column(column)
    op.drop_column("publications", "reread_hours")
    op.drop_table("heartbeats")
    op.drop_index("ix_backfills_state", table_name="backfills")
    op.drop_table("backfills")
    op.execute(VIEW.format(state="e.state"))
