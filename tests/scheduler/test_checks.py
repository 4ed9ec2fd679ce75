"""The doctor finds each fault on real servers and says how to mend it; a sound service has none."""

import shutil
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
import redis
import time_machine
from sqlalchemy import text

from scheduler.checks import CHECKS, packages, run_checks, storage
from tests import servers
from tests.factories import make_capture, make_edition
from worker import embedded
from worker.domain import State
from worker.errors import Unusable
from worker.settings import Settings
from worker.store.tables import Heartbeat

postgresql_only = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def found(settings, *only):
    return {finding.check: finding for finding in run_checks(settings, only)}


@pytest.fixture
def redis_server(tmp_path):
    """A function that starts a Redis with options of its own and gives its URL."""
    with ExitStack() as stack:
        yield lambda *options: f"redis://127.0.0.1:{stack.enter_context(servers.redis_server(tmp_path, *options))}/0"


def test_a_sound_service_has_no_fault(redis_running):
    findings = list(run_checks(redis_running))
    assert [finding for finding in findings if not finding.ok] == []
    assert {finding.check.split()[0] for finding in findings} >= {name.split()[0] for name in CHECKS}
    for finding in findings:
        assert finding.level == "ok" or finding.remedy


@sqlite_only
def test_a_redis_that_evicts_and_forgets_and_has_neighbours_is_found(settings, redis_server):
    url = redis_server("--maxmemory-policy", "allkeys-lru", "--appendonly", "no")
    client = redis.Redis.from_url(url)
    client.set("session:17", "somebody else's")
    client.set("broadsheet:run", "x")
    client.config_set("maxmemory", int(client.info("memory")["used_memory"] * 1.2))
    client.close()
    report = found(settings.model_copy(update={"redis_url": Settings(redis_url=url).redis_url}), "redis")
    assert report["redis eviction"].level == "bad"
    assert "noeviction" in report["redis eviction"].remedy
    assert report["redis persistence"].level == "warn"
    assert "session:17" in report["redis neighbours"].text
    assert report["redis memory"].level == "warn"


@sqlite_only
def test_what_celery_and_flower_keep_is_nobody_elses(redis_running):
    client = embedded.connect(redis_running)
    for key in ("_kombu.binding.daily", "unacked", "unacked_index", "unacked_mutex", "broadsheet:run"):
        client.set(key, "x")
    client.set("0e4b6c0e-17a9-3a7c-9d1b-d5a3c8f6f001.reply.celery.pidbox", "x")
    client.close()
    assert "redis neighbours" not in found(redis_running, "redis")


@sqlite_only
def test_a_redis_that_is_away_is_one_bad_line(settings):
    away = settings.model_copy(update={"redis_url": Settings(redis_url="redis://:secretword@127.0.0.1:9/0").redis_url})
    (finding,) = run_checks(away, ["redis"])
    assert (finding.level, "secretword" in finding.text) == ("bad", False)
    assert "check that it runs" in finding.text


def test_limits_that_do_not_fit_are_named_with_the_settings_to_change(settings):
    report = found(settings.model_copy(update={"visibility_timeout_seconds": 600}), "limits")
    assert report["limits"].level == "bad"
    assert "BROADSHEET_VISIBILITY_TIMEOUT_SECONDS" in report["limits"].remedy


def test_clocks_that_differ_are_found(redis_running):
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=90), tick=True):
        findings = list(run_checks(redis_running, ["clock"]))
    said = " ".join(finding.text for finding in findings)
    assert {finding.level for finding in findings} == {"bad"}
    assert "Redis is -" in said
    assert ("the database is -" in said) == redis_running.sqlalchemy_url.startswith("postgresql")


def test_messages_without_a_worker_are_a_fault_and_an_empty_queue_is_not(redis_running):
    client = embedded.connect(redis_running)
    client.lpush("daily", "a message")
    client.close()
    report = found(redis_running, "workers")
    assert report["workers daily"].level == "bad"
    assert "worker -Q daily" in report["workers daily"].remedy
    assert report["workers backfill"].level == "warn"


def test_a_beat_that_ticked_is_well_and_due_editions_without_one_are_a_fault(services):
    assert found(services.settings, "beat")["beat"].level == "warn"
    make_edition(services, next_attempt_at=datetime.now(UTC) - timedelta(hours=1))
    report = found(services.settings, "beat")
    assert report["beat"].level == "bad"
    assert "1 editions are due and nobody sends them" in report["beat"].text
    with services.database.begin() as session:
        session.add(Heartbeat(actor="tick:a", at=datetime.now(UTC), seconds=0.1, report={}))
    assert found(services.settings, "beat")["beat"].level == "ok"


def test_progress_is_told_by_queue(services):
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    make_edition(services, queue="backfill", next_attempt_at=hour_ago, enqueued_at=hour_ago)
    make_edition(services, queue="daily", held_at=hour_ago, held_by="operator:x", next_attempt_at=hour_ago)
    report = found(services.settings, "progress")
    assert report["progress backfill"].level == "bad"
    assert report["progress daily"].level == "ok"
    assert set(found(services.settings, "progress daily")) == {"progress daily"}


def test_an_archive_that_is_not_the_one_the_database_speaks_of_is_found(services):
    edition = make_edition(services, state=State.COMPLETE)
    (services.settings.archive / "p").mkdir(parents=True)
    (services.settings.archive / "p" / "a.warc.gz").write_bytes(b"x" * 100)
    make_capture(services, edition, warc_file="p/a.warc.gz", warc_offset=40, warc_length=60)
    assert found(services.settings, "archive")["archive files"].level == "ok"
    make_capture(services, edition, warc_file="p/a.warc.gz", warc_offset=100, warc_length=60)
    assert found(services.settings, "archive")["archive files"].level == "bad"
    elsewhere = services.settings.model_copy(update={"archive_dir": services.settings.var_dir / "other"})
    assert "p/a.warc.gz" in found(elsewhere, "archive")["archive files"].text


def test_little_room_is_told_before_it_is_a_fault(settings, monkeypatch):
    free = shutil.disk_usage(settings.var_dir.parent).free
    monkeypatch.setattr(storage, "_LITTLE_ROOM", free * 100)
    monkeypatch.setattr(storage, "_NO_ROOM", 0)
    assert found(settings, "archive")["archive"].level == "warn"
    monkeypatch.setattr(storage, "_NO_ROOM", free * 100)
    assert found(settings, "archive")["archive"].level == "bad"


def test_a_version_that_celery_does_not_work_with_is_found(settings, monkeypatch):
    real = packages.version
    monkeypatch.setattr(packages, "version", lambda name: "3.5.3" if name == "redis" else real(name))
    findings = list(run_checks(settings, ["packages"]))
    assert {finding.level for finding in findings} == {"bad"}
    assert any("redis 3.5.3: kombu needs" in finding.text for finding in findings)


@postgresql_only
def test_rights_of_the_database_user_are_checked(services):
    assert found(services.settings, "database")["database rights"].level == "warn"
    with services.database.begin() as session:
        session.execute(text("DROP ROLE IF EXISTS doctors_patient"))
        session.execute(text("CREATE ROLE doctors_patient LOGIN"))
        session.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO doctors_patient"))
    url = services.database.url.set(username="doctors_patient").render_as_string(hide_password=False)
    patient = services.settings.model_copy(update={"database_url": Settings(database_url=url).database_url})
    report = found(patient, "database")
    assert report["database rights"].level == "bad"
    assert "broadsheet roles" in report["database rights"].remedy


def test_a_database_that_is_away_does_not_hide_what_else_is_wrong(settings):
    url = "postgresql+psycopg://user:secretword@127.0.0.1:9/none"
    away = settings.model_copy(update={"database_url": Settings(database_url=url).database_url, "lease_seconds": 5})
    with pytest.raises(Unusable):
        next(CHECKS["database"](away))
    findings = list(run_checks(away, ["limits", "database", "beat", "archive", "catalogue"]))
    assert {finding.check for finding in findings if finding.level == "bad"} == {"limits", "database", "beat"}
    assert "secretword" not in str(findings)
