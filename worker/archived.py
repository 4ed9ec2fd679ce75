"""Say which selectors find something in an edition that is stored: from the raw archive, without a request."""

from collections import Counter
from contextlib import suppress

from sqlalchemy import select

from worker import originals
from worker.domain import Response
from worker.errors import StorageFailed
from worker.parse.probe import ARTICLE_FIELDS, PAGE_FIELDS
from worker.services import Services
from worker.store import captures, editions
from worker.store.tables import Article, Capture, Revision
from worker.trial import Template, count


def selectors(services: Services, edition_id: int, template: Template) -> dict[str, Counter[str | None]]:
    """For each field, the documents of a stored edition by the selector that finds it with today's template.

    Documents that the archive no longer holds are left out.
    """
    with services.database.read() as session:
        pages = [captures.newest(session, edition_id, page.url) for page in editions.pages_of(session, edition_id)]
        articles = session.scalars(
            select(Capture)
            .join(Revision, Revision.capture_id == Capture.id)
            .join(Article, (Article.id == Revision.article_id) & (Article.revision == Revision.number))
            .where(Article.edition_id == edition_id, Article.withdrawn_at.is_(None))
            .distinct()
        ).all()
    found: dict[str, Counter[str | None]] = {}
    for wanted, rows in ((PAGE_FIELDS, pages), (ARTICLE_FIELDS, articles)):
        for capture in rows:
            if capture is not None and (response := _response(services, capture)) is not None:
                count(found, template.probe(response, wanted))
    return found


def _response(services: Services, capture: Capture) -> Response | None:
    with suppress(StorageFailed):
        found = originals.response(services, capture)
        return found if found.body.strip() else None
    return None
