"""The schedulers' signs of life: one row each, written by every tick, read by whoever asks whether one ticks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from worker.store.tables import Heartbeat

#: A scheduler that was silent for so long is gone for good, and with it its row.
_KEPT = timedelta(days=30)


def beat(session: Session, actor: str, at: datetime, seconds: float, report: Mapping[str, Any]) -> None:
    """Note that a scheduler has ticked."""
    values = {"at": at, "seconds": seconds, "report": dict(report)}
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Heartbeat).values(actor=actor, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["actor"], set_=values))
    session.execute(delete(Heartbeat).where(Heartbeat.at < at - _KEPT))


def newest(session: Session) -> datetime | None:
    """When any scheduler last ticked; None if none ever did."""
    return session.scalar(select(func.max(Heartbeat.at)))
