"""Fetch addresses over HTTP with limits on time, size, pace and concurrency. Archives nothing.

One fetcher a process: connections are kept alive between tasks. Synchronous outside, concurrent inside.
"""

import asyncio
import random
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from worker.domain import Response
from worker.errors import BroadsheetError, FetchFailed, FetchRefused, LeaseLost
from worker.fetch.safety import PublicResolver, check_literal
from worker.settings import Settings

#: Which foreign error is which decision; the first that fits counts, so narrow ones stand before broad ones.
DECISIONS: tuple[tuple[type[Exception], type[BroadsheetError]], ...] = (
    (httpx.UnsupportedProtocol, FetchRefused),
    (httpx.InvalidURL, FetchRefused),
    (httpx.TooManyRedirects, FetchRefused),
    (httpx.DecodingError, FetchRefused),
    (httpx.LocalProtocolError, FetchRefused),
    (httpx.HTTPStatusError, FetchRefused),
    (httpx.StreamError, FetchFailed),
    (httpx.HTTPError, FetchFailed),
    (httpx.CookieConflict, FetchFailed),
    (aiohttp.ClientError, FetchFailed),
    (TimeoutError, FetchFailed),
    (OSError, FetchFailed),
    # A host that no resolver can be asked for: IDNA, lone surrogates, labels that are too long.
    (ValueError, FetchRefused),
)

#: Statuses that may pass by themselves.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})

#: A publisher's Retry-After longer than this is left to the scheduler, seconds.
LONGEST_PAUSE = 20.0

_MAX_REDIRECTS = 5
_FIRST_PAUSE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a publication's host is to be treated."""

    requests_per_second: float  #: 0 is no limit
    concurrency: int  #: most requests at the same time
    allow_private_addresses: bool


class _Pace:
    """The turns of one host within this process."""

    def __init__(self, manners: Manners) -> None:
        self.places = asyncio.Semaphore(manners.concurrency)
        self.interval = 1 / manners.requests_per_second if manners.requests_per_second else 0.0
        self.next_turn = 0.0

    async def turn(self) -> None:
        now = time.monotonic()
        at = max(now, self.next_turn)
        self.next_turn = at + self.interval
        await asyncio.sleep(at - now)


class Fetcher:
    """An HTTP client for newspapers' sites."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._runner = asyncio.Runner()
        self._clients: dict[bool, httpx.AsyncClient] = {}
        self._paces: dict[str, _Pace] = {}

    def get(self, url: str, manners: Manners, alive: Callable[[], None]) -> Response:
        """Fetch one address.

        Args:
            url: absolute http or https address.
            manners: how its host is to be treated.
            alive: called before each request; raises LeaseLost if the work is no longer ours.

        Returns:
            The answer, whatever its HTTP status.

        Raises:
            FetchFailed: no answer; may pass.
            FetchRefused: no answer that may be used (too large, redirect loop, private address).
        """
        result = self.get_all([url], manners, alive)[0]
        if isinstance(result, BroadsheetError):
            raise result
        return result

    def get_all(
        self, urls: Sequence[str], manners: Manners, alive: Callable[[], None]
    ) -> list[Response | BroadsheetError]:
        """Fetch addresses side by side; gives an answer or an error for each, in order. See :meth:`get`."""
        return self._runner.run(self._all(urls, manners, alive))

    def close(self) -> None:
        """Close all connections."""

        async def close() -> None:
            for client in self._clients.values():
                await client.aclose()

        self._runner.run(close())
        self._runner.close()

    async def _all(
        self, urls: Sequence[str], manners: Manners, alive: Callable[[], None]
    ) -> list[Response | BroadsheetError]:
        tasks = [asyncio.create_task(self._one(url, manners, alive)) for url in urls]
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _one(self, url: str, manners: Manners, alive: Callable[[], None]) -> Response | BroadsheetError:
        pause = _FIRST_PAUSE
        for left in reversed(range(self._settings.request_attempts)):
            result = await self._try(url, manners, alive)
            if isinstance(result, Response):
                passing, asked = result.status in PASSING, _retry_after(result)
            else:
                passing, asked = isinstance(result, FetchFailed), None
            if not passing or not left or (asked or 0) > LONGEST_PAUSE:
                return result
            # Jitter, so that workers that failed together do not come back together.
            await asyncio.sleep(asked if asked is not None else pause * random.uniform(0.5, 1.5))  # noqa: S311  # no secret
            pause *= 2
        raise AssertionError("request_attempts is at least 1")

    async def _try(self, url: str, manners: Manners, alive: Callable[[], None]) -> Response | BroadsheetError:
        try:
            pace = self._paces.setdefault(httpx.URL(url).host, _Pace(manners))
            async with pace.places:
                await pace.turn()
                alive()
                async with asyncio.timeout(self._settings.request_timeout_seconds):
                    return await self._request(url, manners)
        except LeaseLost:
            raise
        except BroadsheetError as error:
            return error
        except tuple(foreign for foreign, _ in DECISIONS) as error:
            decision = next(ours for foreign, ours in DECISIONS if isinstance(error, foreign))
            words = "took too long" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
            # Some messages quote the whole document that could not be understood.
            mapped = decision(f"{url}: {' '.join(words.split())[:300]}")
            mapped.__cause__ = error
            return mapped

    async def _request(self, url: str, manners: Manners) -> Response:
        async with self._client(manners).stream("GET", url) as answer:
            chunks: list[bytes] = []
            size = 0
            async for chunk in answer.aiter_raw():
                size += len(chunk)
                if size > self._settings.max_body_bytes:
                    raise FetchRefused(f"{url}: larger than {self._settings.max_body_bytes} bytes")
                chunks.append(chunk)
            raw = b"".join(chunks)
            return Response(
                url=url,
                final_url=str(answer.url),
                fetched_at=datetime.now(UTC),
                status=answer.status_code,
                reason=answer.reason_phrase,
                headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw),
                raw=raw,
                body=decompress(raw, answer.headers.get("content-encoding", ""), url, self._settings.max_body_bytes),
            )

    def _client(self, manners: Manners) -> httpx.AsyncClient:
        private = manners.allow_private_addresses
        if private not in self._clients:
            resolver = None if private else PublicResolver()
            self._clients[private] = httpx.AsyncClient(
                transport=AiohttpTransport(
                    client=lambda: aiohttp.ClientSession(
                        connector=aiohttp.TCPConnector(resolver=resolver, limit=64, keepalive_timeout=30),
                        cookie_jar=aiohttp.DummyCookieJar(),
                    ),
                ),
                headers={"User-Agent": self._settings.user_agent, "Accept-Encoding": "gzip, deflate"},
                timeout=httpx.Timeout(
                    self._settings.request_timeout_seconds, connect=self._settings.connect_timeout_seconds
                ),
                follow_redirects=True,
                max_redirects=_MAX_REDIRECTS,
                # Each newspaper's page stands for itself; cookies would tie requests of different editions.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                event_hooks={"request": [_without_body] if private else [_without_body, check_literal]},
            )
        return self._clients[private]


async def _without_body(request: httpx.Request) -> None:
    # A redirected request comes with a stream that nobody has read; httpx-aiohttp would send it as a chunked body.
    await request.aread()


def decompress(raw: bytes, encoding: str, url: str, limit: int) -> bytes:
    """Undo a content encoding without ever holding more than ``limit`` bytes.

    Raises:
        FetchFailed: the compressed data ends too early.
        FetchRefused: unknown encoding, broken data, or larger than the limit.
    """
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"} or not raw:
        return raw
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise FetchRefused(f"{url}: content encoding {encoding!r} was not asked for")
    parts: list[bytes] = []
    left, room = raw, limit
    # gzip data may consist of several members, one after the other.
    while not parts or left.startswith(b"\x1f\x8b"):
        # 32 recognises gzip and zlib; some servers send "deflate" without zlib's wrapping.
        wrapped = encoding != "deflate" or left[0] & 0x0F == zlib.DEFLATED
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 32 if wrapped else -zlib.MAX_WBITS)
        try:
            # One byte more than may come, so that what is too large shows itself.
            parts.append(inflater.decompress(left, room + 1))
        except zlib.error as error:
            raise FetchRefused(f"{url}: broken {encoding} data ({error})") from error
        room -= len(parts[-1])
        if room < 0:
            raise FetchRefused(f"{url}: larger than {limit} bytes after decompression")
        if not inflater.eof:
            raise FetchFailed(f"{url}: compressed data ends too early")
        left = inflater.unused_data
    return b"".join(parts)


def _retry_after(response: Response) -> float | None:
    value = next((value for name, value in response.headers if name.lower() == "retry-after"), "")
    return float(value) if value.isascii() and value.isdigit() else None
