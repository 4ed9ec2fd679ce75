"""The archive's disk full for a while."""

import time
from pathlib import Path

from tests.chaos.disk import filled
from tests.chaos.stage import Stage
from tests.chaos.trial import Fault, Trial

#: How long nothing can be written, seconds.
_FULL = 10.0


def fill(trial: Trial) -> int:
    trial.moment(1)
    with filled(trial.stage.settings.archive):
        time.sleep(_FULL)
    trial.expect(_seen(trial.stage), "no worker noticed that the disk was full")
    return 1


def _seen(stage: Stage) -> bool:
    return any("No space left" in log.read_text() for log in Path(stage.folder).glob("worker-*.log"))


FAULTS = (
    Fault(
        "archive's disk full",
        fill,
        needs=lambda stage: None if stage.settings.archive_dir else "needs root, for a small disk of its own",
    ),
)
