"""The short form of ``make chaos``: several faults at once on one stage, on SQLite and on PostgreSQL."""

import random

import pytest

from tests.chaos.faults import broker, messages
from tests.chaos.stage import Stage
from tests.chaos.trial import Fault, Trial, run
from tests.site import Site

SEED = 5


def at_once(trial: Trial) -> int:
    doubled = messages.deliver_again(trial)
    # Killed while it certainly holds a page.
    with trial.stage.site.hold("content", times=1) as held:
        trial.expect(held.wait_arrived(60), "no article was asked for")
        trial.stage.kill("worker-one")
    return doubled + 1 + broker.flush(trial)


@pytest.fixture(params=["sqlite", "postgresql"])
def stage(request, tmp_path):
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    # A site of its own: what never came out there is out for other tests.
    with Site() as site, Stage(tmp_path, site, server) as made:
        yield made


@pytest.mark.timeout(600)
def test_faults_lose_and_double_nothing(stage):
    result = run(Fault("several at once", at_once), stage, random.Random(SEED))
    assert result.problems == [], stage.folder
    assert (result.lost, result.doubled) == (0, 0)
    assert result.editions >= 6
    assert result.taken_over >= 1
