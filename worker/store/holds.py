"""Put editions on hold and release them: nothing of a held edition is sent or begun. Changes no state."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from worker.store.moves import Change
from worker.store.tables import Edition, Event


def hold(session: Session, where: Sequence[ColumnElement[bool]], held_by: str, change: Change) -> int:
    """Put editions that are not on hold on hold, each with an event; gives how many."""
    return _tell(
        session,
        change,
        f"on hold: {change.reason}" if change.reason else "on hold",
        session.execute(
            update(Edition)
            .where(*where, Edition.held_at.is_(None))
            .values(held_at=change.at, held_by=held_by, hold_reason=change.reason or None)
            .returning(Edition.id, Edition.state, Edition.attempts, Edition.token)
        ).all(),
    )


def release(session: Session, where: Sequence[ColumnElement[bool]], change: Change) -> int:
    """Release editions that are on hold, each with an event; gives how many."""
    return _tell(
        session,
        change,
        f"released: {change.reason}" if change.reason else "released",
        session.execute(
            update(Edition)
            .where(*where, Edition.held_at.is_not(None))
            .values(held_at=None, held_by=None, hold_reason=None, enqueued_at=None)
            .returning(Edition.id, Edition.state, Edition.attempts, Edition.token)
        ).all(),
    )


def _tell(session: Session, change: Change, words: str, rows: Sequence[Any]) -> int:
    for row in rows:
        session.add(
            Event(
                at=change.at,
                edition_id=row.id,
                from_state=row.state,
                to_state=row.state,
                actor=change.actor,
                reason=words,
                attempt=row.attempts,
                token=row.token,
            )
        )
    session.flush()
    return len(rows)
