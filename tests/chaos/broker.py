"""The Redis of a stage as a fault sees it: it can be killed, emptied and stopped. Sends no message."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import redis

from tests.conftest import wait_until
from tests.servers import free_port
from worker import embedded
from worker.settings import Settings

#: Where Redis notes how far its files go; without it a new server is empty.
_FILES = "appendonlydir"


class Broker:
    """A Redis server of ours on loopback, as an operations team runs it; nobody but us starts it again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "redis"
        self.folder.mkdir()
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen | None = None

    def settings(self) -> dict[str, str]:
        """What the service's processes must know of it."""
        return {"redis_url": self.url}

    def start(self, settings: Settings) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        options = {"bind": "127.0.0.1", "port": self.port, "dir": self.folder, "save": "", "appendonly": "yes"}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self._process = subprocess.Popen([embedded.find_server(), *words], stdout=subprocess.DEVNULL)
        wait_until(lambda: self._answers(settings), 30, "Redis")

    def pid(self, settings: Settings) -> int:
        client = embedded.connect(settings)
        try:
            return client.info("server")["process_id"]
        finally:
            client.close()

    def kill(self, settings: Settings, *, empty: bool = False) -> None:
        """End it at once; ``empty``: whoever starts it again finds nothing."""
        pid = self.pid(settings)
        if empty:
            shutil.rmtree(self.folder / _FILES)
        os.kill(pid, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def stop(self, _: Settings) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _answers(self, settings: Settings) -> bool:
        client = embedded.connect(settings)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


class EmbeddedBroker(Broker):
    """The server that the service brings; one that died is started again by the next tick."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "var" / "redis"
        self._process = None

    def settings(self) -> dict[str, str]:
        return {}

    def start(self, settings: Settings) -> None:
        settings.var_dir.mkdir(exist_ok=True)
        embedded.ensure(settings)

    def stop(self, settings: Settings) -> None:
        embedded.stop(settings)


def left_over(settings: Settings) -> dict[str, int]:
    """Messages that wait or are being worked on, by the key that holds them; what is empty is left out."""
    client = embedded.connect(settings)
    try:
        counts = {name: client.llen(name) for name in ("daily", "backfill")}
        counts |= {"unacked": client.hlen("unacked"), "unacked_index": client.zcard("unacked_index")}
        return {name: count for name, count in counts.items() if count}
    finally:
        client.close()
