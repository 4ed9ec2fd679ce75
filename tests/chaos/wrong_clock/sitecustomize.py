"""Lets a process see a clock that a file sets, as an offset in seconds. Python imports it at the start by its name.

The time of day alone is another: pauses and time-outs run on the monotonic clock, which no jump of a machine's clock
moves either. The file is named by ``CHAOS_CLOCK``.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

#: How soon a process sees that the file has changed, seconds.
_LOOK = 0.2


class _Clock:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = 0.0
        self._travel: time_machine.travel | None = None

    def follow(self) -> None:
        threading.Thread(target=self._run, name="clock", daemon=True).start()

    def _run(self) -> None:
        while True:
            offset = float(self._file.read_text() or 0)
            if offset != self._offset:
                self._set(offset)
            time.sleep(_LOOK)

    def _set(self, offset: float) -> None:
        if self._travel is not None:
            self._travel.stop()
            self._travel = None
        if offset:
            self._travel = time_machine.travel(time.time() + offset, tick=True)
            self._travel.start()
        self._offset = offset


if "CHAOS_CLOCK" in os.environ:
    clock = _Clock(Path(os.environ["CHAOS_CLOCK"]))
    clock.follow()
    # A thread does not live on in a forked pool child.
    os.register_at_fork(after_in_child=clock.follow)
