r"""The tables, typed, each table and column with a comment that says what it means and its unit.

The comments reach PostgreSQL's catalogue, where ``\d+`` shows them to downstream readers.
"""

import datetime as dt
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, MetaData, String, UniqueConstraint, false, text, true
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from worker.domain import BackfillState, Failure, Kind, PageState, State
from worker.store.types import BigId, Json, UTCDateTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _word(enum: type[StrEnum]) -> Enum:
    # Plain text with a check constraint: a new word is then a small migration on either database.
    return Enum(
        enum, native_enum=False, length=16, values_callable=lambda members: [member.value for member in members]
    )


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads it from the class
        datetime: UTCDateTime(),
        State: _word(State),
        PageState: _word(PageState),
        Kind: _word(Kind),
        Failure: _word(Failure),
        BackfillState: _word(BackfillState),
    }


def _id() -> Mapped[int]:
    return mapped_column(BigId, primary_key=True, comment="Row id.")


def _zero(comment: str) -> Mapped[int]:
    return mapped_column(default=0, server_default=text("0"), comment=comment)


def _partial(table: str, *columns: str) -> Index:
    """An index over the few rows whose last column is set, so that it does not grow with history."""
    condition = text(f"{columns[-1]} IS NOT NULL")
    return Index(f"ix_{table}_{'_'.join(columns)}", *columns, postgresql_where=condition, sqlite_where=condition)


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Publication(Base):
    """A newspaper as the worker needs it; the scheduler copies it from the catalogue."""

    __tablename__ = "publications"
    __table_args__ = (
        UniqueConstraint("slug"),
        {"comment": "Newspapers, copied from the catalogue by the scheduler."},
    )

    id: Mapped[int] = _id()
    slug: Mapped[str] = mapped_column(comment="Stable short name, such as weifangdaily.")
    name: Mapped[str] = mapped_column(comment="Printed name.")
    family: Mapped[str] = mapped_column(comment="Template family that reads its pages.")
    edition_url: Mapped[str] = mapped_column(comment="Address of an edition's index, a strftime pattern.")
    language: Mapped[str] = mapped_column(comment="BCP 47 language tag of its text.")
    time_zone: Mapped[str] = mapped_column(comment="IANA time zone in which its dates are meant.")
    overrides: Mapped[dict[str, Any]] = mapped_column(Json, comment="Selectors that go before the family's own.")
    requests_per_second: Mapped[float] = mapped_column(comment="Most requests a second to its host; 0 is no limit.")
    concurrency: Mapped[int] = mapped_column(comment="Most requests to its host at the same time.")
    allow_private_addresses: Mapped[bool] = mapped_column(
        comment="True if its host may have a loopback or private network address."
    )
    obey_robots: Mapped[bool] = mapped_column(
        default=True, server_default=true(), comment="True if its host's robots.txt is obeyed."
    )
    archive_images: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="True if page images go into the raw archive."
    )
    archive_pdfs: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="True if the pages' PDFs go into the raw archive."
    )
    enabled: Mapped[bool] = mapped_column(comment="True if the scheduler plans its editions.")
    recheck_seconds: Mapped[int] = mapped_column(
        comment="Time between two looks for an edition that is not out yet, seconds."
    )
    reread_hours: Mapped[float | None] = mapped_column(
        comment="Hours after which an edition is read again for late pages and corrections; 0 never, null the setting."
    )
    updated_at: Mapped[datetime] = mapped_column(comment="When the catalogue last changed this row (UTC).")


class _Leased:
    """Columns of a row that one worker at a time may hold."""

    error: Mapped[str | None] = mapped_column(comment="Why it is not complete, one line; null if it is.")
    failure: Mapped[Failure | None] = mapped_column(
        comment="What sort of failure the error is: passing, final, site_changed, blocked, bug; null if none."
    )
    fingerprint: Mapped[str | None] = mapped_column(
        comment="Short hash of the failure without what differs from edition to edition; equal for equal faults."
    )
    attempts: Mapped[int] = mapped_column(default=0, comment="Attempts since it was last opened.")
    deaths: Mapped[int] = _zero("Times that its worker died since it was last opened.")
    token: Mapped[int] = mapped_column(
        default=0, comment="Fencing token: grows with every lease; a write with an older one is refused."
    )
    lease_owner: Mapped[str | None] = mapped_column(comment="Worker that holds it; null if nobody does.")
    lease_expires_at: Mapped[datetime | None] = mapped_column(comment="When the lease ends unless renewed (UTC).")
    next_attempt_at: Mapped[datetime | None] = mapped_column(
        comment="When it is due; null if nothing is to be done (UTC)."
    )
    enqueued_at: Mapped[datetime | None] = mapped_column(
        comment="When its message was last sent; null if it has none under way (UTC)."
    )
    created_at: Mapped[datetime] = mapped_column(comment="When the row was made (UTC).")
    updated_at: Mapped[datetime] = mapped_column(comment="When the state last changed (UTC).")


class Edition(_Leased, Base):
    """One publication on one date."""

    __tablename__ = "editions"
    __table_args__ = (
        UniqueConstraint("publication_id", "date", "label"),
        _one_of("state", State),
        _one_of("settled", State),
        _one_of("failure", Failure),
        CheckConstraint("queue IN ('daily', 'backfill')", name="queue"),
        Index("ix_editions_date", "date"),
        Index("ix_editions_state_next_attempt_at", "state", "next_attempt_at"),
        _partial("editions", "queue", "next_attempt_at"),
        _partial("editions", "lease_expires_at"),
        _partial("editions", "enqueued_at"),
        _partial("editions", "reread_at"),
        _partial("editions", "held_at"),
        _partial("editions", "fingerprint"),
        Index(
            "ix_editions_date_faulty",
            "date",
            postgresql_where=text("fingerprint IS NOT NULL"),
            sqlite_where=text("fingerprint IS NOT NULL"),
        ),
        _partial("editions", "open_backfill_id"),
        Index(
            "ix_editions_backfill_id_ended_at",
            "backfill_id",
            "ended_at",
            postgresql_where=text("backfill_id IS NOT NULL"),
            sqlite_where=text("backfill_id IS NOT NULL"),
        ),
        {"comment": "One publication on one date; the status table."},
    )

    id: Mapped[int] = _id()
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), comment="The newspaper.")
    date: Mapped[dt.date] = mapped_column(comment="Date printed on the edition, in the newspaper's time zone.")
    label: Mapped[str] = mapped_column(default="", comment="Empty, or the name of an extra edition of that day.")
    state: Mapped[State] = mapped_column(comment="Where it stands: see the states in the README.")
    settled: Mapped[State | None] = mapped_column(
        comment="The end state that stands while it is read again, for those who read the database; null otherwise."
    )
    queue: Mapped[str] = mapped_column(comment="Queue of its messages: daily or backfill.")
    index_url: Mapped[str | None] = mapped_column(comment="Address of its index.")
    expected_at: Mapped[datetime] = mapped_column(comment="When it is usually out (UTC).")
    deadline_at: Mapped[datetime] = mapped_column(comment="When it counts as missing if it is not out (UTC).")
    pages: Mapped[int] = mapped_column(default=0, comment="Pages that its index lists.")
    articles: Mapped[int] = mapped_column(default=0, comment="Items stored and not withdrawn, counted when it ended.")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it last reached an end state (UTC).")
    arrived_at: Mapped[datetime | None] = mapped_column(comment="When its index was first read with success (UTC).")
    expected_pages: Mapped[int | None] = mapped_column(
        comment="Pages that the catalogue expects; 0 where no number is (a holiday); null: learnt from its history."
    )
    usual_pages: Mapped[int | None] = mapped_column(
        comment="Pages that it was compared with when it ended: the catalogue's or the usual number; null if unknown."
    )
    off_calendar: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="True if the catalogue's calendar has no edition on its date."
    )
    reread_at: Mapped[datetime | None] = mapped_column(
        comment="When it is read again for late pages and corrections; null if it is not (UTC)."
    )
    held_at: Mapped[datetime | None] = mapped_column(
        comment="When it was put on hold: nothing is sent or begun; null if it is not on hold (UTC)."
    )
    held_by: Mapped[str | None] = mapped_column(
        comment="Who holds it: operator:NAME, or backfill:ID while that is paused."
    )
    hold_reason: Mapped[str | None] = mapped_column(comment="Why it is on hold, one line.")
    backfill_id: Mapped[int | None] = mapped_column(
        ForeignKey("backfills.id"), comment="The backfill that asked for it; null if none did."
    )
    open_backfill_id: Mapped[int | None] = mapped_column(
        BigId, comment="The same until that backfill has counted how it ended, then null."
    )


class Page(_Leased, Base):
    """One page of an edition: the unit of work."""

    __tablename__ = "pages"
    __table_args__ = (
        UniqueConstraint("edition_id", "number"),
        _one_of("state", PageState),
        _one_of("settled", PageState),
        _one_of("failure", Failure),
        CheckConstraint("source IN ('web', 'text')", name="source"),
        _partial("pages", "next_attempt_at"),
        _partial("pages", "lease_expires_at"),
        _partial("pages", "enqueued_at"),
        _partial("pages", "fingerprint"),
        {"comment": "Pages of editions; a page is the unit of work."},
    )

    id: Mapped[int] = _id()
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), comment="The edition.")
    number: Mapped[str] = mapped_column(comment="Number as printed, such as 01 or A04.")
    position: Mapped[int] = mapped_column(comment="Place in the edition, from 1.")
    name: Mapped[str | None] = mapped_column(comment="Name as printed, such as 要闻.")
    state: Mapped[PageState] = mapped_column(
        comment="Where it stands: pending, fetching, done, partial, failed, quarantined."
    )
    settled: Mapped[PageState | None] = mapped_column(
        comment="The end state that stands while it is read again; null otherwise."
    )
    source: Mapped[str] = mapped_column(comment="web: fetched; text: a page dump that was handed in.")
    url: Mapped[str] = mapped_column(comment="Its address, or the name of the page dump.")
    image_url: Mapped[str | None] = mapped_column(comment="Address of the page image.")
    pdf_url: Mapped[str | None] = mapped_column(comment="Address of the page's PDF.")
    areas: Mapped[list[Any]] = mapped_column(
        Json, default=list, comment="Areas of the page image: shape, coords (pixels), url."
    )
    listed: Mapped[int] = mapped_column(default=0, comment="Articles that the page lists, or items found in a dump.")
    removed: Mapped[list[Any]] = mapped_column(
        Json, default=list, comment="Text that restoration took out of the whole page: text, reason."
    )


class Capture(Base):
    """One HTTP response, or one page dump, as it came."""

    __tablename__ = "captures"
    __table_args__ = (
        Index("ix_captures_edition_id", "edition_id"),
        Index("ix_captures_page_id", "page_id"),
        Index("ix_captures_url", "url"),
        Index("ix_captures_host_fetched_at", "host", "fetched_at"),
        {"comment": "Index of the raw archive: where each response lies in the WARC files."},
    )

    id: Mapped[int] = _id()
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), comment="Edition for which it was fetched.")
    page_id: Mapped[int | None] = mapped_column(ForeignKey("pages.id"), comment="Page for which it was fetched.")
    url: Mapped[str] = mapped_column(comment="Address that was asked for.")
    final_url: Mapped[str] = mapped_column(comment="Address that answered, after redirects.")
    fetched_at: Mapped[datetime] = mapped_column(comment="When the answer came (UTC).")
    status: Mapped[int] = mapped_column(comment="HTTP status; 0 for a page dump.")
    content_type: Mapped[str | None] = mapped_column(comment="Content-Type as declared.")
    sha256: Mapped[str] = mapped_column(comment="SHA-256 of the decoded body, hexadecimal.")
    size: Mapped[int] = mapped_column(comment="Length of the decoded body, bytes.")
    warc_file: Mapped[str] = mapped_column(comment="WARC file, relative to the archive's folder.")
    warc_offset: Mapped[int] = mapped_column(BigId, comment="Where its gzip member starts, bytes.")
    warc_length: Mapped[int] = mapped_column(comment="Length of its gzip member, bytes.")
    host: Mapped[str | None] = mapped_column(comment="Host that was asked, with its port unless it is the usual.")
    elapsed_seconds: Mapped[float | None] = mapped_column(
        comment="Time from the last request to its whole answer, seconds."
    )
    etag: Mapped[str | None] = mapped_column(comment="ETag as it came, for a conditional request later.")
    last_modified: Mapped[str | None] = mapped_column(comment="Last-Modified as it came, likewise.")
    payload_digest: Mapped[str | None] = mapped_column(
        comment="Digest of the body as it came, as in WARC-Payload-Digest; null for older captures."
    )
    revisit_of: Mapped[int | None] = mapped_column(
        BigId, comment="Capture that holds the body, because the same bytes came again; null if this one does."
    )


class Article(Base):
    """One item of an edition; what it says is in its revisions."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("edition_id", "key"),
        Index("ix_articles_page_id", "page_id"),
        {"comment": "Items of editions, each exactly once; their contents are in revisions."},
    )

    id: Mapped[int] = _id()
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), comment="The edition.")
    page_id: Mapped[int] = mapped_column(
        ForeignKey("pages.id"), comment="The page that it stands on (the first, if two list it)."
    )
    key: Mapped[str] = mapped_column(
        comment="What makes it the same item when read again: its address, or page and headline."
    )
    position: Mapped[int] = mapped_column(comment="Place on the page, from 1.")
    source_url: Mapped[str] = mapped_column(comment="Its address, or the name of the page dump.")
    revision: Mapped[int] = mapped_column(comment="Number of its newest revision.")
    first_seen_at: Mapped[datetime] = mapped_column(comment="When it was first stored (UTC).")
    joined_into: Mapped[int | None] = mapped_column(
        ForeignKey("articles.id"),
        comment="The article of another page that this one continues (下转/上接) and that holds both; null if none.",
    )
    withdrawn_at: Mapped[datetime | None] = mapped_column(
        comment="When a later reading of its page no longer had it; null if it stands (UTC)."
    )


class Revision(Base):
    """One version of an article's content; never changed after it was written."""

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        _one_of("kind", Kind),
        {"comment": "Versions of articles' contents; a corrected article gets a new one, none is overwritten."},
    )

    id: Mapped[int] = _id()
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"), comment="The article.")
    number: Mapped[int] = mapped_column(comment="1 for the first, then 2, 3 …")
    digest: Mapped[str] = mapped_column(
        comment="SHA-256 of the content, hexadecimal; equal contents have equal digests."
    )
    kind: Mapped[Kind] = mapped_column(comment="article, photo, notice, advert or index.")
    title: Mapped[str | None] = mapped_column(comment="主题.")
    rubric: Mapped[str | None] = mapped_column(comment="栏目.")
    kicker: Mapped[str | None] = mapped_column(comment="引题.")
    subtitle: Mapped[str | None] = mapped_column(comment="副题.")
    reporters: Mapped[list[str]] = mapped_column(Json, comment="记者, names in printed order.")
    correspondents: Mapped[list[str]] = mapped_column(Json, comment="通讯员, names in printed order.")
    agency: Mapped[str | None] = mapped_column(comment="Agency or paper that it was taken from, such as 新华社.")
    dateline: Mapped[str | None] = mapped_column(comment="电头 as printed.")
    dateline_place: Mapped[str | None] = mapped_column(comment="Place of the dateline.")
    dateline_date: Mapped[dt.date | None] = mapped_column(comment="Date of the dateline, with the edition's year.")
    paragraphs: Mapped[list[str]] = mapped_column(Json, comment="Body, a string a paragraph.")
    signature: Mapped[list[str]] = mapped_column(Json, comment="Sign-off lines.")
    captions: Mapped[list[str]] = mapped_column(Json, comment="Picture texts.")
    images: Mapped[list[Any]] = mapped_column(Json, comment="Pictures: url, caption, credit.")
    tables: Mapped[list[Any]] = mapped_column(Json, comment="Tables as rows of cells.")
    flags: Mapped[list[str]] = mapped_column(Json, comment="What restoration did or could not do.")
    quality: Mapped[float] = mapped_column(comment="How sure restoration is of it, between 0 and 1, from the flags.")
    pages: Mapped[list[str]] = mapped_column(Json, comment="Numbers of the pages that it stands on, in reading order.")
    parts: Mapped[list[int] | None] = mapped_column(
        Json, comment="Revisions from several pages that it was joined from; null if it was read from one page."
    )
    removed: Mapped[list[Any]] = mapped_column(Json, comment="Text that was taken out of this article: text, reason.")
    capture_id: Mapped[int] = mapped_column(
        ForeignKey("captures.id"), comment="The bytes that it was read from; those of the first part, if it was joined."
    )
    captured_at: Mapped[datetime] = mapped_column(comment="When those bytes came (UTC).")
    stored_at: Mapped[datetime] = mapped_column(comment="When this revision was written (UTC).")
    software: Mapped[str] = mapped_column(comment="Version of Broadsheet that read it.")


class Event(Base):
    """One state change of an edition or page; never changed after it was written."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_edition_id", "edition_id"),
        Index("ix_events_at", "at"),
        {"comment": "Every state change: what, when, who and why."},
    )

    id: Mapped[int] = _id()
    at: Mapped[datetime] = mapped_column(comment="When (UTC).")
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), comment="The edition.")
    page_id: Mapped[int | None] = mapped_column(
        ForeignKey("pages.id"), comment="The page; null for the edition itself."
    )
    from_state: Mapped[str | None] = mapped_column(comment="State before; null when the row was made.")
    to_state: Mapped[str] = mapped_column(comment="State after.")
    actor: Mapped[str] = mapped_column(comment="Who: worker:HOST:PID, tick:HOST or operator:NAME.")
    reason: Mapped[str] = mapped_column(comment="Why, one line.")
    attempt: Mapped[int] = mapped_column(comment="The row's attempts after the change.")
    token: Mapped[int] = mapped_column(comment="The row's fencing token after the change.")


class Backfill(Base):
    """A range of editions that an operator asked for; the tick makes their rows, a few at a time."""

    __tablename__ = "backfills"
    __table_args__ = (
        _one_of("state", BackfillState),
        Index("ix_backfills_state", "state"),
        {"comment": "Ranges of editions that were asked for, and how far they are."},
    )

    id: Mapped[int] = _id()
    state: Mapped[BackfillState] = mapped_column(comment="Where it stands: running, paused, cancelled, done.")
    publications: Mapped[list[str]] = mapped_column(Json, comment="Slugs of the newspapers, in the order asked for.")
    first_date: Mapped[dt.date] = mapped_column(comment="First date of the range.")
    last_date: Mapped[dt.date] = mapped_column(comment="Last date of the range.")
    newest_first: Mapped[bool] = mapped_column(comment="True if it goes from the last date to the first.")
    include: Mapped[list[str] | None] = mapped_column(
        Json, comment="End states of editions that are there which it opens again; null: it leaves all alone."
    )
    cap: Mapped[int] = mapped_column(comment="Most of its editions that are under way at the same time.")
    cursor_date: Mapped[dt.date | None] = mapped_column(comment="Date that is looked at next; null after the last.")
    cursor_position: Mapped[int] = _zero("Place in publications that is looked at next, from 0.")
    total: Mapped[int] = mapped_column(
        comment="Editions that the calendars have in the range, counted when it was made."
    )
    existing: Mapped[int] = _zero("Editions that were there before it and were left alone.")
    made: Mapped[int] = _zero("Editions that it made or opened.")
    complete: Mapped[int] = _zero("Of those, how many ended complete.")
    partial: Mapped[int] = _zero("Of those, how many ended partial.")
    suspect: Mapped[int] = _zero("Of those, how many ended suspect.")
    failed: Mapped[int] = _zero("Of those, how many ended failed.")
    missing: Mapped[int] = _zero("Of those, how many ended missing.")
    skipped: Mapped[int] = _zero("Of those, how many were skipped.")
    created_by: Mapped[str] = mapped_column(comment="Who asked for it: operator:NAME.")
    reason: Mapped[str | None] = mapped_column(comment="Why it was asked for, or last paused or cancelled, one line.")
    created_at: Mapped[datetime] = mapped_column(comment="When it was asked for (UTC).")
    updated_at: Mapped[datetime] = mapped_column(comment="When its state last changed (UTC).")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it was done or cancelled (UTC).")


class Heartbeat(Base):
    """The last tick of one scheduler."""

    __tablename__ = "heartbeats"
    __table_args__ = (UniqueConstraint("actor"), {"comment": "The last tick of each scheduler: who, when, how long."})

    id: Mapped[int] = _id()
    actor: Mapped[str] = mapped_column(comment="Who: tick:HOST.")
    at: Mapped[datetime] = mapped_column(comment="When its last tick ended (UTC).")
    seconds: Mapped[float] = mapped_column(comment="How long that tick took, seconds.")
    report: Mapped[dict[str, Any]] = mapped_column(Json, comment="What that tick did, by name.")


class Notification(Base):
    """One cause of which people are told, once, however many editions it concerns."""

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint("pending IN ('open', 'resolved')", name="pending"),
        Index(
            "uq_notifications_open_cause",
            "cause",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
            sqlite_where=text("resolved_at IS NULL"),
        ),
        _partial("notifications", "pending"),
        {"comment": "What people were told of, by cause."},
    )

    id: Mapped[int] = _id()
    cause: Mapped[str] = mapped_column(
        comment="What it is about: the problem and its fingerprint, or newspaper and date."
    )
    problem: Mapped[str] = mapped_column(comment="late, missing, failed, suspect, quarantined or no_progress.")
    text: Mapped[str] = mapped_column(comment="What people are told, one line.")
    editions: Mapped[list[Any]] = mapped_column(
        Json, comment="Editions concerned: id, publication, date, label; fifty at most."
    )
    count: Mapped[int] = mapped_column(comment="How many editions are concerned.")
    first_at: Mapped[datetime] = mapped_column(comment="When it was first seen (UTC).")
    last_at: Mapped[datetime] = mapped_column(comment="When it was last seen (UTC).")
    resolved_at: Mapped[datetime | None] = mapped_column(comment="When it was seen no more; null while it lasts (UTC).")
    sent_at: Mapped[datetime | None] = mapped_column(
        comment="When people were last told; null if they never were (UTC)."
    )
    pending: Mapped[str | None] = mapped_column(
        String(16), comment="What is still to be told: open or resolved; null if nothing is."
    )
    told: Mapped[list[str]] = mapped_column(Json, comment="Channels that have what is still to be told: webhook, mail.")
    claimed_until: Mapped[datetime | None] = mapped_column(
        comment="Until when one scheduler sends it; null if none does (UTC)."
    )
    error: Mapped[str | None] = mapped_column(comment="Why it could not be sent, one line; null if it could.")


class SchemaCompatibility(Base):
    """Which older code may work on the present schema; written by migrations alone."""

    __tablename__ = "schema_compatibility"
    __table_args__ = ({"comment": "Which older code may work on the present schema; written by migrations alone."},)

    revision: Mapped[str] = mapped_column(primary_key=True, comment="The schema's revision, as in alembic_version.")
    works_with: Mapped[str] = mapped_column(comment="Oldest revision whose code works on this schema.")
    changed_at: Mapped[datetime] = mapped_column(comment="When the schema was brought to it (UTC).")
