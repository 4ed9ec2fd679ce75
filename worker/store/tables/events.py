"""The table of events: every state change, never changed itself."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from worker.store.tables.base import Base, row_id


class Event(Base):
    """One state change of an edition or page; never changed after it was written."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_edition_id", "edition_id"),
        Index("ix_events_at", "at"),
        {"comment": "Every state change: what, when, who and why."},
    )

    id: Mapped[int] = row_id()
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
