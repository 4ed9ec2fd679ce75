"""The archive's disk full for a while: a small one of its own is filled, or a worker may write no more to any file."""

import resource
import shutil
import time
from pathlib import Path

from scheduler import supervisor
from tests.acceptance.processes import pool_children
from tests.chaos.disk import filled
from tests.chaos.stage import Stage
from tests.chaos.trial import SQLITE, Fault, Trial

#: How long nothing can be written, seconds.
_FULL = 10.0

#: What a worker's log says of it.
_WORDS = ("No space left on device", "File too large")

#: Runs a worker whose log goes through a pipe, as to a journal, so that the limit does not meet it.
_PIPED = 'log=$1; shift; exec > >(exec cat >> "$log") 2>&1; exec "$@"'

#: What its pool children may write to a file, bytes: less than any record of the archive takes.
_LIMIT = 256


def fill(trial: Trial) -> int:
    stage = trial.stage
    before = _noticed(stage)
    if stage.settings.archive_dir:
        trial.moment(1)
        with filled(stage.settings.archive):
            time.sleep(_FULL)
    else:
        _limit(stage)
    trial.expect(_noticed(stage) > before, "no worker noticed that the disk was full")
    return 1


def _limit(stage: Stage) -> None:
    stage.stop("worker-one")
    words = supervisor.worker("one", "daily,backfill", 2)
    log = stage.service.log("worker-one")
    worker = stage.service.start("worker-piped", ["bash", "-c", _PIPED, "piped", str(log), *words])
    stage.processes["worker-one"] = worker
    stage.wait_under_way()
    children = pool_children(worker)
    for limit in (_LIMIT, resource.RLIM_INFINITY):
        for child in children:
            resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        if limit == _LIMIT:
            time.sleep(_FULL)


def _noticed(stage: Stage) -> int:
    logs = [log.read_text() for log in Path(stage.folder).glob("worker-*.log")]
    return sum(log.count(words) for log in logs for words in _WORDS)


def _needs(stage: Stage) -> str | None:
    if stage.settings.archive_dir:
        return None
    if stage.kind == SQLITE:
        return "needs root for a small disk; without, its worker could not write the database either"
    return None if shutil.which("bash") and hasattr(resource, "prlimit") else "needs root, or Linux and bash"


FAULTS = (Fault("disk full for the archive", fill, needs=_needs),)
