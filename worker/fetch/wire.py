"""One HTTP exchange with limits on time and size, and what a foreign error means. Follows no redirect."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from worker.domain import Response
from worker.errors import BroadsheetError, FetchFailed, FetchRefused
from worker.fetch.encoding import decompress
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

FOREIGN = tuple(foreign for foreign, _ in DECISIONS)

#: Most header fields of an answer, and most bytes of one of them.
_MOST_FIELDS, _LONGEST_FIELD = 128, 8190


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One exchange: the answer, and where it sends us on."""

    response: Response
    onward: str | None  #: where a redirect leads


class Wire:
    """Connections to publishers, kept alive between requests. For one event loop.

    Requests go to httpx's transport directly: what its client adds (redirects, cookies, authentication, proxies of
    the environment) is not wanted here and costs half the time of a request.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._transports: dict[bool, AiohttpTransport] = {}
        self._headers = {"User-Agent": settings.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        timeout = httpx.Timeout(settings.request_timeout_seconds, connect=settings.connect_timeout_seconds)
        self._extensions = {"timeout": timeout.as_dict()}

    async def exchange(
        self,
        asked: str,
        url: httpx.URL,
        *,
        private: bool,
        headers: Mapping[str, str],
        most_bytes: int | None = None,
    ) -> Hop:
        """Send one GET and read its answer.

        Args:
            asked: the address that the caller wants; ``url`` is where redirects have led.
            url: the address that is asked now, http or https.
            private: whether the host may have a private address.
            headers: more request headers.
            most_bytes: another limit than the settings' on the body.

        Raises:
            FetchRefused, FetchFailed, or one of ``FOREIGN``.
        """
        settings, limit = self._settings, most_bytes or self._settings.max_body_bytes
        if not private:
            check_literal(url.host)
        request = httpx.Request("GET", url, headers={**self._headers, **headers}, extensions=self._extensions)
        started = time.monotonic()
        async with asyncio.timeout(settings.request_timeout_seconds):
            try:
                async with asyncio.timeout(settings.first_byte_timeout_seconds):
                    answer = await self._transport(private=private).handle_async_request(request)
            except TimeoutError as error:
                raise FetchFailed(f"{asked}: took too long to begin its answer") from error
            answer.request = request
            try:
                raw = await _read(answer, asked, limit)
            finally:
                await answer.aclose()
        onward = _onward(url, answer)
        response = Response(
            url=asked,
            final_url=str(url),
            fetched_at=datetime.now(UTC),
            status=answer.status_code,
            reason=answer.reason_phrase,
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw),
            raw=raw,
            body=raw if onward else decompress(raw, answer.headers.get("content-encoding", ""), asked, limit),
            elapsed=time.monotonic() - started,
        )
        return Hop(response=response, onward=onward)

    async def close(self) -> None:
        """Close all connections."""
        for transport in self._transports.values():
            await transport.aclose()

    def _transport(self, *, private: bool) -> AiohttpTransport:
        if private not in self._transports:
            resolver = None if private else PublicResolver()
            # The authorities of certifi: a small container has none of its own. SSL_CERT_FILE adds a proxy's.
            verified = httpx.create_ssl_context()
            self._transports[private] = AiohttpTransport(
                verify=verified,
                client=lambda: aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(resolver=resolver, limit=64, keepalive_timeout=30, ssl=verified),
                    # Each newspaper's page stands for itself; cookies would tie requests of different editions.
                    cookie_jar=aiohttp.DummyCookieJar(),
                    max_headers=_MOST_FIELDS,
                    max_field_size=_LONGEST_FIELD,
                    max_line_size=_LONGEST_FIELD,
                ),
            )
        return self._transports[private]


def _onward(url: httpx.URL, answer: httpx.Response) -> str | None:
    """Where a redirect leads (RFC 9110, 10.2.2).

    Raises:
        httpx.InvalidURL: to what is no address.
    """
    if not answer.has_redirect_location:
        return None
    return str(url.join(answer.headers["location"]))


async def _read(answer: httpx.Response, asked: str, limit: int) -> bytes:
    too_large = FetchRefused(f"{asked}: larger than {limit} bytes")
    with suppress(ValueError):
        if int(answer.headers.get("content-length", "")) > limit:
            raise too_large
    chunks: list[bytes] = []
    size = 0
    async for chunk in answer.aiter_raw():
        size += len(chunk)
        if size > limit:
            raise too_large
        chunks.append(chunk)
    return b"".join(chunks)


def decided(error: Exception, asked: str) -> BroadsheetError:
    """What a foreign error means for the address that was asked for."""
    decision = next(ours for foreign, ours in DECISIONS if isinstance(error, foreign))
    words = "took too long" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
    # Some messages quote the whole document that could not be understood.
    mapped = decision(f"{asked}: {' '.join(words.split())[:300]}")
    mapped.__cause__ = error
    return mapped
