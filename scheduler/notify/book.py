"""What people were told of, kept in the database: a restart repeats nothing, and what was not sent is sent later."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from scheduler.notify.causes import NAMED, PATIENCE, Cause
from worker.domain import ENDED, State
from worker.store.tables import Edition, Notification

#: A cause that lasts and grows is told again after this.
_REMIND = timedelta(hours=24)

#: One scheduler sends what it has claimed; if it dies, another may after this.
_CLAIM = timedelta(minutes=5)

#: Rows that are sent at once.
_BATCH = 100

#: States that are the good end of a trouble.
_WELL = (State.COMPLETE, State.PARTIAL, State.SKIPPED)


def keep(session: Session, found: Sequence[Cause], now: datetime) -> None:
    """Note what is wrong now, what is new of it, and what is over."""
    rows = {row.cause: row for row in session.scalars(select(Notification).where(Notification.resolved_at.is_(None)))}
    for cause in found:
        row = rows.pop(cause.key, None)
        if row is None:
            _insert(session, cause, now)
            continue
        grown = len(cause.editions) > row.count
        # Seen first in the future: the clock was set back, and patience is to be reckoned from now.
        row.first_at = min(row.first_at, now)
        row.last_at, row.count, row.text = now, max(1, len(cause.editions)), cause.text
        row.editions = _named(cause)
        if grown and row.pending is None and row.sent_at is not None and now - row.sent_at > _REMIND:
            row.pending, row.told = "open", []
    for row in rows.values():
        states = _states(session, row)
        if any(state not in ENDED for state in states):
            # It is being tried again: how that ends decides whether the cause is over.
            continue
        row.resolved_at = now
        # Who was never told need not hear that it is over, nor who held the edition or waited until it was old.
        well = len(states) == len(row.editions) and all(state in _WELL for state in states)
        row.pending = "resolved" if row.sent_at is not None and well else None
        row.told, row.claimed_until = [], None


def standing(session: Session) -> Sequence[Notification]:
    """What is wrong and not over, the oldest first."""
    query = (
        select(Notification).where(Notification.resolved_at.is_(None)).order_by(Notification.first_at, Notification.id)
    )
    return session.scalars(query).all()


def claim(session: Session, now: datetime) -> Sequence[Notification]:
    """Take what is still to be told, so that no other scheduler tells it too."""
    # A claim that ends later than any can was made before the clock was set back.
    until = Notification.claimed_until
    free = or_(until.is_(None), until < now, until > now + 2 * _CLAIM)
    wanted = session.execute(
        select(Notification.id, Notification.problem, Notification.first_at, Notification.pending)
        .where(Notification.pending.is_not(None), free)
        .order_by(Notification.id)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    ids = [
        row.id
        for row in wanted
        if row.pending == "resolved" or now - row.first_at >= PATIENCE.get(row.problem, timedelta())
    ]
    taken = session.scalars(
        update(Notification)
        .where(Notification.id.in_(ids), Notification.pending.is_not(None), free)
        .values(claimed_until=now + _CLAIM)
        .returning(Notification.id)
    ).all()
    return session.scalars(select(Notification).where(Notification.id.in_(taken)).order_by(Notification.id)).all()


def settle(
    session: Session,
    row: Notification,
    told: Collection[str],
    *,
    channels: Collection[str],
    error: str | None,
    now: datetime,
) -> None:
    """Note which channels have a message; what is missing is tried again by a later tick.

    A row that has moved on since it was claimed (the cause is over, say) keeps what is now to be told of it.
    """
    everybody = set(channels) <= set(told)
    values: dict[str, Any] = {"claimed_until": None, "error": error, "told": [] if everybody else sorted(told)}
    if told:
        values["sent_at"] = now
    if everybody:
        values["pending"] = None
    session.execute(
        update(Notification).where(Notification.id == row.id, Notification.pending == row.pending).values(**values)
    )


def _insert(session: Session, cause: Cause, now: datetime) -> None:
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    values = {
        "cause": cause.key,
        "problem": cause.problem,
        "text": cause.text,
        "editions": _named(cause),
        "count": max(1, len(cause.editions)),
        "first_at": now,
        "last_at": now,
        "pending": "open",
        "told": [],
    }
    # Another scheduler may have noted it in this moment.
    session.execute(dialect.insert(Notification).values(**values).on_conflict_do_nothing())


def _named(cause: Cause) -> list[dict[str, Any]]:
    return [
        {"id": item.edition_id, "publication": item.publication, "date": item.date.isoformat(), "label": item.label}
        for item in cause.editions[:NAMED]
    ]


def _states(session: Session, row: Notification) -> Sequence[State]:
    ids = [item["id"] for item in row.editions]
    return session.scalars(select(Edition.state).where(Edition.id.in_(ids), Edition.held_at.is_(None))).all()
