"""Each database role can do its work and nothing more, on a real PostgreSQL."""

import itertools
import json
import os
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from scheduler import planner, register
from scheduler.catalogue import Row
from tests import later
from tests.warm import BROADSHEET, ROOT, warm
from worker import ingest
from worker.domain import PageState, State
from worker.errors import Unusable
from worker.store import editions, schema
from worker.store.database import Database
from worker.store.moves import Change
from worker.store.roles import APPEND_ONLY, KEPT, SCHEMA, Roles
from worker.store.tables import Base, Edition, Page

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

_NUMBERS = itertools.count()
DAY = date(2026, 3, 5)


@pytest.fixture
def prefix():
    # Roles belong to the whole server.
    return f"paper{os.getpid()}_{next(_NUMBERS)}"


@pytest.fixture
def run(settings, prefix):
    """A function that runs a broadsheet command on the test's database."""

    def call(*words, url=settings.sqlalchemy_url):
        environment = {**os.environ, "BROADSHEET_DATABASE_URL": url, "BROADSHEET_VAR_DIR": str(settings.var_dir)}
        return warm().run([BROADSHEET, *words], cwd=ROOT, env=environment)

    return call


@pytest.fixture
def roles(run, prefix):
    made = run("roles", "--prefix", prefix, "--json")
    assert made.returncode == 0, made.stderr
    assert [row["role"] for row in json.loads(made.stdout)] == list(Roles(prefix=prefix).named().values())
    return Roles(prefix=prefix)


@pytest.fixture
def as_role(services):
    """A function that opens the test's database as a role."""
    opened = []

    def connect(role):
        url = services.database.url.set(username=role).render_as_string(hide_password=False)
        opened.append(Database(url))
        return opened[-1]

    yield connect
    for database in opened:
        database.close()


def refused(database, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), database.begin() as session:
        session.execute(text(statement))


def test_a_worker_reads_a_whole_edition_and_downstream_reads_it(services, roles, as_role, site):
    site.clear()
    working = replace(services, database=as_role(roles.worker))
    paper = site.publication("linchuanribao")
    row = Row(
        slug="linchuanribao", name=paper.name, family=paper.family, edition_url=paper.edition_url, time_zone="UTC",
        enabled=True, requests_per_second=0, allow_private_addresses=True, deadline="23:00",
    )  # fmt: skip
    change = Change(actor="tick:test", at=services.clock(), reason="due")
    with working.database.begin() as session:
        publication = register.publications(session, [row], change)["linchuanribao"]
        due = planner.edition(row, DAY, services.clock())
        edition, _ = register.edition(session, publication, due, change)
    ingest.index(working, edition)
    with working.database.read() as session:
        pages = [page.id for page in editions.pages_of(session, edition) if page.state is PageState.PENDING]
    for page in pages:
        ingest.page(working, page)
    ingest.finish(working, edition)
    with as_role(roles.reader).read() as session:
        assert session.get_one(Edition, edition).state is State.COMPLETE
        stored = session.scalar(text("SELECT count(*) FROM current_articles"))
        assert session.query(Page).count() == len(pages)
    assert stored == len(site.expected("linchuanribao", DAY)) - 1


def test_a_worker_cannot_rewrite_history_nor_the_schema(roles, as_role):
    worker = as_role(roles.worker)
    for table in APPEND_ONLY:
        refused(worker, f"DELETE FROM {table}")
        refused(worker, f"UPDATE {table} SET id = id")
    for table in KEPT:
        refused(worker, f"DELETE FROM {table}")
    for table in SCHEMA:
        refused(worker, f"DELETE FROM {table}")
    for statement in (
        "TRUNCATE events",
        "DROP VIEW current_articles",
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "ALTER TABLE events ADD COLUMN x int",
    ):
        refused(worker, statement)


def test_a_reader_reads_everything_and_writes_nothing(roles, as_role):
    reader = as_role(roles.reader)
    with reader.read() as session:
        for table in [*Base.metadata.tables, "current_articles"]:
            session.execute(text(f"SELECT count(*) FROM {table}"))
    with pytest.raises(DBAPIError, match="read-only"), reader.begin() as session:
        session.execute(text("UPDATE editions SET error = 'x'"))
    # The session's default is a convenience; the right is what is missing.
    refused(reader, "SET TRANSACTION READ WRITE; UPDATE editions SET error = 'x'")


@pytest.mark.parametrize("by", ["migrator", "administrator"])
def test_what_a_later_migration_makes_may_be_used_at_once(services, roles, as_role, tmp_path, monkeypatch, by):
    database = as_role(roles.migrator) if by == "migrator" else services.database
    later.migrate(database, tmp_path / "later", monkeypatch)
    with as_role(roles.worker).begin() as session:
        session.execute(text("INSERT INTO later (id) VALUES (DEFAULT)"))
        session.execute(text("DELETE FROM later"))
    with as_role(roles.reader).read() as session:
        assert session.scalar(text("SELECT count(*) FROM later")) == 0
    refused(as_role(roles.worker), "DELETE FROM events")
    with services.database.read() as session:
        owner = session.scalar(text("SELECT tableowner FROM pg_tables WHERE tablename = 'later'"))
    assert owner == roles.migrator


def test_a_worker_that_is_to_migrate_is_told_in_one_line(services, roles, as_role, tmp_path, monkeypatch):
    with pytest.raises(Unusable, match=r"permission denied|must be owner"):
        later.migrate(as_role(roles.worker), tmp_path / "later", monkeypatch)
    assert schema.current(services.database) == schema.HEAD


def test_a_password_is_set_and_never_shown_to_the_server(services, run, roles, tmp_path, prefix):
    (tmp_path / "secret").write_text("hárd'to guess\n", encoding="utf-8")
    done = run("roles", "--prefix", prefix, "--password-file", f"worker={tmp_path / 'secret'}")
    assert done.returncode == 0, done.stderr
    assert "guess" not in done.stdout + done.stderr
    with services.database.read() as session:
        stored = session.scalar(text("SELECT rolpassword FROM pg_authid WHERE rolname = :name"), {"name": roles.worker})
    assert stored.startswith("SCRAM-SHA-256$")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--prefix", "Bad-Name"), 1, "no plain name"),
        (("--password-file", "worker"), 2, "ROLE=FILE"),
        (("--password-file", "boss=x"), 2, "ROLE one of"),
        (("--password-file", "worker=/nowhere/at/all"), 1, "/nowhere/at/all"),
    ],
)
def test_wrong_use_is_one_line(run, words, status, said):
    done = run("roles", *words)
    assert (done.returncode, len(done.stderr.splitlines())) == (status, 1)
    assert said in done.stderr


def test_sqlite_has_no_roles_and_says_so(run, tmp_path):
    done = run("roles", url=f"sqlite:///{tmp_path / 'x.db'}")
    assert done.returncode == 1
    assert "they are PostgreSQL's" in done.stderr
