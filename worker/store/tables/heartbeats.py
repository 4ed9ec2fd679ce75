"""The table of heartbeats: the last tick of each scheduler."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from worker.store.tables.base import Base, row_id
from worker.store.types import Json


class Heartbeat(Base):
    """The last tick of one scheduler."""

    __tablename__ = "heartbeats"
    __table_args__ = (UniqueConstraint("actor"), {"comment": "The last tick of each scheduler: who, when, how long."})

    id: Mapped[int] = row_id()
    actor: Mapped[str] = mapped_column(comment="Who: tick:HOST.")
    at: Mapped[datetime] = mapped_column(comment="When its last tick ended (UTC).")
    seconds: Mapped[float] = mapped_column(comment="How long that tick took, seconds.")
    report: Mapped[dict[str, Any]] = mapped_column(Json, comment="What that tick did, by name.")
