"""What can go wrong on a site, as rules that are switched on for a pattern of paths. Sends nothing by itself."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Fault:
    """One rule: which requests it meets, how often, and what it does to the answer.

    ``pattern`` is a regular expression searched in the path; ``times`` None means for good.
    """

    pattern: str
    times: int | None = None
    status: int | None = None  #: answer with this status
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None  #: instead of the real body
    change: Callable[[bytes, str], bytes] | None = None  #: what is done to the real body of a path
    type: str | None = None  #: instead of the real Content-Type
    delay: float = 0.0  #: seconds before the first byte
    dribble: float = 0.0  #: seconds between two pieces of the body
    cut: int | None = None  #: bytes of the body that are sent before the connection closes
    reset: bool = False  #: the connection is reset instead of any answer
    hits: int = 0
    held: threading.Event | None = None
    arrived: threading.Condition | None = None

    def meets(self, path: str) -> bool:
        return (self.times is None or self.hits < self.times) and re.search(self.pattern, path) is not None


class Hold:
    """Requests that match wait until released; a test can wait for one to arrive."""

    def __init__(self, fault: Fault):
        self._fault = fault

    @property
    def arrived(self) -> int:
        return self._fault.hits

    def wait_arrived(self, deadline: float = 10.0, count: int = 1) -> bool:
        """Whether ``count`` requests have come within ``deadline`` seconds."""
        end = time.monotonic() + deadline
        condition = self._fault.arrived
        with condition:
            while self._fault.hits < count:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                condition.wait(left)
        return True

    def release(self) -> None:
        """Let all of them go, and later ones through."""
        self._fault.held.set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.release()


class Faults:
    """The rules that are switched on, the newest first. Safe to use from many threads."""

    def __init__(self):
        self._lock = threading.Lock()
        self._rules = []

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self._rules.insert(0, fault)
        return fault

    def take(self, path: str) -> Fault | None:
        """The rule for a request, counted."""
        with self._lock:
            for fault in self._rules:
                if fault.meets(path):
                    fault.hits += 1
                    break
            else:
                return None
        if fault.arrived is not None:
            with fault.arrived:
                fault.arrived.notify_all()
        return fault

    def clear(self) -> None:
        with self._lock:
            rules, self._rules = self._rules, []
        for fault in rules:
            if fault.held is not None:
                fault.held.set()
