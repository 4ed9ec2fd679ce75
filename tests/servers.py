"""Servers with options of their own, for tests that the shared ones do not fit; stopped at the end of the block."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import wait_until
from worker import embedded


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def redis_server(folder: Path, *options: str, program: str | None = None, port: int | None = None) -> Iterator[int]:
    """A Redis on loopback; gives its port."""
    port = port or free_port()
    words = [program or embedded.find_server(), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *options]
    if "--tls-port" not in options:
        words += ["--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: listens(port) or process.poll() is not None, 20, "Redis")
        assert process.poll() is None, "Redis does not start"
        yield port
    finally:
        process.terminate()
        process.wait()
