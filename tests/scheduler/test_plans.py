"""No query of the tick or of the glance walks through history: the databases' own plans say which index they take."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event, insert, text

from scheduler import actions, backfill, planner, register
from scheduler.catalogue import Row
from scheduler.sweep import sweep
from tests.factories import make_edition, make_publication
from worker.domain import State
from worker.store import backfills, editions, overview
from worker.store import events as stored
from worker.store.moves import Change
from worker.store.tables import Edition, Page

#: Enough for both planners to leave small tables' habits behind.
_YEARS = 12

#: Tables that grow with history.
_GROWING = ("editions", "pages", "events")


@pytest.fixture
def history(services, clock):
    """Years of editions of some newspapers with a page and an event each; the newest are open."""
    papers = [make_publication(services, slug=f"paper{number}") for number in range(5)]
    days = [date(2026, 3, 5) - timedelta(days=back) for back in range(365 * _YEARS)]
    moments = {"expected_at": clock(), "deadline_at": clock(), "created_at": clock(), "updated_at": clock()}
    rows = [
        {"publication_id": paper, "date": day, "label": "", "state": State.COMPLETE, "queue": "daily", **moments}
        for paper in papers
        for day in days
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
    make_edition(services, state=State.PROCESSING)
    with services.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return papers


@pytest.fixture
def plans(services):
    """A function that runs work and gives the plan of each of its statements on a growing table."""

    def watch(work):
        statements = []

        def note(_connection, _cursor, statement, parameters, _context, many):
            if not many and re.search(rf"\b({'|'.join(_GROWING)})\b", statement) and "INSERT" not in statement:
                statements.append((statement, parameters))

        engine = services.database.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            services.database.run(work)
        finally:
            event.remove(engine, "before_cursor_execute", note)
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
