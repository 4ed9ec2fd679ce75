"""Slow down who guesses passwords: after a few failures an address waits, longer each time. In memory, bounded."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from threading import Lock

_FREE = 5
_FIRST = 2.0
_LONGEST = 900.0
_KEPT = 4096


@dataclass(slots=True)
class _Failures:
    count: int = 0
    until: float = 0.0


class Throttle:
    """Failures by address; ``clock`` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self._lock = Lock()

    def wait(self, address: str) -> float:
        """Seconds until this address may try again; 0 if it may now."""
        with self._lock:
            found = self._failures.get(_group(address))
            return max(0.0, found.until - self._clock()) if found else 0.0

    def failed(self, address: str) -> None:
        """Count a failure: the sixth makes the address wait 2 s, each further one twice as long, up to 15 minutes."""
        group = _group(address)
        with self._lock:
            found = self._failures.setdefault(group, _Failures())
            self._failures.move_to_end(group)
            found.count += 1
            if found.count > _FREE:
                found.until = self._clock() + min(_LONGEST, _FIRST * 2 ** min(found.count - _FREE - 1, 20))
            while len(self._failures) > _KEPT:
                self._failures.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Forget an address's failures."""
        with self._lock:
            self._failures.pop(_group(address), None)


def _group(address: str) -> str:
    # A single IPv6 customer has a whole /64 to guess from.
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(int(found) >> 64) if isinstance(found, IPv6Address) else address
