"""The status tables: editions and their pages, where each stands, who holds it and when it is due."""

import datetime as dt
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from worker.domain import Failure, PageState, State
from worker.store.tables.base import Base, one_of, partial, row_id, zero
from worker.store.types import BigId, Json


class Leased:
    """Columns of a row that one worker at a time may hold."""

    error: Mapped[str | None] = mapped_column(comment="Why it is not complete, one line; null if it is.")
    failure: Mapped[Failure | None] = mapped_column(
        comment="What sort of failure the error is: passing, final, site_changed, blocked, bug; null if none."
    )
    fingerprint: Mapped[str | None] = mapped_column(
        comment="Short hash of the failure without what differs from edition to edition; equal for equal faults."
    )
    attempts: Mapped[int] = mapped_column(default=0, comment="Attempts since it was last opened.")
    deaths: Mapped[int] = zero("Times that its worker died since it was last opened.")
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


class Edition(Leased, Base):
    """One publication on one date."""

    __tablename__ = "editions"
    __table_args__ = (
        UniqueConstraint("publication_id", "date", "label"),
        one_of("state", State),
        one_of("settled", State),
        one_of("failure", Failure),
        CheckConstraint("queue IN ('daily', 'backfill')", name="queue"),
        Index("ix_editions_date", "date"),
        Index("ix_editions_state_next_attempt_at", "state", "next_attempt_at"),
        partial("editions", "queue", "next_attempt_at"),
        partial("editions", "lease_expires_at"),
        partial("editions", "enqueued_at"),
        partial("editions", "reread_at"),
        partial("editions", "held_at"),
        partial("editions", "fingerprint"),
        Index(
            "ix_editions_date_faulty",
            "date",
            postgresql_where=text("fingerprint IS NOT NULL"),
            sqlite_where=text("fingerprint IS NOT NULL"),
        ),
        partial("editions", "open_backfill_id"),
        Index(
            "ix_editions_backfill_id_ended_at",
            "backfill_id",
            "ended_at",
            postgresql_where=text("backfill_id IS NOT NULL"),
            sqlite_where=text("backfill_id IS NOT NULL"),
        ),
        {"comment": "One publication on one date; the status table."},
    )

    id: Mapped[int] = row_id()
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


class Page(Leased, Base):
    """One page of an edition: the unit of work."""

    __tablename__ = "pages"
    __table_args__ = (
        UniqueConstraint("edition_id", "number"),
        one_of("state", PageState),
        one_of("settled", PageState),
        one_of("failure", Failure),
        CheckConstraint("source IN ('web', 'text')", name="source"),
        partial("pages", "next_attempt_at"),
        partial("pages", "lease_expires_at"),
        partial("pages", "enqueued_at"),
        partial("pages", "fingerprint"),
        {"comment": "Pages of editions; a page is the unit of work."},
    )

    id: Mapped[int] = row_id()
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
