"""One tick of the scheduler: plan, make what is absent, sweep up after the dead, enqueue what is due.

Idempotent because the database says so: unique keys, guarded moves, and a row whose message is under way is not sent
again. Two schedulers may run; any number of ticks may be missed.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from scheduler import decisions, planner, register
from scheduler.catalogue import Row
from worker import embedded, tasks
from worker.app import QUEUES
from worker.domain import PageState, State
from worker.errors import LeaseLost, Refused
from worker.services import Services
from worker.store import editions, moves
from worker.store.moves import Change
from worker.store.tables import Edition, Page

log = structlog.get_logger("broadsheet.tick")

#: Holds the run of the Redis server in which the last tick sent its messages.
_RUN_KEY = "broadsheet:run"

#: Longer than a message takes from being sent to being seen in the broker or claimed.
_A_MOMENT = timedelta(seconds=30)

#: Most rows that one tick enqueues; the next tick goes on.
_BATCH = 1000


@dataclass(slots=True)
class Report:
    """What one tick did."""

    made: int = 0  #: editions that got a row
    taken_over: int = 0  #: editions and pages whose worker died
    missing: int = 0  #: editions whose deadline passed
    forgotten: int = 0  #: rows whose messages are lost, or may be because Redis was started anew
    indexes: int = 0  #: editions enqueued
    pages: int = 0  #: pages enqueued
    finishes: int = 0  #: editions enqueued to be finished


def tick(services: Services, rows: Mapping[str, Row]) -> Report:
    """Run one tick.

    Raises:
        sqlalchemy.exc.DBAPIError, redis.RedisError: the database or the broker is away; the next tick does the work.
    """
    report = Report()
    now = services.clock()
    sent_before = now - timedelta(seconds=services.settings.redelivery_seconds)
    with services.database.begin() as session:
        change = Change(actor=services.actor, at=now, reason="due")
        rows = decisions.applied(session, rows)
        ids = register.publications(session, rows.values(), change)
        due = planner.plan(now, rows.values(), catch_up_days=services.settings.catch_up_days)
        for item in register.absent(session, ids, due):
            _, made = register.edition(session, ids[item.slug], item, change)
            report.made += made
        _sweep(session, services, report)
    lost_before = _lost_before(services)
    with services.database.begin() as session:
        if lost_before is not None:
            report.forgotten = editions.forget_sent(session, lost_before)
        indexes = editions.take_due(session, Edition, now, sent_before, _BATCH)
        pages = editions.take_due(session, Page, now, sent_before, _BATCH)
        unfinished = list(editions.unfinished(session, sent_before))
    # After the commit: what dies from here on is found again when its message is overdue.
    tasks.send_indexes(services, indexes)
    tasks.send_pages(services, pages)
    tasks.send_finish(services, unfinished)
    report.indexes, report.pages, report.finishes = len(indexes), len(pages), len(unfinished)
    (log.info if any(asdict(report).values()) else log.debug)("tick", **asdict(report))
    return report


def _sweep(session: Session, services: Services, report: Report) -> None:
    now, most = services.clock(), services.settings.max_attempts
    dead = Change(actor=services.actor, at=now, reason="its worker died: the lease ended without a result")
    given_up = f"its worker died in each of {most} attempts"
    for edition_id in editions.expired(session, Edition, now):
        edition = session.get_one(Edition, edition_id)
        to, at, error = (
            (State.SCHEDULED, now, dead.reason) if edition.attempts < most else (State.FAILED, None, given_up)
        )
        report.taken_over += _quietly(
            moves.move_edition, session, edition_id, to, dead, expired_before=now, next_attempt_at=at, error=error
        )
    for page_id in editions.expired(session, Page, now):
        page = session.get_one(Page, page_id)
        state = PageState.PENDING if page.attempts < most else PageState.FAILED
        at, error = (now, dead.reason) if state is PageState.PENDING else (None, given_up)
        report.taken_over += _quietly(
            moves.move_page, session, page_id, state, dead, expired_before=now, next_attempt_at=at, error=error
        )
    late = Change(actor=services.actor, at=now, reason="not published by its deadline")
    for edition_id in editions.overdue(session, now):
        report.missing += _quietly(
            moves.move_edition, session, edition_id, State.MISSING, late, sources=[State.WAITING]
        )


def _quietly(move: Callable[..., int], *arguments: Any, **how: Any) -> bool:
    """Make a move that somebody else may have made first."""
    try:
        move(*arguments, **how)
    except (Refused, LeaseLost):
        return False
    return True


def _lost_before(services: Services) -> datetime | None:
    """The time before which every message that nobody took is lost, if the broker shows that some are."""
    client = embedded.connect(services.settings)
    try:
        run = str(client.info("server")["run_id"]).encode()
        # Set and read in one step: of two schedulers one is told. A server that was killed comes back without what
        # it had not written to disk, an emptied one with nothing.
        if client.set(_RUN_KEY, run, get=True) != run:
            return services.clock() + _A_MOMENT
        under_way = sum(client.llen(name) for name in QUEUES) + client.hlen("unacked")
    finally:
        client.close()
    # Nothing waits and nothing is being worked on, so what was sent a while ago went astray on its way.
    return None if under_way else services.clock() - _A_MOMENT
