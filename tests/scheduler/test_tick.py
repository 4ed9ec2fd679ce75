"""One tick on a real database and a real Redis: what it makes, sweeps and sends, once whatever happens twice."""

import base64
import json
import threading
from datetime import date, timedelta

import kombu.pools
import pytest
from sqlalchemy import func, select

from scheduler.catalogue import Row
from scheduler.tick import tick
from tests.factories import make_edition, make_page
from worker import embedded, ingest, tasks
from worker.app import app, make_app
from worker.domain import Failure, PageState, State
from worker.errors import LeaseLost, Refused
from worker.job import Job
from worker.settings import Settings
from worker.store import decisions, editions
from worker.store.editions import NewPage
from worker.store.moves import Change, move_edition, move_page
from worker.store.tables import Edition, Event, Heartbeat, Page, Publication

pytestmark = pytest.mark.usefixtures("broker")


@pytest.fixture(scope="module")
def redis_folder(tmp_path_factory):
    """A var folder whose embedded Redis runs for all tests here; each finds it empty."""
    settings = Settings(var_dir=tmp_path_factory.mktemp("redis"))
    embedded.ensure(settings)
    yield settings.var_dir
    embedded.stop(settings)


@pytest.fixture
def settings(redis_folder, database_url):
    return Settings(var_dir=redis_folder, database_url=database_url)


@pytest.fixture
def broker(settings):
    """The application's tasks send to this test's Redis."""
    client = embedded.connect(settings)
    client.flushall()
    client.close()
    before = app.conf.broker_url
    _point_to(make_app(settings).conf.broker_url)
    yield
    _point_to(before)


def _point_to(url: str) -> None:
    app.conf.broker_url = url
    # Connections are kept by process; those to the Redis of the last test must go.
    kombu.pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


@pytest.fixture
def rows():
    return {
        slug: Row(
            slug=slug, name=slug, family="huaguang", edition_url="http://127.0.0.1:9/%Y%m%d/", enabled=slug != "off",
            time_zone="UTC", expected="06:00", deadline="20:00",
        )
        for slug in ("one", "two", "off")
    }  # fmt: skip


@pytest.fixture
def redis(settings):
    client = embedded.connect(settings)
    yield client
    client.close()


def messages(redis, queue: str) -> list[tuple[str, str]]:
    """Task and argument repr of the messages that wait in a queue."""
    found = []
    for raw in redis.lrange(queue, 0, -1):
        headers = json.loads(raw)["headers"]
        found.append((headers["task"], headers["argsrepr"]))
    return sorted(found)


def table(services) -> dict:
    with services.database.read() as session:
        found = session.execute(select(Edition.id, Edition.date, Edition.state, Edition.queue)).all()
    return {(row.id, row.date): (row.state, row.queue) for row in found}


def test_a_tick_makes_the_editions_that_are_due_and_sends_them_once(services, rows, redis, settings):
    report = tick(services, rows)
    days = settings.catch_up_days + 1
    assert report.made == 2 * days
    today = [(name, words) for name, words in messages(redis, "daily")]
    assert [name for name, _ in today] == ["edition.fetch_index"] * 2
    assert {words.split(", ")[1] for _, words in today} == {"one 2026-03-05)", "two 2026-03-05)"}
    assert len(messages(redis, "backfill")) == 2 * (days - 1), "older days never wait in today's queue"
    again = tick(services, rows)
    assert (again.made, again.indexes) == (0, 0)
    assert len(messages(redis, "daily")) == 2


def test_an_edition_is_not_sent_before_it_is_expected(services, rows, clock, redis):
    clock.now = clock.now.replace(hour=4)
    tick(services, rows)
    assert messages(redis, "daily") == []
    clock.forward(hours=3)
    tick(services, rows)
    assert [words.split(", ")[1] for _, words in messages(redis, "daily")] == ["one 2026-03-05)", "two 2026-03-05)"]


def test_days_that_a_stop_missed_are_caught_up_within_the_bound(services, rows, clock, settings):
    tick(services, rows)
    clock.forward(days=10)
    assert tick(services, rows).made == 2 * (settings.catch_up_days + 1)


def test_a_message_that_nobody_took_is_sent_again_and_the_old_one_expires(services, rows, clock, redis, settings):
    tick(services, rows)
    raw = json.loads(redis.lindex("daily", 0))
    assert raw["headers"]["expires"] is not None
    clock.forward(seconds=settings.redelivery_seconds - 1)
    assert tick(services, rows).indexes == 0
    clock.forward(seconds=2)
    assert tick(services, rows).indexes > 0


def test_the_tick_after_redis_was_emptied_sends_everything_again(services, rows, redis):
    sent = tick(services, rows).indexes
    redis.flushall()
    report = tick(services, rows)
    assert (report.forgotten, report.indexes) == (sent, sent)


def test_the_tick_after_redis_was_started_anew_sends_everything_again(services, rows, redis, settings):
    """A killed server comes back with what it had on disk, which may lack the last second's messages."""
    sent = tick(services, rows).indexes
    assert tick(services, rows).forgotten == 0
    embedded.stop(settings)
    embedded.ensure(settings)
    report = tick(services, rows)
    assert (report.forgotten, report.indexes) == (sent, sent)
    assert tick(services, rows).forgotten == 0


def test_a_message_that_went_astray_is_sent_again_soon(services, rows, clock, redis):
    """Celery on Redis loses a message whose worker dies between taking and noting it; Redis itself is as it was."""
    sent = tick(services, rows).indexes
    redis.delete("daily", "backfill")
    clock.forward(seconds=20)
    assert tick(services, rows).forgotten == 0
    clock.forward(seconds=20)
    report = tick(services, rows)
    assert (report.forgotten, report.indexes) == (sent, sent)


def test_two_ticks_at_once_make_and_send_everything_once(services, rows, redis, settings):
    reports = []
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        reports.append(tick(services, rows))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = 2 * (settings.catch_up_days + 1)
    assert sum(report.made for report in reports) == expected
    assert sum(report.indexes for report in reports) == expected
    assert len(messages(redis, "daily")) + len(messages(redis, "backfill")) == expected


def test_a_dead_workers_edition_is_taken_over_after_its_lease_and_given_up_after_enough_attempts(
    services, rows, clock, settings
):
    tick(services, rows)
    edition_id = min(row_id for row_id, day in table(services) if day == date(2026, 3, 5))
    for attempt in range(1, settings.max_attempts + 1):
        Job.claim_edition(services, edition_id, even_if_not_due=True)
        assert tick(services, rows).taken_over == 0, "a lease in force is left alone"
        clock.forward(seconds=settings.lease_seconds + 1)
        assert tick(services, rows).taken_over == 1
        with services.database.read() as session:
            edition = session.get_one(Edition, edition_id)
        assert edition.attempts == attempt
        assert edition.state is (State.SCHEDULED if attempt < settings.max_attempts else State.FAILED)
        assert "worker died" in edition.error
        assert edition.lease_owner is None


def test_a_dead_workers_page_is_taken_over_and_given_up_after_enough_attempts(services, rows, clock, settings, redis):
    edition_id, page_id = _processing(services, rows)
    for attempt in range(1, settings.max_attempts + 1):
        Job.claim_page(services, page_id, even_if_not_due=True)
        clock.forward(seconds=settings.lease_seconds + 1)
        assert tick(services, rows).taken_over == 1
        with services.database.read() as session:
            page = session.get_one(Page, page_id)
        assert page.state is (PageState.PENDING if attempt < settings.max_attempts else PageState.QUARANTINED)
    assert ("edition.finish", f"({edition_id}, one 2026-03-05)") in messages(redis, "daily")


def test_a_page_that_was_never_sent_is_found(services, rows, redis):
    _, page_id = _processing(services, rows)
    assert tick(services, rows).pages == 1
    assert ("page.ingest", f"({page_id}, one 2026-03-05 page 01)") in messages(redis, "daily")


def test_an_edition_that_waits_past_its_deadline_is_missing(services, rows, clock):
    tick(services, rows)
    edition_id = min(row_id for row_id, day in table(services) if day == date(2026, 3, 5))
    job = Job.claim_edition(services, edition_id, even_if_not_due=True)
    with services.database.begin() as session:
        later = clock() + timedelta(hours=1)
        move_edition(
            session, edition_id, State.WAITING, job.change("HTTP 404"), token=job.lease.token,
            error="HTTP 404", next_attempt_at=later,
        )  # fmt: skip
    assert tick(services, rows).missing == 0
    clock.forward(hours=9)
    assert tick(services, rows).missing == 1
    with services.database.read() as session:
        edition = session.get_one(Edition, edition_id)
        reasons = session.scalars(select(Event.reason).where(Event.edition_id == edition_id)).all()
    assert (edition.state, edition.error) == (State.MISSING, "HTTP 404")
    assert reasons[-1] == "not published by its deadline"


def test_messages_carry_ids_alone(services, rows, redis):
    tick(services, rows)
    for raw in redis.lrange("daily", 0, -1):
        message = json.loads(raw)
        assert message["content-type"] == "application/json"
        arguments, options, _ = json.loads(base64.b64decode(message["body"]))
        assert [type(argument) for argument in arguments] == [int]
        assert options == {}


def test_the_task_decorator_refuses_what_celery_would_ignore():
    with pytest.raises(TypeError, match="ignore_results"):
        tasks.task(name="misspelt", ignore_results=True)


def _processing(services, rows) -> tuple[int, int]:
    """An edition whose index was read by a worker that died before it sent the page's message."""
    with services.database.begin() as session:
        change = Change(actor="worker:test:1", at=services.clock(), reason="1 pages")
    tick(services, {"one": rows["one"]})
    edition_id = min(row_id for row_id, day in table(services) if day == date(2026, 3, 5))
    job = Job.claim_edition(services, edition_id, even_if_not_due=True)
    with services.database.begin() as session:
        move_edition(session, edition_id, State.PROCESSING, change, token=job.lease.token, next_attempt_at=None)
        editions.ensure_pages(session, edition_id, [NewPage(number="01", name=None, url="http://127.0.0.1:9/")], change)
        page_id = session.scalar(select(func.max(Page.id)))
    return edition_id, page_id


def test_what_an_operator_enabled_is_planned_and_what_he_disabled_is_not(services, rows):
    change = Change(actor="operator:lin", at=services.clock(), reason="looked at it")
    with services.database.begin() as session:
        decisions.decide(session, ["off"], change, enabled=True)
        decisions.decide(session, ["one"], change, enabled=False)
    tick(services, rows)
    with services.database.read() as session:
        assert set(session.scalars(select(Publication.slug).join(Edition))) == {"two", "off"}
        told = dict(session.execute(select(Publication.slug, Publication.enabled)).all())
    assert told == {"one": False, "two": True, "off": True}


def test_a_tick_leaves_its_heartbeat(services, rows, clock):
    assert _beats(services) == []
    tick(services, rows)
    clock.forward(minutes=1)
    tick(services, rows)
    ((actor, at, seconds, report),) = _beats(services)
    assert (actor, at) == (services.actor, clock())
    assert seconds > 0
    assert report["indexes"] == 0


def _beats(services):
    with services.database.read() as session:
        return [tuple(row) for row in session.execute(select(*Heartbeat.__table__.columns[1:]))]


def test_todays_are_sent_although_a_thousand_older_ones_are_due_before_them(services, rows, redis, clock, monkeypatch):
    monkeypatch.setattr("scheduler.tick._BATCH", 3)
    for number in range(9):
        make_edition(
            services, queue="backfill", date=date(2025, 1, 1 + number), next_attempt_at=clock() - timedelta(days=3)
        )
    report = tick(services, rows)
    assert len(messages(redis, "daily")) == 2
    assert len(messages(redis, "backfill")) == 3
    assert report.indexes == 5


def test_what_is_on_hold_is_not_sent_not_missing_and_not_finished(services, rows, redis, clock):
    held = {"held_at": clock(), "held_by": "operator:ann"}
    make_edition(services, **held)
    make_edition(services, state=State.WAITING, deadline_at=clock() - timedelta(hours=1), **held)
    make_edition(services, state=State.COMPLETE, reread_at=clock(), **held)
    make_page(services, make_edition(services, state=State.PROCESSING, **held))
    make_page(services, make_edition(services, state=State.PROCESSING, **held), state=PageState.DONE)
    report = tick(services, {})
    assert (report.indexes, report.pages, report.finishes, report.missing, report.read_again) == (0, 0, 0, 0, 0)
    assert messages(redis, "daily") == []


def test_messages_whose_time_is_over_are_taken_out_of_the_queue(services, rows, redis):
    tick(services, rows)
    fresh = redis.lrange("daily", 0, -1)
    stale = json.loads(fresh[0])
    stale["headers"]["expires"] = "2020-01-01T00:00:00+00:00"
    for number in range(250):
        stale["headers"]["id"] = str(number)
        redis.rpush("daily", json.dumps(stale))
    redis.rpush("backfill", b"not one of ours")
    assert tick(services, rows).stale == 250
    assert redis.lrange("daily", 0, -1) == fresh
    assert redis.lindex("backfill", -1) == b"not one of ours"


def test_a_queue_that_nobody_reads_does_not_grow(services, rows, redis, clock, settings, monkeypatch):
    tick(services, rows)
    sent = redis.llen("daily")
    for _ in range(5):
        clock.forward(seconds=settings.redelivery_seconds + 1)
        # Celery stamps messages by the real clock, which a test does not wait for.
        monkeypatch.setattr("scheduler.messages._is_stale", lambda *_: True)
        assert tick(services, rows).stale > 0
        assert redis.llen("daily") == sent


def test_a_message_that_is_delivered_five_times_does_its_work_once(services, rows):
    edition_id, page_id = _processing(services, rows)
    job = Job.claim_page(services, page_id, even_if_not_due=False)
    for _ in range(4):
        with pytest.raises(Refused):
            Job.claim_page(services, page_id, even_if_not_due=False)
        assert ingest.page(services, page_id).state is None
        assert ingest.index(services, edition_id).state is None
        assert ingest.finish(services, edition_id).state is None
    with services.database.read() as session:
        page = session.get_one(Page, page_id)
    assert (page.token, page.attempts, page.lease_owner) == (job.lease.token, 1, services.actor)


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_jumps_an_hour_costs_time_and_loses_nothing(services, rows, clock, settings, hours):
    edition_id, page_id = _processing(services, rows)
    job = Job.claim_page(services, page_id, even_if_not_due=True)
    clock.forward(hours=hours)
    tick(services, rows)
    clock.forward(seconds=settings.lease_seconds + 1)
    tick(services, rows)
    with services.database.read() as session:
        page = session.get_one(Page, page_id)
    assert (page.state, page.lease_owner) == (PageState.PENDING, None), "a dead holder is found by the second tick"
    with pytest.raises(LeaseLost), services.database.begin() as session:
        job.renew(session)
    assert Job.claim_page(services, page_id, even_if_not_due=True).lease.token == job.lease.token + 1
    assert edition_id


def test_a_holder_that_lives_keeps_its_lease_when_the_clock_goes_back(services, rows, clock, settings):
    _, page_id = _processing(services, rows)
    job = Job.claim_page(services, page_id, even_if_not_due=True)
    clock.forward(hours=-1)
    for _ in range(5):
        tick(services, rows)
        with services.database.begin() as session:
            job.renew(session)
        clock.forward(seconds=settings.lease_seconds / 2)
    with services.database.read() as session:
        assert session.get_one(Page, page_id).token == job.lease.token


def test_a_page_to_be_tried_again_in_a_minute_is_sent_then_although_the_clock_went_back_an_hour(
    services, rows, clock, redis
):
    _, page_id = _processing(services, rows)
    job = Job.claim_page(services, page_id, even_if_not_due=True)
    with services.database.begin() as session:
        later = clock() + timedelta(minutes=1)
        move_page(
            session, page_id, PageState.PENDING, job.change("HTTP 503"), token=job.lease.token, error="HTTP 503",
            next_attempt_at=later,
        )  # fmt: skip
    clock.forward(hours=-1)
    assert tick(services, rows).pages == 0
    clock.forward(minutes=1)
    assert tick(services, rows).pages == 1


def test_ordinary_failures_are_no_deaths(services, rows, clock, settings):
    """A page that failed often for the site's sake is not put in quarantine by one killed worker."""
    _, page_id = _processing(services, rows)
    for _ in range(settings.max_attempts - 1):
        job = Job.claim_page(services, page_id, even_if_not_due=True)
        with services.database.begin() as session:
            move_page(
                session, page_id, PageState.PENDING, job.change("HTTP 503"), token=job.lease.token, error="HTTP 503",
                next_attempt_at=clock(),
            )  # fmt: skip
    Job.claim_page(services, page_id, even_if_not_due=True)
    clock.forward(seconds=settings.lease_seconds + 1)
    tick(services, rows)
    with services.database.read() as session:
        page = session.get_one(Page, page_id)
    assert (page.state, page.deaths) == (PageState.PENDING, 1)


def test_a_quarantined_page_ends_its_edition_which_says_so(services, rows, clock, settings):
    edition_id, page_id = _processing(services, rows)
    for _ in range(settings.max_attempts):
        Job.claim_page(services, page_id, even_if_not_due=True)
        clock.forward(seconds=settings.lease_seconds + 1)
        tick(services, rows)
    outcome = ingest.finish(services, edition_id)
    with services.database.read() as session:
        edition, page = session.get_one(Edition, edition_id), session.get_one(Page, page_id)
    assert page.failure is Failure.BUG
    assert (edition.failure, edition.fingerprint) == (Failure.BUG, page.fingerprint)
    assert f"page 01: given up: its worker died in each of {settings.max_attempts} attempts" in outcome.text
    clock.forward(days=1)
    assert tick(services, {}).pages == 0, "never retried by itself"
