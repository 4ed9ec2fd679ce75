"""Old code beside a newer schema: what an upgrade may do while workers run, and what it must not."""

import threading

import pytest
from sqlalchemy import inspect, text

from tests import later
from tests.conftest import wait_until
from tests.factories import make_edition
from worker.errors import Unusable
from worker.store import schema
from worker.store.database import Database

INDEX = 'online.create_index("ix_events_actor", "events", ["actor"])'

postgresql_only = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def later_release(tmp_path, monkeypatch):
    """A function that migrates a database as a later release would."""

    def migrate(database, **how):
        return later.migrate(database, tmp_path / "later", monkeypatch, **how)

    return migrate


def test_code_goes_on_on_a_newer_schema_whose_migrations_say_that_it_may(services, later_release):
    assert later_release(services.database) == (schema.HEAD, "9000")
    assert schema.current(services.database) == "9000"
    schema.require(services.database, create=False)
    assert make_edition(services)
    # The old release's migrate, as a start script may call it, leaves it alone.
    assert schema.migrate(services.database) == ("9000", "9000")


@pytest.mark.parametrize("marker", ["", 'works_with = "9000"'])
def test_a_migration_that_breaks_older_code_or_says_nothing_keeps_it_out(services, later_release, marker):
    later_release(services.database, marker=marker)
    for use in (lambda: schema.require(services.database, create=False), lambda: schema.migrate(services.database)):
        with pytest.raises(Unusable, match="newer than this version: upgrade Broadsheet"):
            use()


def test_a_marker_of_another_revision_counts_for_nothing(services, later_release):
    later_release(services.database)
    with services.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9001'")
    with pytest.raises(Unusable, match="newer than this version"):
        schema.require(services.database, create=False)


def in_background(work):
    """Run ``work`` in a thread; gives the thread and a list for what it returns or raises."""
    told = []

    def run():
        try:
            told.append(work())
        except BaseException as error:  # noqa: BLE001  # the test looks at it
            told.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, told


def waiting(database, what):
    def look():
        with database.engine.connect() as connection:
            return connection.scalar(
                text("SELECT pid FROM pg_stat_activity WHERE query LIKE :what AND wait_event_type = 'Lock'"),
                {"what": f"{what}%"},
            )

    return wait_until(look, 30, f"{what} that waits for a lock")


@postgresql_only
def test_a_change_that_waits_for_a_busy_table_lets_the_workers_go_on_and_is_tried_again(
    services, later_release, monkeypatch
):
    monkeypatch.setattr(schema, "LOCK_SECONDS", 1)
    monkeypatch.setattr(schema, "_PAUSES", (0.2,) * 100)
    edition = make_edition(services)
    other = Database(services.settings.sqlalchemy_url)
    with services.database.read() as reader:
        reader.execute(text("SELECT * FROM editions"))
        thread, told = in_background(lambda: later_release(other))
        waiting(services.database, "ALTER TABLE editions")
        # Behind a waiting ALTER TABLE everybody queues; this returns only because it gives up in time.
        with services.database.begin() as session:
            session.execute(text("UPDATE editions SET error = 'x' WHERE id = :id"), {"id": edition})
        assert thread.is_alive()
    thread.join(60)
    other.close()
    assert told == [(schema.HEAD, "9000")]


@postgresql_only
def test_a_table_that_stays_in_use_is_one_line_and_changes_nothing(services, later_release, monkeypatch):
    monkeypatch.setattr(schema, "LOCK_SECONDS", 1)
    monkeypatch.setattr(schema, "_PAUSES", (0.1,))
    other = Database(services.settings.sqlalchemy_url)
    with services.database.read() as reader:
        reader.execute(text("SELECT * FROM editions"))
        with pytest.raises(Unusable, match="stayed in use for 2 tries of 1 s"):
            later_release(other)
    other.close()
    assert schema.current(services.database) == schema.HEAD
    schema.migrate(services.database)


@postgresql_only
def test_an_index_is_built_while_others_write_and_a_broken_off_build_is_mended(services, later_release):
    edition = make_edition(services)
    writer = Database(services.settings.sqlalchemy_url)
    migrator = Database(services.settings.sqlalchemy_url)
    event = text(
        "INSERT INTO events (at, edition_id, to_state, actor, reason, attempt, token)"
        " VALUES (now(), :edition, 'waiting', 'test', 'test', 0, 0)"
    )
    with writer.begin() as session:
        session.execute(event, {"edition": edition})
        thread, told = in_background(lambda: later_release(migrator, upgrade=INDEX))
        pid = waiting(services.database, "CREATE INDEX CONCURRENTLY")
        with services.database.begin() as other:
            other.execute(event, {"edition": edition})
            other.execute(text("SELECT pg_cancel_backend(:pid)"), {"pid": pid})
        thread.join(30)
        assert isinstance(told[0], Unusable)
    valid = text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_events_actor'::regclass")
    with services.database.read() as session:
        assert session.scalar(valid) is False
    later_release(migrator, upgrade=INDEX)
    with services.database.read() as session:
        assert session.scalar(valid) is True
    for database in (writer, migrator):
        database.close()


def test_an_index_for_a_running_service_is_made_on_every_kind_of_database(services, later_release):
    later_release(services.database, upgrade=INDEX)
    assert "ix_events_actor" in {index["name"] for index in inspect(services.database.engine).get_indexes("events")}
