"""Run the service's processes as children: start, restart what dies, stop without losing a task."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from worker.settings import Settings

#: A child that dies is started again after this, doubled each time it dies young, seconds.
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_YOUNG = 30.0


@dataclass(slots=True)
class Child:
    """One process of the service."""

    name: str
    command: Sequence[str]
    log: Path | None  #: where its output goes; None is our own
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = _FIRST_PAUSE
    restart_at: float = 0.0
    restarts: int = 0


@dataclass(slots=True)
class Supervisor:
    """The service's processes."""

    environment: Mapping[str, str]
    children: list[Child] = field(default_factory=list)

    def add(self, name: str, command: Sequence[str], log: Path | None = None) -> Child:
        """Start a process in a session of its own, so that Ctrl-C reaches only us."""
        child = Child(name, command, log)
        self.children.append(child)
        self._start(child)
        return child

    def check(self) -> list[str]:
        """Start again what died and is due; gives a line for each change."""
        now = time.monotonic()
        told = []
        for child in self.children:
            if child.process is None:
                if now >= child.restart_at:
                    child.restarts += 1
                    self._start(child)
                    told.append(f"{child.name}: started again")
            elif (status := child.process.poll()) is not None:
                child.pause = _FIRST_PAUSE if now - child.started > _YOUNG else min(_LONGEST_PAUSE, child.pause * 2)
                child.restart_at, child.process = now + child.pause, None
                told.append(f"{child.name}: ended with status {status}, starts again in {child.pause:.0f} s")
        return told

    def stop(self, grace: float) -> None:
        """Ask all to stop, wait up to ``grace`` seconds, then kill. Their tasks end or go back to the queue."""
        running = [
            child.process for child in self.children if child.process is not None and child.process.poll() is None
        ]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + grace
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # With what it started: each child leads a session of its own.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.children.clear()

    def _start(self, child: Child) -> None:
        output = child.log.open("ab") if child.log else None
        try:
            child.process = subprocess.Popen(  # noqa: S603  # our own commands
                list(child.command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                env=dict(self.environment),
                start_new_session=True,
            )
        finally:
            if output:
                output.close()
        child.started = time.monotonic()


def child_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Our environment for children; SIGTERM then lets a worker's tasks end or puts them back into the queue."""
    return {**os.environ, "REMAP_SIGTERM": "SIGQUIT", **(extra or {})}


def celery(*arguments: str) -> list[str]:
    """A Celery command line on our application."""
    return [sys.executable, "-m", "celery", "-q", "-A", "worker.app", *arguments]


def worker(name: str, queues: str, processes: int) -> list[str]:
    """A worker's command line."""
    return celery("worker", "-n", f"{name}@%h", "-Q", queues, "-c", str(processes), "--without-mingle")


def beat() -> list[str]:
    """The scheduler's command line."""
    return celery("beat", "-S", "scheduler.beat:EditionScheduler", "--pidfile", "")


def flower(port: int) -> list[str]:
    """Flower's command line; its configuration file holds the rest, so that no secret is on it."""
    return celery("flower", f"--conf={Path(__file__).with_name('flower.py')}", f"--port={port}")


def metrics() -> list[str]:
    """The command line of the server of the metrics, where the settings say."""
    return [sys.executable, "-m", "scheduler.cli", "metrics"]


def board(settings: Settings, port: int) -> list[str]:
    """The edition board's command line."""
    return [sys.executable, "-m", "scheduler.cli", "board", f"--host={settings.board_host}", f"--port={port}"]


def grace(settings: Settings) -> float:
    """How long a stop may take: longer than a worker's soft shutdown."""
    return settings.soft_shutdown_seconds + 15


def free_port() -> int:
    """A port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
