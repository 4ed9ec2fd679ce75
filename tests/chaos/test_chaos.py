"""The short form of ``make chaos``: several faults at once on one stage, on SQLite and on PostgreSQL."""

import random

import pytest

from tests.chaos.faults import broker, messages, processes
from tests.chaos.stage import Stage
from tests.chaos.trial import Fault, Trial, run

SEED = 5


def at_once(trial: Trial) -> int:
    return messages.deliver_again(trial) + processes.kill_worker(trial) + broker.flush(trial)


@pytest.fixture(params=["sqlite", "postgresql"])
def stage(request, tmp_path, site):
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    with Stage(tmp_path, site, server) as made:
        yield made


@pytest.mark.timeout(300)
def test_faults_lose_and_double_nothing(stage):
    result = run(Fault("several at once", at_once), stage, random.Random(SEED))
    assert result.problems == [], stage.folder
    assert (result.lost, result.doubled, result.editions) == (0, 0, 6)
    assert result.taken_over >= 1
