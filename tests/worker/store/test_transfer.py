"""A database moves to another of either kind whole, also when the move is broken off; a stranger's is left alone."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, null, select, text

from tests.conftest import wait_until
from tests.factories import DAY, make_capture, make_edition, make_found, make_page, make_publication
from worker.domain import PageState, State
from worker.errors import Unusable
from worker.store import articles, schema
from worker.store.database import Database
from worker.store.tables import Article, Base, Edition, Event, Page, Publication, Revision
from worker.store.transfer import transfer

BROADSHEET = Path(sys.executable).parent / "broadsheet"


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request, tmp_path):
    """An empty database of each kind."""
    url = f"sqlite:///{tmp_path / 'target.db'}" if request.param == "sqlite" else None
    database = Database(url or request.getfixturevalue("empty_postgres_url"))
    yield database
    database.close()


@pytest.fixture
def filled(services):
    """Services whose database has rows of every kind, among them an article that points to a later one."""
    edition = make_edition(services, state=State.COMPLETE, error="第一行 — “x”")
    page = make_page(services, edition, state=PageState.DONE, areas=[{"coords": [1, 2], "url": "ü"}])
    capture = make_capture(services, edition)
    found = [make_found(capture, f"/{number}.htm", position=number, title=f"标题{number}") for number in range(1, 8)]
    with services.database.begin() as session:
        articles.store(session, session.get_one(Page, page), found, services.clock(), whole=True)
        rows = session.scalars(select(Article).order_by(Article.id)).all()
        rows[0].joined_into = rows[-1].id
        # Both kinds of nothing: JSON's own, and none at all.
        first, second = session.scalars(select(Revision).order_by(Revision.id).limit(2))
        first.parts = JSON.NULL
        second.parts = null()
        session.add(
            Event(
                at=datetime(2026, 3, 5, 1, 2, 3, 456789, tzinfo=UTC),
                edition_id=edition,
                to_state="complete",
                actor="operator:李",
                reason="",
                attempt=0,
                token=0,
            )
        )
    for _ in range(5):
        make_publication(services, requests_per_second=0.1)
    return services


def contents(database):
    tables = [table for table in Base.metadata.sorted_tables if table.name != "schema_compatibility"]
    with database.read() as session:
        return {table.name: session.execute(select(table).order_by(*table.primary_key)).all() for table in tables}


def nothings(database):
    """Of each revision, whether its parts are SQL's null."""
    with database.read() as session:
        return session.execute(select(Revision.id, Revision.parts.is_(null())).order_by(Revision.id)).all()


def quiet(_line, _done, _total):
    pass


@pytest.mark.parametrize("batch", [2, 1000])
def test_every_row_arrives_as_it_was_and_new_rows_get_new_ids(filled, target, batch):
    told = []
    copied = transfer(filled.database, target, batch=batch, tell=lambda *step: told.append(step))
    before = contents(filled.database)
    assert contents(target) == before
    assert nothings(target) == nothings(filled.database)
    assert {missing for _, missing in nothings(target)} == {True, False}
    assert {table.table: table.rows for table in copied if table.table in before} == {
        name: len(rows) for name, rows in before.items()
    }
    assert sum(map(len, before.values())) + 1 == told[-1][1] == told[-1][2]
    assert {table.mended for table in copied} == {0}
    schema.require(target, create=False)
    with target.begin() as session:
        session.add(Publication(**{**_columns(session), "slug": "new"}))
        session.flush()
        assert session.scalar(select(Publication.id).where(Publication.slug == "new")) > before["publications"][-1].id


def _columns(session):
    row = session.scalars(select(Publication).limit(1)).one()
    return {column.name: getattr(row, column.name) for column in Publication.__table__.columns if column.name != "id"}


def test_a_copy_that_breaks_off_anywhere_goes_on_and_brings_changed_rows_up_to_date(filled, target):
    class Broken(Exception):
        pass

    steps = iter(range(1, 1000))

    def break_at(step):
        def tell(line, _done, _total):
            if next(steps) % step == 0:
                raise Broken(line)

        return tell

    broken = 0
    while broken < 60:
        try:
            copied = transfer(filled.database, target, batch=2, tell=break_at(4))
        except Broken:
            broken += 1
        else:
            break
        if broken == 3:
            # Somebody forgot to stop the service.
            with filled.database.begin() as session:
                session.execute(text("UPDATE publications SET name = '新名'"))
    else:
        copied = transfer(filled.database, target, batch=2, tell=quiet)
    assert broken >= 3
    assert contents(target) == contents(filled.database)
    assert any(table.before for table in copied)


def test_a_target_that_is_not_empty_is_refused_and_not_touched(filled, target):
    schema.migrate(target)
    with target.begin() as session:
        session.add(Publication(**_columns_of(filled), slug="stranger"))
    before = contents(target)
    with pytest.raises(Unusable, match=r"is not empty \(publications has 1 rows\)"):
        transfer(filled.database, target, batch=10, tell=quiet)
    assert contents(target) == before


def _columns_of(services):
    with services.database.read() as session:
        return {name: value for name, value in _columns(session).items() if name != "slug"}


def test_somebody_elses_tables_are_refused(filled, target):
    with target.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (id integer)")
    with pytest.raises(Unusable, match="tables of somebody else"):
        transfer(filled.database, target, batch=10, tell=quiet)


def test_an_unfinished_copy_of_another_source_and_the_source_itself_are_refused(filled, target, tmp_path):
    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer(filled.database, target, batch=1, tell=stop)
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    schema.migrate(other)
    with pytest.raises(Unusable, match="unfinished copy of"):
        transfer(other, target, batch=1, tell=quiet)
    other.close()
    with pytest.raises(Unusable, match="is the database that is to be copied"):
        transfer(filled.database, filled.database, batch=1, tell=quiet)


def test_a_service_that_runs_is_refused(filled, target):
    make_edition(filled, state=State.FETCHING, lease_expires_at=datetime.now(UTC) + timedelta(minutes=2))
    with pytest.raises(Unusable, match="is being worked on by worker:test:1: stop the service"):
        transfer(filled.database, target, batch=1, tell=quiet)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_goes_on_after_a_kill_and_says_what_it_moved(filled, empty_postgres_url, settings):
    # Enough editions that the kill meets the copy under way.
    publication = make_publication(filled)
    with filled.database.begin() as session:
        template = session.get_one(Edition, 1)
        values = {c.name: getattr(template, c.name) for c in Edition.__table__.columns if c.name != "id"}
        session.add_all(
            Edition(**{**values, "publication_id": publication, "date": DAY + timedelta(days=day)})
            for day in range(150)
        )
    environment = {
        **os.environ,
        "BROADSHEET_DATABASE_URL": settings.sqlalchemy_url,
        "BROADSHEET_VAR_DIR": str(settings.var_dir),
    }
    command = [BROADSHEET, "migrate-to", empty_postgres_url, "--batch", "1"]
    first = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    for line in first.stderr:
        if line.startswith("[30/"):
            break
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert first.returncode == -signal.SIGKILL
    target = Database(empty_postgres_url)
    count = text("SELECT count(*) FROM editions")
    with target.read() as session:
        there = wait_until(lambda: session.scalar(count), 10, "editions in the target")
    assert 0 < there < 151
    done = subprocess.run(
        [*command[:2], "-", "--json"],
        env=environment, input=empty_postgres_url, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = {row["table"]: row for row in json.loads(done.stdout)["tables"]}
    assert told["editions"]["rows"] == 151
    assert told["editions"]["before"] >= there
    assert contents(target) == contents(filled.database)
    target.close()
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert "is not empty" in again.stderr
