"""The metrics on real rows and a real Redis: every figure, its bounds, and what is told while something is away."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from scheduler.metrics import families
from scheduler.metrics.broker import Broker
from scheduler.metrics.collector import ServiceCollector, Source
from scheduler.metrics.database import DatabaseFigures
from scheduler.metrics.machine import Machine
from scheduler.metrics.sources import opened
from tests.factories import DAY, make_capture, make_edition, make_found, make_page, make_publication
from worker import embedded
from worker.app import make_app
from worker.domain import Failure, PageState, State
from worker.settings import Settings
from worker.store import articles, moves
from worker.store.moves import Change
from worker.store.recent import first_id
from worker.store.tables import Capture, Heartbeat, Page


def figures(registry: CollectorRegistry) -> dict:
    """Every sample by its name and the values of its labels in order."""
    return {
        (sample.name.removeprefix("broadsheet_"), *sample.labels.values()): sample.value
        for family in registry.collect()
        for sample in family.samples
    }


@pytest.fixture
def told(services, clock):
    """A function that gives what the database's metrics say now."""
    source = DatabaseFigures(services.settings, clock)

    def read() -> dict:
        registry = CollectorRegistry(auto_describe=False)
        collector = ServiceCollector([Source("database", source.read)])
        registry.register(collector)
        found = figures(registry)
        collector.close()
        assert found["up", "database"] == 1
        return found

    yield read
    source.close()


def put(services, row) -> None:
    with services.database.begin() as session:
        session.add(row)


def test_editions_stand_by_publication_state_and_age(services, told):
    one = make_publication(services, slug="hedongbao")
    for days, state in (
        (0, State.WAITING),
        (1, State.COMPLETE),
        (2, State.COMPLETE),
        (7, State.FAILED),
        (9, State.FAILED),
    ):
        make_edition(services, publication_id=one, date=DAY - timedelta(days=days), state=state)
    found = {key[1:]: value for key, value in told().items() if key[0] == "editions"}
    assert found == {
        ("hedongbao", "waiting", "today"): 1,
        ("hedongbao", "complete", "yesterday"): 1,
        ("hedongbao", "complete", "week"): 1,
        ("hedongbao", "failed", "week"): 1,
    }


def test_an_edition_in_trouble_is_named_and_one_on_hold_is_not(services, told, clock):
    one = make_publication(services, slug="hedongbao")
    make_edition(services, publication_id=one, state=State.MISSING)
    make_edition(services, publication_id=one, state=State.SUSPECT, label="号外")
    make_edition(services, publication_id=one, date=DAY - timedelta(days=1), state=State.FAILED, held_at=clock())
    make_edition(
        services, publication_id=one, date=DAY - timedelta(days=2), state=State.WAITING,
        expected_at=clock() - timedelta(days=2),
    )  # fmt: skip
    make_edition(services, publication_id=one, date=DAY - timedelta(days=30), state=State.FAILED)
    found = told()
    assert {key[1:] for key in found if key[0] == "edition_problem"} == {
        ("hedongbao", "2026-03-05", "", "missing"),
        ("hedongbao", "2026-03-05", "号外", "suspect"),
        ("hedongbao", "2026-03-03", "", "late"),
    }
    assert (found["editions_late",], found["editions_missing",], found["editions_held",]) == (1, 1, 1)


def test_what_is_due_counts_editions_and_pages_by_queue(services, told, clock):
    make_edition(services, queue="backfill")
    make_edition(services, queue="backfill", next_attempt_at=clock() + timedelta(hours=1))
    make_edition(services, held_at=clock())
    make_page(services)
    make_page(services, state=PageState.FETCHING)
    found = told()
    assert (found["work_due", "daily"], found["work_due", "backfill"]) == (2, 1)
    assert found["editions_open", "backfill", "scheduled"] == 2
    assert found["editions_open", "daily", "processing"] == 2


def test_progress_is_what_a_worker_brought_to_an_end(services, told, clock):
    assert told()["progress_age_seconds",] == timedelta(days=7).total_seconds()
    page = make_page(services, state=PageState.FETCHING)
    _move(services, page, PageState.DONE, clock)
    clock.forward(minutes=20)
    other = make_page(services)
    _move(services, other, PageState.FETCHING, clock, lease_until=clock() + timedelta(minutes=1))
    assert told()["progress_age_seconds",] == 1200, "taking work is no progress"


def test_the_last_hour_counts_pages_articles_deaths_and_retries(services, told, clock):
    clock.forward(hours=-2)
    _move(services, make_page(services, state=PageState.FETCHING), PageState.DONE, clock)
    clock.forward(hours=2)
    _move(services, make_page(services, state=PageState.FETCHING), PageState.DONE, clock)
    for failure, reason in ((Failure.PASSING, "HTTP 503"), (None, "its worker died: the lease ended without a result")):
        page = make_page(services, state=PageState.FETCHING)
        _move(services, page, PageState.PENDING, clock, reason=reason, failure=failure)
    capture = make_capture(services, make_edition(services))
    page = make_page(services)
    with services.database.begin() as session:
        made = [make_found(capture, "/a"), make_found(capture, "/b")]
        articles.store(session, session.get_one(Page, page), made, clock(), whole=True)
    found = told()
    assert found["pages_last_hour",] == 1
    assert found["articles_last_hour",] == 2
    assert found["lease_expiries_last_hour",] == 1
    assert found["retries_last_hour", "passing"] == 1
    assert found["retries_last_hour", "none"] == 1


def test_hosts_are_told_by_latency_and_status_and_only_the_busiest_by_name(services, told, clock):
    edition = make_edition(services)
    make_capture(services, edition, host="old.example", fetched_at=clock() - timedelta(hours=3), elapsed_seconds=1.0)
    for number in range(60):
        for _ in range(2 if number < 50 else 1):
            make_capture(services, edition, host=f"paper{number:02}.example", elapsed_seconds=number / 10)
    make_capture(services, edition, host="paper00.example", status=503, elapsed_seconds=9.0)
    found = told()
    hosts = {key[1] for key in found if key[0] == "fetches_last_hour"}
    assert len(hosts) == 51
    assert found["fetches_last_hour", "other", "2xx"] == 10
    assert (
        found["fetches_last_hour", "paper00.example", "2xx"],
        found["fetches_last_hour", "paper00.example", "5xx"],
    ) == (2, 1)
    assert found["fetch_seconds", "paper07.example", "0.5"] == 0.7
    assert found["fetch_seconds", "paper00.example", "0.95"] == 9.0


def test_sorts_of_failure_quarantine_suspects_and_fallbacks(services, told, clock):
    one = make_publication(services, slug="hedongbao")
    edition = make_edition(
        services, publication_id=one, state=State.PARTIAL, failure=Failure.SITE_CHANGED, fingerprint="ab"
    )
    make_page(services, edition, number="02", state=PageState.QUARANTINED, failure=Failure.BUG, fingerprint="cd")
    make_page(services, edition, state=PageState.FAILED, failure=Failure.SITE_CHANGED, fingerprint="ef")
    make_edition(services, publication_id=one, date=DAY - timedelta(days=1), state=State.SUSPECT)
    page = make_page(services, edition)
    capture = make_capture(services, edition)
    with services.database.begin() as session:
        made = [make_found(capture, "/a", flags=("fallback",)), *(make_found(capture, f"/{n}") for n in range(3))]
        articles.store(session, session.get_one(Page, page), made, clock(), whole=True)
    found = told()
    assert found["failures", "hedongbao", "site_changed"] == 2
    assert found["failures", "hedongbao", "bug"] == 1
    assert found["page_quarantined", "hedongbao", "2026-03-05", "02"] == 1
    assert found["edition_problem", "hedongbao", "2026-03-05", "", "quarantined"] == 1
    assert found["suspect_ratio", "hedongbao"] == 0.5
    assert found["fallback_ratio", "hedongbao"] == 0.25


def test_the_schedulers_last_tick_is_told(services, told, clock):
    put(services, Heartbeat(actor="tick:one", at=clock() - timedelta(seconds=30), seconds=0.25, report={}))
    found = told()
    assert (found["heartbeat_age_seconds", "tick:one"], found["tick_seconds", "tick:one"]) == (30, 0.25)


def test_another_schema_is_told_and_is_no_outage(services, told):
    with services.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    found = told()
    assert found["schema_matches",] == 0
    with services.database.begin() as session:
        session.connection().exec_driver_sql("DROP VIEW current_articles")
        session.connection().exec_driver_sql("DROP TABLE heartbeats")
    assert told()["schema_matches",] == 0


@pytest.mark.usefixtures("redis_running")
def test_queues_are_told_by_length_and_by_the_age_of_their_oldest_message(settings):
    client = embedded.connect(settings)
    now = datetime.now(UTC)
    for waited in (600, 60):  # pushed on the left, taken from the right
        expires = now + timedelta(seconds=settings.redelivery_seconds - waited)
        client.lpush("daily", json.dumps({"headers": {"expires": expires.isoformat()}}))
    client.hset("unacked", "tag", "[]")
    client.close()
    with opened(settings) as registry:
        found = figures(registry)
    assert found["queue_messages", "daily"] == 2
    assert found["queue_messages", "backfill"] == 0
    assert 600 <= found["queue_oldest_seconds", "daily"] < 660
    assert found["queue_oldest_seconds", "backfill"] == 0
    assert found["messages_in_hand",] == 1
    assert (found["workers", "daily"], found["workers", "backfill"]) == (0, 0)
    assert found["up", "redis"] == found["up", "database"] == 1


def test_what_is_still_known_is_told_when_database_and_redis_are_away(tmp_path):
    away = Settings(
        var_dir=tmp_path,
        database_url="postgresql+psycopg://nobody:secret@127.0.0.1:1/none",
        redis_url="redis://:secret@127.0.0.1:1/0",
    )
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.warc.gz").write_bytes(b"x" * 1000)
    with opened(away) as registry:
        found = figures(registry)
        text = generate_latest(registry).decode()
    assert (found["up", "database"], found["up", "redis"], found["up", "machine"]) == (0, 0, 1)
    assert found["archive_bytes",] == 1000
    assert found["disk_free_bytes", "archive"] > 0
    assert "secret" not in text


def test_a_source_that_hangs_holds_up_no_other_and_is_not_asked_twice(tmp_path, monkeypatch):
    import threading  # noqa: PLC0415  # only here

    monkeypatch.setattr("scheduler.metrics.collector.LONGEST_SECONDS", 0.3)
    gate, calls = threading.Event(), []

    def hang():
        calls.append(1)
        gate.wait(30)
        return [families.gauge("late", "Late.", (), [(1,)])]

    collector = ServiceCollector([Source("slow", hang), Source("machine", Machine(Settings(var_dir=tmp_path)).read)])
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    for _ in range(2):
        found = figures(registry)
        assert (found["up", "slow"], found["up", "machine"]) == (0, 1)
    assert len(calls) == 1
    gate.set()
    collector.close()


def test_the_first_recent_row_is_found_by_halving(services, clock):
    edition = make_edition(services)
    base = clock()
    for minute in range(37):
        make_capture(services, edition, fetched_at=base + timedelta(minutes=minute))
    with services.database.begin() as session:
        session.delete(session.get_one(Capture, 20))
    with services.database.read() as session:
        ids = {
            minute: first_id(session, Capture, Capture.fetched_at, base + timedelta(minutes=minute))
            for minute in range(38)
        }
    assert ids[0] <= 1
    assert ids[10] == 11
    assert ids[37] == 38


def test_broker_and_database_do_not_show_their_passwords_when_they_fail(tmp_path):
    settings = Settings(var_dir=tmp_path, redis_url="redis://:secret@127.0.0.1:1/0")
    broker = Broker(settings, make_app(settings))
    with pytest.raises(Exception, match="Connection refused") as caught:
        list(broker.read())
    assert "secret" not in str(caught.value)
    broker.close()
    source = DatabaseFigures(
        settings.model_copy(
            update={"database_url": Settings(database_url="postgresql+psycopg://u:secret@127.0.0.1:1/d").database_url}
        )
    )
    with pytest.raises(Exception, match="refused") as caught:
        list(source.read())
    assert "secret" not in str(caught.value)
    source.close()


def _move(services, page: int, to: PageState, clock, *, reason: str = "read", **how) -> None:
    change = Change(actor="worker:test:1", at=clock(), reason=reason)
    with services.database.begin() as session:
        moves.move_page(session, page, to, change, **how)
