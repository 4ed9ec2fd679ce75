"""Clear up after the dead and the late: leases that ended, deadlines that passed, editions due for another reading.

Every change is a guarded move, so that two schedulers, or a worker that is not dead after all, do no harm.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from worker import faults
from worker.domain import Failure, PageState, State
from worker.errors import LeaseLost, Refused
from worker.services import Services
from worker.store import clocks, editions, moves
from worker.store.moves import Change
from worker.store.tables import Edition, Page

#: Most rows of a sort that one tick sweeps; the next tick goes on.
_BATCH = 1000

_DEAD = "its worker died: the lease ended without a result"


@dataclass(slots=True, kw_only=True)
class Swept:
    """What one sweep did."""

    taken_over: int = 0  #: editions and pages whose worker died
    missing: int = 0  #: editions whose deadline passed
    read_again: int = 0  #: editions opened for late pages and corrections


def sweep(session: Session, services: Services) -> Swept:
    """Sweep once."""
    now, swept = services.clock(), Swept()
    clocks.bring_back(session, now, timedelta(seconds=services.settings.lease_seconds))
    for edition in editions.expired(session, Edition, now, _BATCH):
        swept.taken_over += _take_over(
            session, services, edition, moves.move_edition, again=State.SCHEDULED, given_up=State.FAILED
        )
    for page in editions.expired(session, Page, now, _BATCH):
        swept.taken_over += _take_over(
            session, services, page, moves.move_page, again=PageState.PENDING, given_up=PageState.QUARANTINED
        )
    late = Change(actor=services.actor, at=now, reason="not published by its deadline")
    for edition_id in editions.overdue(session, now, _BATCH):
        swept.missing += quietly(moves.move_edition, session, edition_id, State.MISSING, late, sources=[State.WAITING])
    again = Change(actor=services.actor, at=now, reason="read again for late pages and corrections")
    for edition_id in editions.to_read_again(session, now, _BATCH):
        swept.read_again += quietly(
            moves.move_edition, session, edition_id, State.SCHEDULED, again, next_attempt_at=now, reread_at=None
        )
    return swept


def _take_over(
    session: Session, services: Services, row: Any, move: Callable[..., int], *, again: str, given_up: str
) -> bool:
    now, most, deaths = services.clock(), services.settings.max_attempts, row.deaths + 1
    if deaths < most:
        fault = faults.of_text(Failure.PASSING, _DEAD)
        to, at, error = again, now, _DEAD
    else:
        # It is the row that kills: whoever takes it next dies, too, so nobody does until a person has looked.
        fault = faults.KILLED
        to, at, error = row.settled or given_up, None, f"given up: its worker died in each of {deaths} attempts"
    whole = to in {State.COMPLETE, PageState.DONE}
    return quietly(
        move,
        session,
        row.id,
        to,
        Change(actor=services.actor, at=now, reason=error),
        expired_before=now,
        next_attempt_at=at,
        deaths=deaths,
        **({"error": None} if whole else {"error": error, **fault.columns()}),
    )


def quietly(move: Callable[..., int], *arguments: Any, **how: Any) -> bool:
    """Make a move that somebody else may have made first."""
    try:
        move(*arguments, **how)
    except (Refused, LeaseLost):
        return False
    return True
