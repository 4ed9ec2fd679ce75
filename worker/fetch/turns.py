"""Whose turn it is at a host: pace, places, and rest after failures, decided for this process alone. Waits for nothing.

``turns.lua`` decides the same for all workers in Redis (``worker/fetch/shared.py``); this is what is left when Redis
is away. Change both together: ``tests/worker/fetch/test_turns.py`` holds one against the other.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

#: A turn may be given so long before it comes, so that a round trip to Redis does not slow the pace, seconds.
AHEAD = 0.2

#: How long to wait before looking again whether somebody else has left a place, seconds.
LOOK_AGAIN = 0.1

#: The pause between two requests after the first 429 or 503; doubles with each, seconds.
SLOW_FIRST = 0.5

#: The longest that a host can slow us down to; Retry-After may ask for more, seconds.
SLOW_LONGEST = 10.0

#: What each good answer leaves of that pause.
RECOVERY = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How hosts are treated whatever the publication."""

    failures: int  #: consecutive failures after which a host rests
    rest: float  #: its first rest; doubles each time, seconds
    rest_longest: float  #: its longest rest, seconds
    place_expires: float  #: a place whose holder is not heard of for so long is free again, seconds
    #: so long after today's editions last asked for a turn the others stand back, and so often one of them has a turn
    #: all the same, seconds
    stand_back: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of one request."""

    place: str  #: the place that it held
    alive: bool | None  #: whether the host works; None if the request says nothing about that
    slow: bool = False  #: it asked us to slow down: 429 or 503
    hold: float = 0.0  #: Retry-After, seconds
    why: str = ""  #: what went wrong, one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a process asks and tells about one host in one step."""

    host: str
    publication: str  #: whose manners these are; of all publications on a host the strictest count
    interval: float  #: least time between two requests, seconds
    concurrency: int  #: most requests at the same time
    places: tuple[str, ...]  #: names for the places that are wanted
    held: tuple[str, ...] = ()  #: places whose requests are under way
    done: tuple[Done, ...]  #: requests that have ended since the last step
    urgent: bool = False  #: for one of today's editions, which go before backfills


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was decided."""

    delays: tuple[float, ...] = ()  #: for each place that is given, in order: when its turn comes, seconds from now
    wait: float = 0.0  #: when to ask again for the others, seconds from now
    held: float = 0.0  #: how much longer the host's own Retry-After lasts, seconds
    rest: float = 0.0  #: how much longer the host rests, seconds; nothing is given until then
    probing: bool = False  #: one request is out to see whether the host works again
    why: str = ""  #: why it rests or is held


class Turns(Protocol):
    """Decides turns, for this process or for all."""

    def step(self, ask: Ask) -> Answer:
        """Note what is done and give what places there are."""


@dataclass(slots=True)
class _Host:
    next_turn: float = 0.0
    slow: float = 0.0
    hold: float = 0.0
    failures: int = 0
    rests: int = 0  #: how often it was sent to rest since it last worked
    until: float = 0.0  #: end of its rest; 0 if it works
    probe: str = ""
    probe_until: float = 0.0
    why: str = ""
    today_until: float = 0.0  #: until then all but today's editions stand back; nobody need take it away
    stood_since: float = 0.0  #: since when they do, or when one of them last had a turn; 0 if they do not
    manners: dict[str, tuple[float, int]] = field(default_factory=dict)
    places: dict[str, float] = field(default_factory=dict)


class OwnTurns:
    """Turns among the requests of this process."""

    def __init__(self, rules: Rules, clock: Callable[[], float] = time.monotonic) -> None:
        self._rules = rules
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    def step(self, ask: Ask) -> Answer:
        """See :class:`Turns`."""
        now = self._clock()
        host = self._hosts.setdefault(ask.host, _Host())
        host.manners[ask.publication] = (ask.interval, ask.concurrency)
        for done in ask.done:
            self._note(host, done, now)
        for place in ask.held:
            host.places[place] = now + self._rules.place_expires
            if place == host.probe:
                host.probe_until = host.places[place]
        host.places = {place: until for place, until in host.places.items() if until > now}
        return self._give(host, ask, now) if ask.places else Answer()

    def _note(self, host: _Host, done: Done, now: float) -> None:
        rules = self._rules
        host.places.pop(done.place, None)
        probed = done.place == host.probe
        if probed:
            host.probe, host.probe_until = "", 0.0
        if done.slow:
            host.slow = min(max(host.slow * 2, SLOW_FIRST), SLOW_LONGEST)
            host.hold = max(host.hold, now + done.hold)
            host.why = done.why
        if done.alive:
            host.failures, host.rests, host.until = 0, 0, 0.0
            host.slow = host.slow * RECOVERY if host.slow > SLOW_FIRST / 4 else 0.0
        elif done.alive is False:
            host.failures += 1
            host.why = done.why
            if probed or (not host.until and host.failures >= rules.failures):
                host.rests += 1
                host.until = now + min(rules.rest * 2 ** min(host.rests - 1, 30), rules.rest_longest)

    def _give(self, host: _Host, ask: Ask, now: float) -> Answer:
        if host.until > now:
            return Answer(rest=host.until - now, why=host.why)
        if host.hold > now:
            return Answer(wait=host.hold - now, held=host.hold - now, why=host.why)
        if host.until and host.probe_until > now:
            return Answer(wait=LOOK_AGAIN, probing=True, why=host.why)
        # A host that has rested is tried with one request.
        wanted = ask.places[:1] if host.until else ask.places
        back = self._stands_back(host, ask, now)
        if back:
            # One that has stood back long enough has a turn, so that nobody waits for ever.
            wanted = wanted[:1] if now - host.stood_since >= self._rules.stand_back else ()
        pace = max(host.slow, *(interval for interval, _ in host.manners.values()))
        most = min(concurrency for _, concurrency in host.manners.values())
        delays: list[float] = []
        at = max(now, host.next_turn)
        for place in wanted:
            if len(host.places) >= most or at - now > AHEAD:
                break
            host.places[place] = at + self._rules.place_expires
            delays.append(at - now)
            at += pace
        host.next_turn = at
        if host.until and delays:
            host.probe, host.probe_until = ask.places[0], now + self._rules.place_expires
        if back and delays:
            host.stood_since = now
        wait = LOOK_AGAIN if back or len(host.places) >= most else max(at - now - AHEAD, 0.001)
        return Answer(delays=tuple(delays), wait=wait)

    def _stands_back(self, host: _Host, ask: Ask, now: float) -> bool:
        if ask.urgent:
            host.today_until = now + self._rules.stand_back
            return False
        if host.today_until <= now:
            host.stood_since = 0.0
            return False
        host.stood_since = host.stood_since or now
        return True
