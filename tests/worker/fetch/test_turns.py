"""Turns at a host: the same decisions whether one process makes them or Redis makes them for all."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import redis

from tests.conftest import wait_until
from worker import embedded
from worker.fetch import hosts
from worker.fetch.shared import SharedTurns, keys
from worker.fetch.turns import AHEAD, SLOW_FIRST, SLOW_LONGEST, Ask, Done, OwnTurns, Rules
from worker.settings import Settings

RULES = Rules(failures=3, rest=0.4, rest_longest=0.8, place_expires=1.5)
NUMBERS = itertools.count()
HOST = "paper.example:8080"


@pytest.fixture(scope="module")
def redis_settings(tmp_path_factory):
    settings = Settings(var_dir=tmp_path_factory.mktemp("redis"))
    embedded.ensure(settings)
    yield settings
    embedded.stop(settings)


@pytest.fixture
def client(redis_settings):
    made = embedded.connect(redis_settings)
    made.flushall()
    yield made
    made.close()


@pytest.fixture(params=["own", "shared"])
def turns(request):
    if request.param == "own":
        return OwnTurns(RULES)
    return SharedTurns(request.getfixturevalue("client"), RULES)


def ask(*places, host=HOST, publication="a", rate=0.0, concurrency=4, done=(), held=()):
    interval = 1 / rate if rate else 0.0
    return Ask(
        host=host, publication=publication, interval=interval, concurrency=concurrency,
        places=tuple(places), done=tuple(done), held=tuple(held),
    )  # fmt: skip


def given(turns, *places, **how):
    return len(turns.step(ask(*places, **how)).delays)


def ok(place):
    return Done(place=place, alive=True)


def bad(place):
    return Done(place=place, alive=False, why="HTTP 500")


def busy(place, hold=0.0):
    return Done(place=place, alive=None, slow=True, hold=hold, why="HTTP 429")


def test_no_more_places_than_the_concurrency_and_a_left_place_is_given_again(turns):
    assert given(turns, "1", "2", "3", concurrency=2) == 2
    assert given(turns, "3", concurrency=2) == 0
    assert given(turns, "3", concurrency=2, done=[ok("1")]) == 1
    assert given(turns, "4", concurrency=2) == 0


def test_turns_come_in_the_rows_distance_and_are_not_given_long_before(turns):
    answer = turns.step(ask("1", "2", "3", "4", rate=12.5))
    assert answer.delays == pytest.approx((0, 0.08, 0.16), abs=0.02)
    assert 0 < answer.wait <= 0.24 - AHEAD + 0.02
    slow = turns.step(ask("4", rate=12.5))
    assert slow.delays == () or slow.delays[0] <= AHEAD


def test_of_two_publications_on_a_host_the_strictest_manners_count(turns):
    assert given(turns, "1", publication="strict", rate=1, concurrency=1) == 1
    assert given(turns, publication="strict", rate=1, concurrency=1, done=[ok("1")]) == 0
    answer = turns.step(ask("2", "3", publication="lax", rate=0, concurrency=8))
    assert answer.delays == ()
    assert answer.wait > 0.5


def test_a_place_whose_holder_died_is_free_again_after_a_while(turns):
    assert given(turns, "1", concurrency=1) == 1
    assert given(turns, "2", concurrency=1) == 0
    assert wait_until(lambda: given(turns, "2", concurrency=1), 5) == 1


def test_a_place_whose_holder_is_heard_of_stays_his_for_as_long_as_his_request_takes(turns):
    assert given(turns, "1", concurrency=1) == 1
    end = time.monotonic() + 2 * RULES.place_expires
    while time.monotonic() < end:
        turns.step(ask(concurrency=1, held=["1"]))
        assert given(turns, "2", concurrency=1) == 0
        time.sleep(RULES.place_expires / 10)
    assert given(turns, "2", concurrency=1, done=[ok("1")]) == 1


def test_429_slows_the_host_down_in_powers_and_good_answers_bring_it_back_little_by_little(turns):
    def pace_after(*done):
        host = f"{next(NUMBERS)}.example"
        turns.step(ask(host=host, done=done))
        # The first comes at once; when the second does is the pace.
        answer = turns.step(ask("x", "y", host=host))
        return answer.delays[1] if len(answer.delays) == 2 else answer.wait + AHEAD

    def about(seconds):
        return pytest.approx(seconds, abs=0.02)

    assert pace_after() == about(0)
    assert [pace_after(*[busy("1")] * times) for times in (1, 2, 3)] == about(
        [SLOW_FIRST, SLOW_FIRST * 2, SLOW_FIRST * 4]
    )
    assert pace_after(*[busy("1")] * 30) == about(SLOW_LONGEST)
    assert pace_after(busy("1"), ok("2")) == about(SLOW_FIRST * 0.8)
    assert pace_after(*[busy("1")] * 3, *[ok("2")] * 4) == about(SLOW_FIRST * 4 * 0.8**4)
    assert pace_after(*[busy("1")] * 30, *[ok("2")] * 40) == about(0)


def test_retry_after_holds_the_host_for_everybody(turns):
    turns.step(ask("1"))
    turns.step(ask(done=[busy("1", hold=30)]))
    answer = turns.step(ask("2", publication="b"))
    assert answer.delays == ()
    assert 29 < answer.held <= 30
    assert answer.why == "HTTP 429"


def test_a_host_rests_after_consecutive_failures_only(turns):
    turns.step(ask(done=[bad("1"), bad("2"), ok("3"), bad("4"), bad("5")]))
    assert given(turns, "6") == 1
    turns.step(ask(done=[bad("6")]))
    answer = turns.step(ask("7"))
    assert answer.delays == ()
    assert 0 < answer.rest <= RULES.rest
    assert answer.why == "HTTP 500"


def test_after_the_rest_one_request_tries_and_the_others_wait_for_it(turns):
    turns.step(ask(done=[bad("1")] * 3))
    wait_until(lambda: not turns.step(ask("p")).rest, 5)
    # The probe is out: "p" was given by the step that ended the wait.
    answer = turns.step(ask("q", "r"))
    assert (answer.delays, answer.probing) == ((), True)
    turns.step(ask(done=[ok("p")]))
    assert given(turns, "q", "r") == 2


def test_a_probe_that_fails_sends_the_host_to_a_longer_rest_up_to_the_longest(turns):
    turns.step(ask(done=[bad("1")] * 3))
    rests = []
    for number in range(3):
        wait_until(lambda number=number: not turns.step(ask(f"p{number}")).rest, 5)
        turns.step(ask(done=[bad(f"p{number}")]))
        rests.append(turns.step(ask("q")).rest)
    assert RULES.rest < rests[0] <= 0.8
    assert max(rests) <= RULES.rest_longest


def test_a_probe_whose_worker_died_is_given_to_another_after_a_while(turns):
    turns.step(ask(done=[bad("1")] * 3))
    wait_until(lambda: not turns.step(ask("p")).rest, 5)
    assert turns.step(ask("q")).probing
    assert wait_until(lambda: given(turns, "q"), 5) == 1


def test_a_request_that_says_nothing_of_the_host_changes_nothing(turns):
    turns.step(ask(done=[bad("1"), bad("2"), Done(place="3", alive=None), bad("4")]))
    assert turns.step(ask("5")).rest > 0


CHILD = """
import sys, time
from worker import embedded
from worker.fetch.shared import SharedTurns
from worker.fetch.turns import Ask, Rules
from pathlib import Path
from worker.settings import Settings
client = embedded.connect(Settings(var_dir=Path(sys.argv[1])))
turns = SharedTurns(client, Rules(failures=3, rest=1, rest_longest=1, place_expires=1.5))
answer = turns.step(Ask(host=sys.argv[2], publication="a", interval=0, concurrency=2, places=("c1", "c2"), done=()))
print(len(answer.delays), flush=True)
time.sleep(60)
"""


def test_workers_share_the_places_and_a_killed_one_frees_its_own(redis_settings, client):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(redis_settings.var_dir), HOST], stdout=subprocess.PIPE, text=True
    )
    turns = SharedTurns(client, RULES)
    try:
        assert child.stdout.readline() == "2\n"
        assert given(turns, "1", concurrency=2) == 0
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
    assert wait_until(lambda: given(turns, "1", "2", concurrency=2), 10) == 2


def test_many_at_once_never_get_more_than_the_host_allows(client):
    turns = SharedTurns(client, RULES)
    lock, running, most, total = threading.Lock(), [0], [0], [0]

    def work(name):
        for number in range(20):
            place = f"{name}:{number}"
            wait_until(lambda place=place: given(turns, place, concurrency=3), 30)
            with lock:
                running[0] += 1
                total[0] += 1
                most[0] = max(most[0], running[0])
            time.sleep(0.001)
            with lock:
                running[0] -= 1
            turns.step(ask(concurrency=3, done=[ok(place)]))

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total == [120]
    assert most[0] <= 3


def test_without_redis_each_process_keeps_its_own_pace(tmp_path):
    client = redis.Redis(unix_socket_path=str(tmp_path / "nobody"))
    turns = SharedTurns(client, RULES)
    assert given(turns, "1", "2", "3", concurrency=2) == 2
    turns.step(ask(concurrency=2, done=[bad("1")] * 3))
    assert turns.step(ask("4")).rest > 0
    client.close()


def test_people_see_the_hosts_and_can_release_one(client):
    turns = SharedTurns(client, RULES)
    turns.step(ask("1", rate=4, concurrency=2))
    (row,) = hosts.host_states(client)
    assert (row.host, row.state, row.requests_per_second, row.concurrency, row.requests) == (HOST, "open", 4.0, 2, 1)
    turns.step(ask(rate=4, concurrency=2, done=[bad("1")] * 3))
    (row,) = hosts.host_states(client)
    assert (row.state, row.failures, row.why, row.requests) == ("resting", 3, "HTTP 500", 0)
    assert row.until > row.last_used_at
    assert hosts.release(client, HOST)
    assert not hosts.release(client, "nobody.example")
    (row,) = hosts.host_states(client)
    assert (row.state, row.failures, row.why) == ("open", 0, "")
    assert given(turns, "2", rate=4, concurrency=2) == 1
    turns.step(ask(rate=4, concurrency=2, done=[busy("2", hold=60)]))
    (row,) = hosts.host_states(client)
    assert (row.state, row.slowed, row.why) == ("held", True, "HTTP 429")


def test_a_clock_of_redis_that_is_set_back_holds_no_host_up(client):
    """Redis reckons by the machine's clock: what it wrote an hour ahead of now is as if the clock had been set back."""
    turns = SharedTurns(client, RULES)
    state, places = keys(HOST)
    assert given(turns, "1", "2", rate=4, concurrency=2) == 1
    turns.step(ask(rate=4, concurrency=2, done=[busy("x", hold=0.3)]))
    ahead = 3600_000
    for name in ("at", "next_turn", "hold"):
        client.hincrby(state, name, ahead)
    client.zincrby(places, ahead, "1")
    answer = turns.step(ask("2", rate=4, concurrency=2))
    assert answer.held <= 0.3
    assert wait_until(lambda: given(turns, "2", rate=4, concurrency=2), 10) == 1
    # The holder of the first place is not heard of any more.
    assert wait_until(lambda: given(turns, "3", rate=4, concurrency=2, done=[ok("2")]), 10) == 1
    assert wait_until(lambda: given(turns, "4", rate=4, concurrency=2), 10) == 1
