"""Turns at hosts shared by all workers through Redis; without it each process paces itself. Waits for nothing."""

import json
import time
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import redis
import structlog

from worker.fetch.turns import (
    AHEAD,
    LOOK_AGAIN,
    RECOVERY,
    SLOW_FIRST,
    SLOW_LONGEST,
    Answer,
    Ask,
    OwnTurns,
    Rules,
)

log = structlog.get_logger("broadsheet")

#: All hosts by when they were last used.
KNOWN = "broadsheet:hosts"

#: While Redis is away it is looked for this often, seconds.
_LOOK_FOR_REDIS = 5.0

_SCRIPT = (files(__package__) / "turns.lua").read_text(encoding="utf-8")


def keys(host: str) -> tuple[str, str]:
    """A host's keys: its state and its places."""
    return f"broadsheet:host:{host}", f"broadsheet:places:{host}"


class SharedTurns:
    """Turns among the requests of all processes that use this Redis."""

    def __init__(self, client: redis.Redis, rules: Rules) -> None:
        self._client = client
        self._script = client.register_script(_SCRIPT)
        self._own = OwnTurns(rules)
        self._away_until = 0.0
        self._rules = {
            "failures": rules.failures,
            "rest": _ms(rules.rest),
            "rest_longest": _ms(rules.rest_longest),
            "place_expires": _ms(rules.place_expires),
            "stand_back": _ms(rules.stand_back),
            "ahead": _ms(AHEAD),
            "look_again": _ms(LOOK_AGAIN),
            "slow_first": _ms(SLOW_FIRST),
            "slow_longest": _ms(SLOW_LONGEST),
            "recovery": RECOVERY,
        }

    def step(self, ask: Ask) -> Answer:
        """See :class:`worker.fetch.turns.Turns`; one round trip."""
        if time.monotonic() < self._away_until:
            return self._own.step(ask)
        told: dict[str, Any] = self._rules | {
            "publication": ask.publication,
            "interval": _ms(ask.interval),
            "concurrency": ask.concurrency,
            "places": ask.places,
            "held": ask.held,
            "urgent": ask.urgent,
            "done": [asdict(done) | {"hold": _ms(done.hold)} for done in ask.done],
        }
        try:
            text = self._script(keys=[*keys(ask.host), KNOWN], args=[ask.host, json.dumps(told)])
        except redis.RedisError as error:
            log.warning("hosts_paced_alone", error=" ".join(str(error).split()))
            self._away_until = time.monotonic() + _LOOK_FOR_REDIS
            return self._own.step(ask)
        found = json.loads(text)
        return Answer(
            delays=tuple(delay / 1000 for delay in found["delays"]),
            wait=found["wait"] / 1000,
            held=found["held"] / 1000,
            rest=found["rest"] / 1000,
            probing=found["probing"],
            why=found["why"],
        )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
