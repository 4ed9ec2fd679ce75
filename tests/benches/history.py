"""Ten years of two thousand newspapers for the scale bench, written by PostgreSQL itself. Measures nothing.

Every edition of every day has its row, with the states that a service leaves behind: most are complete, some partial,
suspect, missing, failed or skipped, with a fault's fingerprint where there is one. What belongs to an edition is there
as far as any of the measured queries looks: pages and events of the last fourteen days, articles, revisions and
captures of the last two.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, text

from scheduler import register
from scheduler.catalogue import Row
from worker import __version__
from worker.services import utc_now
from worker.store.database import Database
from worker.store.moves import Change
from worker.store.tables import Edition

PAPERS, PAGES, ARTICLES, EVENTS = 2000, 8, 20, 30

#: Days of which pages and events are there, and articles.
RECENT, NEWEST = 14, 2

#: The newspapers as a user's catalogue has them.
CATALOGUE = "\n".join(
    f'[paper{number:04}]\nname = "报{number}"\nfamily = "huaguang"\nenabled = true\ntime_zone = "UTC"\n'
    f'expected = 00:00:00\ndeadline = 23:59:00\nedition_url = "http://paper{number:04}.example/%Y%m%d/node.htm"\n'
    for number in range(PAPERS)
)

_EDITIONS = text("""
    INSERT INTO editions (publication_id, date, label, state, queue, expected_at, deadline_at, pages, articles,
        attempts, token, created_at, updated_at, ended_at, arrived_at, error, failure, fingerprint, usual_pages)
    SELECT id, day, '', state, CASE WHEN day > :today - 60 THEN 'daily' ELSE 'backfill' END, at,
        at + interval '14 hours', CASE WHEN stored THEN 8 ELSE 0 END, CASE WHEN stored THEN 20 ELSE 0 END, 1, 1,
        at, at + interval '1 hour',
        at + interval '1 hour', CASE WHEN stored THEN at END,
        CASE state WHEN 'complete' THEN NULL ELSE 'page 03: http://paper.example/: HTTP 503' END,
        CASE WHEN state IN ('partial', 'failed') THEN 'passing' END,
        CASE WHEN state IN ('partial', 'failed') THEN md5((id % 40)::text) END, 8
    FROM (
        SELECT id, day, day::timestamptz AS at, state, state IN ('complete', 'partial', 'suspect') AS stored
        FROM (
            SELECT p.id, d::date AS day, (p.id * 7919 + (d::date - date '2000-01-01') * 104729) % 1000 AS draw
            FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') d, publications p
        ) drawn, LATERAL (SELECT CASE WHEN draw < 940 THEN 'complete' WHEN draw < 965 THEN 'partial'
            WHEN draw < 970 THEN 'suspect' WHEN draw < 985 THEN 'missing' WHEN draw < 990 THEN 'failed'
            ELSE 'skipped' END AS state) told
        ORDER BY day, id
    ) rows
""")

_PAGES = text("""
    INSERT INTO pages (edition_id, number, position, state, source, url, areas, listed, removed, attempts, token,
        created_at, updated_at, error, failure, fingerprint)
    SELECT e.id, lpad(n::text, 2, '0'), n, bad.state, 'web', 'http://paper.example/node_' || n || '.htm', '[]', 5, '[]',
        1, 1, e.created_at, e.updated_at, CASE bad.state WHEN 'failed' THEN e.error END,
        CASE bad.state WHEN 'failed' THEN e.failure END, CASE bad.state WHEN 'failed' THEN e.fingerprint END
    FROM editions e, generate_series(1, :pages) n,
        LATERAL (SELECT CASE WHEN e.state = 'partial' AND n = 3 THEN 'failed' ELSE 'done' END AS state) bad
    WHERE e.date >= :since AND e.pages > 0 ORDER BY e.date, e.id
""")

_EVENTS = text("""
    INSERT INTO events (at, edition_id, from_state, to_state, actor, reason, attempt, token)
    SELECT e.created_at + n * interval '1 minute', e.id, 'fetching', 'processing', 'worker:host:1', '8 pages', 1, 1
    FROM editions e, generate_series(1, :events) n WHERE e.date >= :since ORDER BY e.date, n, e.id
""")

_CAPTURES = text("""
    INSERT INTO captures (edition_id, page_id, url, final_url, fetched_at, status, sha256, size, warc_file, warc_offset,
        warc_length, host, elapsed_seconds)
    SELECT edition_id, id, url, url, created_at, 200, repeat('0', 64), 9, 'f', 0, 9, 'paper.example', 0.1
    FROM pages WHERE created_at >= :since ORDER BY id
""")

_ARTICLES = text("""
    INSERT INTO articles (edition_id, page_id, key, position, source_url, revision, first_seen_at)
    SELECT p.edition_id, p.id, p.number || '/' || n, n, p.url, 1, p.created_at
    FROM pages p, generate_series(1, 3) n WHERE p.created_at >= :since ORDER BY p.id
""")

_REVISIONS = text("""
    INSERT INTO revisions (article_id, number, digest, kind, title, reporters, correspondents, paragraphs, signature,
        captions, images, tables, flags, quality, pages, removed, capture_id, captured_at, stored_at, software)
    SELECT a.id, 1, 'd', 'article', '题', '[]', '[]', '["段"]', '[]', '[]', '[]', '[]', '[]', 1, '["01"]', '[]', c.id,
        a.first_seen_at, a.first_seen_at, :software
    FROM articles a JOIN captures c ON c.page_id = a.page_id ORDER BY a.id
""")

#: Some of today's are still to come, and later than the bench looks ahead.
_OPEN = text("""
    UPDATE editions SET state = 'scheduled', ended_at = NULL, next_attempt_at = now() + interval '10 days',
        expected_at = now() + interval '10 days', deadline_at = now() + interval '11 days',
        error = NULL, failure = NULL, fingerprint = NULL
    WHERE date = :today AND publication_id % 20 = 0
""")


def begin(database: Database, rows: Sequence[Row]) -> None:
    """Make the publications' rows."""
    change = Change(actor="operator:bench", at=utc_now(), reason="bench")
    database.run(lambda session: register.publications(session, rows, change))


def extend(database: Database, today: date, last: date, days: int) -> int:
    """Put ``days`` days of editions before and with ``last``; gives how many rows ``editions`` then has."""
    first = last - timedelta(days=days - 1)
    recent = last >= today - timedelta(days=1)
    with database.engine.begin() as connection:
        # Rows come faster without their indexes, which are made anew at the end.
        for index in Edition.__table__.indexes:
            index.drop(connection)
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        connection.execute(_EDITIONS, {"first": first, "last": last, "today": today})
        for index in Edition.__table__.indexes:
            index.create(connection)
        if recent:
            _details(connection, today)
        count: int = connection.scalar(text("SELECT count(*) FROM editions"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return count


def forget(connection: Connection, first: date, last: date) -> None:
    """Take editions that have nothing but events away again."""
    days = {"first": first, "last": last}
    which = "FROM editions e WHERE e.date BETWEEN :first AND :last"
    connection.execute(text(f"DELETE FROM events WHERE edition_id IN (SELECT id {which})"), days)
    connection.execute(text(f"DELETE {which}"), days)


def _details(connection: Connection, today: date) -> None:
    since = {"since": today - timedelta(days=RECENT)}
    newest = {"since": today - timedelta(days=NEWEST)}
    connection.execute(_PAGES, since | {"pages": PAGES})
    connection.execute(_EVENTS, since | {"events": EVENTS})
    connection.execute(_CAPTURES, newest)
    connection.execute(_ARTICLES, newest)
    connection.execute(_REVISIONS, {"software": __version__})
    connection.execute(_OPEN, {"today": today})
