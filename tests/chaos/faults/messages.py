"""Messages that come more often than they were sent."""

import redis

from tests.chaos.trial import Fault, Trial
from tests.conftest import wait_until
from worker import embedded

#: How often each message that waits is delivered in all.
_TIMES = 5


def deliver_again(trial: Trial) -> int:
    """Put copies of the messages that wait beside them, as a broker does that hands one out twice."""
    stage = trial.stage
    client = embedded.connect(stage.settings)
    try:
        waiting = wait_until(lambda: _waiting(trial, client), 60, "messages in the queue")
        for message in waiting:
            client.rpush("backfill", *[message] * (_TIMES - 1))
    finally:
        client.close()
    return len(waiting) * (_TIMES - 1)


def _waiting(trial: Trial, client: redis.Redis) -> list[bytes]:
    trial.keep_busy()
    return client.lrange("backfill", 0, -1)


FAULTS = (Fault("messages delivered five times", deliver_again),)
