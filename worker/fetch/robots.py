"""What a site's robots.txt lets us fetch (RFC 9309), remembered for all workers in Redis. Fetches nothing by itself."""

import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import redis
from protego import Protego

from worker.domain import Response
from worker.errors import BroadsheetError, FetchFailed, FetchRefused, RobotsRefused

#: The name that we go by in robots.txt files.
AGENT = "Broadsheet"

#: Bytes of a robots.txt that are read; RFC 9309 asks for at least 500 KiB.
MOST_BYTES = 512 * 1024

#: How long an answer counts (RFC 9309: not longer than a day), seconds.
_FRESH = 86_400.0

#: How long a file that could not be had forbids everything until it is tried again, seconds.
_UNREACHABLE = 60.0

#: How long an answer is kept to be used when the file cannot be had, seconds.
_KEPT = 7 * 86_400

#: How long this process believes what it remembers itself before it looks at what all know, seconds.
_OWN = 300.0

#: A Crawl-delay beyond this would keep an edition from ever being read within its tasks' time, seconds.
LONGEST_DELAY = 20.0

_MOST_SITES = 500


@dataclass(slots=True)
class _Site:
    fetched: float  #: wall-clock seconds, comparable between machines
    text: str  #: what the file says; empty allows everything
    failed: str = ""  #: why it could not be had; forbids everything
    looked: float = 0.0  #: when this process last compared it with the shared one
    rules: Protego | None = None  #: None allows everything

    def fresh(self, now: float) -> bool:
        return now - self.fetched < (_UNREACHABLE if self.failed else _FRESH)


class Robots:
    """The robots.txt files of all sites that this process visits."""

    def __init__(self, client: redis.Redis | None) -> None:
        self._client = client
        self._sites: OrderedDict[str, _Site] = OrderedDict()

    async def delay(self, url: str, fetch: Callable[[str], Awaitable[Response | BroadsheetError]]) -> float:
        """Check an address; gives the site's Crawl-delay, seconds.

        Args:
            url: the address that is to be fetched.
            fetch: fetches the site's robots.txt, following redirects, if nobody knows what it says.

        Raises:
            RobotsRefused: the file forbids it.
            FetchFailed: the file could not be had, which forbids everything for a while.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        site = self._remembered(origin)
        if site is None:
            site = self._read(origin, await fetch(f"{origin}/robots.txt"))
        if site.failed:
            raise FetchFailed(f"{url}: robots.txt cannot be had, which forbids everything for now ({site.failed})")
        if site.rules is None:
            return 0.0
        if not site.rules.can_fetch(url, AGENT):
            raise RobotsRefused(f"{url}: {origin}/robots.txt asks us not to; the row's obey_robots decides")
        return min(site.rules.crawl_delay(AGENT) or 0.0, LONGEST_DELAY)

    def _remembered(self, origin: str) -> _Site | None:
        now, site = time.time(), self._sites.get(origin)
        if site is not None and now - site.looked < _OWN and site.fresh(now):
            self._sites.move_to_end(origin)
            return site
        shared = self._shared(origin)
        if shared is not None:
            site = self._keep(origin, shared)
        return site if site is not None and site.fresh(now) else None

    def _read(self, origin: str, got: Response | BroadsheetError) -> _Site:
        old = self._sites.get(origin)
        site = _Site(fetched=time.time(), text="")
        if isinstance(got, FetchRefused):
            pass  # a redirect loop, or far too large: as if there were none (RFC 9309, 2.3.1.2)
        elif isinstance(got, BroadsheetError):
            site.failed = str(got)
        elif got.status >= 500 or got.status == 429:  # noqa: PLR2004  # HTTP's own numbers
            site.failed = f"HTTP {got.status}"
        elif 200 <= got.status < 300:  # noqa: PLR2004  # as above; 4xx allows everything
            site.text = got.body.decode("utf-8", "replace")
        if site.failed and old is not None and not old.failed and site.fetched - old.fetched < _KEPT:
            # What it said last still counts while the file cannot be had; asked again after a while.
            site = _Site(fetched=site.fetched - _FRESH + _UNREACHABLE, text=old.text)
        if self._client is not None:
            kept = json.dumps({"fetched": site.fetched, "text": site.text, "failed": site.failed})
            with suppress(redis.RedisError):
                self._client.set(_key(origin), kept, ex=_KEPT)
        return self._keep(origin, site)

    def _shared(self, origin: str) -> _Site | None:
        if self._client is None:
            return None
        try:
            kept = self._client.get(_key(origin))
        except redis.RedisError:
            return None
        return _Site(**json.loads(str(kept, "utf-8") if isinstance(kept, bytes) else str(kept))) if kept else None

    def _keep(self, origin: str, site: _Site) -> _Site:
        site.looked = time.time()
        # Most sites have no rule for anybody; then nothing has to be matched.
        ruled = any(word in site.text.lower() for word in ("disallow", "delay"))
        site.rules = Protego.parse(site.text) if ruled else None
        self._sites[origin] = site
        self._sites.move_to_end(origin)
        while len(self._sites) > _MOST_SITES:
            self._sites.popitem(last=False)
        return site


def _key(origin: str) -> str:
    return f"broadsheet:robots:{origin}"
