"""The machine's clock an hour ahead for a while, then right again; also the other way round."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.stage import Stage
from tests.chaos.trial import Fault, Trial

#: Debian's libfaketime, by which a process sees another time of day.
_LIBRARIES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/local/lib/faketime/libfaketime.so.1")

#: How long the clock is wrong, seconds.
_WRONG = 8.0


def ahead(trial: Trial) -> int:
    return _jump(trial, "+3600")


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
        clock.write_text("+0")
        # Still under the library, so that what the wrong clock left is met by processes that go on.
        stage.wait_over(trial.planned, 240)
    return 2


@contextmanager
def _shifted(stage: Stage) -> Iterator[Path]:
    """Run worker and beat on a clock that a file sets; waits and time-outs keep the right pace."""
    clock = stage.folder / "clock"
    clock.write_text("+0")
    library = _library()
    more = {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    names = ("worker-one", "beat-one")
    environment = stage.service.environment
    stage.stop(*names)
    stage.service.environment = environment | more
    try:
        stage.ensure(*names)
        yield clock
    finally:
        stage.service.environment = environment
        stage.stop(*names)
        stage.ensure(*names)


def _library() -> Path | None:
    return next((path for pattern in _LIBRARIES for path in sorted(Path("/").glob(pattern[1:]))), None)


def _absent(_: Stage) -> str | None:
    if os.name != "posix" or _library() is None:
        return "needs libfaketime (Debian: apt-get install libfaketime)"
    return None


FAULTS = (
    Fault("clock an hour ahead, then back", ahead, days=1, one_clock=False, needs=_absent),
    Fault("clock an hour behind, then right", behind, days=1, one_clock=False, needs=_absent),
)
