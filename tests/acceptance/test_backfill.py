"""Real processes: a backfill goes through on its own, and however much of it waits, today's editions do not."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from scheduler import supervisor
from tests.acceptance.processes import Service
from tests.conftest import wait_until
from worker import embedded
from worker.domain import BackfillState, PageState, State
from worker.store.tables import Backfill, Edition, Heartbeat, Page, Publication

PAGES = 10_000
OFF = "\n[weifangdaily]\nenabled = false\n"


@pytest.fixture
def service(tmp_path, database_url, site):
    site.clear()
    made = Service(tmp_path, database_url, OFF)
    yield made
    site.clear()
    made.stop()


def pages_waiting(service) -> int:
    with service.database.read() as session:
        query = select(func.count()).select_from(Page).join(Edition, Page.edition_id == Edition.id)
        return session.scalar(query.where(Edition.queue == "backfill", Page.state == PageState.PENDING))


def pile_up(service, address: str) -> None:
    """Backfilled editions whose pages are known and have not been read."""
    now = datetime.now(UTC)
    stamps = {"created_at": now, "updated_at": now}
    paper = {
        "slug": "old", "name": "old", "family": "huaguang", "edition_url": "http://127.0.0.1/%Y%m%d", "language": "zh",
        "time_zone": "UTC", "overrides": {}, "requests_per_second": 0, "concurrency": 1, "enabled": False,
        "allow_private_addresses": True, "recheck_seconds": 60, "updated_at": now,
    }  # fmt: skip
    with service.database.begin() as session:
        paper_id = session.scalar(insert(Publication).values(paper).returning(Publication.id))
        for back in range(PAGES // 100):
            edition = {
                "publication_id": paper_id, "date": now.date() - timedelta(days=400 + back), "label": "",
                "state": State.PROCESSING, "queue": "backfill", "expected_at": now, "deadline_at": now, **stamps,
            }  # fmt: skip
            edition_id = session.scalar(insert(Edition).values(edition).returning(Edition.id))
            page = {"edition_id": edition_id, "source": "web", "state": PageState.PENDING, "next_attempt_at": now}
            session.execute(
                insert(Page),
                [
                    {**page, **stamps, "number": f"{n:03}", "position": n, "url": f"{address}/old/{back}/{n}"}
                    for n in range(100)
                ],
            )


def test_todays_editions_finish_while_ten_thousand_backfill_pages_wait(service, site):
    site.hold("/old/")
    embedded.ensure(service.settings)
    # Another host, as another publisher has: on one host both would share its places.
    pile_up(service, site.url.replace("127.0.0.1", "localhost"))
    service.start("worker-backfill", supervisor.worker("backfill", "backfill", 1))
    service.beat()
    client = embedded.connect(service.settings)
    wait_until(lambda: client.llen("backfill") >= PAGES - 10, 90, "every backfill page in its queue")
    client.close()
    service.start("worker-daily", supervisor.worker("daily", "daily", 2))
    (service.folder / "catalogue.toml").write_text(site.catalogue() + OFF, encoding="utf-8")

    def today() -> list[State]:
        with service.database.read() as session:
            return session.scalars(select(Edition.state).where(Edition.queue == "daily")).all()

    wait_until(lambda: len(today()) == 3 and set(today()) == {State.COMPLETE}, 60, "today's editions")
    assert pages_waiting(service) >= PAGES - 10


def test_a_backfill_is_asked_for_paused_resumed_and_goes_through_to_its_end(service, site):
    (service.folder / "catalogue.toml").write_text(site.catalogue() + OFF, encoding="utf-8")
    last = datetime.now(UTC).date() - timedelta(days=30)
    first = last - timedelta(days=3)
    asked = service.command("backfill", "linchuanribao", str(first), str(last), "--window", "2")
    assert asked.returncode == 0, asked.stderr
    assert "backfill 1: 4 editions" in asked.stderr
    assert service.command("backfills", "pause", "1", "--reason", "wait").returncode == 0
    service.worker()
    service.beat()

    def number() -> Backfill:
        with service.database.read() as session:
            return session.get_one(Backfill, 1)

    def ticks() -> int:
        with service.database.read() as session:
            return session.scalar(select(func.count()).select_from(Heartbeat))

    wait_until(lambda: ticks() > 0, 30, "a tick")
    assert number().made == 0
    assert service.command("backfills", "resume", "1").returncode == 0
    wait_until(lambda: number().state is BackfillState.DONE, 90, "the backfill's end")
    assert (number().complete, number().made, number().existing) == (4, 4, 0)
    told = service.command("backfills")
    assert "done" in told.stdout
