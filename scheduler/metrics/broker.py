"""Metrics from Redis: messages that wait, how long the oldest has waited, who takes them, which hosts rest."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from celery import Celery
from prometheus_client.metrics_core import Metric
from redis.backoff import NoBackoff
from redis.retry import Retry

from scheduler.metrics.families import gauge
from worker import embedded
from worker.fetch.hosts import HostState, host_states
from worker.queues import QUEUES
from worker.settings import Settings

#: Workers answer within milliseconds; one that does not answer for so long is not there, seconds.
_WORKERS_ANSWER = 1.5

#: Most hosts that are named.
_MOST_HOSTS = 50

#: Where kombu keeps a member for each worker that listens for remote control; one that was killed stays for ever.
_LISTENING = "_kombu.binding.celery.pidbox"


class Broker:
    """What is read of Redis and, through it, of the workers."""

    def __init__(self, settings: Settings, app: Celery) -> None:
        self._settings = settings
        self._app = app
        self._client = embedded.connect(settings)
        # By default redis-py tries again for seconds before it says that nobody listens.
        self._client.set_retry(Retry(NoBackoff(), 0))

    def read(self) -> Iterator[Metric]:
        """Read it.

        Raises:
            redis.RedisError: Redis is away.
        """
        now = datetime.now(UTC)
        pipeline = self._client.pipeline(transaction=False)
        for name in QUEUES:
            pipeline.llen(name)
            pipeline.lindex(name, -1)
        pipeline.hlen("unacked")
        *found, in_hand = pipeline.execute()
        lengths, oldest = found[::2], found[1::2]
        yield gauge("queue_messages", "Messages that wait in a queue.", ["queue"], zip(QUEUES, lengths, strict=True))
        yield gauge(
            "queue_oldest_seconds",
            "How long the oldest message of a queue has waited; 0 if it is empty.",
            ["queue"],
            [(name, self._waited(raw, now)) for name, raw in zip(QUEUES, oldest, strict=True)],
        )
        yield gauge("messages_in_hand", "Messages that workers have taken and not yet ended.", (), [(in_hand,)])
        memory = self._client.info("memory")
        yield gauge("redis_memory_bytes", "Memory that Redis uses.", (), [(memory["used_memory"],)])
        yield from self._workers()
        yield from self._hosts()

    def _waited(self, raw: bytes | None, now: datetime) -> float | None:
        if raw is None:
            return 0
        # A message does not say when it was sent, but when it expires, which is always so much later.
        expires = json.loads(raw)["headers"].get("expires")
        if expires is None:
            return None
        left = datetime.fromisoformat(expires).astimezone(UTC) - now
        return max(0.0, self._settings.redelivery_seconds - left.total_seconds())

    def _workers(self) -> Iterator[Metric]:
        workers: Counter[str] = Counter(dict.fromkeys(QUEUES, 0))
        # When as many have answered as there can be, nobody waits for the time-out.
        if most := self._client.scard(_LISTENING):
            inspect = self._app.control.inspect(timeout=_WORKERS_ANSWER, limit=most)
            for consumed in (inspect.active_queues() or {}).values():
                workers.update({queue["name"] for queue in consumed} & set(QUEUES))
        yield gauge("workers", "Workers that take messages from a queue.", ["queue"], workers.items())

    def _hosts(self) -> Iterator[Metric]:
        states = host_states(self._client)
        yield gauge("hosts", "Hosts that were visited within a day, by state.", ["state"], _count(states))
        unwell = [host for host in states if host.state != "open" or host.slowed][:_MOST_HOSTS]
        yield gauge(
            "host_unwell",
            "1 for each host that rests, is tried again, asked for a pause or is asked more slowly; fifty at most.",
            ["host", "state"],
            [(host.host, "slowed" if host.state == "open" else host.state, 1) for host in unwell],
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


def _count(states: list[HostState]) -> list[tuple[str, int]]:
    return list(Counter(host.state for host in states).items())
