"""Real processes for tests without their second of imports: forked from one that has the libraries loaded already.

A process that is started here has its own environment, folder, streams and end, like any other; only its modules are
there before it begins. A command that must find nothing loaded is started with ``subprocess`` as ever.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[1]
BROADSHEET = Path(sys.executable).parent / "broadsheet"

#: These read the settings when they are imported, so that each process imports them, and what needs them, itself.
_OWN = frozenset({"worker.app", "scheduler.flower"})
_LIBRARIES = (
    *("celery.bin.celery", "celery.apps.worker", "celery.apps.beat", "celery.worker.worker"),
    *("celery.worker.consumer", "celery.worker.strategy", "celery.concurrency.prefork", "celery.fixups.django"),
    *("celery.worker.autoscale", "celery.worker.components", "celery.app.builtins", "celery.app.control"),
    *("celery.app.events", "celery.app.log", "celery.events", "kombu.transport.redis", "psycopg", "rich.progress"),
    *("rich.table", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite", "trafilatura"),
    *("alembic.command", "alembic.config", "alembic.script", "alembic.ddl.postgresql", "alembic.ddl.sqlite"),
    *("chinese_calendar", "holidays", "logging.config", "click", "encodings.idna"),
)
_MOST_BYTES = 1 << 17


class Warm:
    """The process that others are forked from; one a test session."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("BROADSHEET_")}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm", str(theirs.fileno())],
                cwd=ROOT,
                env=clean | {"REMAP_SIGTERM": "SIGQUIT"},  # Celery reads it when it is imported
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def close(self) -> None:
        self._socket.close()
        self._process.wait(20)

    def start(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdout: IO[Any],
        stderr: IO[Any],
    ) -> "Forked":
        """Start ``python -m MODULE …`` or a Python program; the parameters are those of ``subprocess.Popen``."""
        words = [str(word) for word in command]
        wanted = {"words": words, "cwd": str(cwd), "env": dict(env)}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs, Path(os.devnull).open("rb") as stdin:
            files = [stream.fileno() for stream in (stdin, stdout, stderr, theirs)]
            socket.send_fds(self._socket, [json.dumps(wanted).encode()], files)
        return Forked(words, ours)

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str],
        text: bool = True,
        timeout: float = 60,
    ) -> subprocess.CompletedProcess:
        """Run a command to its end, as ``subprocess.run`` with ``capture_output`` does."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = self.start(command, cwd=cwd, env=env, stdout=out, stderr=err)
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise
            said = []
            for stream in (out, err):
                stream.seek(0)
                said.append(stream.read().decode() if text else stream.read())
        return subprocess.CompletedProcess(process.args, process.returncode, *said)


@cache
def warm() -> Warm:
    """The one of this session; it ends with it."""
    return Warm()


class Forked:
    """A running process, with what tests use of ``subprocess.Popen``."""

    def __init__(self, args: list[str], status: socket.socket) -> None:
        self.args = args
        self.returncode: int | None = None
        self._status = status
        self.pid = self._number()

    def _number(self) -> int:
        read = self._status.recv(8, socket.MSG_WAITALL)
        return int.from_bytes(read, "little", signed=True)

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = self._number()
            self._status.close()
        return self.returncode

    def kill(self) -> None:
        """Only for one that is still running: its number may be another's afterwards."""
        os.kill(self.pid, signal.SIGKILL)


# --- in the process that is forked from ------------------------------------------------------------------------------


class _NotYet:
    """Keeps modules that each process has to import itself from being imported before it is forked."""

    def find_spec(self, name: str, *_: object) -> None:
        if name in _OWN:
            raise ImportError(name)


def _load() -> None:
    guard = _NotYet()
    sys.meta_path.insert(0, guard)
    ours = [
        module.name
        for package in ("worker", "scheduler")
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}.", onerror=lambda _: None)
        if "migrations" not in module.name and not module.name.endswith("__main__")
    ]
    for name in (*_LIBRARIES, *ours):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    sys.meta_path.remove(guard)
    gc.collect()
    gc.freeze()


def _serve(requests: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Fork for each request; gives a request in the child that is to do it, and nothing when there are no more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        message, files, _, _ = socket.recv_fds(requests, _MOST_BYTES, 4)
        if not message:
            return None
        if os.fork() == 0:
            requests.close()
            return _watch(json.loads(message), files)
        for file in files:
            os.close(file)


def _watch(request: dict[str, Any], files: list[int]) -> tuple[dict[str, Any], list[int]]:
    """Fork once more: this process only waits for the other and tells how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.close(files.pop())
        return request, files
    os.setsid()
    status = files.pop()
    for file in files:
        os.close(file)
    _tell(status, child)
    _tell(status, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    os._exit(0)


def _tell(status: int, number: int) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(status, number.to_bytes(8, "little", signed=True))


def _run(request: dict[str, Any], files: list[int]) -> None:
    """Become the process that was asked for."""
    for place, file in enumerate(files):
        os.dup2(file, place)
        os.close(file)
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)))
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)))
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w", closefd=False)), errors="backslashreplace", line_buffering=True
    )
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    words = request["words"]
    if words[1:2] == ["-m"]:
        sys.argv, sys.path[0] = words[2:], request["cwd"]
        runpy.run_module(words[2], run_name="__main__", alter_sys=True)
    else:
        sys.argv, sys.path[0] = words, str(Path(words[0]).parent)
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        _load()
        mine = _serve(asked)
    if mine is not None:
        _run(*mine)
