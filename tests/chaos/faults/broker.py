"""Redis killed, emptied or stopped while editions are read."""

import os
import signal
import time

from tests.chaos.trial import Fault, Trial
from worker import embedded

#: How long Redis does not move, seconds.
_STOPPED = 30.0


def flush(trial: Trial) -> int:
    trial.moment(2)
    client = embedded.connect(trial.stage.settings)
    client.flushall()
    client.close()
    return 1


def kill(trial: Trial) -> int:
    trial.moment(2)
    trial.stage.broker.kill(trial.stage.settings)
    trial.moment(4)
    return 1


def kill_and_empty(trial: Trial) -> int:
    trial.moment(2)
    trial.stage.broker.kill(trial.stage.settings, empty=True)
    trial.moment(4)
    return 1


def stop(trial: Trial) -> int:
    trial.moment(2)
    pid = trial.stage.broker.pid(trial.stage.settings)
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(_STOPPED)
    finally:
        os.kill(pid, signal.SIGCONT)
    return 1


FAULTS = (
    Fault("Redis emptied (FLUSHALL)", flush),
    Fault("Redis killed", kill),
    Fault("Redis killed and back empty", kill_and_empty),
    Fault("Redis stopped for 30 s", stop),
)
