"""Processes that die: pool children, whole workers, beat, and those that a container's stop gives five seconds."""

import signal
import subprocess
from contextlib import suppress

import psutil

from tests.acceptance.processes import pool_children
from tests.chaos.trial import Fault, Trial

#: Between two kills; a worker takes some seconds to start.
_LONGEST_PAUSE = 3.0

#: How many kills lie between two lines that tell of them.
_TOLD = 20


def kill_child(trial: Trial) -> int:
    return int(_kill_child(trial))


def kill_worker(trial: Trial) -> int:
    trial.moment(2)
    trial.stage.kill("worker-one")
    return 1


def kill_beat(trial: Trial) -> int:
    trial.moment(2)
    trial.stage.kill("beat-one")
    return 1


def kill_at_random(trial: Trial) -> int:
    """Kill something again and again while two workers read; what dies is started at once, as by systemd."""
    stage = trial.stage
    names = ("worker-one", "worker-two", "beat-one")
    for done in range(trial.kills):
        if done and not done % _TOLD:
            trial.tell(f"{done} of {trial.kills} kills, {len(trial.planned)} editions ordered")
        stage.ensure(*names)
        trial.keep_busy()
        trial.moment(_LONGEST_PAUSE)
        victim = trial.rng.choice(["child", "child", *names])
        if victim != "child" or not _kill_child(trial):
            stage.kill(victim if victim in names else trial.rng.choice(names))
    return trial.kills


def terminate_then_kill(trial: Trial) -> int:
    """SIGTERM, and SIGKILL five seconds later, while answers are so slow that no page ends in between."""
    stage = trial.stage
    stage.weather(lambda site: site.slow("content|node_", delay=7))
    stage.wait_under_way()
    worker = stage.processes["worker-one"]
    worker.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        worker.wait(5)
    with suppress(psutil.NoSuchProcess):
        stage.kill("worker-one")
    return 1


def _kill_child(trial: Trial) -> bool:
    workers = [process for name, process in sorted(trial.stage.processes.items()) if name.startswith("worker")]
    children = [child for worker in workers for child in pool_children(worker)]
    if not children:
        return False
    with suppress(psutil.NoSuchProcess):
        trial.rng.choice(sorted(children, key=lambda child: child.pid)).kill()
    return True


FAULTS = (
    Fault("pool child killed", kill_child),
    Fault("worker killed", kill_worker),
    Fault("beat killed", kill_beat),
    Fault("SIGTERM then SIGKILL after 5 s", terminate_then_kill),
    Fault("killed at random moments", kill_at_random),
)
