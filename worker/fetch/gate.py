"""The gate to one host within this process: requests wait here for their turn. Decides nothing, see ``turns.py``.

Requests that wait at the same time are asked for in one step, together with what has ended since, so that a busy
process makes less than one round trip to Redis a request.
"""

import asyncio
import itertools
import os
import socket
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from worker.errors import HostResting
from worker.fetch.turns import Answer, Ask, Done, Turns

#: A host that asks for a longer pause is left to the scheduler, seconds.
LONGEST_PAUSE = 20.0

#: Those who wait keep their lease by looking at it this often, seconds.
_LOOK_AT_LEASE = 1.0

_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a host is visited."""

    publication: str
    interval: float  #: least time between two requests, seconds
    concurrency: int  #: most requests at the same time
    urgent: bool = False  #: for one of today's editions, which go before backfills


class Gate:
    """The waiting requests of one host."""

    def __init__(self, host: str, turns: Turns, thread: Executor) -> None:
        self._host = host
        self._turns = turns
        self._thread = thread
        self._terms = Terms(publication="", interval=0, concurrency=1)
        self._waiting: deque[asyncio.Future[tuple[str, float]]] = deque()
        self._done: list[Done] = []
        self._held: set[str] = set()
        self._pump: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._probing_since: float | None = None
        self._resting_until = 0.0
        self._pause = 0.0

    async def enter(self, terms: Terms, alive: Callable[[], None]) -> str:
        """Wait for a turn; gives the name of the place, which must be left.

        Raises:
            HostResting: the host is left alone for longer than one waits here.
            LeaseLost: from ``alive``, which is called now and then.
        """
        self._terms = terms
        turn: asyncio.Future[tuple[str, float]] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._start(alive)
        try:
            place, delay = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.leave(Done(place=turn.result()[0], alive=None))
            raise
        if delay:
            try:
                await asyncio.sleep(delay)
            except asyncio.CancelledError:
                self.leave(Done(place=place, alive=None))
                raise
            if (left := self._resting_until - time.monotonic()) > 0:
                self.leave(Done(place=place, alive=None))
                raise self._resting(left, "it was sent to rest meanwhile")
        return place

    def leave(self, done: Done) -> None:
        """Free a place and tell what came of its request."""
        self._held.discard(done.place)
        self._done.append(done)
        self._news.set()

    async def beat(self) -> None:
        """Say that the requests under way are still there; without this their places would soon be others'."""
        if self._held:
            await self._step(wanted=0)

    async def flush(self) -> None:
        """Tell the last results before the event loop stops."""
        if self._pump is not None:
            await self._pump
        if self._done:
            await self._step(wanted=0)

    def _start(self, alive: Callable[[], None]) -> None:
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._run(alive))

    async def _run(self, alive: Callable[[], None]) -> None:
        # One turn of the loop, so that requests that come together are asked for together.
        await asyncio.sleep(0)
        try:
            looked = time.monotonic()
            while self._drop_cancelled():
                if time.monotonic() - looked > _LOOK_AT_LEASE:
                    alive()
                    looked = time.monotonic()
                wanted = min(sum(not turn.done() for turn in self._waiting), self._terms.concurrency)
                if not self._hand_out(await self._step(wanted=wanted)):
                    break
                self._news.clear()
                if not self._done:
                    await _until(self._news, self._pause)
        except Exception as error:  # noqa: BLE001  # whoever waits must hear of it
            for turn in self._waiting:
                if not turn.done():
                    turn.set_exception(error)
            self._waiting.clear()

    def _drop_cancelled(self) -> bool:
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft()
        return bool(self._waiting)

    async def _step(self, *, wanted: int) -> Answer:
        done, self._done = self._done, []
        prefix = f"{socket.gethostname()}:{os.getpid()}"
        ask = Ask(
            host=self._host,
            publication=self._terms.publication,
            interval=self._terms.interval,
            concurrency=self._terms.concurrency,
            places=tuple(f"{prefix}:{next(_NUMBERS)}" for _ in range(wanted)),
            done=tuple(done),
            held=tuple(self._held),
            urgent=self._terms.urgent,
        )
        # Shielded: what was done must be told even if nobody waits for the answer any more.
        answer = await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, self._turns.step, ask))
        for place, delay in zip(ask.places, answer.delays, strict=False):
            self._held.add(place)
            if self._drop_cancelled():
                self._waiting.popleft().set_result((place, delay))
            else:
                self.leave(Done(place=place, alive=None))
        return answer

    def _hand_out(self, answer: Answer) -> bool:
        """Send away those whose host rests; gives whether anybody still waits."""
        now = time.monotonic()
        self._pause = min(answer.wait, _LOOK_AT_LEASE)
        self._probing_since = (self._probing_since or now) if answer.probing else None
        self._resting_until = now + answer.rest if answer.rest else 0.0
        away = answer.rest or (answer.held if answer.held > LONGEST_PAUSE else 0.0)
        if self._probing_since and now - self._probing_since > LONGEST_PAUSE:
            away = LONGEST_PAUSE
        if away:
            while self._drop_cancelled():
                self._waiting.popleft().set_exception(self._resting(away, answer.why))
        return self._drop_cancelled()

    def _resting(self, seconds: float, why: str) -> HostResting:
        return HostResting(self._host, datetime.now(UTC) + timedelta(seconds=seconds), why)


async def _until(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
