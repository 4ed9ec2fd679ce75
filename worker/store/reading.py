"""Read stored articles as downstream does: through the view ``current_articles``, in printed order."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Date, Text, column, select, table, text
from sqlalchemy.orm import Session

from worker.store.tables import Article, Page, Revision
from worker.store.types import Json, UTCDateTime

#: The view that downstream reads: each standing article once, with its newest revision.
CURRENT_ARTICLES = text("""
CREATE VIEW current_articles AS
SELECT a.id, p.slug AS publication, e.date, e.label, g.number AS page, g.name AS page_name, a.position,
       r.kind, r.title, r.rubric, r.kicker, r.subtitle, r.reporters, r.correspondents, r.agency, r.dateline,
       r.dateline_place, r.dateline_date, r.paragraphs, r.signature, r.captions,
       r.images, r.tables, r.flags, r.quality, r.pages, a.revision, a.source_url, r.captured_at, r.stored_at,
       COALESCE(e.settled, e.state) AS edition_state
FROM articles a
JOIN revisions r ON r.article_id = a.id AND r.number = a.revision
JOIN pages g ON g.id = a.page_id
JOIN editions e ON e.id = a.edition_id
JOIN publications p ON p.id = e.publication_id
WHERE a.withdrawn_at IS NULL AND a.joined_into IS NULL
""")

#: Where editions stand, for downstream: an edition that is read again keeps the state that it has.
CURRENT_EDITIONS = text("""
CREATE VIEW current_editions AS
SELECT e.id, p.slug AS publication, p.name, e.date, e.label, COALESCE(e.settled, e.state) AS state,
       e.settled IS NOT NULL AS reading_again, e.held_at IS NOT NULL AS held, e.pages, e.usual_pages, e.articles,
       e.error, e.failure, e.fingerprint, e.off_calendar, e.expected_at, e.deadline_at, e.arrived_at, e.ended_at,
       e.updated_at
FROM editions e
JOIN publications p ON p.id = e.publication_id
""")

_JSON = ("reporters", "correspondents", "paragraphs", "signature", "captions", "images", "tables", "flags", "pages")
_TEXT = ("publication", "label", "page", "page_name", "kind", "title", "rubric", "kicker", "subtitle", "source_url")
_LINE = ("agency", "dateline", "dateline_place", "dateline_date")

#: The view's columns in the order in which they are exported.
FIELDS = (
    *("id", "publication", "date", "label", "page", "page_name", "kind", "title", "rubric", "kicker", "subtitle"),
    *_LINE,
    *_JSON,
    *("quality", "revision", "source_url", "captured_at", "stored_at"),
)

_VIEW = table(
    "current_articles",
    column("id"),
    column("position"),
    column("revision"),
    column("quality"),
    column("date", Date),
    column("captured_at", UTCDateTime),
    column("stored_at", UTCDateTime),
    *(column(name, Text) for name in (*_TEXT, *_LINE[:3])),
    column("dateline_date", Date),
    *(column(name, Json) for name in _JSON),
)


def current(
    session: Session, *, publication: str | None = None, since: date | None = None, until: date | None = None
) -> Iterator[dict[str, Any]]:
    """Standing articles with their newest revision, in printed order, read from the database as they are consumed."""
    at = Article.__table__.alias("at")
    page = Page.__table__.alias("page")
    query = (
        select(*(_VIEW.c[name] for name in FIELDS))
        .join(at, at.c.id == _VIEW.c.id)
        .join(page, page.c.id == at.c.page_id)
        .order_by(_VIEW.c.date, _VIEW.c.publication, _VIEW.c.label, page.c.position, _VIEW.c.position, _VIEW.c.id)
        .execution_options(yield_per=500)
    )
    if publication is not None:
        query = query.where(_VIEW.c.publication == publication)
    if since is not None:
        query = query.where(_VIEW.c.date >= since)
    if until is not None:
        query = query.where(_VIEW.c.date <= until)
    for row in session.execute(query).mappings():
        yield dict(row)


def one(session: Session, article_id: int, revision: int | None = None) -> dict[str, Any] | None:
    """One article with one of its revisions (the newest by default), what was taken out, and its history."""
    article = session.get(Article, article_id)
    if article is None:
        return None
    revisions = session.scalars(
        select(Revision).where(Revision.article_id == article_id).order_by(Revision.number)
    ).all()
    chosen = next((row for row in revisions if row.number == (revision or article.revision)), None)
    if chosen is None:
        return None
    page = session.get_one(Page, article.page_id)
    names = (
        "kind",
        "title",
        "rubric",
        "kicker",
        "subtitle",
        *_LINE,
        *_JSON,
        "quality",
        "removed",
        "captured_at",
        "stored_at",
        "software",
    )
    return {
        "id": article.id,
        "page": page.number,
        "page_name": page.name,
        "source_url": article.source_url,
        "withdrawn_at": article.withdrawn_at,
        "joined_into": article.joined_into,
        **{name: getattr(chosen, name) for name in names},
        "revision": chosen.number,
        "revisions": [{"number": row.number, "stored_at": row.stored_at, "title": row.title} for row in revisions],
        "removed_from_page": page.removed,
    }
