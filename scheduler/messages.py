"""What the tick learns from and does to the broker: which messages are lost, and which are stale. Knows no edition."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import redis

from worker import embedded
from worker.queues import QUEUES
from worker.services import Services

#: Holds the run of the Redis server in which the last tick sent its messages.
_RUN_KEY = "broadsheet:run"

#: Longer than a message takes from being sent to being seen in the broker or claimed.
_A_MOMENT = timedelta(seconds=30)

#: Stale messages that one tick takes out of one queue at most.
_MOST_STALE = 5000


def lost_before(services: Services) -> datetime | None:
    """The time before which every message that nobody took is lost, if the broker shows that some are."""
    client = embedded.connect(services.settings)
    try:
        run = str(client.info("server")["run_id"]).encode()
        # Set and read in one step: of two schedulers one is told. A server that was killed comes back without what
        # it had not written to disk, an emptied one with nothing.
        if client.set(_RUN_KEY, run, get=True) != run:
            return services.clock() + _A_MOMENT
        under_way = sum(client.llen(name) for name in QUEUES) + client.hlen("unacked")
    finally:
        client.close()
    # Nothing waits and nothing is being worked on, so what was sent a while ago went astray on its way.
    return None if under_way else services.clock() - _A_MOMENT


def drop_stale(services: Services) -> int:
    """Take messages out of the queues whose time is over, so that a queue without workers does not grow.

    A worker would drop them, too, but only once it comes to them; the rows are sent again meanwhile.
    """
    client = embedded.connect(services.settings)
    try:
        return sum(_drop_stale(client, name) for name in QUEUES)
    finally:
        client.close()


def _drop_stale(client: redis.Redis, queue: str) -> int:
    # By the real clock, as Celery stamps them. The oldest stand at the end from which workers take.
    now, dropped = datetime.now(UTC), 0
    while dropped < _MOST_STALE:
        oldest: list[Any] = client.lrange(queue, -100, -1)[::-1]
        stale = [message for message in oldest if _is_stale(message, now)]
        # By value, since a worker may take from the same end meanwhile.
        removed: int = sum(client.lrem(queue, -1, message) for message in stale)
        dropped += removed
        if len(stale) < 100 or not removed:  # noqa: PLR2004  # fewer than were looked at
            break
    return dropped


def _is_stale(message: Any, now: datetime) -> bool:
    try:
        expires = json.loads(message)["headers"]["expires"]
        return expires is not None and datetime.fromisoformat(expires) < now
    except (ValueError, KeyError, TypeError):
        return False
