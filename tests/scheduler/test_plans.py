"""No query of the tick, of ``status``, of a backfill, of the board or of a scrape walks through history.

The databases' own plans say which index each takes.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

import httpx
import pytest
from sqlalchemy import Engine, event, insert, text

from scheduler import actions, backfill, glance, planner, register
from scheduler.catalogue import Row
from scheduler.cli.status import edition_rows
from scheduler.metrics.database import DatabaseFigures
from scheduler.notify.causes import causes
from scheduler.sweep import sweep
from tests.board.conftest import running
from tests.factories import make_edition, make_publication
from worker.domain import BackfillState, State
from worker.store import backfills, editions, overview
from worker.store import events as stored
from worker.store.moves import Change
from worker.store.tables import Base, Edition, Page

#: Enough for both planners to leave small tables' habits behind.
_YEARS = 12

#: Tables that grow with history.
_GROWING = ("editions", "pages", "events", "articles", "revisions", "captures")

#: Indexes that hold a few of the rows alone: who walks through one of these does not walk through history.
_SMALL = frozenset(
    index.name
    for table in Base.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["postgresql"]["where"] is not None
) - {"ix_editions_backfill_id_ended_at"}

_MORE = """
    INSERT INTO captures (edition_id, page_id, url, final_url, fetched_at, status, sha256, size, warc_file, warc_offset,
        warc_length, host)
    SELECT edition_id, id, 'u' || id, 'u', created_at, 200, '0', 1, 'f', 0, 1, 'h' FROM pages;
    INSERT INTO articles (edition_id, page_id, key, position, source_url, revision, first_seen_at)
    SELECT edition_id, id, 'k', 1, 'u', 1, created_at FROM pages;
    INSERT INTO revisions (article_id, number, digest, kind, reporters, correspondents, paragraphs, signature, captions,
        images, tables, flags, quality, pages, removed, capture_id, captured_at, stored_at, software)
    SELECT a.id, 1, 'd', 'article', '[]', '[]', '[]', '[]', '[]', '[]', '[]', '[]', 1, '[]', '[]', c.id,
        a.first_seen_at, a.first_seen_at, '0' FROM articles a JOIN captures c ON c.page_id = a.page_id
"""


@pytest.fixture
def history(services, clock):
    """Years of editions of some newspapers with a page and an event each; the newest are open."""
    papers = [make_publication(services, slug=f"paper{number}") for number in range(5)]
    days = [date(2026, 3, 5) - timedelta(days=back) for back in range(365 * _YEARS)]
    stamps = ("expected_at", "deadline_at", "created_at", "updated_at")
    edition = {"label": "", "state": State.COMPLETE, "queue": "daily"}
    rows = [
        {**edition, "publication_id": paper, "date": day, **dict.fromkeys(stamps, datetime.combine(day, time(4), UTC))}
        for day in reversed(days)
        for paper in papers
    ]
    with services.database.begin() as session:
        session.execute(insert(Edition), rows)
        session.execute(
            text(
                "INSERT INTO pages (edition_id, number, position, state, source, url, areas, listed, removed, attempts,"
                " token, created_at, updated_at) SELECT id, '01', 1, 'done', 'web', 'u', '[]', 0, '[]', 1, 1,"
                " created_at, updated_at FROM editions"
            )
        )
        session.execute(
            text(
                "INSERT INTO events (at, edition_id, to_state, actor, reason, attempt, token)"
                " SELECT created_at, id, 'complete', 'worker:h', 'r', 1, 1 FROM editions"
            )
        )
        for statement in _MORE.split(";"):
            session.execute(text(statement))
    make_edition(services, state=State.PROCESSING)
    with services.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return papers


@pytest.fixture
def plans(services):
    """A function that runs work and gives the plan of each of its statements on a growing table.

    The work is one of a transaction, or, with ``whole``, one that opens its own.
    """

    def watch(work, *, whole=False):
        statements = []

        def note(_connection, _cursor, statement, parameters, _context, many):
            if not many and re.search(rf"\b({'|'.join(_GROWING)})\b", statement) and "INSERT" not in statement:
                statements.append((statement, parameters))

        engine = services.database.engine
        event.listen(Engine, "before_cursor_execute", note)
        try:
            work() if whole else services.database.run(work)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
        found = []
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                # A few hundred rows joined with twenty thousand are hashed; with seven million they are looked up.
                connection.exec_driver_sql("SET enable_hashjoin = off")
                connection.exec_driver_sql("SET enable_mergejoin = off")
            for statement, parameters in statements:
                lines = connection.exec_driver_sql(explain + statement, parameters).all()
                found.append((statement, "\n".join(str(line[-1]) for line in lines)))
        assert found
        return found

    return watch


def assert_bounded(found):
    for statement, plan in found:
        if re.search(r"ORDER BY events\.id DESC\s+LIMIT", statement) and "TEMP B-TREE" not in plan:
            continue  # the newest by number: it ends after so many rows
        for table in _GROWING:
            # SQLite says SCAN for a walk through a whole table or index, PostgreSQL Seq Scan.
            assert not re.search(rf"^SCAN {table}\b(?! USING INDEX ix_\w+)", plan, re.MULTILINE), (statement, plan)
            assert f"Seq Scan on {table}" not in plan, (statement, plan)
            # PostgreSQL walks through all of an index that it reads without a condition.
            if plan.startswith("Limit") and "Incremental Sort" in plan:
                continue  # unless it walks in the order that was asked for and stops soon
            for index, condition in re.findall(rf"Index.* Scan .*using (\w+) on {table}\b.*\n(.*)", plan):
                assert "Index Cond" in condition or index in _SMALL, (statement, plan)


def test_the_ticks_queries(services, clock, history, plans):
    rows = {
        slug: Row(slug=slug, name=slug, family="huaguang", edition_url="http://h/%Y%m%d/", enabled=True)
        for slug in ("paper0", "paper1")
    }
    now = clock()
    change = Change(actor="tick:test", at=now, reason="due")

    def work(session):
        ids = register.publications(session, rows.values(), change)
        register.absent(session, ids, planner.plan(now, rows.values(), catch_up_days=2))
        how = {"first": date(2025, 1, 1), "last": date(2025, 3, 1), "newest_first": True, "cap": 9, "total": 9}
        backfills.add(session, slugs=["paper0"], change=change, **how)
        backfill.feed(session, rows, ids, now, "tick:test")
        sweep(session, services)
        editions.forget_sent(session, now)
        for table in (Edition, Page):
            editions.take_due(session, table, "daily", now=now, sent_before=now, limit=9)
        editions.unfinished(session, now, 9)
        backfills.count_ended(session)

    assert_bounded(plans(work))


def test_the_glances_queries(services, clock, history, plans):
    now, grace = clock(), timedelta(hours=1)
    since = (now - timedelta(days=7)).date()

    def work(session):
        overview.today(session, now, grace)
        overview.faults(session, since)
        overview.attention(session, now, grace, since, 9)
        overview.progress_seen(session)
        for row in backfills.latest(session, 9):
            backfills.progress(session, row, now)
        actions.with_fingerprint(session, "abc")
        stored.newest(session, publication=None, since=None, limit=9)
        stored.newest(session, publication="paper1", since=None, limit=9)
        stored.after(session, stored.last_id(session), publication=None)

    assert_bounded(plans(work))


def test_statuss_queries(services, settings, clock, history, plans):
    def work():
        glance.glance(services.database, settings, clock(), 200)
        edition_rows(services.database, limit=10)
        edition_rows(services.database, slug="paper1", limit=200)
        edition_rows(services.database, slug="paper1", day=date(2025, 1, 1), limit=200)
        edition_rows(services.database, day=date(2025, 1, 1), limit=200)

    assert_bounded(plans(work, whole=True))


def test_a_backfills_queries(services, clock, history, plans):
    change = Change(actor="operator:test", at=clock(), reason="")
    rows = {"paper0": Row(slug="paper0", name="p", family="huaguang", edition_url="http://h/%Y%m%d/", enabled=True)}

    def work(session):
        how = {"newest_first": True, "cap": 9, "total": 9, "change": change, "include": [State.FAILED]}
        span = {"first": date(2025, 1, 1), "last": date(2025, 3, 1)}
        number = backfills.add(session, slugs=["paper0"], **span, **how).id
        ids = register.publications(session, rows.values(), change)
        backfill.feed(session, rows, ids, clock(), "tick:test")
        edition = session.get_one(Edition, 7)
        edition.state, edition.backfill_id = State.FAILED, number
        actions.retry(session, edition, change)
        for row in backfills.latest(session, 9):
            backfills.progress(session, row, clock())
        for state in (BackfillState.PAUSED, BackfillState.RUNNING, BackfillState.CANCELLED):
            backfills.move(session, number, state, change)

    assert_bounded(plans(work))


def test_a_scrapes_queries_and_those_of_the_notifications(services, settings, clock, history, plans):
    figures = DatabaseFigures(settings, clock)

    def work():
        list(figures.read())
        with services.database.read() as session:
            causes(session, clock(), timedelta(hours=1))

    assert_bounded(plans(work, whole=True))
    figures.close()


def test_the_boards_queries(services, settings, clock, history, plans):
    with services.database.begin() as session:
        session.get_one(Page, 7).fingerprint = "abc"
        change = Change(actor="operator:test", at=clock(), reason="")
        span = {"first": date(2025, 1, 1), "last": date(2025, 3, 1)}
        backfills.add(session, slugs=["paper0"], newest_first=True, cap=9, total=9, change=change, **span)
    paths = (
        *("/", "/faults", "/faults/abc", "/backfills", "/backfills/1", "/publications", "/publications/paper1"),
        *("/editions/7", "/pages/7", "/articles/7"),
    )
    with running(settings, clock) as address, httpx.Client(base_url=address, timeout=60) as client:

        def work():
            for path in paths:
                assert client.get(path).status_code == 200, path

        assert_bounded(plans(work, whole=True))


def test_the_work_on_one_edition(services, clock, history, plans):
    from worker.completeness import _neighbours  # noqa: PLC0415  # only here

    def work(session):
        edition = session.get_one(Edition, 7)
        _neighbours(session, edition)
        editions.pages_of(session, 7)
        editions.open_pages(session, 7)
        editions.standing_articles(session, 7)
        stored.of_edition(session, 7)

    assert_bounded(plans(work))


def test_the_check_sees_a_walk_through_a_table(services, history, plans):
    found = plans(lambda session: session.execute(text("SELECT id FROM editions WHERE index_url = 'x'")).all())
    with pytest.raises(AssertionError):
        assert_bounded(found)
