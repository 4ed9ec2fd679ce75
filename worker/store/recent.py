"""Find where recent rows begin in a table that only grows, without an index on time: a few look-ups by row id."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from worker.store.tables import Capture, Event, Revision


def first_id(
    session: Session,
    table: type[Capture] | type[Event] | type[Revision],
    at: InstrumentedAttribute[datetime],
    since: datetime,
) -> int:
    """An id from which on rows are not older than a time; one more than the last id if there is none.

    Ids grow with time but for transactions that overlap, so that a row or two at the border may be missed.
    """
    low = 0
    high = (session.scalar(select(func.max(table.id))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = session.execute(select(table.id, at).where(table.id >= middle).order_by(table.id).limit(1)).one_or_none()
        if row is None or row[1] >= since:
            high = middle
        else:
            low = row.id + 1
    return low
