"""A site that is slow, cuts its answers short, or comes and goes."""

import time
from collections.abc import Callable

from tests.chaos.trial import Fault, Trial
from tests.site import Site
from tests.site.faults import Fault as Rule

#: How long the site is out of order, seconds.
_DISTURBED = 10.0


def slow(trial: Trial) -> int:
    """Answers dribble in, some of them longer than is waited for."""
    rule = _switch(trial, lambda site: site.slow("content|node_", delay=1, dribble=0.15))
    time.sleep(_DISTURBED)
    return rule.hits


def cut(trial: Trial) -> int:
    rule = _switch(trial, lambda site: site.cut(".", after=trial.rng.randrange(20, 400)))
    time.sleep(_DISTURBED)
    return rule.hits


def flap(trial: Trial) -> int:
    """503 and 200 in turns of a second or so."""
    until, rules = time.monotonic() + _DISTURBED, []
    while time.monotonic() < until:
        rules.append(_switch(trial, lambda site: site.fail(".", status=503)))
        time.sleep(trial.rng.uniform(0.5, 1.5))
        trial.stage.weather()
        time.sleep(trial.rng.uniform(0.5, 1.5))
    return sum(rule.hits for rule in rules)


def _switch(trial: Trial, switch: Callable[[Site], Rule]) -> Rule:
    rules: list[Rule] = []
    trial.stage.weather(lambda site: rules.append(switch(site)))
    return rules[0]


FAULTS = (
    Fault("site slow", slow),
    Fault("site cuts answers", cut),
    Fault("site flaps between 200 and 503", flap),
)
