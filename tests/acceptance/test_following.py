"""``broadsheet events --follow`` as a process: what happens shows at once, and goes on after the database was away."""

import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.processes import Service
from tests.conftest import wait_until
from tests.factories import DAY, make_publication
from worker.store import editions
from worker.store.editions import NewEdition
from worker.store.moves import Change


@pytest.fixture
def service(tmp_path, database_url):
    made = Service(tmp_path, database_url, "")
    yield made
    made.stop()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_following_goes_on_after_the_database_was_away(service, services, clock, postgres_server):
    publication = make_publication(services)

    def happens(reason: str, day) -> None:
        new = NewEdition(
            publication_id=publication, date=day, queue="daily", expected_at=clock(), deadline_at=clock()
        )  # fmt: skip
        with services.database.begin() as session:
            editions.ensure_edition(session, new, Change(actor="operator:test", at=clock(), reason=reason))

    happens("first", DAY)
    service.start("follow", [str(Path(sys.executable).parent / "broadsheet"), "events", "--follow"])
    log = service.log("follow")
    wait_until(lambda: "first" in log.read_text(), 60, "what had happened")
    postgres_server.stop(signal.SIGQUIT)
    try:
        wait_until(lambda: "goes on when it is back" in log.read_text(), 60, "the following to notice")
    finally:
        postgres_server.start()
    services.database.close()
    happens("second", DAY + timedelta(days=1))
    wait_until(lambda: "second" in log.read_text(), 60, "what happened since")
    assert log.read_text().count("goes on when it is back") == 1
