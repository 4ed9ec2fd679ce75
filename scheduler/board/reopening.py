"""Open every edition with a fault again, a batch a transaction, for no longer than a reader waits. Sends nothing."""

import time
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from scheduler import actions
from worker.errors import LeaseLost, Refused
from worker.store.database import Database
from worker.store.moves import Change

#: How long one click goes on, seconds: a hundred thousand editions take minutes, and a browser gives up before.
PATIENCE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """What one click did."""

    opened: int
    left: int  #: editions with this fault that can be opened and have not been
    why: str  #: why the last of them that could not be opened could not; empty if none was refused


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    opened: int
    last: tuple[date, int] | None  #: where the next one begins; None if this one was empty
    why: str


def reopen_all(database: Database, fingerprint: str, change: Change) -> Reopened:
    """Open ended editions with this fault until none or no time is left; what is done stands if a later one fails.

    Raises:
        sqlalchemy.exc.DBAPIError: the database is away.
    """
    until, opened, why = time.monotonic() + PATIENCE, 0, ""
    last: tuple[date, int] | None = None
    while True:
        batch = database.run(partial(_open, fingerprint=fingerprint, change=change, after=last))
        if batch.last is None:
            break
        opened, last, why = opened + batch.opened, batch.last, batch.why or why
        if time.monotonic() > until:
            break
    with database.read() as session:
        left = actions.count_with_fingerprint(session, fingerprint)
    return Reopened(opened=opened, left=left, why=why)


def _open(session: Session, fingerprint: str, change: Change, after: tuple[date, int] | None) -> _Batch:
    opened, why = 0, ""
    found = actions.with_fingerprint(session, fingerprint, actions.MOST, after=after)
    last = (found[-1].date, found[-1].id) if found else None
    for edition in found:
        try:
            with session.begin_nested():
                actions.retry(session, edition, change)
            opened += 1
        except (Refused, LeaseLost) as refused:
            # A worker or another operator was quicker with this one.
            why = str(refused)
    return _Batch(opened=opened, last=last, why=why)
