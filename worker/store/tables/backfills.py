"""The table of backfills: ranges of editions that operators asked for."""

import datetime as dt
from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from worker.domain import BackfillState
from worker.store.tables.base import Base, one_of, row_id, zero
from worker.store.types import Json


class Backfill(Base):
    """A range of editions that an operator asked for; the tick makes their rows, a few at a time."""

    __tablename__ = "backfills"
    __table_args__ = (
        one_of("state", BackfillState),
        Index("ix_backfills_state", "state"),
        {"comment": "Ranges of editions that were asked for, and how far they are."},
    )

    id: Mapped[int] = row_id()
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
    cursor_position: Mapped[int] = zero("Place in publications that is looked at next, from 0.")
    total: Mapped[int] = mapped_column(
        comment="Editions that the calendars have in the range, counted when it was made."
    )
    existing: Mapped[int] = zero("Editions that were there before it and were left alone.")
    made: Mapped[int] = zero("Editions that it made or opened.")
    complete: Mapped[int] = zero("Of those, how many ended complete.")
    partial: Mapped[int] = zero("Of those, how many ended partial.")
    suspect: Mapped[int] = zero("Of those, how many ended suspect.")
    failed: Mapped[int] = zero("Of those, how many ended failed.")
    missing: Mapped[int] = zero("Of those, how many ended missing.")
    skipped: Mapped[int] = zero("Of those, how many were skipped.")
    created_by: Mapped[str] = mapped_column(comment="Who asked for it: operator:NAME.")
    reason: Mapped[str | None] = mapped_column(comment="Why it was asked for, or last paused or cancelled, one line.")
    created_at: Mapped[datetime] = mapped_column(comment="When it was asked for (UTC).")
    updated_at: Mapped[datetime] = mapped_column(comment="When its state last changed (UTC).")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it was done or cancelled (UTC).")
