"""One tick of the scheduler: plan, make what is absent, sweep up after the dead, enqueue what is due.

Idempotent because the database says so: unique keys, guarded moves, and a row whose message is under way is not sent
again. Two schedulers may run; any number of ticks may be missed. A tick looks at what is open and at a few days, never
at history.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from scheduler import backfill, decisions, messages, planner, register
from scheduler.catalogue import Row
from scheduler.notify.tell import tell
from scheduler.sweep import sweep
from worker import tasks
from worker.queues import QUEUES
from worker.services import Services
from worker.store import editions, heartbeats
from worker.store.moves import Change
from worker.store.tables import Edition, Page

log = structlog.get_logger("broadsheet.tick")

#: Most rows of a sort and a queue that one tick enqueues; the next tick goes on.
_BATCH = 1000


@dataclass(slots=True)
class Report:
    """What one tick did."""

    made: int = 0  #: editions that got a row
    backfilled: int = 0  #: editions that backfills made or opened
    taken_over: int = 0  #: editions and pages whose worker died
    missing: int = 0  #: editions whose deadline passed
    read_again: int = 0  #: editions opened for late pages and corrections
    stale: int = 0  #: messages taken out of the queues because their time was over
    forgotten: int = 0  #: rows whose messages are lost, or may be because Redis was started anew
    indexes: int = 0  #: editions enqueued
    pages: int = 0  #: pages enqueued
    finishes: int = 0  #: editions enqueued to be finished


def tick(services: Services, rows: Mapping[str, Row]) -> Report:
    """Run one tick.

    Raises:
        sqlalchemy.exc.DBAPIError, redis.RedisError: the database or the broker is away; the next tick does the work.
    """
    started, report = time.perf_counter(), Report()
    services.database.run(lambda session: _plan(session, services, rows, report))
    report.stale = messages.drop_stale(services)
    lost_before = messages.lost_before(services)
    if lost_before is not None:
        report.forgotten = services.database.run(lambda session: editions.forget_sent(session, lost_before))
    # After the commit: what dies from here on is found again when its message is overdue.
    for queue in QUEUES:
        _enqueue(services, queue, report)
    _finish(services, report)
    tell(services)
    now, seconds = services.clock(), time.perf_counter() - started
    services.database.run(lambda session: heartbeats.beat(session, services.actor, now, seconds, asdict(report)))
    (log.info if any(asdict(report).values()) else log.debug)("tick", seconds=round(seconds, 3), **asdict(report))
    return report


def _plan(session: Session, services: Services, rows: Mapping[str, Row], report: Report) -> None:
    now = services.clock()
    change = Change(actor=services.actor, at=now, reason="due")
    rows = decisions.applied(session, rows)
    ids = register.publications(session, rows.values(), change)
    due = planner.plan(now, rows.values(), catch_up_days=services.settings.catch_up_days)
    new = [register.new_edition(ids[item.slug], item) for item in register.absent(session, ids, due)]
    report.made = len(editions.make_editions(session, new, change))
    report.backfilled = backfill.feed(session, rows, ids, now, services.actor)
    swept = sweep(session, services)
    report.taken_over, report.missing, report.read_again = swept.taken_over, swept.missing, swept.read_again


def _enqueue(services: Services, queue: str, report: Report) -> None:
    now = services.clock()
    sent_before = now - timedelta(seconds=services.settings.redelivery_seconds)
    indexes, pages = services.database.run(
        lambda session: (
            editions.take_due(session, Edition, queue, now=now, sent_before=sent_before, limit=_BATCH),
            editions.take_due(session, Page, queue, now=now, sent_before=sent_before, limit=_BATCH),
        )
    )
    tasks.send_indexes(services, indexes)
    tasks.send_pages(services, pages)
    report.indexes += len(indexes)
    report.pages += len(pages)


def _finish(services: Services, report: Report) -> None:
    sent_before = services.clock() - timedelta(seconds=services.settings.redelivery_seconds)
    with services.database.read() as session:
        unfinished = editions.unfinished(session, sent_before, _BATCH)
    tasks.send_finish(services, unfinished)
    report.finishes = len(unfinished)
