"""The doctor on what runs: clocks agree, a worker is on each queue with work, a beat ticks, editions move."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import redis
from celery import Celery
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from scheduler.checks import broker
from scheduler.checks.finding import Finding, bad, ok, warn
from worker import embedded
from worker.domain import State
from worker.errors import Unusable
from worker.queues import QUEUES
from worker.settings import Settings
from worker.store.opening import open_database
from worker.store.tables import Edition, Event, Heartbeat, Page

#: Clocks that differ by more take leases from workers that hold them, seconds.
_SKEW = 5.0

#: Due work that waits for so long while nothing moves is stuck, seconds.
_STUCK = 600.0

#: How long workers get to answer, seconds.
_ANSWER = 2.0


def clock(settings: Settings) -> Iterator[Finding]:
    """Host, database and Redis agree on the time: leases and deadlines are compared between machines."""
    clocks: dict[str, float] = {}
    with _reading(settings) as session:
        if session.get_bind().dialect.name == "postgresql":
            before = datetime.now(UTC)
            there = session.scalar(text("SELECT clock_timestamp()"))
            clocks["the database"] = (there - before).total_seconds() if there else 0
    client = broker.connect(settings)
    try:
        before = datetime.now(UTC)
        seconds, micros = client.time()
        clocks["Redis"] = seconds + micros / 1e6 - before.timestamp()
    except redis.RedisError:
        pass  # its own check says so
    finally:
        client.close()
    for name, difference in clocks.items():
        if abs(difference) > _SKEW:
            yield bad("clock", f"{name} is {difference:+.1f} s off this machine", "run NTP on both machines")
    if all(abs(difference) <= _SKEW for difference in clocks.values()):
        yield ok("clock", f"{' and '.join(['this machine', *clocks])} agree")


def workers(settings: Settings) -> Iterator[Finding]:
    """Somebody answers on each queue."""
    client = broker.connect(settings)
    asker = Celery("doctor", broker=embedded.broker_url(settings), set_as_current=False)
    try:
        waiting = {name: int(client.llen(name)) for name in QUEUES}
        answers = asker.control.inspect(timeout=_ANSWER).active_queues() or {}
    except (redis.RedisError, BrokerError) as error:
        raise Unusable(f"Redis: {error}; check that it runs and that BROADSHEET_REDIS_URL is right") from error
    finally:
        asker.close()
        client.close()
    for name in QUEUES:
        serving = [worker for worker, queues in answers.items() if any(queue["name"] == name for queue in queues)]
        if serving:
            yield ok(f"workers {name}", f"{len(serving)} answer: {', '.join(sorted(serving)[:3])}")
        elif waiting[name]:
            start = f"celery -A worker.app worker -Q {name}"
            yield bad(f"workers {name}", f"{waiting[name]} messages wait and no worker answers", f"start one: {start}")
        else:
            yield warn(f"workers {name}", "no worker answers; nothing waits either", "start the service")


def beat(settings: Settings) -> Iterator[Finding]:
    """A tick was done lately, and nothing due is left unsent."""
    now = datetime.now(UTC)
    patience = timedelta(seconds=3 * settings.tick_seconds + 30)
    with _reading(settings) as session:
        last = session.scalar(select(func.max(Heartbeat.at)))
        unsent = session.scalar(
            select(func.count())
            .select_from(Edition)
            .where(
                Edition.state.in_([State.SCHEDULED, State.WAITING]),
                Edition.held_at.is_(None),
                Edition.enqueued_at.is_(None),
                Edition.next_attempt_at < now - patience,
            )
        )
    remedy = "start beat: celery -A worker.app beat -S scheduler.beat:EditionScheduler"
    if last is not None and now - last <= patience:
        yield ok("beat", f"its last tick ended {(now - last).total_seconds():.0f} s ago")
    elif unsent:
        yield bad("beat", f"{unsent} editions are due and nobody sends them; last tick {_ago(last, now)}", remedy)
    else:
        yield warn("beat", f"last tick {_ago(last, now)}", remedy)


def progress(settings: Settings) -> Iterator[Finding]:
    """Of each queue: due work is being done. What the health of a worker means."""
    now = datetime.now(UTC)
    overdue = now - timedelta(seconds=_STUCK)
    with _reading(settings) as session:
        for name in QUEUES:
            stuck = _due(session, name, overdue)
            last = session.scalar(
                select(func.max(Event.at)).join(Edition, Edition.id == Event.edition_id).where(Edition.queue == name)
            )
            if stuck and (last is None or last < overdue):
                yield bad(
                    f"progress {name}",
                    f"{stuck} editions or pages are due for {_STUCK / 60:.0f} minutes; last change {_ago(last, now)}",
                    "see the runbook's NoProgress",
                )
            else:
                yield ok(f"progress {name}", f"last change {_ago(last, now)}, {stuck} overdue")


def _due(session: Session, queue: str, before: datetime) -> int:
    editions = (
        select(func.count())
        .select_from(Edition)
        .where(Edition.queue == queue, Edition.held_at.is_(None), Edition.next_attempt_at < before)
    )
    pages = (
        select(func.count())
        .select_from(Page)
        .join(Edition, Edition.id == Page.edition_id)
        .where(Edition.queue == queue, Edition.held_at.is_(None), Page.next_attempt_at < before)
    )
    return (session.scalar(editions) or 0) + (session.scalar(pages) or 0)


@contextmanager
def _reading(settings: Settings) -> Iterator[Session]:
    database = open_database(settings)
    try:
        with database.read() as session:
            yield session
    finally:
        database.close()


def _ago(moment: datetime | None, now: datetime) -> str:
    return "never" if moment is None else f"{(now - moment).total_seconds() / 60:.0f} minutes ago"
