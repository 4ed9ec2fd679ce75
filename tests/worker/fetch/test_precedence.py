"""At a host that today's edition and a backfill both want, today's goes first: in the decisions, and over real HTTP."""

import http.server
import threading
import time

import pytest

from tests.conftest import wait_until
from tests.factories import make_edition
from worker import embedded
from worker.fetch.client import Fetcher, Manners
from worker.fetch.shared import SharedTurns
from worker.fetch.turns import Ask, Done, OwnTurns, Rules
from worker.job import Job
from worker.settings import Settings

STAND_BACK = 0.6
RULES = Rules(failures=3, rest=1, rest_longest=1, place_expires=5, stand_back=STAND_BACK)
HOST = "paper.example"


@pytest.fixture(scope="module")
def redis_settings(tmp_path_factory):
    settings = Settings(var_dir=tmp_path_factory.mktemp("redis"))
    embedded.ensure(settings)
    yield settings
    embedded.stop(settings)


@pytest.fixture(params=["own", "shared"])
def turns(request):
    if request.param == "own":
        yield OwnTurns(RULES)
        return
    client = embedded.connect(request.getfixturevalue("redis_settings"))
    client.flushall()
    yield SharedTurns(client, RULES)
    client.close()


def given(turns, *places, urgent=False, concurrency=4, done=()):
    ask = Ask(
        host=HOST, publication="a", interval=0, concurrency=concurrency, places=places, urgent=urgent,
        done=tuple(Done(place=place, alive=True) for place in done),
    )  # fmt: skip
    return len(turns.step(ask).delays)


def test_a_backfill_stands_back_while_todays_edition_is_read(turns):
    assert given(turns, "b1", "b2") == 2
    assert given(turns, "d1", urgent=True) == 1
    assert given(turns, "b3", "b4", done=["b1", "b2"]) == 0
    assert given(turns, "d2", "d3", urgent=True, done=["d1"]) == 2


def test_places_that_a_backfill_leaves_go_to_todays_edition(turns):
    assert given(turns, "b1", "b2", concurrency=2) == 2
    assert given(turns, "d1", urgent=True, concurrency=2) == 0
    assert given(turns, "b3", concurrency=2, done=["b1"]) == 0
    assert given(turns, "d1", urgent=True, concurrency=2) == 1


def test_a_backfill_goes_on_soon_after_the_last_turn_of_today_also_if_that_worker_died(turns):
    assert given(turns, "d1", urgent=True) == 1
    assert given(turns, "b1") == 0
    # Nobody says that today's is over: the mark ends by itself.
    assert wait_until(lambda: given(turns, "b1", "b2", "b3"), 10) == 3


def test_a_backfill_is_not_starved_by_many_of_today(turns):
    end, had, places = time.monotonic() + 20, 0, iter(range(10_000))
    while had < 3 and time.monotonic() < end:
        place = f"d{next(places)}"
        assert given(turns, place, urgent=True) == 1
        got = given(turns, "b1", "b2", done=[place])
        assert got <= 1, "one at a time"
        had += got
        given(turns, done=["b1"])
        time.sleep(STAND_BACK / 10)
    assert had == 3


def test_a_backfill_alone_is_not_held_up(turns):
    for number in range(20):
        assert given(turns, f"b{number}", done=[f"b{number - 1}"]) == 1


@pytest.mark.parametrize(("queue", "urgent"), [("daily", True), ("backfill", False)])
def test_the_queue_of_an_edition_says_whether_its_requests_go_first(services, queue, urgent):
    job = Job.claim_edition(services, make_edition(services, queue=queue), even_if_not_due=True)
    assert job._manners.urgent is urgent


@pytest.fixture
def site():
    """A server that notes which addresses it was asked for, in order."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_over_http_hardly_any_of_a_backfill_comes_between_todays_requests(redis_settings, site):
    address, asked = site

    def fetch(kind, count, *, urgent):
        fetcher = Fetcher(redis_settings, embedded.connect(redis_settings))
        manners = Manners(
            requests_per_second=20, concurrency=2, allow_private_addresses=True, publication=kind, urgent=urgent
        )
        try:
            got = fetcher.get_all([f"{address}/{kind}/{number}" for number in range(count)], manners, lambda: None)
        finally:
            fetcher.close()
        assert [response.status for response in got] == [200] * count

    old = threading.Thread(target=fetch, args=("old", 60), kwargs={"urgent": False})
    old.start()
    wait_until(lambda: len(asked) >= 5, 30)
    fetch("today", 20, urgent=True)
    old.join()
    today = [place for place, path in enumerate(asked) if path.startswith("/today/")]
    between = sum(path.startswith("/old/") for path in asked[today[0] : today[-1]])
    # Shared alike it would be about twenty: the same pace, the same two places.
    assert between <= 8
    assert sum(path.startswith("/old/") for path in asked) == 60, "the backfill comes to its end"
