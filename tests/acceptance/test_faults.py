"""The real service under real faults: whatever dies, every edition ends complete and nothing is stored twice."""

import os
import signal

import pytest

from tests.conftest import wait_until
from worker import embedded
from worker.domain import State

PAPERS = 3


@pytest.fixture
def articles(site) -> int:
    """How many articles the site's newspapers publish in a day."""
    return sum(paper.articles for paper in site.papers)


def test_the_schedule_leads_to_stored_editions_even_with_two_beats(service, articles):
    service.worker()
    service.beat("one")
    service.beat("two")
    service.wait_all(State.COMPLETE, PAPERS)
    service.assert_sound(articles, jumps=PAPERS)


def test_a_worker_killed_in_the_middle_of_an_edition_loses_and_doubles_nothing(service, site, articles):
    held = site.hold("/linchuanribao/content/.*/Articel02")
    first = service.worker("first")
    service.beat()
    assert held.wait_arrived(40), service.log("worker-first").read_text()
    service.kill(first)
    site.clear()
    service.worker("second")
    service.wait_all(State.COMPLETE, PAPERS, deadline=60)
    service.assert_sound(articles, jumps=PAPERS)
    assert service.events("its worker died") >= 1


def test_a_pool_child_killed_in_the_middle_of_a_page_loses_nothing(service, site, articles):
    held = site.hold("/linchuanribao/content/.*/Articel03")
    worker = service.worker()
    service.beat()
    assert held.wait_arrived(40), service.log("worker-one").read_text()
    for child in _busy_children(worker):
        child.send_signal(signal.SIGKILL)
    site.clear()
    service.wait_all(State.COMPLETE, PAPERS)
    service.assert_sound(articles, jumps=PAPERS)


def test_an_emptied_redis_loses_nothing(service, site, articles):
    service.beat()
    client = embedded.connect(service.settings)
    wait_until(lambda: len(service.states()) == PAPERS and client.llen("daily") >= PAPERS, 30, "messages in the queue")
    client.flushall()
    client.close()
    service.worker()
    service.wait_all(State.COMPLETE, PAPERS, deadline=40)
    service.assert_sound(articles, jumps=PAPERS)


def test_a_killed_redis_comes_back_and_loses_nothing(service, site, articles):
    held = site.hold("/linchuanribao/content/.*/Articel02")
    service.worker()
    service.beat()
    assert held.wait_arrived(40), service.log("worker-one").read_text()
    client = embedded.connect(service.settings)
    os.kill(client.info("server")["process_id"], signal.SIGKILL)
    client.close()
    site.clear()
    service.wait_all(State.COMPLETE, PAPERS)
    service.assert_sound(articles, jumps=PAPERS)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_is_killed_and_comes_back_loses_nothing(service, site, articles, postgres_server):
    held = site.hold("/linchuanribao/content/.*/Articel02")
    service.worker()
    service.beat()
    assert held.wait_arrived(40), service.log("worker-one").read_text()
    postgres_server.stop(signal.SIGQUIT)
    service.database.close()
    site.clear()
    try:
        wait_until(lambda: "database_away" in service.log("worker-one").read_text(), 30, "the worker noticing")
    finally:
        postgres_server.start()
    service.wait_all(State.COMPLETE, PAPERS)
    service.assert_sound(articles, jumps=PAPERS)


def test_a_worker_that_is_stopped_softly_gives_its_work_back(service, site, articles):
    held = site.hold("/linchuanribao/content/.*/Articel02")
    first = service.worker("first")
    service.beat()
    assert held.wait_arrived(40), service.log("worker-first").read_text()
    first.send_signal(signal.SIGTERM)
    first.wait(30)
    site.clear()
    service.worker("second")
    service.wait_all(State.COMPLETE, PAPERS, deadline=60)
    service.assert_sound(articles, jumps=PAPERS)


def _busy_children(worker) -> list:
    import psutil  # noqa: PLC0415  # only here

    # The worker may also have started the guardian of the embedded Redis, which is no pool child.
    return [child for child in psutil.Process(worker.pid).children() if "celery" in " ".join(child.cmdline())]
