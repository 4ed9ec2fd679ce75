"""An article as restored: what it says, how sure that is, what was taken out, its revisions and what they changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scheduler.board import render
from scheduler.board.comparison import Difference, compare
from scheduler.board.found import found
from scheduler.board.numbers import number_in
from scheduler.board.state import board_of
from scheduler.board.text import LONGEST
from worker.store.tables import Article, Edition, Page, Publication, Revision

#: The fields that a comparison shows, in the order in which they are printed.
_COMPARED = (
    *("kind", "rubric", "kicker", "title", "subtitle", "reporters", "correspondents", "agency", "dateline"),
    *("paragraphs", "signature", "captions", "tables", "flags"),
)
#: Of these, the fields whose values are words of a fixed set.
_WORDS = frozenset({"kind", "flags"})
#: What an article says besides its running text, in the order in which it is shown.
_FACTS = ("reporters", "correspondents", "agency", "dateline", "dateline_place", "dateline_date")


def article(request: Request) -> Response:
    """One revision of an article, the newest unless ``?revision=`` names another."""
    with board_of(request).database.read() as session:
        row, page, edition, publication = _found(session, number_in(request))
        revisions = _revisions(session, row.id)
        shown = _chosen(revisions, number_in(request, "revision", default=row.revision))
        parts = _parts(session, shown)
    return render.page(
        request,
        "article.html",
        article=row,
        page=page,
        edition=edition,
        publication=publication,
        revisions=revisions,
        shown=shown,
        joined_from=parts,
        facts=[(name, _in_words(getattr(shown, name))) for name in _FACTS if getattr(shown, name)],
        cut=max(map(len, shown.paragraphs), default=0) > LONGEST,
    )


def difference(request: Request) -> Response:
    """What changed between two revisions: ``?from=`` and ``?to=``, by default the last two."""
    with board_of(request).database.read() as session:
        row, page, edition, publication = _found(session, number_in(request))
        revisions = _revisions(session, row.id)
    to = _chosen(revisions, number_in(request, "to", default=row.revision))
    before = _chosen(revisions, number_in(request, "from", default=max(1, to.number - 1)))
    fields = [
        Difference(
            field=field, paragraphs=compare(_texts(before, field), _texts(to, field), inside=field not in _WORDS)
        )
        for field in _COMPARED
        if _texts(before, field) != _texts(to, field)
    ]
    return render.page(
        request,
        "difference.html",
        article=row,
        page=page,
        edition=edition,
        publication=publication,
        revisions=revisions,
        before=before,
        after=to,
        fields=fields,
    )


def _found(session: Session, article_id: int) -> tuple[Article, Page, Edition, Publication]:
    query = (
        select(Article, Page, Edition, Publication)
        .join(Page, Page.id == Article.page_id)
        .join(Edition, Edition.id == Article.edition_id)
        .join(Publication, Publication.id == Edition.publication_id)
        .where(Article.id == article_id)
    )
    return found(session, query)


def _revisions(session: Session, article_id: int) -> Sequence[Revision]:
    query = select(Revision).where(Revision.article_id == article_id).order_by(Revision.number)
    return session.scalars(query).all()


def _chosen(revisions: Sequence[Revision], number: int) -> Revision:
    for revision in revisions:
        if revision.number == number:
            return revision
    raise HTTPException(404)


def _parts(session: Session, revision: Revision) -> list[tuple[int, int, str]]:
    """Article, revision number and page of each revision that this one was joined from."""
    if not revision.parts:
        return []
    query = (
        select(Revision.id, Revision.article_id, Revision.number, Page.number)
        .join(Article, Article.id == Revision.article_id)
        .join(Page, Page.id == Article.page_id)
        .where(Revision.id.in_(revision.parts))
    )
    found = {part: (article_id, number, page) for part, article_id, number, page in session.execute(query)}
    return [found[part] for part in revision.parts if part in found]


def _texts(revision: Revision, field: str) -> list[str]:
    value = getattr(revision, field)
    if isinstance(value, list):
        return [" | ".join(map(str, item)) if isinstance(item, list) else str(item) for item in value]
    return [] if value is None else [str(value)]


def _in_words(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value)
