"""What Redis says at once of the queues and of the hosts that are left alone or slowed. Changes nothing.

For people who wait for an answer: Redis is asked once and not for long, and if it is away, that is the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis

from worker import embedded
from worker.fetch.hosts import HostState, host_states
from worker.queues import QUEUES
from worker.settings import Settings

#: How long a person waits for Redis, seconds.
_PATIENCE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What Redis says."""

    queues: dict[str, int]  #: messages that wait, by queue
    hosts: Sequence[HostState]  #: every host that was visited within a day, those that do not work first

    @property
    def troubled(self) -> list[HostState]:
        """The hosts that are left alone, being tried again, or asked more slowly than their rows say."""
        return [host for host in self.hosts if host.state != "open" or host.slowed]

    def host(self, name: str) -> HostState | None:
        """One host; None if it was not visited within a day."""
        return next((host for host in self.hosts if host.host == name), None)


def vitals(settings: Settings, *, patience: float = _PATIENCE) -> Vitals | None:
    """Ask Redis; None if it does not answer within ``patience`` seconds."""
    client = embedded.connect(settings, patience=patience)
    try:
        pipeline = client.pipeline(transaction=False)
        for name in QUEUES:
            pipeline.llen(name)
        lengths: list[Any] = pipeline.execute()
        return Vitals(queues=dict(zip(QUEUES, lengths, strict=True)), hosts=host_states(client))
    except (redis.RedisError, OSError):
        return None
    finally:
        client.close()


def host_row(host: HostState) -> dict[str, Any]:
    """A host as programs get it."""
    names = ("host", "state", "until", "failures", "requests_per_second", "concurrency", "slowed")
    return {name: getattr(host, name) for name in names} | {"error": host.why or None}
