"""Transactions that the database breaks off are done anew; those that it refuses are not."""

import sqlite3
import threading

import psycopg
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from tests.factories import make_edition
from worker.store.database import Database
from worker.store.tables import Edition

postgresql_only = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def pages(services, edition_id):
    with services.database.read() as session:
        return session.scalar(select(Edition.pages).where(Edition.id == edition_id))


def add_page(session, edition_id):
    session.execute(update(Edition).where(Edition.id == edition_id).values(pages=Edition.pages + 1))


@postgresql_only
def test_of_two_that_wait_for_each_other_crosswise_both_get_through(services):
    rows = [make_edition(services), make_edition(services)]
    met, runs, wrong = threading.Barrier(2, timeout=30), [], []

    def cross(first, second):
        database, seen = Database(services.settings.sqlalchemy_url), []

        def work(session):
            runs.append(first)
            add_page(session, first)
            if not seen:
                seen.append(True)
                met.wait()
            add_page(session, second)

        try:
            database.run(work)
        except BaseException as error:
            wrong.append(error)
            raise
        finally:
            database.close()

    threads = [threading.Thread(target=cross, args=pair) for pair in (rows, rows[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(runs) == 3, "PostgreSQL broke one of the two off"
    assert [pages(services, row) for row in rows] == [2, 2]


@postgresql_only
def test_a_serialisation_failure_is_done_anew(services):
    edition, runs = make_edition(services), []

    def work(session):
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        session.scalar(select(Edition.pages).where(Edition.id == edition))
        runs.append(1)
        if len(runs) == 1:
            with services.database.begin() as other:
                add_page(other, edition)
        add_page(session, edition)

    services.database.run(work)
    assert (len(runs), pages(services, edition)) == (2, 2)


@pytest.mark.parametrize(
    ("error", "runs"),
    [
        (OperationalError("x", {}, psycopg.errors.DeadlockDetected()), 5),
        (OperationalError("x", {}, psycopg.errors.AdminShutdown()), 1),
        (OperationalError("x", {}, sqlite3.OperationalError("disk full")), 1),
        (IntegrityError("x", {}, sqlite3.IntegrityError()), 1),
    ],
)
@sqlite_only
def test_it_gives_up_after_some_runs_and_at_once_where_another_run_helps_nobody(services, error, runs):
    seen = []

    def work(_session):
        seen.append(1)
        raise error

    with pytest.raises(DBAPIError):
        services.database.run(work)
    assert len(seen) == runs


def test_a_failed_run_leaves_nothing(services):
    edition = make_edition(services)

    def work(session):
        add_page(session, edition)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        services.database.run(work)
    assert pages(services, edition) == 0


@sqlite_only
def test_a_locked_sqlite_is_waited_for(services):
    edition = make_edition(services)
    holder = sqlite3.connect(services.settings.sqlalchemy_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    done = threading.Event()

    def write():
        services.database.run(lambda session: add_page(session, edition))
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert not done.wait(2), "it waits"
    assert pages(services, edition) == 0, "a reader does not"
    holder.execute("COMMIT")
    holder.close()
    thread.join(30)
    assert done.is_set()
    assert pages(services, edition) == 1
