"""The clock of workers and beat an hour ahead for a while, then right again; also the other way round."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from tests.chaos.stage import Stage
from tests.chaos.trial import Fault, Trial
from worker.store.tables import Edition, Event

#: Holds the module that lets a process follow a clock of ours.
_FOLLOWER = Path(__file__).parents[1] / "wrong_clock"

#: How long the clock is wrong, seconds.
_WRONG = 8.0


def ahead(trial: Trial) -> int:
    return _jump(trial, "3600")


def behind(trial: Trial) -> int:
    return _jump(trial, "-3600")


def _jump(trial: Trial, offset: str) -> int:
    """Workers and beat see the clock jump and jump back while they work; Redis, database and site do not."""
    stage = trial.stage
    with _shifted(stage) as clock:
        trial.order(1)
        stage.wait_under_way()
        clock.write_text(offset)
        time.sleep(_WRONG)
        trial.order(1)
        trial.moment(2)
        clock.write_text("0")
    trial.expect(_spread(trial) > timedelta(minutes=50), "no event bears the wrong time")
    return 2


def _spread(trial: Trial) -> timedelta:
    """How far the times of the run's events are apart."""
    days = {edition.day for edition in trial.planned}
    with trial.stage.database.read() as session:
        query = select(func.min(Event.at), func.max(Event.at)).join(Edition, Edition.id == Event.edition_id)
        first, last = session.execute(query.where(Edition.date.in_(days))).one()
    return last - first


@contextmanager
def _shifted(stage: Stage) -> Iterator[Path]:
    """Start worker and beat on a clock that a file sets; waits and time-outs keep the right pace.

    They go on when it is right again, and so meet what the wrong clock left.
    """
    clock = stage.folder / "clock"
    clock.write_text("0")
    more = {"PYTHONPATH": os.fspath(_FOLLOWER), "CHAOS_CLOCK": os.fspath(clock)}
    names = ("worker-one", "beat-one")
    environment = stage.service.environment
    stage.stop(*names)
    stage.service.environment = environment | more
    try:
        stage.ensure(*names)
        yield clock
    finally:
        stage.service.environment = environment


FAULTS = (
    Fault("clock an hour ahead and right again", ahead, days=1, one_clock=False),
    Fault("clock an hour behind and right again", behind, days=1, one_clock=False),
)
