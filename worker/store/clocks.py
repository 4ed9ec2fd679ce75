"""Undo what a clock that was ahead has left in rows, so that nobody waits for it. Knows nothing of what is due.

A clock may be set back by hand or by time synchronisation, or a machine's may have been ahead. Rows written before then
lie in the future. Those that only say how long to wait are brought to where they would be by the present clock; times
that a calendar gives stay as they are.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from worker.domain import STANDING, PageState, State
from worker.store.tables import Edition, Page

#: Rows of a sort that one call mends at most; the next call goes on.
_BATCH = 1000

Table = type[Edition] | type[Page]


def bring_back(session: Session, now: datetime, lease: timedelta) -> int:
    """Bring leases, messages and waiting times of the future back; gives the rows changed.

    A lease that begins now ends after ``lease``; clocks that differ by less are let be.
    """
    changed = 0
    for table in (Edition, Page):
        leases = update(table).where(table.lease_expires_at > now + 2 * lease).values(lease_expires_at=now + lease)
        sent = update(table).where(table.enqueued_at > now + lease).values(enqueued_at=now)
        changed += sum(len(session.scalars(each.returning(table.id)).all()) for each in (leases, sent))
    looked_for = (Edition.state.in_([State.SCHEDULED, State.WAITING]), Edition.next_attempt_at > Edition.expected_at)
    for table, column, which in (
        (Edition, Edition.next_attempt_at, looked_for),
        (Edition, Edition.reread_at, (Edition.state.in_(STANDING),)),
        (Page, Page.next_attempt_at, (Page.state == PageState.PENDING,)),
    ):
        changed += _shorten(session, table, column, which, now=now, slack=lease)
    return changed


def _shorten(
    session: Session,
    table: Table,
    column: InstrumentedAttribute[Any],
    which: tuple[ColumnElement[bool], ...],
    *,
    now: datetime,
    slack: timedelta,
) -> int:
    """Let rows that were last changed in the future wait from now on for as long as they were to wait then."""
    ahead = session.execute(
        select(table.id, column, table.updated_at)
        .where(*which, column > now, table.updated_at > now + slack)
        .order_by(column)
        .limit(_BATCH)
    ).all()
    for row_id, until, written in ahead:
        session.execute(
            update(table)
            .where(table.id == row_id, table.updated_at == written)
            .values({column: max(now, until - (written - now)), table.updated_at: now})
        )
    return len(ahead)
