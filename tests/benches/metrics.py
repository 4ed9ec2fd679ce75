"""Print how long a scrape takes with a little and with much history: ``make bench-metrics``. Nothing is asserted.

``python -m tests.benches.metrics [DAYS …]`` takes other lengths of history; on SQLite and on PostgreSQL.
"""

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Integer, String, func, insert, literal, select, text, union_all

from scheduler.metrics.database import DatabaseFigures
from tests import postgres
from worker import __version__
from worker.domain import Kind, PageState, State
from worker.services import utc_now
from worker.settings import Settings
from worker.store import schema
from worker.store.database import Database
from worker.store.tables import Article, Capture, Edition, Event, Page, Publication, Revision
from worker.store.types import Json

PAPERS, PAGES, CAPTURES, ARTICLES, EVENTS = 100, 4, 8, 20, 20

#: Columns of a revision that are empty here.
_EMPTY = (
    *("reporters", "correspondents", "paragraphs", "signature", "captions"),
    *("images", "tables", "flags", "pages", "removed"),
)


def numbers(count: int):
    return union_all(*(select(literal(n, Integer).label("n")) for n in range(1, count + 1))).subquery("numbers")


def fill(database: Database, days: int) -> None:
    """History of so many days up to today, a day at a time."""
    now = utc_now()
    empty = literal([], Json)
    with database.begin() as session:
        session.add_all(
            Publication(
                slug=f"paper{n:03}", name="报", family="huaguang", edition_url="http://127.0.0.1/", language="zh-Hans",
                time_zone="UTC", overrides={}, requests_per_second=0, concurrency=1, allow_private_addresses=False,
                enabled=True, recheck_seconds=1200, updated_at=now,
            )
            for n in range(PAPERS)
        )  # fmt: skip
    for back in range(days - 1, -1, -1):
        at, day = now - timedelta(days=back), (now - timedelta(days=back)).date()
        when, state = literal(at), literal(State.COMPLETE, Edition.state.type)
        with database.begin() as session:

            def put(table, query, **columns) -> None:
                session.execute(insert(table).from_select(list(columns), query.add_columns(*columns.values())))

            put(
                Edition, select().select_from(Publication), publication_id=Publication.id, date=literal(day),
                label=literal(""), state=state, queue=literal("daily"), expected_at=when, deadline_at=when,
                pages=literal(PAGES), articles=literal(ARTICLES), attempts=literal(1), token=literal(1),
                created_at=when, updated_at=when, ended_at=when,
            )  # fmt: skip
            n = numbers(PAGES)
            put(
                Page, select().select_from(Edition).join(n, literal(True)).where(Edition.date == day),
                edition_id=Edition.id, number=literal("0") + n.c.n.cast(String),
                position=n.c.n, state=literal(PageState.DONE, Page.state.type), source=literal("web"),
                url=literal("u"), areas=empty, listed=literal(5), removed=empty, attempts=literal(1), token=literal(1),
                created_at=when, updated_at=when,
            )  # fmt: skip
            n = numbers(CAPTURES)
            put(
                Capture, select().select_from(Edition).join(n, literal(True)).where(Edition.date == day),
                edition_id=Edition.id, url=literal("u"), final_url=literal("u"), fetched_at=when, status=literal(200),
                sha256=literal("0" * 64), size=literal(9), warc_file=literal("f"), warc_offset=literal(0),
                warc_length=literal(9), host=literal("h") + (Edition.publication_id % 40).cast(String),
                elapsed_seconds=literal(0.1),
            )  # fmt: skip
            n = numbers(ARTICLES)
            first = select(func.min(Page.id)).where(Page.edition_id == Edition.id).scalar_subquery()
            put(
                Article, select().select_from(Edition).join(n, literal(True)).where(Edition.date == day),
                edition_id=Edition.id, page_id=first, key=literal("k") + n.c.n.cast(String), position=n.c.n,
                source_url=literal("u"), revision=literal(1), first_seen_at=when,
            )  # fmt: skip
            capture = select(func.min(Capture.id)).where(Capture.edition_id == Edition.id).scalar_subquery()
            put(
                Revision, select().select_from(Article).join(Edition).where(Edition.date == day),
                article_id=Article.id, number=literal(1), digest=literal("d"),
                kind=literal(Kind.ARTICLE, Revision.kind.type), title=literal("题"), quality=literal(1.0),
                capture_id=capture, captured_at=when, stored_at=when,
                software=literal(__version__), **dict.fromkeys(_EMPTY, empty),
            )  # fmt: skip
            n = numbers(EVENTS)
            put(
                Event, select().select_from(Edition).join(n, literal(True)).where(Edition.date == day),
                at=when, edition_id=Edition.id, page_id=first, from_state=literal("fetching"), to_state=literal("done"),
                actor=literal("worker:h:1"), reason=literal("5 articles"), attempt=literal(1), token=literal(1),
            )  # fmt: skip
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def bench(url: str, kind: str, days: int) -> None:
    database = Database(url)
    schema.migrate(database)
    fill(database, days)
    with database.read() as session:
        rows = sum(
            session.scalar(select(func.count()).select_from(table))
            for table in (Edition, Page, Capture, Article, Revision, Event)
        )
    database.close()
    source = DatabaseFigures(Settings(database_url=url))
    times = []
    for _ in range(6):
        begun = time.perf_counter()
        samples = sum(len(family.samples) for family in source.read())
        times.append(time.perf_counter() - begun)
    source.close()
    print(
        f"{kind:<11} {days:5} days of {PAPERS} papers, {rows:>10,} rows: first scrape {times[0] * 1000:6.0f} ms,"
        f" then {min(times[1:]) * 1000:6.0f} ms, {samples} samples"
    )


def main() -> None:
    lengths = [int(word) for word in sys.argv[1:]] or [30, 365]
    print(f"{datetime.now(UTC):%Y-%m-%d}")
    for days in lengths:
        with tempfile.TemporaryDirectory() as folder:
            bench(f"sqlite:///{Path(folder) / 'bench.db'}", "SQLite", days)
    with postgres.running() as server:
        for days in lengths:
            server.execute(f"CREATE DATABASE bench{days}")
            bench(server.url(f"bench{days}"), "PostgreSQL", days)


if __name__ == "__main__":
    main()
