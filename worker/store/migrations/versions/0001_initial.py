"""The first schema: publications, editions, pages, captures, articles, revisions, events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
works_with = "0001"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CURRENT_ARTICLES = """
CREATE VIEW current_articles AS
SELECT a.id, p.slug AS publication, e.date, e.label, g.number AS page, g.name AS page_name, a.position,
       r.kind, r.title, r.rubric, r.kicker, r.subtitle, r.reporters, r.correspondents, r.agency, r.dateline,
       r.dateline_place, r.dateline_date, r.paragraphs, r.signature, r.captions,
       r.images, r.tables, r.flags, r.quality, r.pages, a.revision, a.source_url, r.captured_at, r.stored_at,
       e.state AS edition_state
FROM articles a
JOIN revisions r ON r.article_id = a.id AND r.number = a.revision
JOIN pages g ON g.id = a.page_id
JOIN editions e ON e.id = a.edition_id
JOIN publications p ON p.id = e.publication_id
WHERE a.withdrawn_at IS NULL AND a.joined_into IS NULL
"""


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("id", BIG_ID, nullable=False, comment="Row id."),
        sa.Column("slug", sa.String(), nullable=False, comment="Stable short name, such as weifangdaily."),
        sa.Column("name", sa.String(), nullable=False, comment="Printed name."),
        sa.Column("family", sa.String(), nullable=False, comment="Template family that reads its pages."),
        sa.Column(
            "edition_url", sa.String(), nullable=False, comment="Address of an edition's index, a strftime pattern."
        ),
        sa.Column("language", sa.String(), nullable=False, comment="BCP 47 language tag of its text."),
        sa.Column("time_zone", sa.String(), nullable=False, comment="IANA time zone in which its dates are meant."),
        sa.Column("overrides", JSON, nullable=False, comment="Selectors that go before the family's own."),
        sa.Column(
            "requests_per_second",
            sa.Double(),
            nullable=False,
            comment="Most requests a second to its host; 0 is no limit.",
        ),
        sa.Column("concurrency", sa.Integer(), nullable=False, comment="Most requests to its host at the same time."),
        sa.Column(
            "allow_private_addresses",
            sa.Boolean(),
            nullable=False,
            comment="True if its host may have a loopback or private network address.",
        ),
        sa.Column("enabled", sa.Boolean(), nullable=False, comment="True if the scheduler plans its editions."),
        sa.Column(
            "recheck_seconds",
            sa.Integer(),
            nullable=False,
            comment="Time between two looks for an edition that is not out yet, seconds.",
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When the catalogue last changed this row (UTC).",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("slug", name=op.f("uq_publications_slug")),
        comment="Newspapers, copied from the catalogue by the scheduler.",
    )
    op.create_table(
        "editions",
        sa.Column("id", BIG_ID, nullable=False, comment="Row id."),
        sa.Column("publication_id", BIG_ID, nullable=False, comment="The newspaper."),
        sa.Column(
            "date", sa.Date(), nullable=False, comment="Date printed on the edition, in the newspaper's time zone."
        ),
        sa.Column("label", sa.String(), nullable=False, comment="Empty, or the name of an extra edition of that day."),
        sa.Column(
            "state", sa.String(length=16), nullable=False, comment="Where it stands: see the states in the README."
        ),
        sa.Column("queue", sa.String(), nullable=False, comment="Queue of its messages: daily or backfill."),
        sa.Column("index_url", sa.String(), nullable=True, comment="Address of its index."),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False, comment="When it is usually out (UTC)."),
        sa.Column(
            "deadline_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it counts as missing if it is not out (UTC).",
        ),
        sa.Column("pages", sa.Integer(), nullable=False, comment="Pages that its index lists."),
        sa.Column(
            "articles", sa.Integer(), nullable=False, comment="Items stored and not withdrawn, counted when it ended."
        ),
        sa.Column(
            "ended_at", sa.DateTime(timezone=True), nullable=True, comment="When it last reached an end state (UTC)."
        ),
        sa.Column("error", sa.String(), nullable=True, comment="Why it is not complete, one line; null if it is."),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="Attempts since it was last opened."),
        sa.Column(
            "token",
            sa.Integer(),
            nullable=False,
            comment="Fencing token: grows with every lease; a write with an older one is refused.",
        ),
        sa.Column("lease_owner", sa.String(), nullable=True, comment="Worker that holds it; null if nobody does."),
        sa.Column(
            "lease_expires_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the lease ends unless renewed (UTC).",
        ),
        sa.Column(
            "next_attempt_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it is due; null if nothing is to be done (UTC).",
        ),
        sa.Column(
            "enqueued_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When its message was last sent; null if it has none under way (UTC).",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)."),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), nullable=False, comment="When the state last changed (UTC)."
        ),
        sa.CheckConstraint("queue IN ('daily', 'backfill')", name=op.f("ck_editions_queue")),
        sa.CheckConstraint(
            "state IN ('scheduled', 'waiting', 'fetching', 'processing', 'complete', 'partial', 'suspect', 'failed', 'missing', 'skipped')",
            name=op.f("ck_editions_state"),
        ),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"], name=op.f("fk_editions_publication_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("publication_id", "date", "label", name=op.f("uq_editions_publication_id_date_label")),
        comment="One publication on one date; the status table.",
    )
    op.create_index("ix_editions_date", "editions", ["date"], unique=False)
    op.create_index("ix_editions_state_next_attempt_at", "editions", ["state", "next_attempt_at"], unique=False)
    op.create_table(
        "pages",
        sa.Column("id", BIG_ID, nullable=False, comment="Row id."),
        sa.Column("edition_id", BIG_ID, nullable=False, comment="The edition."),
        sa.Column("number", sa.String(), nullable=False, comment="Number as printed, such as 01 or A04."),
        sa.Column("position", sa.Integer(), nullable=False, comment="Place in the edition, from 1."),
        sa.Column("name", sa.String(), nullable=True, comment="Name as printed, such as 要闻."),
        sa.Column(
            "state",
            sa.String(length=16),
            nullable=False,
            comment="Where it stands: pending, fetching, done, partial, failed.",
        ),
        sa.Column("source", sa.String(), nullable=False, comment="web: fetched; text: a page dump that was handed in."),
        sa.Column("url", sa.String(), nullable=False, comment="Its address, or the name of the page dump."),
        sa.Column("image_url", sa.String(), nullable=True, comment="Address of the page image."),
        sa.Column("pdf_url", sa.String(), nullable=True, comment="Address of the page's PDF."),
        sa.Column("areas", JSON, nullable=False, comment="Areas of the page image: shape, coords (pixels), url."),
        sa.Column(
            "listed", sa.Integer(), nullable=False, comment="Articles that the page lists, or items found in a dump."
        ),
        sa.Column(
            "removed", JSON, nullable=False, comment="Text that restoration took out of the whole page: text, reason."
        ),
        sa.Column("error", sa.String(), nullable=True, comment="Why it is not complete, one line; null if it is."),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="Attempts since it was last opened."),
        sa.Column(
            "token",
            sa.Integer(),
            nullable=False,
            comment="Fencing token: grows with every lease; a write with an older one is refused.",
        ),
        sa.Column("lease_owner", sa.String(), nullable=True, comment="Worker that holds it; null if nobody does."),
        sa.Column(
            "lease_expires_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the lease ends unless renewed (UTC).",
        ),
        sa.Column(
            "next_attempt_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it is due; null if nothing is to be done (UTC).",
        ),
        sa.Column(
            "enqueued_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When its message was last sent; null if it has none under way (UTC).",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)."),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), nullable=False, comment="When the state last changed (UTC)."
        ),
        sa.CheckConstraint("source IN ('web', 'text')", name=op.f("ck_pages_source")),
        sa.CheckConstraint(
            "state IN ('pending', 'fetching', 'done', 'partial', 'failed')", name=op.f("ck_pages_state")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_pages_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("uq_pages_edition_id_number")),
        comment="Pages of editions; a page is the unit of work.",
    )
    op.create_index("ix_pages_state_next_attempt_at", "pages", ["state", "next_attempt_at"], unique=False)
    op.create_table(
        "articles",
        sa.Column("id", BIG_ID, nullable=False, comment="Row id."),
        sa.Column("edition_id", BIG_ID, nullable=False, comment="The edition."),
        sa.Column("page_id", BIG_ID, nullable=False, comment="The page that it stands on (the first, if two list it)."),
        sa.Column(
            "key",
            sa.String(),
            nullable=False,
            comment="What makes it the same item when read again: its address, or page and headline.",
        ),
        sa.Column("position", sa.Integer(), nullable=False, comment="Place on the page, from 1."),
        sa.Column("source_url", sa.String(), nullable=False, comment="Its address, or the name of the page dump."),
        sa.Column("revision", sa.Integer(), nullable=False, comment="Number of its newest revision."),
        sa.Column(
            "first_seen_at", sa.DateTime(timezone=True), nullable=False, comment="When it was first stored (UTC)."
        ),
        sa.Column(
            "joined_into",
            BIG_ID,
            nullable=True,
            comment="The article of another page that this one continues (下转/上接) and that holds both; null if none.",
        ),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When a later reading of its page no longer had it; null if it stands (UTC).",
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_articles_edition_id")),
        sa.ForeignKeyConstraint(["joined_into"], ["articles.id"], name=op.f("fk_articles_joined_into")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_articles_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("edition_id", "key", name=op.f("uq_articles_edition_id_key")),
        comment="Items of editions, each exactly once; their contents are in revisions.",
    )
    op.create_index("ix_articles_page_id", "articles", ["page_id"], unique=False)
    op.create_table(
        "captures",
        sa.Column("id", BIG_ID, nullable=False, comment="Row id."),
        sa.Column("edition_id", BIG_ID, nullable=False, comment="Edition for which it was fetched."),
        sa.Column("page_id", BIG_ID, nullable=True, comment="Page for which it was fetched."),
        sa.Column("url", sa.String(), nullable=False, comment="Address that was asked for."),
        sa.Column("final_url", sa.String(), nullable=False, comment="Address that answered, after redirects."),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False, comment="When the answer came (UTC)."),
        sa.Column("status", sa.Integer(), nullable=False, comment="HTTP status; 0 for a page dump."),
        sa.Column("content_type", sa.String(), nullable=True, comment="Content-Type as declared."),
        sa.Column("sha256", sa.String(), nullable=False, comment="SHA-256 of the decoded body, hexadecimal."),
        sa.Column("size", sa.Integer(), nullable=False, comment="Length of the decoded body, bytes."),
        sa.Column("warc_file", sa.String(), nullable=False, comment="WARC file, relative to the archive's folder."),
        sa.Column("warc_offset", BIG_ID, nullable=False, comment="Where its gzip member starts, bytes."),
        sa.Column("warc_length", sa.Integer(), nullable=False, comment="Length of its gzip member, bytes."),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_captures_edition_id")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_captures_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captures")),
        comment="Index of the raw archive: where each response lies in the WARC files.",
    )
    op.create_index("ix_captures_edition_id", "captures", ["edition_id"], unique=False)
    op.create_index("ix_captures_page_id", "captures", ["page_id"], unique=False)
    op.create_index("ix_captures_url", "captures", ["url"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", BIG_ID, nullable=False, comment="Row id."),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When (UTC)."),
        sa.Column("edition_id", BIG_ID, nullable=False, comment="The edition."),
        sa.Column("page_id", BIG_ID, nullable=True, comment="The page; null for the edition itself."),
        sa.Column("from_state", sa.String(), nullable=True, comment="State before; null when the row was made."),
        sa.Column("to_state", sa.String(), nullable=False, comment="State after."),
        sa.Column("actor", sa.String(), nullable=False, comment="Who: worker:HOST:PID, tick:HOST or operator:NAME."),
        sa.Column("reason", sa.String(), nullable=False, comment="Why, one line."),
        sa.Column("attempt", sa.Integer(), nullable=False, comment="The row's attempts after the change."),
        sa.Column("token", sa.Integer(), nullable=False, comment="The row's fencing token after the change."),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name=op.f("fk_events_edition_id")),
        sa.ForeignKeyConstraint(["page_id"], ["pages.id"], name=op.f("fk_events_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        comment="Every state change: what, when, who and why.",
    )
    op.create_index("ix_events_edition_id", "events", ["edition_id"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("id", BIG_ID, nullable=False, comment="Row id."),
        sa.Column("article_id", BIG_ID, nullable=False, comment="The article."),
        sa.Column("number", sa.Integer(), nullable=False, comment="1 for the first, then 2, 3 …"),
        sa.Column(
            "digest",
            sa.String(),
            nullable=False,
            comment="SHA-256 of the content, hexadecimal; equal contents have equal digests.",
        ),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="article, photo, notice, advert or index."),
        sa.Column("title", sa.String(), nullable=True, comment="主题."),
        sa.Column("rubric", sa.String(), nullable=True, comment="栏目."),
        sa.Column("kicker", sa.String(), nullable=True, comment="引题."),
        sa.Column("subtitle", sa.String(), nullable=True, comment="副题."),
        sa.Column("reporters", JSON, nullable=False, comment="记者, names in printed order."),
        sa.Column("correspondents", JSON, nullable=False, comment="通讯员, names in printed order."),
        sa.Column(
            "agency", sa.String(), nullable=True, comment="Agency or paper that it was taken from, such as 新华社."
        ),
        sa.Column("dateline", sa.String(), nullable=True, comment="电头 as printed."),
        sa.Column("dateline_place", sa.String(), nullable=True, comment="Place of the dateline."),
        sa.Column("dateline_date", sa.Date(), nullable=True, comment="Date of the dateline, with the edition's year."),
        sa.Column("paragraphs", JSON, nullable=False, comment="Body, a string a paragraph."),
        sa.Column("signature", JSON, nullable=False, comment="Sign-off lines."),
        sa.Column("captions", JSON, nullable=False, comment="Picture texts."),
        sa.Column("images", JSON, nullable=False, comment="Pictures: url, caption, credit."),
        sa.Column("tables", JSON, nullable=False, comment="Tables as rows of cells."),
        sa.Column("flags", JSON, nullable=False, comment="What restoration did or could not do."),
        sa.Column(
            "quality",
            sa.Double(),
            nullable=False,
            comment="How sure restoration is of it, between 0 and 1, from the flags.",
        ),
        sa.Column("pages", JSON, nullable=False, comment="Numbers of the pages that it stands on, in reading order."),
        sa.Column(
            "parts",
            JSON,
            nullable=True,
            comment="Revisions from several pages that it was joined from; null if it was read from one page.",
        ),
        sa.Column("removed", JSON, nullable=False, comment="Text that was taken out of this article: text, reason."),
        sa.Column(
            "capture_id",
            BIG_ID,
            nullable=False,
            comment="The bytes that it was read from; those of the first part, if it was joined.",
        ),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False, comment="When those bytes came (UTC)."),
        sa.Column(
            "stored_at", sa.DateTime(timezone=True), nullable=False, comment="When this revision was written (UTC)."
        ),
        sa.Column("software", sa.String(), nullable=False, comment="Version of Broadsheet that read it."),
        sa.CheckConstraint("kind IN ('article', 'photo', 'notice', 'advert', 'index')", name=op.f("ck_revisions_kind")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_revisions_article_id")),
        sa.ForeignKeyConstraint(["capture_id"], ["captures.id"], name=op.f("fk_revisions_capture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_revisions_article_id_number")),
        comment="Versions of articles' contents; a corrected article gets a new one, none is overwritten.",
    )
    op.execute(CURRENT_ARTICLES)


def downgrade() -> None:
    op.execute("DROP VIEW current_articles")
    op.drop_table("revisions")
    op.drop_index("ix_events_edition_id", table_name="events")
    op.drop_table("events")
    op.drop_index("ix_captures_url", table_name="captures")
    op.drop_index("ix_captures_page_id", table_name="captures")
    op.drop_index("ix_captures_edition_id", table_name="captures")
    op.drop_table("captures")
    op.drop_index("ix_articles_page_id", table_name="articles")
    op.drop_table("articles")
    op.drop_index("ix_pages_state_next_attempt_at", table_name="pages")
    op.drop_table("pages")
    op.drop_index("ix_editions_state_next_attempt_at", table_name="editions")
    op.drop_index("ix_editions_date", table_name="editions")
    op.drop_table("editions")
    op.drop_table("publications")
