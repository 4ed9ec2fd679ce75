"""Two of what should be one: two beats, and two workers that hold the same page."""

import signal
import sqlite3
import time
from contextlib import closing

from sqlalchemy import func, select

from tests.acceptance.processes import pool_children
from tests.chaos.stage import Stage
from tests.chaos.trial import SQLITE, Fault, Trial
from tests.conftest import wait_until
from worker.domain import PAGE_ENDED
from worker.store.tables import Event, Page

#: What a worker's log says when it found its lease gone, or was so long stopped that its time limit ended it.
_GAVE_UP = ("lease_lost", "TimeLimitExceeded")


def two_beats(trial: Trial) -> int:
    trial.stage.ensure("beat-two")
    log = trial.stage.service.log("beat-two")
    wait_until(lambda: log.stat().st_size, 60, "the second beat to start")
    trial.order(1)
    return 1


def two_workers(trial: Trial) -> int:
    """Stop a worker in the middle of its pages until another has read them, then let it go on: it may write nothing."""
    stage = trial.stage
    held = stage.site.hold("content", times=2)
    trial.expect(held.wait_arrived(60), "no article was asked for")
    first = stage.processes["worker-one"]
    family = [first, *pool_children(first)]
    _stop(trial, family)
    try:
        theirs = _held(trial, {process.pid for process in family})
        stage.ensure("worker-two")
        wait_until(lambda: all(_over(trial, page) for page, _ in theirs), 120, "the other worker to read the pages")
    finally:
        held.release()
        _signal(family, signal.SIGCONT)
    log = stage.service.log("worker-one")
    wait_until(lambda: any(word in log.read_text() for word in _GAVE_UP), 60, "the first worker to give up its pages")
    for page, token in theirs:
        trial.expect(
            _events(trial, page, token) == 2, f"page {page}: more than claim and take-over under token {token}"
        )
    trial.expect(theirs, "the stopped worker held no page")
    return len(theirs)


def _stop(trial: Trial, family) -> None:
    """Stop processes, but not in the middle of a transaction that keeps all others from writing to SQLite."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        _signal(family, signal.SIGSTOP)
        if _writable(trial.stage):
            return
        _signal(family, signal.SIGCONT)
        trial.moment(0.5)
    trial.expect(False, "the worker was always stopped in a transaction")


def _writable(stage: Stage) -> bool:
    if stage.kind != SQLITE:
        return True
    with closing(sqlite3.connect(stage.database.url.database, timeout=2, isolation_level=None)) as own:
        try:
            own.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        own.execute("ROLLBACK")
    return True


def _signal(family, number: int) -> None:
    for process in family:
        process.send_signal(number)


def _held(trial: Trial, pids: set[int]) -> list[tuple[int, int]]:
    """Pages that processes hold, with their tokens."""
    with trial.stage.database.read() as session:
        rows = session.execute(select(Page.id, Page.token, Page.lease_owner).where(Page.lease_owner.is_not(None)))
        return [(row.id, row.token) for row in rows if int(row.lease_owner.rpartition(":")[2]) in pids]


def _over(trial: Trial, page_id: int) -> bool:
    with trial.stage.database.read() as session:
        return session.get_one(Page, page_id).state in PAGE_ENDED


def _events(trial: Trial, page_id: int, token: int) -> int:
    with trial.stage.database.read() as session:
        return session.scalar(select(func.count()).where(Event.page_id == page_id, Event.token == token))


FAULTS = (
    Fault("two beats", two_beats),
    Fault("two workers on one lease", two_workers),
)
