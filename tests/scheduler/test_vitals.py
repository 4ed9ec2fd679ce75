"""Hosts that are left alone or slowed, as ``status`` shows them: a real Redis, real commands; and Redis away."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from scheduler.cli.glance import host_line
from scheduler.glance import host_of
from scheduler.vitals import vitals
from tests.factories import make_edition, make_publication
from worker import embedded
from worker.fetch.hosts import name_of
from worker.fetch.shared import SharedTurns
from worker.fetch.turns import Ask, Done, Rules

BROADSHEET = Path(sys.executable).parent / "broadsheet"


@pytest.fixture
def status(settings):
    """A function that runs ``broadsheet status`` and gives what it prints."""

    def run(*words):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BROADSHEET_")}
        environment |= {
            "BROADSHEET_VAR_DIR": str(settings.var_dir),
            "BROADSHEET_DATABASE_URL": settings.database_url.get_secret_value(),
        }
        done = subprocess.run(
            [BROADSHEET, "status", *words], env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        return json.loads(done.stdout) if "--json" in words else done.stdout.splitlines()

    return run


@pytest.fixture
def hosts(redis_running):
    """A host that rests, one that is slowed and one that works, as workers' requests made them."""
    client = embedded.connect(redis_running)
    turns = SharedTurns(client, Rules(failures=2, rest=300, rest_longest=600, place_expires=5))
    results = {
        "down.example": [Done(place=name, alive=False, why="HTTP 500") for name in ("1", "2")],
        "slow.example:8080": [Done(place="1", alive=None, slow=True, why="HTTP 429")],
        "well.example": [Done(place="1", alive=True)],
    }
    for host, done in results.items():
        turns.step(Ask(host=host, publication="a", interval=0.1, concurrency=2, places=(), done=tuple(done)))
    client.close()
    return redis_running


def test_the_glance_names_hosts_that_rest_or_are_slowed_and_no_others(hosts, services, status):
    found = {host["host"]: host for host in status("--json", "--summary")["hosts"]}
    assert set(found) == {"down.example", "slow.example:8080"}
    down, slow = found["down.example"], found["slow.example:8080"]
    assert (down["state"], down["failures"], down["error"]) == ("resting", 2, "HTTP 500")
    assert down["until"]
    assert (slow["state"], slow["slowed"], slow["requests_per_second"]) == ("open", True, 2)
    lines = [line for line in status() if line.startswith("Host ")]
    assert len(lines) == 2
    assert "down.example: is left alone until" in lines[0]
    assert "2 failures in a row: HTTP 500; `broadsheet hosts release down.example`" in lines[0]
    assert "slow.example:8080: works, 2 requests a second, slowed" in lines[1]


@pytest.mark.parametrize(
    ("url", "state", "said"),
    [
        ("http://DOWN.example:80/%Y%m%d/", "resting", "is left alone"),
        ("http://slow.example:8080/%Y%m%d/", "open", "slowed because it asked for that: HTTP 429"),
        ("http://well.example/%Y%m%d/", "open", "works, 10 requests a second"),
        ("http://other.example/%Y%m%d/", "unvisited", "nothing was asked of it within a day"),
    ],
)
def test_a_publication_shows_how_its_host_does(hosts, services, settings, url, state, said):
    make_publication(services, slug="paper", edition_url=url)
    found = host_of(services.database, settings, "paper")
    assert found["state"] == state
    assert said in host_line(found)
    assert host_of(services.database, settings, "other") is None


def test_status_of_a_publication_and_of_an_edition_end_with_its_host(hosts, services, status):
    paper = make_publication(services, slug="paper", edition_url="http://down.example/%Y%m%d/")
    make_edition(services, publication_id=paper)
    assert status("paper")[-1].startswith("Host down.example: is left alone until")
    assert [row["host"]["failures"] for row in status("paper", "--json")] == [2]
    assert status("paper", "2026-03-05", "--json")["host"]["state"] == "resting"


def test_without_redis_one_line_says_so_and_the_rest_is_told(settings, services, status):
    make_edition(services, publication_id=make_publication(services, slug="paper"))
    lines = status()
    assert [line for line in lines if "Redis" in line] == [
        "Queues and hosts: Redis is away, so nobody knows; `broadsheet doctor` says what to do"
    ]
    assert any("paper" in line for line in lines)
    found = status("--json", "--summary")
    assert (found["queues"], found["hosts"]) == (None, None)
    assert status("paper")[-1] == "Host 127.0.0.1: Redis is away, so nobody knows how it does"


def test_a_redis_that_hangs_is_away(redis_running):
    client = embedded.connect(redis_running)
    server = client.info("server")["process_id"]
    assert vitals(redis_running) is not None
    os.kill(server, signal.SIGSTOP)
    try:
        assert vitals(redis_running) is None
    finally:
        os.kill(server, signal.SIGCONT)
        client.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://Paper.Example/%Y/", "https://paper.example:443/", "http://paper.example:443/", "https://报.example/a",
        "http://user:secret@paper.example:8080/", "http://[::1]:8080/", "http://127.0.0.1:80/",
    ],
)  # fmt: skip
def test_a_host_has_the_name_by_which_its_turns_are_kept(url):
    assert name_of(url) == httpx.URL(url).netloc.decode()
