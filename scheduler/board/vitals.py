"""Whether the service lives: when the scheduler last ticked, and how long the queues are if Redis answers in time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.glance import patience
from scheduler.vitals import vitals
from worker.settings import Settings
from worker.store.tables import Heartbeat

#: A page does not wait longer for Redis, seconds.
_PATIENCE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A scheduler's last sign of life."""

    actor: str
    at: datetime
    age: float  #: seconds
    silent: bool  #: it should have been heard of again


def beats(session: Session, settings: Settings, now: datetime) -> list[Beat]:
    """Every scheduler that has ever ticked, the one heard of last first."""
    longest = patience(settings)
    return [
        Beat(actor=actor, at=at, age=(now - at).total_seconds(), silent=(now - at).total_seconds() > longest)
        for actor, at in session.execute(select(Heartbeat.actor, Heartbeat.at).order_by(Heartbeat.at.desc()))
    ]


def queue_lengths(settings: Settings) -> dict[str, int] | None:
    """Messages waiting in each queue; None if Redis does not answer at once."""
    found = vitals(settings, patience=_PATIENCE)
    return None if found is None else found.queues
