"""What is known of the hosts that are visited, for people: which of them rest, how fast others are asked, and why."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import redis

from worker.fetch.shared import KNOWN, keys


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """One host as all workers treat it now."""

    host: str
    #: open: works; resting: no request until ``until``; rested: the next request tries it; probing: one is doing so;
    #: held: it asked us to wait
    state: str
    failures: int  #: consecutive failures
    until: datetime | None  #: end of its rest, or of the pause that it asked for (UTC)
    requests_per_second: float | None  #: current pace; None is no limit
    concurrency: int  #: most requests at the same time
    requests: int  #: requests under way
    slowed: bool  #: slower than the publications' rows say, because it answered 429 or 503
    why: str  #: what went wrong last; empty if it works
    last_used_at: datetime  #: when it was last asked for a turn (UTC)


def host_states(client: redis.Redis) -> list[HostState]:
    """Every host that was visited within a day, those that do not work first.

    Raises:
        redis.RedisError: Redis is away.
    """
    known: Any = client.zrange(KNOWN, 0, -1, withscores=True)
    clock: Any = client.time()
    now = clock[0] * 1000 + clock[1] // 1000
    pipeline = client.pipeline(transaction=False)
    for name, _ in known:
        state, places = keys(_text(name))
        pipeline.hgetall(state)
        pipeline.zcount(places, f"({now}", "+inf")
    answers = pipeline.execute() if known else []
    rows = [
        _state(_text(name), answers[2 * place], answers[2 * place + 1], used, now)
        for place, (name, used) in enumerate(known)
    ]
    return sorted(rows, key=lambda row: (row.state == "open", not row.slowed, row.host))


def name_of(url: str) -> str:
    """The host of an address by the name that turns are kept by: lower case, its port unless it is the usual."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return host if parts.port in {None, usual} else f"{host}:{parts.port}"


def release(client: redis.Redis, host: str) -> bool:
    """Forget a host's failures, rest and pauses, so that it is asked again at once; gives whether it was known.

    Raises:
        redis.RedisError: Redis is away.
    """
    state, _ = keys(host)
    known = client.zscore(KNOWN, host) is not None
    client.hdel(state, "failures", "rests", "until", "probe", "probe_until", "hold", "slow", "next_turn", "why")
    client.hdel(state, "today_until", "stood_since")
    return known


def _state(host: str, raw: dict[bytes, bytes], requests: int, used: float, now: int) -> HostState:
    fields = {_text(name): _text(value) for name, value in raw.items()}

    def number(name: str) -> float:
        return float(fields.get(name) or 0)

    until, held = number("until"), number("hold")
    state = (
        "resting" if until > now
        else "probing" if until and number("probe_until") > now
        else "rested" if until
        else "held" if held > now
        else "open"
    )  # fmt: skip
    ends = until if until > now else held if held > now else 0
    pace, slow = number("pace"), number("slow")
    return HostState(
        host=host,
        state=state,
        failures=int(number("failures")),
        until=datetime.fromtimestamp(ends / 1000, UTC) if ends else None,
        requests_per_second=round(1000 / pace, 3) if pace else None,
        concurrency=int(number("most")),
        requests=requests,
        slowed=slow > 0 and slow >= pace,
        why="" if state == "open" and not slow else fields.get("why", ""),
        last_used_at=datetime.fromtimestamp(used / 1000, UTC),
    )


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
