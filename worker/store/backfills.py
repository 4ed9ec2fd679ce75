"""Rows of backfills: make them, count how their editions ended, pause, resume and cancel. Knows no calendar."""

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from worker.domain import ENDED, BackfillState, State
from worker.errors import Refused
from worker.store import holds, moves
from worker.store.moves import Change
from worker.store.tables import Backfill, Edition

#: Editions whose end one call counts at most.
_BATCH = 1000

#: End states in which a backfill may open editions again.
INCLUDABLE = (State.FAILED, State.MISSING, State.PARTIAL, State.SUSPECT)

_OVER = frozenset({BackfillState.CANCELLED, BackfillState.DONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a backfill is."""

    done: int  #: ended complete, partial or suspect, or there before it
    to_do: int  #: not ended yet, those not begun included
    failed: int
    missing: int
    skipped: int
    under_way: int  #: of those to do, how many have been begun
    an_hour: float  #: editions that ended in the last hour, scaled up if it is younger
    expected_end: datetime | None  #: at that speed; None if it is over, stands still or is paused


def add(
    session: Session,
    *,
    slugs: Sequence[str],
    first: date,
    last: date,
    newest_first: bool,
    cap: int,
    total: int,
    change: Change,
    include: Collection[State] = (),
) -> Backfill:
    """Make a backfill's row; the tick does the rest.

    ``include``: end states in which editions that are there are opened again; all others are left alone.
    """
    row = Backfill(
        state=BackfillState.RUNNING,
        publications=list(slugs),
        first_date=first,
        last_date=last,
        newest_first=newest_first,
        include=[state.value for state in State if state in include] or None,
        cap=cap,
        cursor_date=last if newest_first else first,
        total=total,
        created_by=change.actor,
        reason=change.reason or None,
        created_at=change.at,
        updated_at=change.at,
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    return row


def running(session: Session, limit: int = 50) -> Sequence[Backfill]:
    """Backfills that the tick goes on with, locked so that a second scheduler leaves them to the first."""
    query = select(Backfill).where(Backfill.state == BackfillState.RUNNING).order_by(Backfill.id).limit(limit)
    return session.scalars(query.with_for_update(skip_locked=True)).all()


def latest(session: Session, limit: int, *states: BackfillState) -> Sequence[Backfill]:
    """Backfills, the newest first."""
    query = select(Backfill).order_by(Backfill.id.desc()).limit(limit)
    return session.scalars(query.where(Backfill.state.in_(states)) if states else query).all()


def open_editions(session: Session, backfill_id: int, *where: ColumnElement[bool]) -> int:
    """How many of its editions have not ended, or not been counted yet."""
    query = select(func.count()).where(Edition.open_backfill_id == backfill_id, *where)
    return session.scalars(query).one()


def count_ended(session: Session) -> int:
    """Add editions that have ended to their backfills' counts, each once; gives how many."""
    ids = session.scalars(
        select(Edition.id)
        .where(Edition.open_backfill_id.is_not(None), Edition.state.in_(ENDED))
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    closed = session.execute(
        update(Edition)
        .where(Edition.id.in_(ids), Edition.open_backfill_id.is_not(None))
        .values(open_backfill_id=None)
        .returning(Edition.backfill_id, Edition.state)
    ).all()
    counts = Counter((row.backfill_id, row.state) for row in closed)
    for (backfill_id, state), count in sorted(counts.items()):
        column = getattr(Backfill, state)
        session.execute(update(Backfill).where(Backfill.id == backfill_id).values({column: column + count}))
    return len(closed)


def reopened(session: Session, edition: Edition, state: State, change: Change) -> None:
    """Take an edition that ended in ``state`` and is opened again out of its backfill's counts."""
    if edition.backfill_id is None or edition.open_backfill_id is not None:
        return
    column = getattr(Backfill, state)
    session.execute(update(Edition).where(Edition.id == edition.id).values(open_backfill_id=Edition.backfill_id))
    session.execute(update(Backfill).where(Backfill.id == edition.backfill_id, column > 0).values({column: column - 1}))
    session.execute(
        update(Backfill)
        .where(Backfill.id == edition.backfill_id, Backfill.state == BackfillState.DONE)
        .values(state=BackfillState.RUNNING, ended_at=None, updated_at=change.at)
    )


def move(session: Session, backfill_id: int, to: BackfillState, change: Change) -> Backfill:
    """Pause, resume, cancel or finish a backfill, and what of it is under way.

    Raises:
        Refused: there is no such backfill, or it is over, or it is that already.
    """
    row = session.scalars(select(Backfill).where(Backfill.id == backfill_id).with_for_update()).one_or_none()
    if row is None:
        raise Refused(f"there is no backfill {backfill_id}")
    if row.state in _OVER:
        raise Refused(f"backfill {backfill_id} is {row.state} already")
    if row.state is to:
        raise Refused(f"backfill {backfill_id} is {to} already")
    row.state, row.updated_at = to, change.at
    row.reason = change.reason or row.reason
    name = f"backfill:{backfill_id}"
    if to is BackfillState.PAUSED:
        holds.hold(session, [Edition.open_backfill_id == backfill_id], name, change)
    else:
        holds.release(session, [Edition.open_backfill_id == backfill_id, Edition.held_by == name], change)
    if to in _OVER:
        row.ended_at = change.at
    if to is BackfillState.CANCELLED:
        _skip_what_has_not_begun(session, backfill_id, change)
    session.flush()
    return row


def progress(session: Session, row: Backfill, now: datetime) -> Progress:
    """How far a backfill is, from its counts and the last hour."""
    counted = row.complete + row.partial + row.suspect + row.failed + row.missing + row.skipped
    under_way = open_editions(session, row.id)
    to_do = max(row.made - counted, 0) + max(row.total - row.made - row.existing, 0)
    to_do = max(to_do, under_way) if row.state not in _OVER else under_way
    hour = timedelta(hours=1)
    since = max(row.created_at, now - hour)
    ended = session.scalars(select(func.count()).where(Edition.backfill_id == row.id, Edition.ended_at > since)).one()
    an_hour = ended * (hour / max(now - since, timedelta(seconds=1)))
    moving = row.state is BackfillState.RUNNING and to_do and ended
    return Progress(
        done=row.existing + row.complete + row.partial + row.suspect,
        to_do=to_do,
        failed=row.failed,
        missing=row.missing,
        skipped=row.skipped,
        under_way=under_way,
        an_hour=round(an_hour, 1),
        expected_end=now + hour * (to_do / an_hour) if moving else None,
    )


def _skip_what_has_not_begun(session: Session, backfill_id: int, change: Change) -> None:
    idle = session.scalars(
        select(Edition.id).where(
            Edition.open_backfill_id == backfill_id,
            Edition.state.in_([State.SCHEDULED, State.WAITING]),
            Edition.settled.is_(None),
        )
    ).all()
    why = f"backfill {backfill_id} was cancelled"
    for edition_id in idle:
        with suppress(Refused):
            moves.move_edition(session, edition_id, State.SKIPPED, replace(change, reason=why), error=why)
