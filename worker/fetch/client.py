"""Fetch addresses: each hop in its host's turn, redirects followed, what may pass tried again. Archives nothing.

One fetcher a process: connections are kept alive between tasks. Synchronous outside, concurrent inside.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
import redis

from worker.domain import Response
from worker.errors import BroadsheetError, FetchFailed, FetchRefused, LeaseLost
from worker.fetch import robots
from worker.fetch.gate import LONGEST_PAUSE, Gate, Terms
from worker.fetch.robots import Robots
from worker.fetch.shared import SharedTurns
from worker.fetch.turns import Done, OwnTurns, Rules, Turns
from worker.fetch.wire import FOREIGN, Hop, Wire, decided
from worker.settings import Settings

#: Statuses that may pass by themselves.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})

#: Statuses by which a host asks us to slow down.
_SLOW = frozenset({429, 503})

#: A place whose worker is not heard of for so long is free again, seconds.
_PLACE_EXPIRES = 10.0

#: How often workers say that their requests are under way, seconds.
_BEAT = 2.0

_MAX_REDIRECTS = 5
_FIRST_PAUSE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a publication's host is to be treated."""

    requests_per_second: float  #: 0 is no limit
    concurrency: int  #: most requests at the same time
    allow_private_addresses: bool
    publication: str = ""  #: of publications that share a host the strictest manners count
    obey_robots: bool = False  #: a publication's row says true unless somebody decided otherwise
    urgent: bool = False  #: for one of today's editions: at a host that both want, backfills stand back


@dataclass(slots=True)
class _Trip:
    """One address on its way."""

    url: str
    manners: Manners
    alive: Callable[[], None]
    headers: Mapping[str, str]
    most_bytes: int | None = None
    asked_pause: float | None = field(default=None)  #: Retry-After of the last answer, seconds


class Fetcher:
    """An HTTP client for newspapers' sites. With a Redis, all that use the same share turns and robots.txt files."""

    def __init__(self, settings: Settings, client: redis.Redis | None = None) -> None:
        self._settings = settings
        rules = Rules(
            failures=settings.host_failures,
            rest=settings.host_rest_seconds,
            rest_longest=settings.host_rest_max_seconds,
            place_expires=_PLACE_EXPIRES,
        )
        self._redis = client
        self._turns: Turns = OwnTurns(rules) if client is None else SharedTurns(client, rules)
        # Redis is asked from a thread of its own, so that a slow one does not hold up what is being received.
        self._thread = ThreadPoolExecutor(1, "turns")
        self._robots = Robots(client)
        self._runner = asyncio.Runner()
        self._wire = Wire(settings)
        self._gates: dict[str, Gate] = {}

    def get(
        self, url: str, manners: Manners, alive: Callable[[], None], headers: Mapping[str, str] | None = None
    ) -> Response:
        """Fetch one address.

        Args:
            url: absolute http or https address.
            manners: how its host is to be treated.
            alive: called before each request; raises LeaseLost if the work is no longer ours.
            headers: more request headers, such as If-None-Match.

        Returns:
            The answer, whatever its HTTP status.

        Raises:
            FetchFailed: no answer; may pass.
            HostResting: no request was made; the host is left alone until a time.
            RobotsRefused: its robots.txt forbids it.
            FetchRefused: no answer that may be used (too large, redirect loop, private address).
        """
        result = self.get_all([url], manners, alive, [headers or {}])[0]
        if isinstance(result, BroadsheetError):
            raise result
        return result

    def get_all(
        self,
        urls: Sequence[str],
        manners: Manners,
        alive: Callable[[], None],
        headers: Sequence[Mapping[str, str]] | None = None,
    ) -> list[Response | BroadsheetError]:
        """Fetch addresses side by side; gives an answer or an error for each, in order. See :meth:`get`."""
        trips = [_Trip(url, manners, alive, more) for url, more in zip(urls, headers or [{}] * len(urls), strict=True)]
        try:
            return self._runner.run(self._all(trips))
        except BroadsheetError:
            raise
        except Exception:
            # A task's time limit strikes anywhere, also where no coroutine can tidy up.
            self._runner.run(_cancel_all())
            raise

    def close(self) -> None:
        """Close all connections."""
        self._runner.run(self._wire.close())
        self._runner.close()
        self._thread.shutdown()
        if self._redis is not None:
            self._redis.close()

    async def _all(self, trips: Sequence[_Trip]) -> list[Response | BroadsheetError]:
        tasks = [asyncio.create_task(self._one(trip)) for trip in trips]
        heart = asyncio.create_task(self._beat())
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            for task in (heart, *tasks):
                task.cancel()
            await asyncio.gather(heart, *tasks, return_exceptions=True)
            for gate in self._gates.values():
                await gate.flush()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_BEAT)
            for gate in list(self._gates.values()):
                await gate.beat()

    async def _one(self, trip: _Trip) -> Response | BroadsheetError:
        pause = _FIRST_PAUSE
        for left in reversed(range(self._settings.request_attempts)):
            result = await self._try(trip)
            passing = result.status in PASSING if isinstance(result, Response) else isinstance(result, FetchFailed)
            if not passing or not left or (trip.asked_pause or 0) > LONGEST_PAUSE:
                return result
            if trip.asked_pause is None:
                # Jitter, so that workers that failed together do not come back together. A Retry-After is kept at
                # the gate, by all.
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  # no secret
            pause *= 2
        raise AssertionError("request_attempts is at least 1")

    async def _try(self, trip: _Trip) -> Response | BroadsheetError:
        url, trip.asked_pause = trip.url, None
        try:
            for _ in range(_MAX_REDIRECTS + 1):
                floor = await self._crawl_delay(url, trip) if trip.manners.obey_robots else 0.0
                hop = await self._hop(url, trip, floor)
                if hop.onward is None:
                    return hop.response
                url = hop.onward
        except LeaseLost:
            raise
        except BroadsheetError as error:
            return error
        except FOREIGN as error:
            return decided(error, trip.url)
        return FetchRefused(f"{trip.url}: more than {_MAX_REDIRECTS} redirects")

    async def _crawl_delay(self, url: str, trip: _Trip) -> float:
        unruled = Manners(
            requests_per_second=trip.manners.requests_per_second,
            concurrency=trip.manners.concurrency,
            allow_private_addresses=trip.manners.allow_private_addresses,
            publication=trip.manners.publication,
            urgent=trip.manners.urgent,
        )
        return await self._robots.delay(
            url, lambda at: self._try(_Trip(at, unruled, trip.alive, {}, most_bytes=robots.MOST_BYTES))
        )

    async def _hop(self, url: str, trip: _Trip, floor: float) -> Hop:
        """Wait for the host's turn, make one exchange and tell how it went."""
        manners, address = trip.manners, _address(url)
        gate = self._gate(address)
        pace = 1 / manners.requests_per_second if manners.requests_per_second else 0.0
        terms = Terms(
            publication=manners.publication,
            interval=max(pace, floor),
            concurrency=manners.concurrency,
            urgent=manners.urgent,
        )
        place = await gate.enter(terms, trip.alive)
        done = Done(place=place, alive=None)
        try:
            trip.alive()
            hop = await self._wire.exchange(
                trip.url,
                address,
                private=manners.allow_private_addresses,
                headers=trip.headers,
                most_bytes=trip.most_bytes,
            )
            done = self._told(hop.response, place, trip)
        except LeaseLost:
            raise
        except FetchFailed as error:
            done = Done(place=place, alive=False, why=str(error)[:200])
            raise
        except FOREIGN as error:
            failed = isinstance(decided(error, trip.url), FetchFailed)
            done = Done(place=place, alive=False if failed else None, why=str(decided(error, trip.url))[:200])
            raise
        finally:
            gate.leave(done)
        return hop

    def _told(self, response: Response, place: str, trip: _Trip) -> Done:
        status = response.status
        slow = status in _SLOW
        trip.asked_pause = retry_after(response) if slow else None
        works = None if status in {408, 425, 429} else status not in PASSING
        why = "" if works else f"HTTP {status} {response.reason}".strip()
        return Done(place=place, alive=works, slow=slow, hold=trip.asked_pause or 0.0, why=why)

    def _gate(self, address: httpx.URL) -> Gate:
        host = address.netloc.decode("ascii")
        if host not in self._gates:
            self._gates[host] = Gate(host, self._turns, self._thread)
        return self._gates[host]


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def host_of(url: str) -> str:
    """The host of an address that has answered, as turns are kept by: lower case, its port unless it is the usual."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _address(url: str) -> httpx.URL:
    parsed = httpx.URL(url)
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise httpx.UnsupportedProtocol(f"not an http(s) address: {url[:200]}")
    return parsed


def retry_after(response: Response) -> float | None:
    """What Retry-After asks for, seconds: a number of seconds or an HTTP date (RFC 9110, 10.2.3)."""
    value = (response.header("retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        # Nobody means more than a year; what is longer is not a number that a clock can hold.
        return min(float(value), 366 * 86_400.0)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - datetime.now(UTC)).total_seconds(), 0.0), 366 * 86_400.0)
