"""Metrics of this machine: room on the disks, size of the raw archive, the version that runs."""

import os
import platform
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.metrics_core import Metric

from scheduler.metrics.families import gauge
from worker import __version__
from worker.settings import Settings
from worker.store import schema

#: The archive is a file a publication and month; its size is measured this often at most, seconds.
_MEASURE_EVERY = 300.0


class Machine:
    """What is read of the machine on which the metrics are served."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._measured_at = -_MEASURE_EVERY
        self._archive: int | None = None

    def read(self) -> Iterator[Metric]:
        """Read it."""
        yield gauge(
            "build_info",
            "1; the version that serves these metrics and the schema that it needs.",
            ["version", "schema", "python"],
            [(__version__, schema.HEAD, platform.python_version(), 1)],
        )
        folders = {"var": self._settings.var_dir, "archive": self._settings.archive}
        room = {name: usage for name, path in folders.items() if (usage := _usage(path)) is not None}
        yield gauge(
            "disk_free_bytes", "Room left on the disk of a folder.", ["folder"], [(n, u[0]) for n, u in room.items()]
        )
        yield gauge(
            "disk_size_bytes", "Size of the disk of a folder.", ["folder"], [(n, u[1]) for n, u in room.items()]
        )
        yield gauge("archive_bytes", "Size of the raw archive's files.", (), [(self._archive_bytes(),)])

    def _archive_bytes(self) -> int | None:
        if time.monotonic() - self._measured_at >= _MEASURE_EVERY:
            self._archive = _size(self._settings.archive)
            self._measured_at = time.monotonic()
        return self._archive


def _usage(path: Path) -> tuple[int, int] | None:
    try:
        found = shutil.disk_usage(path)
    except OSError:
        return None
    return found.free, found.total


def _size(folder: Path) -> int | None:
    if not folder.is_dir():
        return None
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(place) / name).stat().st_size
            except OSError:  # a journal that has just been removed
                continue
    return total
