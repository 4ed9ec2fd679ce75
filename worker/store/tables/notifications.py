"""The table of notifications: what people were told of, by cause."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from worker.store.tables.base import Base, partial, row_id
from worker.store.types import Json


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
        partial("notifications", "pending"),
        {"comment": "What people were told of, by cause."},
    )

    id: Mapped[int] = row_id()
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
