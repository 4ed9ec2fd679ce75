"""The real service under real faults: whatever dies, every edition ends complete and nothing is stored twice."""

import os
import signal

import pytest

from tests.acceptance.processes import pool_children
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


def test_a_pool_child_killed_in_the_middle_of_a_page_loses_nothing(service, site, articles):
    held = site.hold("/linchuanribao/content/.*/Articel03")
    worker = service.worker()
    service.beat()
    assert held.wait_arrived(40), service.log("worker-one").read_text()
    children = pool_children(worker)
    assert children
    for child in children:
        child.send_signal(signal.SIGKILL)
    site.clear()
    service.wait_all(State.COMPLETE, PAPERS)
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
