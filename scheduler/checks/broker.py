"""The doctor on Redis: what makes a server lose messages, as measured (CONTRIBUTING.md says why rows are the truth)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from scheduler.checks.finding import Finding, bad, ok, warn
from worker import embedded
from worker.app import app
from worker.errors import Unusable
from worker.queues import QUEUES
from worker.settings import Settings

#: The oldest server on which the tests pass.
_OLDEST = (6, 2)

#: Keys that are ours or Celery's; anything else belongs to somebody who shares the server.
_OURS = ("_kombu", "unacked", "celery", "broadsheet", "epoch", "daily", "backfill")

#: Keys that are looked at.
_SAMPLE = 1000


def connect(settings: Settings) -> redis.Redis:
    """A client that says at once if nobody answers; by default redis-py tries again for seconds."""
    client = embedded.connect(settings)
    client.set_retry(Retry(NoBackoff(), 0))
    return client


def check_broker(settings: Settings) -> None:
    """Check that Redis answers.

    Raises:
        Unusable: it does not.
    """
    client = connect(settings)
    try:
        client.ping()
    except redis.RedisError as error:
        raise Unusable(f"Redis: {error}; check that it runs and that BROADSHEET_REDIS_URL is right") from error
    finally:
        client.close()


def redis_server(settings: Settings) -> Iterator[Finding]:
    """Reach, version, eviction, persistence, memory, neighbours, rights, encryption."""
    embedded.ensure(settings)
    check_broker(settings)
    client = connect(settings)
    try:
        information: dict[str, Any] = client.info()
        lengths = ", ".join(f"{name} {client.llen(name)}" for name in QUEUES)
        kind = "configured" if settings.redis_url else "embedded"
        yield ok("redis", f"{kind}; messages waiting: {lengths}")
        yield from _version(information)
        yield from _eviction(information)
        yield from _persistence(information)
        yield from _neighbours(client)
        yield from _rights(client)
    except redis.RedisError as error:
        yield bad("redis rights", f"{error}", "let the user run INFO, SCAN, SET, DEL and the list commands")
    finally:
        client.close()
    if settings.redis_url:
        yield from _encryption(settings.redis_url.get_secret_value())
    prefix = app.conf.broker_transport_options.get("global_keyprefix")
    if prefix:
        yield bad("redis prefix", f"keys begin with {prefix}: Flower shows no queue lengths", "use no key prefix")


def _version(information: dict[str, Any]) -> Iterator[Finding]:
    # Valkey tells the version of Redis that it is compatible with, beside its own.
    number = str(information.get("redis_version", "0"))
    named = f"Valkey {information['valkey_version']}" if "valkey_version" in information else f"Redis {number}"
    if tuple(int(part) for part in number.split(".")[:2]) < _OLDEST:
        yield bad("redis version", named, "upgrade to Redis 6.2 or Valkey 7.2 or newer")
    else:
        yield ok("redis version", named)


def _eviction(information: dict[str, Any]) -> Iterator[Finding]:
    policy = information.get("maxmemory_policy")
    if policy != "noeviction":
        yield bad("redis eviction", f"maxmemory-policy is {policy}, which drops messages", "set it to noeviction")
    limit, used = int(information.get("maxmemory", 0)), int(information.get("used_memory", 0))
    if limit and used > 0.8 * limit:
        yield warn(
            "redis memory",
            f"{used / 1e6:.0f} of {limit / 1e6:.0f} MB are used; at the limit nothing more can be sent",
            "raise maxmemory, or find out why the queue grows: the runbook's BacklogGrowing",
        )


def _persistence(information: dict[str, Any]) -> Iterator[Finding]:
    if not information.get("aof_enabled"):
        yield warn(
            "redis persistence",
            "appendonly is off: a restart empties the queues, and the tick has to send everything again",
            "set appendonly yes, appendfsync everysec",
        )
    elif information.get("aof_last_write_status") != "ok" or information.get("aof_last_bgrewrite_status") != "ok":
        yield bad("redis persistence", "it could not write to its disk", "make room there; see its log")
    else:
        yield ok("redis persistence", "appendonly is on")


def _neighbours(client: redis.Redis) -> Iterator[Finding]:
    keys = [str(key, "utf-8", "replace") for key, _ in zip(client.scan_iter(count=200), range(_SAMPLE), strict=False)]
    foreign = [key for key in keys if not key.startswith(_OURS) and not _is_message(key)]
    if foreign:
        yield warn(
            "redis neighbours",
            f"somebody else keeps keys here, such as {foreign[0]!r}: his FLUSHDB or memory is ours",
            "give Broadsheet a Redis of its own",
        )


def _is_message(key: str) -> bool:
    # Replies to `celery inspect` and Flower's questions: a UUID and a suffix.
    return ".reply." in key or key.endswith((".pidbox", "ev"))


def _rights(client: redis.Redis) -> Iterator[Finding]:
    # A list of our own, gone at once.
    probe = "broadsheet:doctor"
    client.lpush(probe, "1")
    client.brpop([probe], timeout=1)
    client.delete(probe)
    yield ok("redis rights", "messages can be sent and taken")


def _encryption(url: str) -> Iterator[Finding]:
    parts = urlsplit(url)
    if parts.scheme == "rediss":
        asked = parse_qs(parts.query).get("ssl_cert_reqs", ["required"])[0].lower()
        if asked not in {"required", "cert_required"}:
            yield warn(
                "redis encryption", f"ssl_cert_reqs={asked} does not check whose server it is", "set it to required"
            )
        else:
            yield ok("redis encryption", "TLS, the certificate is checked")
    elif parts.scheme == "redis" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        yield warn(
            "redis encryption",
            "messages and the password cross the network in the clear",
            "use rediss://, or a private network",
        )
